//! What the gateway fills in where the rule set lets a source leave it out. Source: pdsm-dmp 3.2, 8.4, 14.9.

use std::{collections::HashMap, sync::LazyLock};

use serde_json::{Value, json};

use super::{Setting, content::essence, reader::Reader, rendition::patient_identifier};
use crate::{
    fhir::{
        canon::{A03, A06, A11, canonical},
        rules::UNDERIVABLE,
        tree::Node,
    },
    record::{
        code::Code,
        identity::{Ins, StructIdNat},
        submission::StagedContent,
    },
};

/// Fills in what software built on an earlier PDSm leaves out: date, language, custodian.
pub(super) fn defaults(document: &mut Value, setting: &Setting<'_>) {
    let creation = document.pointer("/content/0/attachment/creation").cloned();
    if let Some(instant) = creation.filter(|text| text.as_str().is_some_and(|text| text.contains('T'))) {
        fill(document, "", "date", || Some(instant));
    }
    fill(document, "/content/0/attachment", "language", || Some(json!("fr-FR")));
    fill(document, "", "custodian", || setting.structure.as_ref().map(custodian));
}

fn custodian(structure: &StructIdNat) -> Value {
    json!({"type": "Organization", "identifier": {"system": StructIdNat::SYSTEM, "value": structure.as_str()}})
}

/// Completes a simplified publication; what cannot be derived is noted.
pub(super) fn complete(document: &mut Value, content: Option<&StagedContent>, reader: &mut Reader<'_>) {
    let setting = reader.setting;
    defaults(document, setting);
    let date = document.get("date").cloned();
    let class = class_of(document);
    fill(document, "", "category", || class);
    if document.get("context").is_none() {
        fill(document, "", "context", || Some(json!({})));
    }
    fill(document, "/content/0/attachment", "creation", || date.clone());
    let format = content.and_then(|content| format_of(document, content));
    fill(document, "/content/0", "format", || format);
    fill(document, "/context", "period", || Some(json!({})));
    fill(document, "/context/period", "start", || date);
    fill(document, "/context", "facilityType", || setting.facility.as_ref().map(concept));
    fill(document, "/context", "practiceSetting", || setting.practice_setting.as_ref().map(concept));
    if let Some(holder) = reader.holder.clone() {
        describe_patient(document, &holder);
    }
    demand(document, reader);
}

/// What a document entry cannot be without; a missing patient is told elsewhere.
const DEMANDED: &[(&str, &str)] =
    &[("", "type"), ("", "category"), ("context", "facilityType"), ("context", "practiceSetting")];

fn demand(document: &Value, reader: &mut Reader<'_>) {
    let root = Node::new(document, "DocumentReference");
    for (path, name) in DEMANDED {
        for parent in root.all(path).iter().filter(|parent| parent.first(name).is_none()) {
            reader.note(&UNDERIVABLE, parent.place(name), *name);
        }
    }
}

fn fill(document: &mut Value, parent: &str, name: &str, value: impl FnOnce() -> Option<Value>) {
    let Some(members) = document.pointer_mut(parent).and_then(Value::as_object_mut) else { return };
    if !members.contains_key(name)
        && let Some(value) = value()
    {
        members.insert(name.to_owned(), value);
    }
}

fn concept(code: &Code) -> Value {
    json!({"coding": [{"system": code.system, "code": code.code}]})
}

/// The class of a document of this type (association ASS_X04, as the ministerial matrix has it).
fn class_of(document: &Value) -> Option<Value> {
    let codings = Node::new(document, "").all("type.coding");
    let class = codings.iter().find_map(|coding| {
        let key = (canonical(coding.text("system")?), coding.text("code")?);
        CLASSES.get(&key).copied()
    })?;
    Some(json!([{"coding": [{"system": A03, "code": class}]}]))
}

static CLASSES: LazyLock<HashMap<(&str, &str), &str>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut cells = line.split(',');
        Some(((cells.next()?, cells.next()?), cells.next()?))
    };
    include_str!("../type_class.csv").lines().skip(1).filter_map(row).collect()
});

/// The format of a content: that of an unstructured CDA by what it wraps, else that the media type says enough.
fn format_of(document: &Value, content: &StagedContent) -> Option<Value> {
    let told = document.pointer("/content/0/attachment/contentType").and_then(Value::as_str)?;
    let head = String::from_utf8_lossy(&content.head);
    let is_wrapper = essence(told) == "application/xml" && head.contains("nonXMLBody");
    let wrapped = WRAPPED.iter().find(|(media_type, ..)| is_wrapper && head.contains(media_type));
    let (system, code) =
        wrapped.map_or((A11, "urn:ihe:iti:xds:2017:mimeTypeSufficient"), |(_, system, code)| (*system, *code));
    Some(json!({"system": system, "code": code}))
}

const WRAPPED: &[(&str, &str, &str)] = &[
    ("mediaType=\"application/pdf\"", A11, "urn:ihe:iti:xds-sd:pdf:2008"),
    ("mediaType=\"text/plain\"", A11, "urn:ihe:iti:xds-sd:text:2008"),
    ("mediaType=\"text/rtf\"", A06, "urn:ihe:iti-fr:xds-sd:rtf:2010"),
    ("mediaType=\"application/rtf\"", A06, "urn:ihe:iti-fr:xds-sd:rtf:2010"),
    ("mediaType=\"image/jpeg\"", A06, "urn:ihe:iti-fr:xds-sd:jpeg:2010"),
    ("mediaType=\"image/tiff\"", A06, "urn:ihe:iti-fr:xds-sd:tiff:2010"),
];

/// Adds the patient as the source knows it: here by INS alone.
fn describe_patient(document: &mut Value, holder: &Ins) {
    if document.pointer("/context/sourcePatientInfo").is_some() {
        return;
    }
    let id = free_id(document);
    let patient = json!({"resourceType": "Patient", "id": id, "identifier": [patient_identifier(holder)]});
    fill(document, "", "contained", || Some(json!([])));
    if let Some(contained) = document.get_mut("contained").and_then(Value::as_array_mut) {
        contained.push(patient);
    }
    fill(document, "/context", "sourcePatientInfo", || Some(json!({"reference": format!("#{id}")})));
}

fn free_id(document: &Value) -> String {
    let root = Node::new(document, "");
    let mut id = String::from("source-patient");
    while root.contained(&id).is_some() {
        id.push('-');
    }
    id
}
