use super::*;

fn refusal(text: &str) -> String {
    told(&serde_json::from_str::<Records>(text).unwrap_err())
}

#[test]
fn a_file_is_refused_by_what_is_expected_and_where_and_never_by_what_stands_there() {
    let holder = "urn:oid:1.2.250.1.213.1.4.10|279035121518989";
    let record = |facts: &str| format!("{{\"records\":[{{\"holder\":\"{holder}\",\"facts\":{facts}}}]}}");
    for (text, told) in [
        (format!("{{\"{holder}, expected\":1}}"), "unknown field, expected `records` at line 1 column "),
        (format!("{{\"records\":\"{holder}\"}}"), "invalid type, expected a sequence at line 1 column "),
        (record(&format!("\"{holder}\"")), "invalid type, expected struct Facts at line 1 column "),
        (format!("{{\"records\":[{{\"holder\":\"{holder}\"}}]}}"), "missing field `facts` at line 1 column "),
        (format!("{{{holder}"), "key must be a string at line 1 column "),
    ] {
        let refusal = refusal(&text);
        assert!(refusal.starts_with(told), "{refusal}");
        assert!(!refusal.contains("27903512151898"), "{refusal}");
    }
}
