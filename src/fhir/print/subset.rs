//! A part of a resource: `_summary` and `_elements`. Source: FHIR R4 search, "managing returned resources"; conformance SE-14.

use serde_json::{Map, Value, json};

use crate::fhir::search::{ResultShape, Summary};

/// The elements that the base definition marks as summary, beside those that always stay. Source: FHIR R4, DocumentReference and List.
const SUMMARY: &[&str] = &[
    "implicitRules",
    "modifierExtension",
    // DocumentReference.
    "masterIdentifier",
    "identifier",
    "docStatus",
    "type",
    "category",
    "subject",
    "date",
    "author",
    "relatesTo",
    "description",
    "securityLabel",
    "context",
    // List.
    "title",
    "code",
    "source",
];
/// What stays in every part: identity, and what the base definitions make mandatory.
const ALWAYS: &[&str] = &["resourceType", "id", "meta", "status", "content", "mode"];

/// The resource as that shape wants it; a part is marked as such.
pub(super) fn shaped(resource: Vec<u8>, shape: &ResultShape) -> Vec<u8> {
    if shape.is_whole() {
        return resource;
    }
    // What was printed here is well-formed; were it not, the whole is better than nothing.
    let Ok(Value::Object(mut members)) = serde_json::from_slice(&resource) else { return resource };
    members.retain(|name, _| is_wanted(name, shape));
    if shape.elements.is_empty() && shape.summary == Some(Summary::Short) {
        narrow_context(&mut members);
    }
    keep_referenced(&mut members);
    mark(&mut members);
    Value::Object(members).to_string().into_bytes()
}

fn is_wanted(name: &str, shape: &ResultShape) -> bool {
    let element = name.trim_start_matches('_');
    if ALWAYS.contains(&element) || element == "contained" {
        return true;
    }
    if !shape.elements.is_empty() {
        return shape.elements.iter().any(|wanted| wanted == element);
    }
    match shape.summary {
        Some(Summary::Short) => SUMMARY.contains(&element),
        Some(Summary::Text) => element == "text",
        Some(Summary::Data) => element != "text",
        Some(Summary::Count) | None => true,
    }
}

/// Of the context the period alone is summary.
fn narrow_context(members: &mut Map<String, Value>) {
    if let Some(context) = members.get_mut("context").and_then(Value::as_object_mut) {
        context.retain(|name, _| name == "period");
    }
}

/// Leaves out the contained resources to which nothing leads any more.
fn keep_referenced(members: &mut Map<String, Value>) {
    let Some(Value::Array(mut waiting)) = members.shift_remove("contained") else { return };
    let mut links = Vec::new();
    members.values().for_each(|value| gather(value, &mut links));
    let mut kept: Vec<Value> = Vec::new();
    loop {
        let (named, rest): (Vec<Value>, Vec<Value>) = waiting.into_iter().partition(|resource| {
            resource.get("id").and_then(Value::as_str).is_some_and(|id| links.iter().any(|link| link == id))
        });
        waiting = rest;
        if named.is_empty() {
            break;
        }
        named.iter().for_each(|resource| gather(resource, &mut links));
        kept.extend(named);
    }
    if !kept.is_empty() {
        members.insert("contained".to_owned(), Value::Array(kept));
    }
}

/// The ids of contained resources to which references lead.
fn gather(value: &Value, links: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, links)),
        Value::Object(members) => {
            let link = members.get("reference").and_then(Value::as_str).and_then(|link| link.strip_prefix('#'));
            links.extend(link.map(str::to_owned));
            members.values().for_each(|member| gather(member, links));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn mark(members: &mut Map<String, Value>) {
    let tag = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"});
    let meta = members.entry("meta").or_insert_with(|| json!({}));
    if let Some(meta) = meta.as_object_mut() {
        let tags = meta.entry("tag").or_insert_with(|| json!([]));
        tags.as_array_mut().into_iter().for_each(|tags| tags.push(tag.clone()));
    }
}
