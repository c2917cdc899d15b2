use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::fixture::*;
use crate::{
    fhir::rules::RuleSet::{Dmp, Pdsm},
    record::hex,
};

const HASH: &str = "/entry/1/resource/content/0/attachment/hash";

#[test]
fn a_wrong_hash_is_refused_and_a_hash_of_hexadecimal_text_is_named() {
    let of_other = STANDARD.encode(sha1(b"other"));
    assert_eq!(codes(provide(Dmp, with(letter(), HASH, json!(of_other)))), ["DMP-0264"]);
    let text = hex(&sha1(LETTER));
    assert_eq!(codes(provide(Dmp, with(letter(), HASH, json!(text)))), ["DMP-0266"]);
    assert_eq!(codes(provide(Dmp, with(letter(), HASH, json!(STANDARD.encode(&text))))), ["DMP-0266"]);
    assert_eq!(codes(provide(Dmp, with(letter(), HASH, json!("AAAA")))), ["DMP-0265"]);
    assert_eq!(codes(provide(Dmp, with(letter(), HASH, json!("é")))), ["DMP-0265"]);
}

#[test]
fn stray_bits_at_the_end_of_a_hash_are_taken_and_not_printed() {
    let canonical = STANDARD.encode(sha1(LETTER));
    let stem = canonical.strip_suffix('=').unwrap();
    let last = stem.chars().last().unwrap();
    let table = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let stray = table.as_bytes()[table.find(last).unwrap() + 1] as char;
    let hash = format!("{}{stray}=", &stem[..stem.len() - 1]);
    let publication = provide(Pdsm, with(letter(), HASH, json!(hash))).unwrap();
    assert_eq!(printed(&publication, 0)["content"][0]["attachment"]["hash"], canonical);
}

#[test]
fn the_media_type_is_that_of_the_metadata() {
    let other = |stored: &str, told: &str| {
        let content: &[u8] = if stored.ends_with("xml") { b"<a/>" } else { LETTER };
        let tree = with(submission(&[content]), "/entry/2/resource/contentType", json!(stored));
        provide(Pdsm, with(tree, "/entry/1/resource/content/0/attachment/contentType", json!(told)))
    };
    assert_eq!(codes(other("application/pdf", "text/plain")), ["DMP-0262"]);
    assert!(other("text/xml", "application/xml").is_ok());
    assert!(other("text/plain", "text/plain; charset=utf-8").is_ok());
}

#[test]
fn a_media_type_that_could_break_a_header_is_refused() {
    for told in ["text", "text/", "text/plain\nX: y", "text/pl ain", "texté/plain"] {
        let tree = with(letter(), "/entry/2/resource/contentType", json!(told));
        let tree = with(tree, "/entry/1/resource/content/0/attachment/contentType", json!(told));
        assert_eq!(codes(provide(Dmp, tree)), ["DMP-0269"], "{told}");
    }
}

#[test]
fn a_content_whose_patient_cannot_be_read_is_refused() {
    let cda = b"<!DOCTYPE ClinicalDocument><ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>";
    for rules in [Pdsm, Dmp] {
        let at = "Bundle.entry[1].resource.content[0].attachment".to_owned();
        assert_eq!(errors(provide(rules, submission(&[cda]))), [("DMP-0290", at)]);
        assert!(provide(rules, submission(&[&cda[27..]])).is_ok());
    }
}

#[test]
fn a_document_without_content_is_refused() {
    assert_eq!(codes(provide(Dmp, without(letter(), "/entry/2/resource/data"))), ["DMP-0260"]);
    assert_eq!(codes(provide(Dmp, submission(&[b""]))), ["DMP-0260"]);
}

// requirement: TX-17
#[test]
fn the_printed_document_keeps_what_the_source_wrote() {
    let sent = letter();
    let extra = json!([{"system": "urn:oid:1.2.3", "value": "A7"}]);
    let tree = with(sent.clone(), "/entry/1/resource/identifier", extra.clone());
    let tree = with(tree, "/entry/1/resource/extension", json!([{"url": "http://x.test/e", "valueString": "a]}\"b"}]));
    let publication = provide(Pdsm, tree).unwrap();
    let printed = printed(&publication, 0);
    let entry = &publication.submission.documents[0].entry;
    let sent = &sent["entry"][1]["resource"];
    for member in ["text", "contained", "type", "category", "subject", "date", "author", "custodian", "context"] {
        assert_eq!(printed[member], sent[member], "{member}");
    }
    assert_eq!(printed["id"], entry.id.to_string());
    assert_eq!(printed["meta"]["versionId"], "1");
    assert_eq!(printed["meta"]["lastUpdated"], "2026-07-01T08:00:00.000Z");
    assert_eq!(printed["meta"]["profile"], sent["meta"]["profile"]);
    assert_eq!(printed["extension"][0]["valueString"], "a]}\"b");
    assert_eq!(printed["masterIdentifier"]["use"], "usual");
    assert_eq!(printed["masterIdentifier"]["value"], sent["masterIdentifier"]["value"]);
    assert_eq!(printed["identifier"][0]["value"], format!("urn:uuid:{}", entry.entry_uuids[0]));
    assert_eq!(printed["identifier"][0]["use"], "official");
    assert_eq!(printed["identifier"][1]["type"]["text"], "logicalId");
    assert_eq!(printed["identifier"][2], extra[0]);
    let attachment = &printed["content"][0]["attachment"];
    assert_eq!(attachment["url"], format!("https://dmp.test/fhir/Binary/{}", entry.id));
    assert_eq!(attachment.get("data"), None);
    assert_eq!(attachment["title"], "Lettre");
}

#[test]
fn an_archived_document_says_so_once() {
    let url = crate::fhir::canon::IS_ARCHIVED;
    let flag = json!([{"url": "http://x.test/e", "valueString": "x"}, {"url": url, "valueBoolean": true}]);
    let publication = provide(Pdsm, with(letter(), "/entry/1/resource/extension", flag)).unwrap();
    assert!(publication.submission.documents[0].entry.archived);
    let printed = printed(&publication, 0);
    assert_eq!(printed["extension"].as_array().unwrap().len(), 2);
    assert_eq!(printed["extension"][0], json!({"url": url, "valueBoolean": true}));
}

#[test]
fn code_systems_are_printed_in_one_spelling() {
    let alias = json!({"system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient"});
    let publication = provide(Pdsm, with(letter(), "/entry/1/resource/content/0/format", alias)).unwrap();
    assert_eq!(printed(&publication, 0)["content"][0]["format"]["system"], crate::fhir::canon::A11);
}
