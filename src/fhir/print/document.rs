//! A DocumentReference: what the server owns from the entry, the rest from the stored bytes.

use uuid::Uuid;

use super::json::{instant, leading, member, raw, string};
use crate::{
    fhir::canon::{IDENTIFIER_TYPE, IS_ARCHIVED},
    record::{
        code::URI_SYSTEM,
        document::{DocumentEntry, Rendition, Status, TargetName},
    },
};

/// Appends the resource. `base` is the address of the server without a final slash.
pub fn document(out: &mut Vec<u8>, entry: &DocumentEntry, rendition: &Rendition, base: &str) {
    let (meta, rest) = leading(&rendition.body, "meta");
    let (extensions, rest) = leading(rest, "extension");
    let (identifiers, rest) = leading(rest, "identifier");
    raw(out, "{\"resourceType\":\"DocumentReference\",");
    member(out, "id", &entry.id.to_string());
    print_meta(out, entry, meta);
    print_extensions(out, entry, extensions);
    print_identifiers(out, entry, identifiers);
    raw(out, ",");
    member(out, "status", status(entry.status));
    print_labels(out, entry);
    print_relations(out, entry);
    if !rest.is_empty() {
        raw(out, ",");
    }
    let base_at = rendition.base_at.saturating_sub(rendition.body.len() - rest.len());
    let (before, after) = rest.split_at_checked(base_at).unwrap_or((rest, &[]));
    out.extend_from_slice(before);
    raw(out, base);
    raw(out, "/");
    out.extend_from_slice(after);
    raw(out, "}");
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Current => "current",
        Status::Superseded => "superseded",
        Status::EnteredInError => "entered-in-error",
    }
}

fn print_meta(out: &mut Vec<u8>, entry: &DocumentEntry, kept: &[u8]) {
    raw(out, ",\"meta\":{");
    member(out, "versionId", &entry.version.to_string());
    raw(out, ",");
    member(out, "lastUpdated", &instant(entry.updated));
    follow(out, kept);
    raw(out, "}");
}

fn print_extensions(out: &mut Vec<u8>, entry: &DocumentEntry, kept: &[u8]) {
    if !entry.archived && kept.is_empty() {
        return;
    }
    raw(out, ",\"extension\":[");
    if entry.archived {
        raw(out, "{");
        member(out, "url", IS_ARCHIVED);
        raw(out, ",\"valueBoolean\":true}");
        follow(out, kept);
    } else {
        out.extend_from_slice(kept);
    }
    raw(out, "]");
}

fn print_identifiers(out: &mut Vec<u8>, entry: &DocumentEntry, kept: &[u8]) {
    raw(out, ",\"masterIdentifier\":{");
    member(out, "use", "usual");
    print_type(out, "uniqueId");
    raw(out, ",");
    member(out, "system", &entry.unique_id.system);
    raw(out, ",");
    member(out, "value", &entry.unique_id.value);
    raw(out, "},\"identifier\":[");
    for (index, uuid) in entry.entry_uuids.iter().enumerate() {
        print_entry_uuid(out, if index == 0 { "official" } else { "old" }, *uuid);
        raw(out, ",");
    }
    raw(out, "{");
    member(out, "use", "secondary");
    raw(out, ",\"type\":{\"text\":\"logicalId\"},");
    print_urn(out, entry.id.0);
    raw(out, "}");
    follow(out, kept);
    raw(out, "]");
}

fn print_entry_uuid(out: &mut Vec<u8>, used: &str, uuid: Uuid) {
    raw(out, "{");
    member(out, "use", used);
    print_type(out, "entryUUID");
    raw(out, ",");
    print_urn(out, uuid);
    raw(out, "}");
}

fn print_type(out: &mut Vec<u8>, code: &str) {
    raw(out, ",\"type\":{\"coding\":[{");
    member(out, "system", IDENTIFIER_TYPE);
    raw(out, ",");
    member(out, "code", code);
    raw(out, "}]}");
}

fn print_urn(out: &mut Vec<u8>, uuid: Uuid) {
    member(out, "system", URI_SYSTEM);
    raw(out, ",");
    member(out, "value", &format!("urn:uuid:{uuid}"));
}

fn print_labels(out: &mut Vec<u8>, entry: &DocumentEntry) {
    raw(out, ",\"securityLabel\":[");
    for (index, label) in entry.labels.codes().iter().enumerate() {
        raw(out, if index == 0 { "{\"coding\":[{" } else { ",{\"coding\":[{" });
        member(out, "system", label.system);
        raw(out, ",");
        member(out, "code", label.code);
        raw(out, ",");
        string(out, "display");
        raw(out, ":");
        string(out, label.display);
        raw(out, "}]}");
    }
    raw(out, "]");
}

/// The relations that the entry still bears: the host has left out those whose target is not open to the caller.
fn print_relations(out: &mut Vec<u8>, entry: &DocumentEntry) {
    for (index, relation) in entry.relations.iter().enumerate() {
        raw(out, if index == 0 { ",\"relatesTo\":[{" } else { ",{" });
        member(out, "code", &relation.code);
        raw(out, ",\"target\":{");
        match &relation.target {
            TargetName::Id(id) => member(out, "reference", &format!("DocumentReference/{id}")),
            TargetName::Identifier(identifier) => {
                raw(out, "\"identifier\":{");
                member(out, "system", &identifier.system);
                raw(out, ",");
                member(out, "value", &identifier.value);
                raw(out, "}");
            }
        }
        raw(out, "}}");
    }
    if !entry.relations.is_empty() {
        raw(out, "]");
    }
}

/// Appends what the source left, after what the server wrote.
fn follow(out: &mut Vec<u8>, kept: &[u8]) {
    if !kept.is_empty() {
        raw(out, ",");
        out.extend_from_slice(kept);
    }
}
