//! One mutant for each element that the strict profiles demand or forbid.

use serde_json::json;

use super::fixture::*;
use crate::fhir::rules::RuleSet::Pdsm;

const DOCUMENT: &[&str] = &[
    "contained",
    "masterIdentifier",
    "masterIdentifier/use",
    "masterIdentifier/system",
    "masterIdentifier/value",
    "status",
    "type",
    "category",
    "subject",
    "date",
    "author",
    "custodian",
    "securityLabel",
    "content",
    "content/0/attachment",
    "content/0/attachment/contentType",
    "content/0/attachment/language",
    "content/0/attachment/url",
    "content/0/attachment/size",
    "content/0/attachment/hash",
    "content/0/attachment/title",
    "content/0/attachment/creation",
    "content/0/format",
    "context",
    "context/period",
    "context/period/start",
    "context/facilityType",
    "context/practiceSetting",
    "context/sourcePatientInfo",
];

const SET: &[&str] = &[
    "contained",
    "extension",
    "extension/0",
    "extension/1",
    "extension/0/valueCodeableConcept",
    "extension/1/valueIdentifier",
    "status",
    "mode",
    "code",
    "subject",
    "date",
    "source",
    "entry",
    "entry/0/item",
];

const SIMPLE: &[&str] = &[
    "masterIdentifier",
    "status",
    "type",
    "subject",
    "date",
    "author",
    "custodian",
    "content",
    "content/0/attachment",
    "content/0/attachment/contentType",
    "content/0/attachment/data",
    "content/0/attachment/title",
];

// requirement: TX-10
#[test]
fn no_mandatory_element_of_a_document_can_be_missing() {
    for path in DOCUMENT {
        let rejected = provide(Pdsm, without(letter(), &format!("/entry/1/resource/{path}")));
        let told = errors(rejected).iter().any(|(_, at)| at.starts_with("Bundle.entry[1].resource"));
        assert!(told, "{path}");
    }
}

// requirement: TX-10
#[test]
fn no_mandatory_element_of_a_submission_set_can_be_missing() {
    for path in SET {
        let rejected = provide(Pdsm, without(letter(), &format!("/entry/0/resource/{path}")));
        let told = errors(rejected).iter().any(|(_, at)| at.starts_with("Bundle.entry[0].resource"));
        assert!(told, "{path}");
    }
}

#[test]
fn no_mandatory_element_of_a_simplified_publication_can_be_missing() {
    for path in SIMPLE {
        assert!(publish(Pdsm, without(simple(), &format!("/{path}"))).is_err(), "{path}");
    }
}

#[test]
fn what_the_profiles_forbid_is_refused() {
    let forbidden = [
        ("/entry/1/resource/docStatus", json!("final")),
        ("/entry/1/resource/modifierExtension", json!([{"url": "http://x.test", "valueBoolean": true}])),
        ("/entry/1/resource/implicitRules", json!("http://x.test")),
        ("/entry/0/resource/encounter", json!({"display": "x"})),
        ("/entry/0/resource/orderedBy", json!({"text": "x"})),
        ("/entry/0/resource/emptyReason", json!({"text": "x"})),
        ("/entry/0/resource/entry/0/flag", json!({"text": "x"})),
        ("/entry/0/resource/entry/0/deleted", json!(true)),
        ("/entry/0/resource/entry/0/date", json!("2026")),
    ];
    for (path, value) in forbidden {
        assert_eq!(codes(provide(Pdsm, with(letter(), path, value))), ["DMP-0217"], "{path}");
    }
}

#[test]
fn what_stands_too_often_is_refused() {
    let category = letter()["entry"][1]["resource"]["category"][0].clone();
    assert_eq!(codes(provide(Pdsm, with(letter(), "/entry/1/resource/category/-", category))), ["DMP-0218"]);
    let content = letter()["entry"][1]["resource"]["content"][0].clone();
    assert!(codes(provide(Pdsm, with(letter(), "/entry/1/resource/content/-", content))).contains(&"DMP-0218"));
}

// requirement: TX-10
// requirement: TX-11
#[test]
fn fixed_values_and_code_systems_are_held_to() {
    let coding = |system: &str| json!({"coding": [{"system": system, "code": "x"}]});
    let cases = [
        ("/entry/1/resource/status", json!("superseded"), "DMP-0219"),
        ("/entry/0/resource/status", json!("retired"), "DMP-0219"),
        ("/entry/0/resource/code", coding("http://x.test"), "DMP-0219"),
        ("/entry/1/resource/type", coding("http://x.test"), "DMP-0232"),
        ("/entry/1/resource/category", json!([coding("http://x.test")]), "DMP-0233"),
        ("/entry/1/resource/context/facilityType", coding("http://x.test"), "DMP-0234"),
        ("/entry/1/resource/context/practiceSetting", coding("http://x.test"), "DMP-0235"),
        ("/entry/1/resource/content/0/format", json!({"system": "http://x.test", "code": "x"}), "DMP-0236"),
        ("/entry/0/resource/extension/0/valueCodeableConcept", coding("http://x.test"), "DMP-0230"),
        ("/entry/1/resource/masterIdentifier/value", json!("no uri"), "DMP-0241"),
        ("/entry/1/resource/author", json!([{"reference": "#source-of-all"}]), "DMP-0226"),
        ("/entry/1/resource/author", json!([{"reference": "Practitioner/1"}]), "DMP-0225"),
        ("/entry/1/resource/context/period", json!({"start": "2026-06-11", "end": "2026-06-10"}), "DMP-0268"),
        ("/entry/0/resource/identifier/0/value", json!("urn:uuid:x"), "DMP-0231"),
    ];
    for (path, value, code) in cases {
        let told = codes(provide(Pdsm, with(letter(), path, value)));
        assert!(told.iter().all(|it| *it == code), "{path}: {told:?}");
    }
    let by_doctor = with(letter(), "/entry/1/resource/context/sourcePatientInfo", json!({"reference": "#doctor"}));
    assert_eq!(codes(provide(Pdsm, by_doctor)), ["DMP-0227", "DMP-0774"], "and no Patient tells who it is");
}
