//! FHIRPath Patch and XML Patch say the same as JSON Patch.

use super::*;

fn operation(parts: &Value) -> Value {
    let parts: Vec<Value> = parts.as_object().unwrap().iter().map(|(name, value)| part(name, value)).collect();
    json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]})
}

fn part(name: &str, value: &Value) -> Value {
    let mut part = value.as_object().cloned().unwrap_or_default();
    if let Value::String(text) = value {
        part.insert("valueString".to_owned(), json!(text));
    }
    part.insert("name".to_owned(), json!(name));
    Value::Object(part)
}

fn by_fhirpath(entry: &DocumentEntry, parts: &Value) -> Result<Revision, Unpatched> {
    let reading = fhirpath(&operation(parts), RuleSet::Dmp).unwrap();
    apply(&reading, entry).map_err(|inapplicable| inapplicable.why)
}

fn by_xml(entry: &DocumentEntry, operations: &str) -> Result<Revision, Unpatched> {
    let text = format!("<?xml version=\"1.0\"?>\n<diff xmlns:f=\"http://hl7.org/fhir\">{operations}</diff>");
    let reading = xml(text.as_bytes(), RuleSet::Dmp).unwrap();
    assert_eq!(reading.warnings, []);
    apply(&reading, entry).map_err(|inapplicable| inapplicable.why)
}

fn label(code: &str) -> Value {
    json!({"valueCodeableConcept": concept(code)})
}

#[test]
fn the_patch_of_mhd_supersedes() {
    let patch = json!({"path": "DocumentReference.status", "type": {"valueCode": "replace"}, "value": {"valueCode": "superseded"}});
    assert_eq!(by_fhirpath(&plain(), &patch).unwrap().status, Status::Superseded);
}

#[test]
fn fhirpath_names_labels_by_index_and_by_code() {
    let both = entry(Labels { hidden_from_patient: Some(Origin::Author), ..masked() });
    for path in [
        "DocumentReference.securityLabel[1]",
        "DocumentReference.securityLabel.where(coding.code='INVISIBLE_PATIENT')",
        "DocumentReference.securityLabel.where(coding.code = 'INVISIBLE_PATIENT' and coding.code='INVISIBLE_PATIENT')",
        "securityLabel[1]",
    ] {
        let shown = by_fhirpath(&both, &json!({"type": "delete", "path": path})).unwrap();
        assert!(shown.masked && !shown.hidden_from_patient, "{path}");
        let unmasked = by_fhirpath(&both, &json!({"type": "replace", "path": path, "value": label("N")})).unwrap();
        assert!(unmasked.masked && !unmasked.hidden_from_patient, "{path}");
    }
    let several = json!({"type": "delete", "path": "DocumentReference.securityLabel"});
    assert!(by_fhirpath(&both, &several).unwrap().masked, "a delete deletes one element or nothing");
    let several = json!({"type": "replace", "path": "DocumentReference.securityLabel", "value": label("N")});
    assert_eq!(by_fhirpath(&both, &several), Err(Unpatched::NoSuchPlace));
}

#[test]
fn fhirpath_adds_inserts_and_moves_labels() {
    let add = json!({"type": "add", "path": "DocumentReference", "name": "securityLabel", "value": label("MASQUE_PS")});
    assert!(by_fhirpath(&plain(), &add).unwrap().masked);
    let insert = json!({"type": "insert", "path": "DocumentReference.securityLabel", "index": {"valueInteger": 1}, "value": label("MASQUE_PS")});
    assert!(by_fhirpath(&plain(), &insert).unwrap().masked);
    let beyond = json!({"type": "insert", "path": "DocumentReference.securityLabel", "index": {"valueInteger": 2}, "value": label("MASQUE_PS")});
    assert_eq!(by_fhirpath(&plain(), &beyond), Err(Unpatched::NoSuchPlace));
    let shift = json!({"type": "move", "path": "DocumentReference.securityLabel", "source": {"valueInteger": 1}, "destination": {"valueInteger": 0}});
    assert_eq!(by_fhirpath(&entry(masked()), &shift).unwrap(), Revision::of(&entry(masked())));
    let missing = json!({"type": "delete", "path": "DocumentReference.securityLabel.where(coding.code='MASQUE_PS')"});
    assert_eq!(by_fhirpath(&plain(), &missing).unwrap(), Revision::of(&plain()));
}

