//! The resource as it is kept: what the source sent, less what the server owns, with references that last.

use serde_json::{Map, Value, json};

use super::{
    Setting,
    party::{local, named},
};
use crate::{
    fhir::publication::canonicalise,
    record::{
        code::Identifier,
        identity::{Ins, PsIdNat, StructIdNat},
    },
};

/// What the server prints itself.
const OWNED: &[&str] = &["resourceType", "id", "meta", "status", "_status"];

/// The canonical members of a resource, as [`crate::record::deed::Deed::rendition`] has them.
pub(in crate::fhir) fn of(tree: &Value, setting: &Setting<'_>) -> Vec<u8> {
    let mut members = tree.as_object().cloned().unwrap_or_default();
    members.retain(|name, _| !OWNED.contains(&name.as_str()));
    let mut tree = Value::Object(members);
    settle(&mut tree, setting);
    canonicalise(&mut tree);
    match &tree {
        Value::Object(members) => write(members),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Vec::new(),
    }
}

/// The members as JSON, without braces.
pub(in crate::fhir) fn write(members: &Map<String, Value>) -> Vec<u8> {
    let written: Vec<String> = members.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    written.join(",").into_bytes()
}

fn settle(value: &mut Value, setting: &Setting<'_>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| settle(item, setting)),
        Value::Object(members) => {
            settle_reference(members, setting);
            members.iter_mut().for_each(|(_, member)| settle(member, setting));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A condition becomes the identifier that it names; what is here loses the address of this server, which may change; a patient gets the
/// identifier beside the reference.
fn settle_reference(members: &mut Map<String, Value>, setting: &Setting<'_>) {
    let Some(link) = members.get("reference").and_then(Value::as_str).map(str::to_owned) else { return };
    if let Some((kind, identifier)) = named(&link) {
        members.retain(|name, _| name != "reference");
        return name(members, kind, &identifier);
    }
    let local = local(&link, setting.base);
    let patient = local.strip_prefix("Patient/").and_then(setting.patient);
    members.insert("reference".to_owned(), json!(local));
    if let Some(ins) = patient {
        let identifier = Identifier { system: ins.system().uri().to_owned(), value: ins.matricule().to_owned() };
        name(members, "Patient", &identifier);
    }
}

fn name(members: &mut Map<String, Value>, kind: &str, identifier: &Identifier) {
    members.insert("type".to_owned(), json!(kind));
    members.insert("identifier".to_owned(), json!({"system": identifier.system, "value": identifier.value}));
}

/// A reference to a patient.
pub(in crate::fhir) fn patient(holder: &Ins) -> Value {
    json!({"type": "Patient", "identifier": {"system": holder.system().uri(), "value": holder.matricule()}})
}

/// A reference to a professional.
pub(in crate::fhir) fn professional(id: &PsIdNat) -> Value {
    json!({"type": "Practitioner", "identifier": {"system": PsIdNat::SYSTEM, "value": id.as_str()}})
}

/// A reference to a structure.
pub(in crate::fhir) fn structure(id: &StructIdNat) -> Value {
    json!({"type": "Organization", "identifier": {"system": StructIdNat::SYSTEM, "value": id.as_str()}})
}
