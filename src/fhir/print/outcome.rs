//! OperationOutcomes. Source: conformance ER-02, ER-03.

use super::json::{member, raw, string};
use crate::fhir::{canon::DIAGNOSIS, issue::Issue};

/// An OperationOutcome with these issues.
pub fn outcome(issues: &[Issue]) -> Vec<u8> {
    let mut out = Vec::new();
    print(&mut out, issues);
    out
}

/// An OperationOutcome that says that all went well.
pub fn success() -> Vec<u8> {
    b"{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"information\",\"code\":\"informational\"}]}"
        .to_vec()
}

/// Appends an OperationOutcome.
pub(super) fn print(out: &mut Vec<u8>, issues: &[Issue]) {
    raw(out, "{\"resourceType\":\"OperationOutcome\",\"issue\":[");
    for (index, issue) in issues.iter().enumerate() {
        if index > 0 {
            raw(out, ",");
        }
        print_issue(out, issue);
    }
    raw(out, "]}");
}

fn print_issue(out: &mut Vec<u8>, issue: &Issue) {
    raw(out, "{");
    member(out, "severity", issue.severity.code());
    raw(out, ",");
    member(out, "code", issue.diagnosis.kind.code());
    raw(out, ",\"details\":{\"coding\":[{");
    member(out, "system", DIAGNOSIS);
    raw(out, ",");
    member(out, "code", issue.diagnosis.code);
    raw(out, "}],");
    member(out, "text", issue.diagnosis.text);
    raw(out, "}");
    let is_path = is_path(&issue.at);
    if let Some(detail) = diagnostics(issue, is_path) {
        raw(out, ",");
        member(out, "diagnostics", &detail);
    }
    if is_path {
        raw(out, ",\"expression\":[");
        string(out, &issue.at);
        raw(out, "]");
    }
    raw(out, "}");
}

/// What exactly is wrong, with the place where that is no FHIRPath.
fn diagnostics(issue: &Issue, is_path: bool) -> Option<String> {
    match (issue.detail.as_str(), issue.at.as_str()) {
        ("", "") => None,
        ("", _) if is_path => None,
        ("", at) => Some(at.to_owned()),
        (detail, "") => Some(detail.to_owned()),
        (detail, _) if is_path => Some(detail.to_owned()),
        (detail, at) => Some(format!("{at}: {detail}")),
    }
}

fn is_path(at: &str) -> bool {
    !at.is_empty() && at.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".[]_-:".contains(&byte))
}
