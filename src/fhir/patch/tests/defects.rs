//! Malformed documents, and the defects of the published samples.

use super::*;

fn strict(text: &str) -> Vec<&'static str> {
    json(text.as_bytes(), RuleSet::Pdsm).map_or_else(|issues| codes(&issues.0), |_| Vec::new())
}

/// Taken with this warning under `dmp`, refused for it under `pdsm`.
fn tolerated(text: &str, code: &'static str) -> Reading {
    let reading = json(text.as_bytes(), RuleSet::Dmp).unwrap();
    assert_eq!(codes(&reading.warnings), [code], "{text}");
    assert!(reading.warnings.iter().all(|issue| issue.severity == Severity::Warning));
    assert_eq!(strict(text), [code], "{text}");
    reading
}

// requirement: PATCH-04
#[test]
fn the_sample_of_the_guide_is_taken_with_all_its_defects() {
    let text = "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"current \"},
        {\"op\":\"replace\",\"path\":\"/securtityLabel\",\"value\":\"restricted\"},
        {\"op\":\"replace\",\"path\":\"/extension[url:”https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-isArchived”]/valueBoolean\",
         \"value\":\"true\"}]";
    let reading = json(text.as_bytes(), RuleSet::Dmp).unwrap();
    let mut found = codes(&reading.warnings);
    found.sort_unstable();
    assert_eq!(found, ["DMP-0361", "DMP-0362", "DMP-0363", "DMP-0364", "DMP-0365", "DMP-0366"]);
    let revision = apply(&reading, &entry(masked())).unwrap();
    assert!(revision.archived && revision.masked);
    assert_eq!((revision.status, revision.confidentiality), (Status::Current, Confidentiality::R));
    assert_eq!(strict(text).len(), 6);
}

#[test]
fn typographic_quotation_marks_stand_for_plain_ones() {
    let reading = tolerated("[{“op”:“replace”,“path”:“/status”,“value”:“superseded”}]", "DMP-0360");
    assert_eq!(apply(&reading, &plain()).unwrap().status, Status::Superseded);
    let inside = json_patch(&json!([{"op": "test", "path": "/status", "value": "“"}]));
    assert_eq!(inside.warnings, [], "inside a string they are letters");
}

#[test]
fn blanks_around_a_code_are_no_part_of_it() {
    let reading = tolerated(r#"[{"op":"replace","path":"/status","value":"superseded "}]"#, "DMP-0365");
    assert_eq!(apply(&reading, &plain()).unwrap().status, Status::Superseded);
    let label = r#"[{"op":"add","path":"/securityLabel/-","value":{"coding":[{"code":"MASQUE_PS ",
        "system":"https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument"}]}}]"#;
    assert!(apply(&tolerated(label, "DMP-0365"), &plain()).unwrap().masked);
}

// requirement: PATCH-05
#[test]
fn the_selector_of_the_page_archives_and_restores() {
    for (path, rest) in [("/extension[url:'{}']/valueBoolean", ""), ("/extension[url='{}']/valueBoolean", "")] {
        for state in [true, false] {
            let path = path.replace("{}", IS_ARCHIVED) + rest;
            let text = json!([{"op": "replace", "path": path, "value": state}]).to_string();
            let reading = tolerated(&text, "DMP-0361");
            assert_eq!(apply(&reading, &plain()).unwrap().archived, state);
            assert_eq!(apply(&reading, &archived()).unwrap().archived, state);
        }
    }
    let other = json!([{"op": "replace", "path": "/extension[url:'urn:other']/valueString", "value": "x"}]);
    assert_eq!(refused(&plain(), &other), Unpatched::OtherElement);
    let nobody = json!([{"op": "replace", "path": "/extension[url:'urn:nobody']/valueBoolean", "value": true}]);
    assert_eq!(refused(&plain(), &nobody), Unpatched::NoSuchPlace);
}

#[test]
fn the_search_parameter_stands_for_the_extension() {
    let url = "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-isArchived";
    let text = json!([{"op": "add", "path": "/extension/-", "value": {"url": url, "valueBoolean": true}}]).to_string();
    assert!(apply(&tolerated(&text, "DMP-0362"), &plain()).unwrap().archived);
}

#[test]
fn a_boolean_may_be_text() {
    for (text, state) in [("true", true), ("false", false)] {
        let whole = json!([{"op": "add", "path": "/extension/0", "value": flag(&json!(text))}]).to_string();
        assert_eq!(apply(&tolerated(&whole, "DMP-0363"), &archived()).unwrap().archived, state);
        let part = json!([{"op": "replace", "path": "/extension/0/valueBoolean", "value": text}]).to_string();
        assert_eq!(apply(&tolerated(&part, "DMP-0363"), &archived()).unwrap().archived, state);
    }
}

