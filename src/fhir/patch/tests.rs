use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    fhir::{
        canon::{A07, A08, IS_ARCHIVED},
        issue::Severity,
    },
    record::{
        amendment::{Inapplicable, Revision, Unpatched},
        code::{Code, Identifier},
        document::{ContentRef, DateSpan, DocumentEntry, DocumentId, Index, Rendition, Status},
        visibility::{Confidentiality, Labels, Origin},
    },
};

mod change;
mod defects;
mod labels;
mod languages;
mod properties;

pub(super) fn entry(labels: Labels) -> DocumentEntry {
    let at = "2026-07-01T08:00:00.120Z".parse().unwrap();
    let span = DateSpan { from: at, until: at };
    DocumentEntry {
        id: DocumentId(Uuid::from_u128(1)),
        version: 3,
        updated: at,
        unique_id: Identifier { system: "urn:ietf:rfc:3986".to_owned(), value: "urn:oid:2.25.1".to_owned() },
        entry_uuids: vec![Uuid::from_u128(7)],
        status: Status::Current,
        archived: false,
        kind: Code::new("http://loinc.org", "x"),
        class: Code::new("", "y"),
        date: span,
        creation: span,
        period: (at, None),
        authors: Vec::new(),
        labels,
        first_deposited: at,
        announced: None,
        content: ContentRef { handle: Uuid::nil(), content_type: "text/plain".to_owned(), size: 1, sha1: [0; 20] },
        replaces: Vec::new(),
        relations: Vec::new(),
        index: Index::default(),
    }
}

pub(super) fn plain() -> DocumentEntry {
    entry(Labels::default())
}

pub(super) fn archived() -> DocumentEntry {
    DocumentEntry { archived: true, ..plain() }
}

fn masked() -> Labels {
    Labels { masked: Some(Origin::Holder), ..Labels::default() }
}

pub(super) fn rendition() -> Rendition {
    with_members(r#""extension":[{"url":"urn:other","valueString":"kept"}],"#)
}

pub(super) fn with_members(leading: &str) -> Rendition {
    let body = format!("{leading}\"description\":\"d\",\"content\":[{{\"attachment\":{{\"url\":\"Binary/1\"}}}}]");
    Rendition { base_at: body.find("Binary/").unwrap(), body: body.into_bytes() }
}

fn apply(reading: &Reading, entry: &DocumentEntry) -> Result<Revision, Inapplicable> {
    (reading.patch)(entry, &rendition())
}

fn json_patch(operations: &Value) -> Reading {
    json(operations.to_string().as_bytes(), RuleSet::Dmp).unwrap()
}

/// What a JSON Patch makes of the document.
fn patched(entry: &DocumentEntry, operations: &Value) -> Revision {
    apply(&json_patch(operations), entry).unwrap()
}

/// Why a JSON Patch does not apply.
fn refused(entry: &DocumentEntry, operations: &Value) -> Unpatched {
    apply(&json_patch(operations), entry).unwrap_err().why
}

fn concept(code: &str) -> Value {
    let system = if ["N", "R", "V"].contains(&code) { A08 } else { A07 };
    json!({"coding": [{"system": system, "code": code}]})
}

fn flag(value: &Value) -> Value {
    json!({"url": IS_ARCHIVED, "valueBoolean": value})
}

fn codes(issues: &[Issue]) -> Vec<&'static str> {
    issues.iter().map(|issue| issue.diagnosis.code).collect()
}

#[test]
fn a_patch_of_nothing_changes_nothing() {
    assert_eq!(patched(&entry(masked()), &json!([])), Revision::of(&entry(masked())));
}

#[test]
fn a_reading_tells_only_its_warnings() {
    let text = format!("{:?}", json_patch(&json!([])));
    assert_eq!(text, "Reading { warnings: [], .. }");
}

#[test]
fn if_match_names_versions_or_any() {
    let of = |header: &str| if_match(header).unwrap();
    assert_eq!(of("W/\"3\""), Some(vec![3]));
    assert_eq!(of("\"3\""), Some(vec![3]));
    assert_eq!(of(" W/\"3\" , \"12\""), Some(vec![3, 12]));
    assert_eq!(of("*"), None);
    assert_eq!(of("W/\"abc\", \"03\", \"99999999999999\""), Some(vec![]), "the tags of nobody fit no version");
    for wrong in ["", "3", "W/3", "\"3", "\"3\" \"4\"", "*, \"3\"", "\"3\",x"] {
        assert_eq!(codes(&if_match(wrong).unwrap_err().0), ["DMP-0357"], "{wrong}");
    }
}
