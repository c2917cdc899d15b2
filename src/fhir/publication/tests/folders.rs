//! Folders in a submission (pdsm-dmp 3.4, 3.5).

use serde_json::{Value, json};

use super::fixture::*;
use crate::{
    fhir::{
        canon::*,
        issue::Severity,
        publication::ReplyEntry,
        rules::RuleSet::{Dmp, Pdsm},
    },
    record::{code::Code, list::ListKind},
};

const FOLDER_URL: &str = "urn:uuid:00000000-0000-4000-8000-00000000f000";

fn folder() -> Value {
    json!({
        "resourceType": "List",
        "meta": {"profile": [FOLDER]},
        "extension": [{"url": DESIGNATION_TYPE, "valueCodeableConcept": concept("http://snomed.info/sct", "80146002")}],
        "identifier": [
            {"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.7"},
            {"use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:77777777-dddd-4eee-8fff-888888888888"},
        ],
        "status": "current",
        "mode": "working",
        "title": "Suivi du diabète",
        "code": concept("http://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "folder"),
        "subject": subject(INS),
        "date": "2026-06-12T10:00:00+02:00",
        "note": [{"text": "n"}],
        "entry": [{"item": {"reference": document_url(0)}}],
    })
}

/// A letter with a folder for it, which is entry 3.
fn filed(folder: Value) -> Value {
    let tree = with(letter(), "/entry/-", entry(FOLDER_URL, folder, "POST", "List"));
    with(tree, "/entry/0/resource/entry/-", json!({"item": {"reference": FOLDER_URL}}))
}

// requirement: TX-03
#[test]
fn a_new_folder_holds_new_documents_of_its_submission() {
    let publication = provide(Pdsm, filed(folder())).unwrap();
    assert_eq!(publication.warnings, []);
    assert_eq!(publication.reply.last(), Some(&ReplyEntry::Folder(0)));
    let [folder] = publication.submission.folders.as_slice() else { panic!("one folder") };
    let document = publication.submission.documents[0].entry.id;
    assert_eq!((folder.entry.kind, folder.entry.documents.as_slice()), (ListKind::Folder, &[document][..]));
    assert_eq!(folder.entry.designation, [Code::new("http://snomed.info/sct", "80146002")]);
    assert_eq!(folder.entry.title.as_deref(), Some("Suivi du diabète"));
    assert_eq!(folder.entry.identifiers.len(), 2);
    assert_eq!(publication.submission.set.entry.folders, [folder.entry.id]);
    assert_eq!(publication.submission.set.entry.documents, [document]);
}

#[test]
fn folder_and_set_are_printed_with_links_that_last() {
    let publication = provide(Pdsm, filed(folder())).unwrap();
    let document = publication.submission.documents[0].entry.id;
    let (id, set) = (publication.submission.folders[0].entry.id, printed_set(&publication));
    let folder = printed_list(&publication.submission.folders[0]);
    assert_eq!(folder["entry"], json!([{"item": {"reference": format!("DocumentReference/{document}")}}]));
    assert_eq!(folder["code"]["coding"][0]["system"], LIST_TYPES);
    assert_eq!((&folder["meta"]["profile"], &folder["note"][0]["text"]), (&json!([FOLDER]), &json!("n")));
    assert_eq!(set["entry"][1]["item"]["reference"], format!("List/{id}"));
    assert!(!set.to_string().contains("00000000f000"));
}

#[test]
fn several_folders_are_answered_in_their_order() {
    let other = "urn:uuid:00000000-0000-4000-8000-00000000f001";
    let tree = with(filed(folder()), "/entry/-", entry(other, with(folder(), "/title", json!("b")), "POST", "List"));
    let mut tree = with(tree, "/entry/0/resource/entry/-", json!({"item": {"reference": other}}));
    tree["entry"].as_array_mut().unwrap().reverse();
    let publication = provide(Pdsm, tree).unwrap();
    assert_eq!(publication.reply[..2], [ReplyEntry::Folder(0), ReplyEntry::Folder(1)]);
    let titles: Vec<_> = publication.submission.folders.iter().map(|it| it.entry.title.clone().unwrap()).collect();
    assert_eq!(titles, ["b", "Suivi du diabète"]);
    assert_eq!(publication.submission.set.entry.folders.len(), 2);
}

// requirement: TX-03
#[test]
fn each_rule_of_the_profile_is_kept() {
    let at = |name: &str| format!("Bundle.entry[3].resource.{name}");
    let cases = [
        (without(folder(), "/title"), "DMP-0216", at("title")),
        (without(folder(), "/date"), "DMP-0216", at("date")),
        (without(folder(), "/extension"), "DMP-0216", at("extension")),
        (without(folder(), "/extension/0/valueCodeableConcept"), "DMP-0216", at("extension")),
        (without(folder(), "/entry"), "DMP-0216", at("entry")),
        (without(folder(), "/mode"), "DMP-0216", at("mode")),
        (without(folder(), "/status"), "DMP-0216", at("status")),
        (without(folder(), "/subject"), "DMP-0216", at("subject")),
        (with(folder(), "/mode", json!("snapshot")), "DMP-0219", at("mode")),
        (with(folder(), "/status", json!("retired")), "DMP-0219", at("status")),
        (with(folder(), "/code", concept("http://x.test", "folder")), "DMP-0219", at("code")),
        (with(folder(), "/source", json!({"display": "x"})), "DMP-0217", at("source")),
        (with(folder(), "/emptyReason", json!({"text": "x"})), "DMP-0217", at("emptyReason")),
        (with(folder(), "/entry/0/deleted", json!(true)), "DMP-0217", at("entry[0].deleted")),
        (with(folder(), "/note/-", json!({"text": "o"})), "DMP-0218", at("note")),
        (with(folder(), "/extension/-", folder()["extension"][0].clone()), "DMP-0218", at("extension")),
        (with(folder(), "/subject", subject(OTHER_INS)), "DMP-0254", at("subject.identifier")),
    ];
    for (folder, code, place) in cases {
        let found = errors(provide(Pdsm, filed(folder)));
        assert!(found.contains(&(code, place.clone())), "{code} {place}: {found:?}");
    }
}

#[test]
fn a_folder_holds_nothing_but_new_documents_and_says_so_with_the_token_of_mhd() {
    for link in ["DocumentReference/0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11", "urn:uuid:nothing", FOLDER_URL] {
        let tree = filed(with(folder(), "/entry/0/item/reference", json!(link)));
        let rejected = provide(Dmp, tree).unwrap_err();
        let errors: Vec<_> = rejected.issues.0.iter().filter(|issue| issue.severity == Severity::Error).collect();
        assert_eq!(
            (errors[0].diagnosis.code, errors[0].detail.as_str()),
            ("DMP-0285", "PartialFolderContentNotProcessed")
        );
    }
}

#[test]
fn a_folder_cannot_be_changed_and_the_refusal_says_so_with_the_token_of_mhd() {
    let tree = with(letter(), "/entry/-", entry("urn:uuid:f", folder(), "PUT", "List/f"));
    let rejected = provide(Dmp, tree).unwrap_err();
    let issue = &rejected.issues.0[0];
    assert_eq!((issue.diagnosis.code, issue.at.as_str()), ("DMP-0284", "Bundle.entry[3].request"));
    assert_eq!(issue.detail, "PartialFolderContentNotProcessed");
}

#[test]
fn a_folder_that_the_set_does_not_list_is_refused() {
    let tree = with(letter(), "/entry/-", entry(FOLDER_URL, folder(), "POST", "List"));
    assert_eq!(errors(provide(Dmp, tree)), [("DMP-0213", "Bundle.entry[3]".to_owned())]);
}

#[test]
fn a_folder_alone_is_no_submission() {
    let tree = without(without(filed(folder()), "/entry/2"), "/entry/1");
    assert!(codes(provide(Dmp, tree)).contains(&"DMP-0209"));
}