#[test]
fn a_label_may_be_text_and_lifts_no_flag() {
    let text = json!([{"op": "replace", "path": "/securityLabel", "value": "restricted"}]).to_string();
    let revision = apply(&tolerated(&text, "DMP-0364"), &entry(masked())).unwrap();
    assert_eq!((revision.masked, revision.confidentiality), (true, Confidentiality::R));
    let flag = json!([{"op": "add", "path": "/securityLabel/-", "value": "MASQUE_PS"}]).to_string();
    assert!(apply(&tolerated(&flag, "DMP-0364"), &plain()).unwrap().masked);
    let first = json!([{"op": "replace", "path": "/securityLabel/0", "value": "normal"}]).to_string();
    assert!(!apply(&tolerated(&first, "DMP-0364"), &entry(masked())).unwrap().masked);
}

#[test]
fn what_is_no_json_patch_is_refused_with_its_place() {
    for (text, code, at) in [
        ("", "DMP-0100", "line 1, column 1"),
        ("[{\"op\":", "DMP-0100", "line 1, column 8"),
        ("[\n {]", "DMP-0100", "line 2, column 3"),
        ("[] []", "DMP-0103", "line 1, column 4"),
        ("\u{feff}[]", "DMP-0102", "line 1, column 1"),
        ("{\"op\":\"add\"}", "DMP-0350", ""),
        ("[1]", "DMP-0350", "operation[0]"),
        ("[{\"op\":\"add\",\"op\":\"remove\"}]", "DMP-0104", "line 1, column 27"),
        ("[{\"path\":\"/status\"}]", "DMP-0354", "operation[0].op"),
        ("[{\"op\":\"spam\",\"path\":\"/status\"}]", "DMP-0354", "operation[0].op"),
        ("[{\"op\":\"add\",\"path\":\"/status\"}]", "DMP-0355", "operation[0].value"),
        ("[{\"op\":\"remove\"}]", "DMP-0355", "operation[0].path"),
        ("[{\"op\":\"remove\",\"path\":1}]", "DMP-0355", "operation[0].path"),
        ("[{\"op\":\"remove\",\"path\":\"status\"}]", "DMP-0356", "operation[0].path"),
        ("[{\"op\":\"remove\",\"path\":\"/status~2\"}]", "DMP-0356", "operation[0].path"),
        ("[{\"op\":\"remove\",\"path\":\"/extension[url:'x]\"}]", "DMP-0356", "operation[0].path"),
        ("[{\"op\":\"move\",\"path\":\"/status\"}]", "DMP-0355", "operation[0].from"),
    ] {
        let issue = json(text.as_bytes(), RuleSet::Dmp).unwrap_err().0.remove(0);
        assert_eq!((issue.diagnosis.code, issue.at.as_str()), (code, at), "{text}");
    }
    let bytes = b"[\"\xff\"]";
    assert_eq!(codes(&json(bytes, RuleSet::Dmp).unwrap_err().0), ["DMP-0101"]);
}

// requirement: CR-07
#[test]
fn a_patch_is_bounded() {
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    assert_eq!(codes(&json(deep.as_bytes(), RuleSet::Dmp).unwrap_err().0), ["DMP-0113"]);
    let long = vec![b' '; MAX_BYTES + 1];
    assert_eq!(codes(&json(&long, RuleSet::Dmp).unwrap_err().0), ["DMP-0116"]);
    assert_eq!(codes(&xml(&long, RuleSet::Dmp).unwrap_err().0), ["DMP-0116"]);
    let test = json!({"op": "test", "path": "/status", "value": "current"});
    let many = Value::Array(vec![test; MAX_OPERATIONS + 1]);
    assert_eq!(codes(&json(many.to_string().as_bytes(), RuleSet::Dmp).unwrap_err().0), ["DMP-0353"]);
    let wide = format!("<diff>{}</diff>", "<remove sel='x'/>".repeat(MAX_OPERATIONS + 1));
    assert_eq!(codes(&xml(wide.as_bytes(), RuleSet::Dmp).unwrap_err().0), ["DMP-0353"]);
}

#[test]
fn every_error_of_a_patch_is_told() {
    let text = r#"[{"op":"spam"},{"op":"remove"},{"op":"remove","path":"x"}]"#;
    assert_eq!(strict(text), ["DMP-0354", "DMP-0355", "DMP-0356"]);
}
