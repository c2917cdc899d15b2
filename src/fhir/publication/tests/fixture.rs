//! Publications of the test cast, and what stands in for the gates: it stages content as they do.

use std::cell::Cell;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    fhir::{
        canon::*,
        intake::{Intake, Staged},
        issue::Severity,
        publication::{Publication, Rejected, Setting, bundle, simplified},
        rules::RuleSet,
    },
    record::{
        code::Code,
        identity::{Ins, StructIdNat},
        submission::StagedContent,
    },
};

pub(super) const INS_SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.10";
pub(super) const INS: &str = "279035121518989";
pub(super) const OTHER_INS: &str = "269054958815780";
pub(super) const DOCTOR: &str = "899700218896";
pub(super) const STRUCTURE: &str = "10B0999001";
pub(super) const LETTER: &[u8] = b"Bonjour";

/// Reads with fresh ids that can be foretold.
pub(super) fn with_setting<T>(rules: RuleSet, production: bool, read: impl FnOnce(&Setting<'_>) -> T) -> T {
    let count = Cell::new(0_u128);
    let new_id = || {
        count.set(count.get() + 1);
        Uuid::from_u128(0xdeca_f000_0000_4000_8000_0000_0000_0000 + count.get())
    };
    read(&Setting {
        rules,
        production,
        received: "2026-07-01T08:00:00Z".parse().unwrap(),
        new_id: &new_id,
        base: "https://dmp.example/fhir",
        patient: &|id| (id == "known-here").then(|| Ins::new(INS_SYSTEM, OTHER_INS).unwrap()),
        source_id: "urn:oid:1.2.250.1.999.1",
        facility: Some(Code::new(R02, "SA07")),
        practice_setting: Some(Code::new(A01, "AMBULATOIRE")),
        structure: Some(StructIdNat::new(STRUCTURE).unwrap()),
    })
}

pub(super) fn provide(rules: RuleSet, tree: Value) -> Result<Publication, Rejected> {
    with_setting(rules, false, |setting| bundle(stage(tree), setting))
}

pub(super) fn publish(rules: RuleSet, tree: Value) -> Result<Publication, Rejected> {
    with_setting(rules, false, |setting| simplified(stage(tree), setting))
}

/// Stages the content of Binaries and attachments, as the gates do.
pub(super) fn stage(mut tree: Value) -> Intake {
    let mut staged = Vec::new();
    let root = tree["resourceType"].as_str().unwrap_or_default().to_owned();
    take_data(&mut tree, &root, &mut staged);
    Intake { tree, staged }
}

fn take_data(value: &mut Value, at: &str, staged: &mut Vec<Staged>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                take_data(item, &format!("{at}[{index}]"), staged);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let at = format!("{at}.{name}");
                if name == "data" && member.is_string() {
                    staged.push(Staged { content: content(&STANDARD.decode(member.as_str().unwrap()).unwrap()), at });
                    *member = json!("AA==");
                } else {
                    take_data(member, &at, staged);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

pub(super) fn content(bytes: &[u8]) -> StagedContent {
    StagedContent {
        handle: Uuid::new_v4(),
        size: bytes.len() as u64,
        sha1: sha1(bytes),
        head: bytes.iter().copied().take(StagedContent::HEAD).collect(),
    }
}

pub(super) fn sha1(bytes: &[u8]) -> [u8; 20] {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().try_into().unwrap()
}

pub(in crate::fhir) fn patient(id: &str, ins: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "identifier": [{"system": INS_SYSTEM, "value": ins}]})
}

/// The person of [`INS`] with all that belongs to a qualified identity.
pub(in crate::fhir) fn qualified(id: &str) -> Value {
    const FRENCH_CORE: &str = "https://hl7.fr/ig/fhir/core";
    let mut patient = patient(id, INS);
    patient["extension"] = json!([{"url": format!("{FRENCH_CORE}/StructureDefinition/fr-core-identity-reliability"),
        "extension": [{"url": "identityStatus", "valueCoding":
            {"system": format!("{FRENCH_CORE}/CodeSystem/fr-core-cs-v2-0445"), "code": "VALI"}}]}]);
    patient["name"] = json!([{"use": "official", "family": "PAT-TROIS", "given": ["DOMINIQUE"]}]);
    patient["gender"] = json!("female");
    patient["birthDate"] = json!("1979-03-28");
    patient
}

pub(in crate::fhir) fn doctor() -> Value {
    json!({
        "resourceType": "PractitionerRole",
        "id": "doctor",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": DOCTOR}],
    })
}

pub(super) fn subject(ins: &str) -> Value {
    json!({"identifier": {"system": INS_SYSTEM, "value": ins}})
}

pub(super) fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// A DocumentReference that meets the strict profile.
pub(super) fn document(number: usize, bytes: &[u8]) -> Value {
    json!({
        "resourceType": "DocumentReference",
        "meta": {"profile": [COMPREHENSIVE]},
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>é \"  &lt;</p></div>"},
        "contained": [qualified("source"), doctor()],
        "masterIdentifier": {"use": "usual", "system": "urn:ietf:rfc:3986", "value": format!("urn:oid:1.2.250.1.999.2.{number}")},
        "status": "current",
        "type": concept(LOINC, "11488-4"),
        "category": [concept(A03, "10")],
        "subject": subject(INS),
        "date": "2026-06-12T10:00:00+02:00",
        "author": [{"reference": "#doctor"}],
        "custodian": {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": STRUCTURE}},
        "securityLabel": [concept(A08, "N")],
        "content": [{
            "attachment": {
                "contentType": "text/plain",
                "language": "fr-FR",
                "url": format!("urn:uuid:00000000-0000-4000-8000-00000000b{number:03}"),
                "size": bytes.len(),
                "hash": STANDARD.encode(sha1(bytes)),
                "title": "Lettre",
                "creation": "2026-06-12T09:00:00+02:00",
            },
            "format": {"system": A11, "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient"},
        }],
        "context": {
            "period": {"start": "2026-06-11"},
            "facilityType": concept(R02, "SA07"),
            "practiceSetting": concept(A01, "AMBULATOIRE"),
            "sourcePatientInfo": {"reference": "#source"},
        },
    })
}

fn set(count: usize) -> Value {
    let items: Vec<Value> = (0..count).map(|number| json!({"item": {"reference": document_url(number)}})).collect();
    json!({
        "resourceType": "List",
        "meta": {"profile": [SUBMISSION_SET]},
        "contained": [doctor()],
        "extension": [
            {"url": DESIGNATION_TYPE, "valueCodeableConcept": concept(R209, "07")},
            {"url": SOURCE_ID, "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.3"}},
        ],
        "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.4"}],
        "status": "current",
        "mode": "working",
        "code": concept(LIST_TYPES, "submissionset"),
        "subject": subject(INS),
        "date": "2026-06-12T10:00:00+02:00",
        "source": {"reference": "#doctor"},
        "entry": items,
    })
}

