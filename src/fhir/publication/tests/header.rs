use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::fixture::*;
use crate::fhir::{
    canon::{A06, A08},
    cda::tests::fixture::document as cda,
    rules::RuleSet::{self, Dmp, Pdsm},
};

/// A simplified publication of the whole header, whose metadata say the same.
fn alike() -> Value {
    let tree = with(simple(), "/content/0/attachment/contentType", json!("text/xml"));
    let tree = with(tree, "/content/0/attachment/data", json!(STANDARD.encode(cda())));
    with(tree, "/securityLabel", json!([{"coding": [{"system": A08, "code": "R"}]}]))
}

/// The codes of the warnings, or of the errors.
fn told(rules: RuleSet, tree: &Value) -> Result<Vec<&'static str>, Vec<&'static str>> {
    match publish(rules, tree.clone()) {
        Ok(publication) => Ok(publication.warnings.iter().map(|issue| issue.diagnosis.code).collect()),
        Err(rejected) => Err(codes(Err(rejected))),
    }
}

// requirement: TX-18
#[test]
fn metadata_like_the_header_pass_without_a_remark() {
    assert_eq!(told(Pdsm, &alike()), Ok(Vec::new()));
    assert_eq!(told(Dmp, &alike()), Ok(Vec::new()));
}

// requirement: TX-18
#[test]
fn type_language_and_confidentiality_of_the_header_bind_the_strict_rule_set() {
    for (pointer, value, code) in [
        ("/type/coding/0/code", json!("34133-9"), "DMP-0294"),
        ("/content/0/attachment/language", json!("en-GB"), "DMP-0295"),
        ("/securityLabel/0/coding/0/code", json!("N"), "DMP-0296"),
    ] {
        let tree = with(alike(), pointer, value);
        assert_eq!(told(Pdsm, &tree), Err(vec![code]));
        assert_eq!(told(Dmp, &tree), Ok(vec![code]));
    }
}

// requirement: TX-18
#[test]
fn other_authors_structures_signatories_and_formats_are_remarked() {
    let other = json!({"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700075122"});
    let organization = json!({"resourceType": "Organization", "id": "structure",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "10B0999002"}]});
    let elsewhere = with(alike(), "/contained/-", organization);
    for (tree, code) in [
        (with(alike(), "/contained/0/identifier/0", other.clone()), "DMP-0291"),
        (with(elsewhere, "/contained/0/organization", json!({"reference": "#structure"})), "DMP-0292"),
        (with(alike(), "/authenticator", json!({"identifier": other})), "DMP-0293"),
        (with(alike(), "/content/0/format", json!({"system": A06, "code": "urn:other"})), "DMP-0297"),
    ] {
        for rules in [Pdsm, Dmp] {
            assert_eq!(told(rules, &tree), Ok(vec![code]));
        }
    }
}

// requirement: TX-18
#[test]
fn a_patient_as_author_whom_the_header_does_not_know_is_refused() {
    let author = |ins: &str| with(alike(), "/contained/0", patient("doctor", ins));
    for rules in [Pdsm, Dmp] {
        assert_eq!(told(rules, &author(OTHER_INS)), Err(vec!["DMP-0298"]));
        assert_eq!(told(rules, &author(INS)), Ok(vec!["DMP-0291"]), "the header names a professional");
    }
}

#[test]
fn the_numbers_of_a_register_are_compared_in_both_their_spellings() {
    let bare = json!({"system": "https://rpps.esante.gouv.fr", "value": &DOCTOR[1..]});
    assert_eq!(told(Pdsm, &with(alike(), "/contained/0/identifier/0", bare)), Ok(Vec::new()));
}

#[test]
fn a_header_that_goes_beyond_the_first_bytes_is_compared_in_its_patient_alone() {
    let filler = format!("<!--{}--><author>", "x".repeat(70_000));
    let long = cda().replace("<author>", &filler);
    let tree = with(alike(), "/content/0/attachment/data", json!(STANDARD.encode(&long)));
    let tree = with(tree, "/type/coding/0/code", json!("34133-9"));
    assert_eq!(told(Pdsm, &tree), Err(vec!["DMP-0290"]), "nothing that follows the patient was reached");
    let reached = cda().replace("<author>", &format!("<realmCode code=\"FR\"/>{filler}"));
    let tree = with(tree, "/content/0/attachment/data", json!(STANDARD.encode(&reached)));
    assert_eq!(told(Pdsm, &tree), Ok(Vec::new()));
}
