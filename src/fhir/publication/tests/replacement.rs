use serde_json::{Value, json};
use uuid::Uuid;

use super::fixture::*;
use crate::{
    fhir::{
        publication::ReplyEntry,
        rules::RuleSet::{Dmp, Pdsm},
    },
    record::{code::Identifier, submission::TargetName},
};

const OLD: &str = "0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11";

fn replacing(target: &Value) -> Value {
    with(letter(), "/entry/1/resource/relatesTo", json!([{"code": "replaces", "target": target}]))
}

fn by_id() -> Value {
    json!({"reference": format!("DocumentReference/{OLD}")})
}

fn patch(url: &str, value: &str) -> Value {
    let parts = json!([
        {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "value", "valueCode": value},
        {"name": "type", "valueCode": "replace"},
    ]);
    let parameters = json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]});
    entry("urn:uuid:patch", parameters, "PATCH", url)
}

fn target_of(tree: Value) -> TargetName {
    provide(Pdsm, tree).unwrap().submission.replacements[0].target.clone()
}

#[test]
fn the_replaced_document_may_be_named_in_every_way() {
    let id = TargetName::Id(OLD.parse::<Uuid>().unwrap());
    let named = |value: &str| {
        TargetName::Identifier(Identifier { system: "urn:ietf:rfc:3986".to_owned(), value: value.to_owned() })
    };
    assert_eq!(target_of(replacing(&by_id())), id);
    assert_eq!(
        target_of(replacing(&json!({"reference": format!("https://a.test/fhir/DocumentReference/{OLD}/_history/2")}))),
        id
    );
    assert_eq!(target_of(replacing(&json!({"reference": format!("urn:uuid:{OLD}")}))), id);
    assert_eq!(target_of(replacing(&json!({"reference": "urn:oid:1.2.3"}))), named("urn:oid:1.2.3"));
    let conditional = "DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.3";
    assert_eq!(target_of(replacing(&json!({"reference": conditional}))), named("urn:oid:1.2.3"));
    let logical = json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}});
    assert_eq!(target_of(replacing(&logical)), named("urn:oid:1.2.3"));
}

#[test]
fn a_target_that_cannot_be_here_is_refused() {
    for target in ["DocumentReference/doc-x-id", "Patient/1", &document_url(0)] {
        assert_eq!(codes(provide(Dmp, replacing(&json!({"reference": target})))), ["DMP-0270"], "{target}");
    }
}

#[test]
fn the_printed_relation_leads_to_the_replaced_document() {
    let publication = provide(Pdsm, replacing(&json!({"reference": format!("urn:uuid:{OLD}")}))).unwrap();
    assert_eq!(printed(&publication, 0)["relatesTo"][0]["target"], by_id());
}

// requirement: CR-06 TX-08
// requirement: CR-06
#[test]
fn a_patch_entry_goes_with_its_replacement_and_is_answered_in_its_place() {
    for url in
        [format!("DocumentReference/{OLD}"), format!("DocumentReference?identifier=urn:ietf:rfc:3986%7Curn:uuid:{OLD}")]
    {
        let publication = provide(Pdsm, with(replacing(&by_id()), "/entry/-", patch(&url, "superseded"))).unwrap();
        assert_eq!(publication.reply[3], ReplyEntry::Superseded(0), "{url}");
    }
}

// requirement: CR-06
#[test]
fn a_patch_of_anything_else_is_refused() {
    let url = format!("DocumentReference/{OLD}");
    let of_value = with(replacing(&by_id()), "/entry/-", patch(&url, "current"));
    assert_eq!(codes(provide(Dmp, of_value)), ["DMP-0275"]);
    let other = patch(&url, "superseded");
    let other = with(other, "/resource/parameter/0/part/0/valueString", json!("DocumentReference.description"));
    assert_eq!(codes(provide(Dmp, with(replacing(&by_id()), "/entry/-", other))), ["DMP-0275"]);
}

#[test]
fn a_patch_without_a_replacement_is_refused() {
    let url = format!("DocumentReference/{OLD}");
    assert_eq!(codes(provide(Dmp, with(letter(), "/entry/-", patch(&url, "superseded")))), ["DMP-0276"]);
    let other = patch("DocumentReference/00000000-0000-4000-8000-000000000009", "superseded");
    assert_eq!(codes(provide(Dmp, with(replacing(&by_id()), "/entry/-", other))), ["DMP-0276"]);
}

#[test]
fn two_documents_cannot_replace_the_same_one() {
    let relation = json!([{"code": "replaces", "target": by_id()}]);
    let tree = with(submission(&[b"a", b"b"]), "/entry/1/resource/relatesTo", relation.clone());
    assert_eq!(codes(provide(Dmp, with(tree, "/entry/3/resource/relatesTo", relation))), ["DMP-0272"]);
}

// requirement: TX-09
#[test]
fn other_relations_are_kept_with_the_warning_of_mhd() {
    let relation = json!([{"code": "transforms", "target": {"reference": document_url(1)}}]);
    let publication = provide(Pdsm, with(submission(&[b"a", b"b"]), "/entry/1/resource/relatesTo", relation)).unwrap();
    assert_eq!(publication.warnings[0].detail, "PartialTransformContentNotProcessed");
    let second = publication.submission.documents[1].entry.id;
    assert_eq!(printed(&publication, 0)["relatesTo"][0]["target"]["reference"], format!("DocumentReference/{second}"));
}

#[test]
fn another_document_is_named_by_a_relation_and_nowhere_else() {
    let at = "Bundle.entry[1].resource.context.related[0].reference".to_owned();
    for link in [
        document_url(1).as_str(),
        "DocumentReference/0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11",
        "https://dmp.test/fhir/DocumentReference/1/_history/2",
        "DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.3",
    ] {
        let tree = with(submission(&[b"a", b"b"]), "/entry/1/resource/context/related", json!([{"reference": link}]));
        assert_eq!(errors(provide(Dmp, tree)), [("DMP-0286", at.clone())], "{link}");
    }
    let tree = with(letter(), "/entry/1/resource/context/related", json!([{"reference": "Encounter/77"}]));
    assert!(provide(Pdsm, tree).is_ok());
}
