use super::{super::subset::shaped, *};
use crate::fhir::search::Summary;

fn whole() -> Value {
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
        "status": "current",
        "_status": {"extension": []},
        "type": {"text": "t"},
        "author": [{"reference": "#role"}],
        "custodian": {"display": "c"},
        "content": [{"attachment": {"size": 12}}],
        "context": {"period": {"start": "2026"}, "sourcePatientInfo": {"reference": "#source"}},
    })
}

fn part(shape: ResultShape) -> Value {
    serde_json::from_slice(&shaped(whole().to_string().into_bytes(), &shape)).unwrap()
}

fn summary(summary: Summary) -> Value {
    part(ResultShape { summary: Some(summary), ..ResultShape::default() })
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn contained(value: &Value) -> Vec<&str> {
    let all = value.get("contained").and_then(Value::as_array).into_iter().flatten();
    let mut ids: Vec<&str> = all.map(|it| it["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

// requirement: SE-14
#[test]
fn the_whole_is_not_touched() {
    assert_eq!(part(ResultShape::default()), whole());
}

// requirement: SE-14
#[test]
fn elements_keep_what_is_mandatory_and_say_that_they_are_a_part() {
    let part = part(ResultShape { elements: vec!["type".to_owned()], ..ResultShape::default() });
    assert_eq!(names(&part), ["_status", "content", "id", "meta", "resourceType", "status", "type"]);
    assert_eq!(part["meta"]["tag"][0]["code"], "HTEST");
    assert_eq!(part["meta"]["tag"][1]["code"], "SUBSETTED");
    assert_eq!(part["content"][0]["attachment"]["size"].to_string(), "12");
}

// requirement: SE-14
#[test]
fn contained_resources_stay_as_long_as_something_leads_to_them() {
    let part = part(ResultShape { elements: vec!["author".to_owned()], ..ResultShape::default() });
    assert_eq!(contained(&part), ["role", "who"]);
    assert_eq!(contained(&summary(Summary::Text)), [""; 0]);
    assert_eq!(contained(&summary(Summary::Data)), ["role", "source", "who"]);
}

// requirement: SE-14
#[test]
fn each_summary_is_its_part() {
    let short = summary(Summary::Short);
    assert_eq!(
        names(&short),
        ["_status", "author", "contained", "content", "context", "id", "meta", "resourceType", "status", "type"]
    );
    assert_eq!((names(&short["context"]), contained(&short)), (vec!["period"], vec!["role", "who"]));
    let text = summary(Summary::Text);
    assert_eq!(names(&text), ["_status", "content", "id", "meta", "resourceType", "status", "text"]);
    let data = summary(Summary::Data);
    assert!(data.get("text").is_none() && data.get("custodian").is_some());
}
