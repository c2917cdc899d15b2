use super::*;

fn outcome(code: &str, text: &str) -> String {
    serde_json::json!({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden",
        "details": {"coding": [{"code": code}], "text": text}}]})
    .to_string()
}

fn judged(question: &Question, status: u16, body: &str) -> Vec<Finding> {
    let told = |text: &str| text.to_owned();
    question.judge(&Answer { protocol: told("TLSv1_3"), suite: told("S"), status: Some(status), body: body.into() })
}

fn caller() -> Question {
    Question::Caller("/fhir/Patient".to_owned())
}

fn severity(findings: &[Finding]) -> Severity {
    findings.iter().map(|finding| finding.severity).max().unwrap()
}

#[test]
fn who_is_identified_is_let_in_and_nobody_else_is() {
    let missing = outcome("DMP-0301", "the patient is missing");
    for (status, body, expected) in [
        (400, missing.as_str(), Severity::Note),
        (400, "<html>No required SSL certificate was sent</html>", Severity::Fatal),
        (400, "", Severity::Fatal),
        (200, "{}", Severity::Fatal),
        (401, &outcome("DMP-0740", "a token is needed"), Severity::Note),
        (401, &outcome("DMP-0749", "the token has expired"), Severity::Fatal),
        (403, &outcome("DMP-0405", "nobody"), Severity::Fatal),
        (404, &missing, Severity::Fatal),
        (429, &outcome("DMP-0780", "too often"), Severity::Fatal),
        (503, "", Severity::Fatal),
    ] {
        assert_eq!(severity(&judged(&caller(), status, body)), expected, "{status} {body}");
    }
}

#[test]
fn nobody_is_told_the_code_its_text_and_what_may_lie_behind_it_whatever_the_code() {
    for code in ["DMP-0405", "DMP-0499"] {
        let found = judged(&caller(), 403, &outcome(code, "why it is so"));
        assert!(found[0].text.starts_with("nobody: ") && found[0].text.contains(&format!("403 {code} (why it is so)")));
        let words: String = found[1..].iter().map(|finding| finding.text.as_str()).collect();
        for word in ["directory", "kind", "several professions", "revoked", "responder", "serial number"] {
            assert!(words.contains(word), "{word}: {words}");
        }
    }
}

#[test]
fn what_the_law_refuses_is_no_fault_of_the_certificate() {
    let found = judged(&Question::Named("/fhir/List".to_owned()), 403, &outcome("DMP-0403", "you may not do this"));
    assert!(found.len() == 1 && found[0].severity == Severity::Fatal, "{found:?}");
    assert!(found[0].text.starts_with("forbidden: ") && found[0].text.contains("DMP-0403"), "{found:?}");
}

#[test]
fn an_outcome_is_found_in_chunks_and_its_text_is_harmless() {
    let body = format!("1a2\r\n{}\r\n0\r\n\r\n", outcome("DMP-0405", &format!("a\u{1b}[31m{}", "b".repeat(1000))));
    let found = Outcome::read(body.as_bytes()).unwrap();
    assert_eq!(found.code, "DMP-0405");
    assert!(found.text.starts_with("a[31mb") && found.text.len() == TOLD, "{found:?}");
    for other in
        ["", "{", "{}", "[]", "{\"resourceType\":\"Bundle\",\"issue\":[{\"details\":{\"coding\":[{\"code\":\"x\"}]}}]}"]
    {
        assert_eq!(Outcome::read(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn a_path_that_is_named_is_asked_alone() {
    assert_eq!(Question::all("/fhir", Some("/x")), [Question::Named("/x".to_owned())]);
    let asked = Question::all("/dmp/r4", None);
    assert_eq!(asked.iter().map(Question::path).collect::<Vec<_>>(), ["/dmp/r4/metadata", "/dmp/r4/Patient"]);
}
