//! The resource as it will be read: the source's members, less what the server owns, with links that last.

use serde_json::{Map, Value, json};

use super::{content::printed_hash, identifiers, places::Places};
use crate::{
    fhir::{
        canon::{IS_ARCHIVED, canonical},
        tree::Node,
    },
    record::{
        document::{DocumentEntry, Rendition},
        identity::Ins,
        submission::StagedContent,
    },
};

/// What the server prints from the entry itself.
const OWNED: &[&str] = &["resourceType", "id", "masterIdentifier", "status", "securityLabel"];
/// What the server owns in part; the source's part stands first in the body, in this order.
const SHARED: [&str; 3] = ["meta", "extension", "identifier"];

/// Writes the rendition of a document.
pub(super) fn document(
    tree: &Value,
    entry: &DocumentEntry,
    content: &StagedContent,
    places: &Places<'_, '_>,
    holder: &Ins,
) -> Rendition {
    let others = identifiers::others(&Node::new(tree, ""));
    let mut members = tree.as_object().cloned().unwrap_or_default();
    members.retain(|name, _| !OWNED.contains(&name.as_str()));
    share(&mut members, "identifier", Value::Array(others));
    let extensions = kept_extensions(&members);
    share(&mut members, "extension", extensions);
    let meta = kept_meta(&members);
    share(&mut members, "meta", meta);
    members.retain(|name, _| name != "relatesTo");
    attach(&mut members, entry, content);
    let mut tree = Value::Object(members);
    settle(&mut tree, places, holder);
    canonicalise(&mut tree);
    write(&tree, entry)
}

fn share(members: &mut Map<String, Value>, name: &str, value: Value) {
    let is_empty = value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
    members.retain(|member, _| member != name);
    if !is_empty {
        members.insert(name.to_owned(), value);
    }
}

fn kept_extensions(members: &Map<String, Value>) -> Value {
    let is_kept = |extension: &&Value| extension.get("url").and_then(Value::as_str) != Some(IS_ARCHIVED);
    members.get("extension").and_then(Value::as_array).into_iter().flatten().filter(is_kept).cloned().collect()
}

fn kept_meta(members: &Map<String, Value>) -> Value {
    let mut meta = members.get("meta").and_then(Value::as_object).cloned().unwrap_or_default();
    meta.retain(|name, _| ["profile", "security", "tag"].contains(&name.as_str()));
    Value::Object(meta)
}

fn attach(members: &mut Map<String, Value>, entry: &DocumentEntry, content: &StagedContent) {
    let attachment = members
        .get_mut("content")
        .and_then(|content| content.get_mut(0))
        .and_then(|content| content.get_mut("attachment"))
        .and_then(Value::as_object_mut);
    let Some(attachment) = attachment else { return };
    attachment.retain(|name, _| name != "data");
    attachment.insert("url".to_owned(), json!(relative_url(entry)));
    attachment.insert("size".to_owned(), json!(content.size));
    attachment.insert("hash".to_owned(), json!(printed_hash(content)));
}

fn relative_url(entry: &DocumentEntry) -> String {
    format!("Binary/{}", entry.id)
}

/// Makes the links of a resource last: those into the submission by id, those to the patient by INS.
pub(super) fn settle(value: &mut Value, places: &Places<'_, '_>, holder: &Ins) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| settle(item, places, holder)),
        Value::Object(members) => {
            settle_reference(members, places, holder);
            members.iter_mut().for_each(|(_, member)| settle(member, places, holder));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn settle_reference(members: &mut Map<String, Value>, places: &Places<'_, '_>, holder: &Ins) {
    let Some(link) = members.get("reference").and_then(Value::as_str) else { return };
    if let Some(patient) = places.patient(link, holder) {
        members.retain(|name, _| name != "reference");
        members.insert("type".to_owned(), json!("Patient"));
        members.insert("identifier".to_owned(), json!({"system": patient.system, "value": patient.value}));
    } else if let Some(lasting) = places.lasting(link) {
        members.insert("reference".to_owned(), Value::String(lasting));
    }
}

/// The identifier of a patient, as it is printed.
pub(super) fn patient_identifier(holder: &Ins) -> Value {
    json!({"system": holder.system().uri(), "value": holder.matricule()})
}

/// Writes code systems in their one spelling; contained resources stay as they came.
pub(in crate::fhir) fn canonicalise(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(canonicalise),
        Value::Object(members) => {
            let is_coding = members.contains_key("code");
            if is_coding && let Some(Value::String(system)) = members.get_mut("system") {
                *system = canonical(system).to_owned();
            }
            members.iter_mut().filter(|(name, _)| *name != "contained").for_each(|(_, member)| canonicalise(member));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn write(tree: &Value, entry: &DocumentEntry) -> Rendition {
    let members = tree.as_object().into_iter().flatten();
    let rank = |name: &str| SHARED.iter().position(|shared| *shared == name).unwrap_or(SHARED.len());
    let mut members: Vec<_> = members.collect();
    members.sort_by_key(|(name, _)| rank(name));
    let written: Vec<String> = members.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    let body = written.join(",").into_bytes();
    let needle = format!("\"url\":\"{}\"", relative_url(entry)).into_bytes();
    // The id is fresh, so nothing that the source wrote can hold it.
    let found = body.windows(needle.len()).position(|window| window == needle);
    Rendition { base_at: found.map_or(0, |at| at + "\"url\":\"".len()), body }
}
