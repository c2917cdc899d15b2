use std::{fs, path::PathBuf};

use super::*;

fn trimmed(resource: &Value, part: &Part) -> Value {
    serde_json::from_slice(&trim(resource.to_string().as_bytes(), part)).unwrap()
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn elements(names: &str) -> Part {
    Part::of_elements(names).unwrap()
}

fn document() -> Value {
    json!({
        "resourceType": "DocumentReference",
        "id": "1",
        "meta": {"versionId": "1", "tag": [{"code": "HTEST"}]},
        "text": {"status": "generated", "div": "<div/>"},
        "contained": [
            {"resourceType": "Practitioner", "id": "who"},
            {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "#who"}},
            {"resourceType": "Patient", "id": "source"},
        ],
        "extension": [{"url": "urn:x", "valueBoolean": true}],
        "modifierExtension": [{"url": "urn:m", "valueBoolean": true}],
        "status": "current",
        "_status": {"extension": []},
        "type": {"text": "t"},
        "author": [{"reference": "#role"}],
        "custodian": {"display": "c"},
        "content": [{"attachment": {"contentType": "text/plain", "size": 12.0, "data": "AA=="}, "format": {"code": "f"}}],
        "context": {"period": {"start": "2026"}, "event": [{"text": "e"}], "sourcePatientInfo": {"reference": "#source"}},
    })
}

#[test]
fn a_summary_holds_what_the_base_definition_marks() {
    let part = trimmed(&document(), &Part::Summary);
    let expected = [
        "_status",
        "author",
        "contained",
        "content",
        "context",
        "id",
        "meta",
        "modifierExtension",
        "resourceType",
        "status",
        "type",
    ];
    assert_eq!(names(&part), expected);
    assert_eq!(names(&part["context"]), ["period"]);
    assert_eq!(names(&part["content"][0]), ["attachment", "format"]);
    assert_eq!(names(&part["content"][0]["attachment"]), ["contentType", "size"]);
    assert_eq!(part["content"][0]["attachment"]["size"].to_string(), "12.0");
}

#[test]
fn a_summary_keeps_what_is_mandatory_though_it_is_not_marked() {
    let event = json!({"resourceType": "AuditEvent", "type": {"code": "rest"}, "recorded": "2026-01-01T00:00:00Z",
        "agent": [{"type": {"text": "t"}, "who": {"display": "w"}, "requestor": true}],
        "source": {"site": "s", "observer": {"display": "o"}}, "entity": [{"what": {"display": "e"}}]});
    let part = trimmed(&event, &Part::Summary);
    assert_eq!(names(&part), ["agent", "meta", "recorded", "resourceType", "source", "type"]);
    assert_eq!(names(&part["agent"][0]), ["requestor", "who"]);
    assert_eq!(names(&part["source"]), ["observer"]);
}

#[test]
fn a_summary_knows_choices_and_what_modifies() {
    let patient = json!({"resourceType": "Patient", "active": true, "deceasedBoolean": false, "deceasedness": 1,
        "name": [{"family": "f"}], "maritalStatus": {"text": "m"}, "extension": [{"url": "urn:x"}]});
    assert_eq!(
        names(&trimmed(&patient, &Part::Summary)),
        ["active", "deceasedBoolean", "meta", "name", "resourceType"]
    );
    assert_eq!(
        names(&trimmed(&patient, &elements("name"))),
        ["active", "deceasedBoolean", "meta", "name", "resourceType"]
    );
    let consent = json!({"resourceType": "Consent", "status": "active", "sourceReference": {"display": "s"}, "policy": [{"uri": "p"}],
        "provision": {"type": "permit", "actor": [{"role": {"text": "r"}}], "provision": [{"type": "deny"}]}});
    let part = trimmed(&consent, &Part::Summary);
    assert_eq!(names(&part), ["meta", "provision", "resourceType", "sourceReference", "status"]);
    assert_eq!(names(&part["provision"]), ["type"]);
}

#[test]
fn a_summary_of_a_list_leaves_out_its_entries_and_identifiers() {
    let list = json!({"resourceType": "List", "status": "current", "mode": "working", "identifier": [{"value": "v"}],
        "code": {"text": "c"}, "source": {"display": "s"}, "entry": [{"item": {"reference": "DocumentReference/1"}}]});
    assert_eq!(names(&trimmed(&list, &Part::Summary)), ["code", "meta", "mode", "resourceType", "source", "status"]);
}