// requirement: PATCH-05
#[test]
fn fhirpath_archives() {
    for path in [
        format!("DocumentReference.extension.where(url='{IS_ARCHIVED}').value"),
        format!("DocumentReference.extension('{IS_ARCHIVED}').value"),
        format!("DocumentReference.extension.where(url = '{IS_ARCHIVED}').first().valueBoolean")
            .replace(".first()", ""),
    ] {
        for state in [true, false] {
            let replace = json!({"type": "replace", "path": path, "value": {"valueBoolean": state}});
            assert_eq!(by_fhirpath(&plain(), &replace).unwrap().archived, state);
            assert_eq!(by_fhirpath(&archived(), &replace).unwrap().archived, state);
        }
    }
    let delete = json!({"type": "delete", "path": format!("DocumentReference.extension.where(url='{IS_ARCHIVED}')")});
    assert!(!by_fhirpath(&archived(), &delete).unwrap().archived);
    assert!(!by_fhirpath(&plain(), &delete).unwrap().archived);
    let url = part("url", &json!({"valueUri": IS_ARCHIVED}));
    let add = json!({"type": "add", "path": "DocumentReference", "name": "extension",
        "value": {"part": [url, part("value", &json!({"valueBoolean": true}))]}});
    assert!(by_fhirpath(&plain(), &add).unwrap().archived);
}

#[test]
fn fhirpath_beyond_the_three_elements_is_refused() {
    for path in ["DocumentReference.description", "DocumentReference", "Patient.active", "description"] {
        let patch = json!({"type": "replace", "path": path, "value": "x"});
        assert_eq!(by_fhirpath(&plain(), &patch), Err(Unpatched::OtherElement), "{path}");
    }
}

#[test]
fn what_is_no_fhirpath_patch_is_refused_with_its_place() {
    let issue = |tree: &Value| fhirpath(tree, RuleSet::Dmp).unwrap_err().0.remove(0);
    let refused = |parts: Value| issue(&operation(&parts)).diagnosis.code;
    assert_eq!(issue(&json!({"resourceType": "Bundle"})).diagnosis.code, "DMP-0350");
    let other = issue(&json!({"resourceType": "Parameters", "parameter": [{"name": "other"}]}));
    assert_eq!((other.diagnosis.code, other.at.as_str()), ("DMP-0350", "Parameters.parameter[0].name"));
    assert_eq!(refused(json!({"path": "DocumentReference.status"})), "DMP-0355");
    assert_eq!(refused(json!({"type": "upsert", "path": "DocumentReference.status"})), "DMP-0354");
    assert_eq!(refused(json!({"type": "replace", "path": "DocumentReference.status"})), "DMP-0355");
    for path in [
        "",
        "a..b",
        "status | status",
        "extension.where(",
        "x.where(y>'z')",
        "status.upper()",
        "a[1",
        "a['b']",
        "a.where(b='c",
    ] {
        assert_eq!(refused(json!({"type": "delete", "path": path})), "DMP-0356", "{path}");
    }
    let twice = json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
        part("type", &json!("delete")), part("type", &json!("delete")), part("path", &json!("DocumentReference.status"))]}]});
    assert_eq!(issue(&twice).diagnosis.code, "DMP-0355");
}

#[test]
fn xml_replaces_the_status() {
    for operation in [
        "<replace sel=\"f:DocumentReference/f:status/@value\">superseded</replace>",
        "<replace sel=\"/f:DocumentReference/f:status\"><f:status value=\"superseded\"/></replace>",
        "<replace sel=\"DocumentReference/status/@value\">super&#115;eded</replace>",
    ] {
        assert_eq!(by_xml(&plain(), operation).unwrap().status, Status::Superseded, "{operation}");
    }
}

#[test]
fn xml_changes_labels() {
    let mask = "<f:securityLabel><f:coding><f:system value=\"urn:oid:1.2.250.1.213.1.1.4.13\"/><f:code value=\"MASQUE_PS\"/></f:coding></f:securityLabel>";
    for add in [
        format!("<add sel=\"/f:DocumentReference\">{mask}</add>"),
        format!("<add sel=\"/f:DocumentReference\" pos=\"prepend\">{mask}</add>"),
        format!("<add sel=\"/f:DocumentReference/f:securityLabel[1]\" pos=\"before\">{mask}</add>"),
        format!("<add sel=\"/f:DocumentReference/f:securityLabel\" pos=\"after\">{mask}</add>"),
        format!("<add sel=\"/f:DocumentReference/f:status\" pos=\"after\">{mask}</add>"),
        format!("<replace sel=\"/f:DocumentReference/f:securityLabel[1]\">{mask}</replace>"),
    ] {
        assert!(by_xml(&plain(), &add).unwrap().masked, "{add}");
    }
    for remove in [
        "<remove sel=\"/f:DocumentReference/f:securityLabel[1]\"/>",
        "<remove sel=\"/f:DocumentReference/f:securityLabel[f:coding/f:code/@value='MASQUE_PS']\" ws=\"both\"/>",
    ] {
        assert!(!by_xml(&entry(masked()), remove).unwrap().masked, "{remove}");
    }
    let exchange =
        "<replace sel=\"f:DocumentReference/f:securityLabel[1]/f:coding/f:code/@value\">INVISIBLE_PATIENT</replace>";
    let revision = by_xml(&entry(masked()), exchange).unwrap();
    assert!(revision.masked && revision.hidden_from_patient && revision.added_rather_than_exchanged);
    assert_eq!(
        by_xml(&entry(masked()), "<remove sel=\"f:DocumentReference/f:securityLabel\"/>"),
        Err(Unpatched::NoSuchPlace)
    );
}

