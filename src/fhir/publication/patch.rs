//! The PATCH entries of a submission: each supersedes a document that is replaced. Source: pdsm-dmp 3.5, 4.1 (5).

use std::collections::HashMap;

use super::{
    entries::Entry,
    reader::Reader,
    relation::{key, name_of},
};
use crate::fhir::{
    rules::{PATCH_UNEXPECTED, PATCH_UNMATCHED},
    tree::Node,
};

/// The number of the replacement that a PATCH entry goes with, given the replacements by the keys of their targets.
pub(super) fn take(entry: &Entry<'_>, replaced: &HashMap<String, usize>, reader: &mut Reader<'_>) -> Option<usize> {
    if !supersedes(&entry.resource) {
        reader.note(&PATCH_UNEXPECTED, entry.resource.at(), "");
    }
    let found = name_of(entry.url).and_then(|name| replaced.get(&key(&name)).copied());
    if found.is_none() {
        reader.note(&PATCH_UNMATCHED, format!("{}.request.url", entry.at), "");
    }
    found
}

/// Whether the patch is the one that is allowed, its parts in any order.
fn supersedes(parameters: &Node<'_>) -> bool {
    let operations = parameters.each("parameter");
    let [operation] = operations.as_slice() else { return false };
    let parts = operation.each("part");
    let value_of = |name: &str| {
        let part = parts.iter().find(|part| part.text("name") == Some(name))?;
        part.text("valueCode").or_else(|| part.text("valueString"))
    };
    operation.text("name") == Some("operation")
        && parts.len() == 3
        && value_of("type") == Some("replace")
        && value_of("path") == Some("DocumentReference.status")
        && value_of("value") == Some("superseded")
}