#[test]
fn text_is_the_narrative_and_data_is_all_but_it() {
    let text = trimmed(&document(), &Part::Text);
    let expected = ["_status", "content", "id", "meta", "modifierExtension", "resourceType", "status", "text"];
    assert_eq!(names(&text), expected);
    let data = trimmed(&document(), &Part::Data);
    assert!(data.get("text").is_none() && data.get("custodian").is_some() && data.get("extension").is_some());
}

#[test]
fn elements_are_those_that_are_named_and_what_is_mandatory() {
    let of = |names: &str| trimmed(&document(), &elements(names));
    let kept = ["_status", "content", "id", "meta", "modifierExtension", "resourceType", "status"];
    assert_eq!(names(&of("nothing")), kept);
    assert_eq!(of("custodian")["custodian"]["display"], "c");
    assert_eq!(of("DocumentReference.custodian, type")["custodian"]["display"], "c");
    assert_eq!(of("Patient.custodian").get("custodian"), None);
    assert_eq!(of("context.period")["context"], document()["context"]);
    assert_eq!(Part::of_elements(" ,"), None);
}

#[test]
fn contained_resources_stay_as_long_as_something_leads_to_them() {
    let ids = |part: &Part| {
        let part = trimmed(&document(), part);
        let contained = part.get("contained").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut ids: Vec<String> = contained.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(&elements("author")), ["role", "who"]);
    assert_eq!(ids(&Part::Summary), ["role", "who"]);
    assert_eq!(ids(&Part::Text), [""; 0]);
    assert_eq!(ids(&Part::Data), ["role", "source", "who"]);
}

#[test]
fn a_part_says_once_that_it_is_one() {
    let once = trimmed(&document(), &Part::Summary);
    assert_eq!(once["meta"]["tag"], json!([{"code": "HTEST"}, {"system": OBSERVATION_VALUE, "code": "SUBSETTED"}]));
    assert_eq!(trimmed(&once, &Part::Summary)["meta"]["tag"], once["meta"]["tag"]);
    let bare = trimmed(&json!({"resourceType": "Patient", "active": true}), &Part::Data);
    assert_eq!(bare["meta"]["tag"][0]["code"], "SUBSETTED");
}

#[test]
fn of_a_bundle_the_matches_are_trimmed() {
    let bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": 3, "link": [{"relation": "self", "url": "u"}], "entry": [
        {"fullUrl": "f", "resource": document(), "search": {"mode": "match"}},
        {"resource": document(), "search": {"mode": "include"}},
        {"resource": {"resourceType": "OperationOutcome", "text": {}}, "search": {"mode": "outcome"}}]});
    let summary = trimmed(&bundle, &Part::Summary);
    assert_eq!(names(&summary), ["entry", "link", "resourceType", "total", "type"]);
    assert_eq!(summary["entry"][0]["fullUrl"], "f");
    for index in [0, 1] {
        assert_eq!(summary["entry"][index]["resource"].get("custodian"), None);
    }
    assert_eq!(summary["entry"][2], bundle["entry"][2]);
    let named = trimmed(&bundle, &elements("type"));
    assert_eq!(named["entry"][0]["resource"].get("author"), None);
    assert_eq!(named["entry"][1], bundle["entry"][1], "elements are of the matches");
    let count = trimmed(&bundle, &Part::Count);
    assert_eq!(names(&count), ["link", "resourceType", "total", "type"]);
}

#[test]
fn what_is_unknown_stays_whole() {
    for resource in [
        json!({"resourceType": "OperationOutcome", "text": {}}),
        json!({"resourceType": "Bundle", "type": "document", "entry": []}),
    ] {
        assert_eq!(trimmed(&resource, &Part::Summary), resource);
    }
    assert_eq!(trimmed(&document(), &Part::Count), document());
    assert_eq!(trim(b"no json", &Part::Summary), b"no json");
}

#[test]
fn the_values_of_the_parameter_are_five() {
    assert_eq!(Part::of_summary("true"), Some(Some(Part::Summary)));
    assert_eq!(Part::of_summary("count"), Some(Some(Part::Count)));
    assert_eq!(Part::of_summary("false"), Some(None));
    assert_eq!(Part::of_summary("yes"), None);
}

#[test]
fn a_part_of_an_official_example_passes_the_gates() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/examples/pdsm");
    let Ok(files) = fs::read_dir(&folder) else {
        return eprintln!("notice: {} is not there, so no official example was trimmed", folder.display());
    };
    for path in files.map(|file| file.unwrap().path()) {
        let resource: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for part in [Part::Summary, Part::Text, Part::Data, elements("type")] {
            let before = crate::fhir::shape::check(&resource).len();
            let after = crate::fhir::shape::check(&trimmed(&resource, &part)).len();
            assert!(after <= before, "{} {part:?}", path.display());
        }
    }
}
