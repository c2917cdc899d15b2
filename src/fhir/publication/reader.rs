//! What is carried along while a publication is read: the setting, the findings, and the one patient.

use super::Setting;
use crate::{
    fhir::{
        issue::{Issue, Issues, Severity},
        rules::{Check, ELEMENT_MISSING},
    },
    record::identity::Ins,
};

/// The reading of one publication.
pub(super) struct Reader<'a> {
    pub(super) setting: &'a Setting<'a>,
    pub(super) holder: Option<Ins>,
    issues: Vec<Issue>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(setting: &'a Setting<'a>) -> Self {
        Self { setting, holder: None, issues: Vec::new() }
    }

    /// Takes note that a check failed there; the rule set says how grave that is.
    pub(super) fn note(&mut self, check: &Check, at: impl Into<String>, detail: impl Into<String>) {
        if let Some(severity) = self.setting.rules.verdict(check).severity() {
            let diagnosis = check.diagnosis;
            let issue = Issue { severity, diagnosis, at: at.into(), detail: detail.into() };
            if !self.issues.contains(&issue) {
                self.issues.push(issue);
            }
        }
    }

    /// Whether an error was found.
    fn refuses(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// The warnings where all was read and nothing refuses, else everything that was found.
    pub(super) fn into_issues(mut self, complete: bool) -> Result<Vec<Issue>, Issues> {
        if !complete && !self.refuses() {
            self.issues.push(Issue::error(ELEMENT_MISSING.diagnosis, "", "the publication is incomplete"));
        }
        if self.refuses() { Err(Issues(self.issues)) } else { Ok(self.issues) }
    }
}