pub(super) fn document_url(number: usize) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-00000000d{number:03}")
}

pub(super) fn entry(full_url: &str, resource: Value, method: &str, url: &str) -> Value {
    json!({"fullUrl": full_url, "resource": resource, "request": {"method": method, "url": url}})
}

/// A submission that meets the strict profile: entry 0 the set, then a document and its content, again and again.
pub(super) fn submission(contents: &[&[u8]]) -> Value {
    let mut entries = vec![entry("urn:uuid:00000000-0000-4000-8000-00000000a000", set(contents.len()), "POST", "List")];
    for (number, bytes) in contents.iter().enumerate() {
        let binary = json!({"resourceType": "Binary", "contentType": "text/plain", "data": STANDARD.encode(bytes)});
        entries.push(entry(&document_url(number), document(number, bytes), "POST", "DocumentReference"));
        let url = format!("urn:uuid:00000000-0000-4000-8000-00000000b{number:03}");
        entries.push(entry(&url, binary, "POST", "Binary"));
    }
    json!({"resourceType": "Bundle", "meta": {"profile": [PROVIDE_BUNDLE]}, "type": "transaction", "entry": entries})
}

pub(in crate::fhir) fn letter() -> Value {
    submission(&[LETTER])
}

/// A simplified publication that meets the strict profile.
pub(in crate::fhir) fn simple() -> Value {
    json!({
        "resourceType": "DocumentReference",
        "meta": {"profile": [SIMPLIFIED]},
        "contained": [doctor()],
        "masterIdentifier": {"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.5"},
        "status": "current",
        "type": concept(LOINC, "11488-4"),
        "subject": subject(INS),
        "date": "2026-06-12T10:00:00+02:00",
        "author": [{"reference": "#doctor"}],
        "custodian": {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": STRUCTURE}},
        "content": [{"attachment": {"contentType": "text/plain", "data": STANDARD.encode(LETTER), "title": "Lettre"}}],
    })
}

/// The tree with the value at a pointer changed.
pub(in crate::fhir) fn with(mut tree: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match tree.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        Value::Array(items) if name == "-" => items.push(value),
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => panic!("nothing at {parent}"),
    }
    tree
}

/// The tree without what stands at a pointer.
pub(super) fn without(mut tree: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match tree.pointer_mut(parent).unwrap() {
        Value::Object(members) => assert!(members.remove(name).is_some(), "{pointer}"),
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => panic!("nothing at {parent}"),
    }
    tree
}

/// The codes and places of the errors, sorted.
pub(super) fn errors(read: Result<Publication, Rejected>) -> Vec<(&'static str, String)> {
    let rejected = read.map(|_| ()).unwrap_err();
    let mut errors: Vec<_> = rejected
        .issues
        .0
        .into_iter()
        .filter(|issue| issue.severity == Severity::Error)
        .map(|issue| (issue.diagnosis.code, issue.at))
        .collect();
    errors.sort();
    errors
}

/// The codes of the errors, sorted.
pub(super) fn codes(read: Result<Publication, Rejected>) -> Vec<&'static str> {
    errors(read).into_iter().map(|(code, _)| code).collect()
}

/// A list as a client reads it.
pub(super) fn printed_list(filed: &crate::record::list::FiledList) -> Value {
    let mut out = Vec::new();
    crate::fhir::print::list(&mut out, filed);
    serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&out)))
}

/// The submission set as a client reads it.
pub(super) fn printed_set(publication: &Publication) -> Value {
    printed_list(&publication.submission.set)
}

/// The resource as a client reads it.
pub(super) fn printed(publication: &Publication, number: usize) -> Value {
    let new = &publication.submission.documents[number];
    let mut out = Vec::new();
    crate::fhir::print::document(&mut out, &new.entry, &new.rendition, "https://dmp.test/fhir");
    serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&out)))
}
