//! The PATCH entries of a submission: each supersedes a document that is replaced. Source: pdsm-dmp 3.5, 4.1 (5).

use super::{
    entries::Entry,
    reader::Reader,
    relation::{name_of, same},
};
use crate::{
    fhir::{
        rules::{PATCH_UNEXPECTED, PATCH_UNMATCHED},
        tree::Node,
    },
    record::submission::Replacement,
};

/// The number of the replacement that a PATCH entry goes with.
pub(super) fn take(entry: &Entry<'_>, replacements: &[Replacement], reader: &mut Reader<'_>) -> Option<usize> {
    if !supersedes(&entry.resource) {
        reader.note(&PATCH_UNEXPECTED, entry.resource.at(), "");
    }
    let named = name_of(entry.url);
    let found = named.and_then(|name| replacements.iter().position(|it| same(&it.target, &name)));
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
