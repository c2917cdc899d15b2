//! The published examples of the DMP, their identifiers adapted to the test cast and nothing else.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::fixture::*;
use crate::fhir::rules::RuleSet::{Dmp, Pdsm};

fn example(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/examples/pdsm4dmp").join(name);
    let Ok(text) = fs::read_to_string(&path) else {
        println!("the published examples are not here: {name} was not tried");
        return None;
    };
    let adapted = text
        .replace("urn:oid:1.2.250.1.213.1.4.8|123456789012345", &format!("{INS_SYSTEM}|{INS}"))
        .replace(
            "\"urn:oid:1.2.250.1.213.1.4.8\",\"value\":\"123456789012345\"",
            &format!("\"{INS_SYSTEM}\",\"value\":\"{INS}\""),
        )
        .replace("DocumentReference/doc-x-id", "DocumentReference/0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11");
    Some(serde_json::from_str(&adapted).unwrap())
}

/// What pdsm-dmp 15.3 finds wrong with both Bundles, and the mark that MHD 4.2.3 wants on every uniqueId.
fn defects() -> Vec<(&'static str, String)> {
    let at = |place: &str| place.to_owned();
    vec![
        ("DMP-0220", at("Bundle.entry[1].resource.custodian")),
        ("DMP-0228", at("Bundle.entry[0].resource.source")),
        ("DMP-0229", at("Bundle.entry[0].resource.extension[2]")),
        ("DMP-0230", at("Bundle.entry[0].resource.extension[0].valueCodeableConcept")),
        ("DMP-0234", at("Bundle.entry[1].resource.context.facilityType")),
        ("DMP-0235", at("Bundle.entry[1].resource.context.practiceSetting")),
        ("DMP-0240", at("Bundle.entry[1].resource.masterIdentifier.use")),
        ("DMP-0282", at("Bundle.entry[0].resource.identifier")),
        ("DMP-0774", at("Bundle.entry[1].resource")),
    ]
}

#[test]
fn the_example_submission_is_taken_by_dmp_and_refused_by_pdsm_for_its_known_defects() {
    let Some(tree) = example("Bundle-example-td2-iti65-lot-soumission.json") else { return };
    assert_eq!(errors(provide(Pdsm, tree.clone())), defects());
    let publication = provide(Dmp, tree.clone()).unwrap();
    assert_eq!(publication.warnings.len(), 8, "{:?}", publication.warnings);
    let printed = printed(&publication, 0);
    assert_eq!(printed["text"], tree["entry"][1]["resource"]["text"]);
    assert_eq!(printed["content"][0]["attachment"]["hash"], "A/hMRrv6Y15BjSM8kMLidrz+mHc=");
    let list = printed_set(&publication);
    assert_eq!(list["source"]["reference"], "#source-role", "a Practitioner is wrapped into a PractitionerRole");
}

#[test]
fn the_example_replacement_is_taken_by_dmp_and_refused_by_pdsm_for_its_known_defects() {
    let Some(tree) = example("Bundle-example-td2-1-remplacement.json") else { return };
    assert_eq!(errors(provide(Pdsm, tree.clone())), defects());
    let publication = provide(Dmp, tree).unwrap();
    assert_eq!(publication.submission.replacements.len(), 1);
    use crate::fhir::publication::ReplyEntry::*;
    assert_eq!(publication.reply, [SubmissionSet, Document(0), Superseded(0), Binary(0)]);
}

#[test]
fn the_example_simplified_publication_is_taken_by_dmp_and_refused_by_pdsm() {
    let Some(tree) = example("DocumentReference-example-td2-iti105-publication-simplifiee.json") else { return };
    let strict = [
        ("DMP-0220", "DocumentReference.custodian".to_owned()),
        ("DMP-0240", "DocumentReference.masterIdentifier.use".to_owned()),
        ("DMP-0255", "DocumentReference.subject.reference".to_owned()),
    ];
    assert_eq!(errors(publish(Pdsm, tree.clone())), strict);
    let publication = publish(Dmp, tree).unwrap();
    assert_eq!(publication.submission.documents[0].custodian.as_ref().unwrap().as_str(), STRUCTURE);
    assert_eq!(publication.submission.documents[0].entry.class.code, "10");
}

#[test]
fn an_example_with_its_own_false_identifier_is_refused_for_its_key() {
    let Some(tree) = example("Bundle-example-td2-iti65-lot-soumission.json") else { return };
    let text = tree.to_string().replace(INS, "123456789012345");
    let refused = codes(provide(Dmp, serde_json::from_str(&text).unwrap()));
    assert!(!refused.is_empty() && refused.iter().all(|code| *code == "DMP-0253"), "{refused:?}");
}