// requirement: PATCH-05
#[test]
fn xml_archives() {
    let by_value = |state| {
        format!(
            "<replace sel=\"f:DocumentReference/f:extension[@url='{IS_ARCHIVED}']/f:valueBoolean/@value\">{state}</replace>"
        )
    };
    for state in [true, false] {
        assert_eq!(by_xml(&plain(), &by_value(state)).unwrap().archived, state);
        assert_eq!(by_xml(&archived(), &by_value(state)).unwrap().archived, state);
    }
    let add = format!(
        "<add sel=\"f:DocumentReference\"><f:extension url=\"{IS_ARCHIVED}\"><f:valueBoolean value=\"true\"/></f:extension></add>"
    );
    assert!(by_xml(&plain(), &add).unwrap().archived);
    let set = format!(
        "<add sel=\"f:DocumentReference/f:extension[@url='{IS_ARCHIVED}']/f:valueBoolean\" type=\"@value\">true</add>"
    );
    assert!(by_xml(&plain(), &set).unwrap().archived);
    let remove = format!("<remove sel=\"f:DocumentReference/f:extension[@url='{IS_ARCHIVED}']\"/>");
    assert!(!by_xml(&archived(), &remove).unwrap().archived);
}

#[test]
fn xml_beyond_the_three_elements_is_refused() {
    for operation in [
        "<replace sel=\"f:DocumentReference/f:description/@value\">x</replace>",
        "<remove sel=\"f:DocumentReference\"/>",
        "<remove sel=\"f:Patient/f:status\"/>",
        "<add sel=\"f:DocumentReference\"><f:custodian><f:display value=\"x\"/></f:custodian></add>",
        "<add sel=\"f:DocumentReference/f:status\" type=\"@id\">x</add>",
        "<replace xmlns:g=\"urn:other\" sel=\"f:DocumentReference/g:status/@value\">x</replace>",
    ] {
        let found = by_xml(&plain(), operation);
        assert!(matches!(found, Err(Unpatched::OtherElement | Unpatched::NoSuchPlace)), "{operation}: {found:?}");
    }
}

#[test]
fn what_is_no_xml_patch_is_refused_with_its_place() {
    for (text, code, at) in [
        ("", "DMP-0351", "line 1, column 1"),
        ("<diff>\n<a></diff>", "DMP-0351", "line 2, column 11"),
        ("<!DOCTYPE diff [<!ENTITY a \"b\">]><diff/>", "DMP-0352", "line 1, column 34"),
        ("<diff><?p x?></diff>", "DMP-0351", "line 1, column 14"),
        ("<diff>&a;</diff>", "DMP-0351", "line 1, column 10"),
        ("<diff/><diff/>", "DMP-0351", "line 1, column 15"),
        ("<patch/>", "DMP-0350", ""),
        ("<diff>text</diff>", "DMP-0350", ""),
        ("<diff><f:add/></diff>", "DMP-0351", "line 1, column 15"),
        ("<diff><change sel='a'/></diff>", "DMP-0354", "operation[0]"),
        ("<diff><remove/></diff>", "DMP-0355", "operation[0].sel"),
        ("<diff><remove sel='//status'/></diff>", "DMP-0356", "operation[0].sel"),
        ("<diff><remove sel='f:status'/></diff>", "DMP-0356", "operation[0].sel"),
        ("<diff><remove sel='status[last()]'/></diff>", "DMP-0356", "operation[0].sel"),
        ("<diff><remove sel='status[0]'/></diff>", "DMP-0356", "operation[0].sel"),
        ("<diff><remove sel='*'/></diff>", "DMP-0356", "operation[0].sel"),
        ("<diff><add sel='DocumentReference'/></diff>", "DMP-0355", "operation[0]"),
        ("<diff><add sel='DocumentReference'><status value='x'/></add></diff>", "DMP-0355", "operation[0]"),
        ("<diff><add sel='DocumentReference/status' pos='under'><a/></add></diff>", "DMP-0355", "operation[0]"),
    ] {
        let issue = xml(text.as_bytes(), RuleSet::Dmp).unwrap_err().0.remove(0);
        assert_eq!((issue.diagnosis.code, issue.at.as_str()), (code, at), "{text}");
    }
    let deep = format!("{}{}", "<diff>".repeat(40), "</diff>".repeat(40));
    assert_eq!(codes(&xml(deep.as_bytes(), RuleSet::Dmp).unwrap_err().0), ["DMP-0113"]);
    let attributes: String = (0..40).map(|number| format!(" a{number}=''")).collect();
    assert_eq!(codes(&xml(format!("<diff{attributes}/>").as_bytes(), RuleSet::Dmp).unwrap_err().0), ["DMP-0351"]);
}
