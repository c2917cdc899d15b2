//! The identifiers of a document: uniqueId, entryUUIDs, and others that the source keeps. Source: pdsm-dmp 3.7, 6.1.

use serde_json::Value;
use uuid::Uuid;

use super::reader::Reader;
use crate::{
    fhir::{
        canon::IDENTIFIER_TYPE,
        rules::{ENTRY_UUID_FORM, UNIQUE_ID_FORM, UNIQUE_ID_USE},
        tree::Node,
    },
    record::code::{Identifier, URI_SYSTEM},
};

/// The uniqueId.
pub(super) fn unique_id(document: &Node<'_>, reader: &mut Reader<'_>) -> Option<Identifier> {
    let node = document.first("masterIdentifier")?;
    if node.text("use") != Some("usual") && !has_type(&node, "uniqueId") {
        reader.note(&UNIQUE_ID_USE, node.place("use"), "");
    }
    let (system, value) = (node.text("system")?, node.text("value")?);
    let is_uri = value.starts_with("urn:") || value.contains("://");
    if system == URI_SYSTEM && !is_uri {
        reader.note(&UNIQUE_ID_FORM, node.place("value"), "a value of urn:ietf:rfc:3986 is a URI");
    }
    Some(Identifier { system: system.to_owned(), value: value.to_owned() })
}

/// The entryUUIDs that the source gave.
pub(super) fn entry_uuids(document: &Node<'_>, reader: &mut Reader<'_>) -> Vec<Uuid> {
    let mut uuids = Vec::new();
    for node in document.each("identifier").iter().filter(|node| is_entry_uuid(node)) {
        let uuid = node.text("value").and_then(|value| value.strip_prefix("urn:uuid:"));
        match uuid.and_then(|uuid| Uuid::try_parse(uuid).ok()) {
            Some(uuid) if uuids.contains(&uuid) => {}
            Some(uuid) => uuids.push(uuid),
            None => reader.note(&ENTRY_UUID_FORM, node.place("value"), ""),
        }
    }
    uuids
}

/// The other identifiers, which the source may keep; the logical id is ours alone to give.
pub(super) fn others(document: &Node<'_>) -> Vec<Value> {
    let is_ours = |node: &Node<'_>| is_entry_uuid(node) || node.text_at("type.text") == Some("logicalId");
    document.each("identifier").iter().filter(|node| !is_ours(node)).map(|node| node.value().clone()).collect()
}

fn is_entry_uuid(node: &Node<'_>) -> bool {
    node.text("use") == Some("official") || has_type(node, "entryUUID")
}

/// Whether MHD 4.2.4's type marks the identifier.
fn has_type(node: &Node<'_>, code: &str) -> bool {
    node.all("type.coding")
        .iter()
        .any(|coding| coding.text("system") == Some(IDENTIFIER_TYPE) && coding.text("code") == Some(code))
}
