//! Relations to other documents, and how their targets are named. Source: pdsm-dmp 4.1 (5), 6.3; conformance 1.3.

use uuid::Uuid;

use super::{patient::conditional, places::Places, reader::Reader};
use crate::{
    fhir::{
        rules::{RELATED_DOCUMENT, RELATION_KEPT, REPLACES_SEVERAL, REPLACES_WHAT},
        tree::Node,
    },
    record::{
        code::{Identifier, URI_SYSTEM},
        document::{DocumentId, Relation},
        submission::TargetName,
    },
};

/// The target of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A new document of the same submission.
    New(DocumentId),
    /// A document that may be stored.
    Stored(TargetName),
    /// Something that cannot be a document here.
    Foreign,
}

/// The targets of a document's relations, in order.
pub(super) fn targets(document: &Node<'_>, places: &Places<'_, '_>) -> Vec<Target> {
    document
        .each("relatesTo")
        .iter()
        .map(|relation| relation.first("target").map_or(Target::Foreign, |target| target_of(&target, places)))
        .collect()
}

/// The relations as they are kept, each with a target that may be a document here. The printer tells them only to those to whom the
/// target is open.
pub(super) fn kept(document: &Node<'_>, targets: &[Target]) -> Vec<Relation> {
    let named = |target: &Target| match target {
        Target::New(id) => Some(TargetName::Id(id.0)),
        Target::Stored(name) => Some(name.clone()),
        Target::Foreign => None,
    };
    let relations = document.each("relatesTo");
    let kept = relations.iter().zip(targets).filter_map(|(relation, target)| {
        Some(Relation { code: relation.text("code")?.to_owned(), target: named(target)? })
    });
    kept.collect()
}

/// The documents that this one replaces; what is wrong with its relations is noted.
pub(super) fn replaced(document: &Node<'_>, targets: &[Target], reader: &mut Reader<'_>) -> Vec<TargetName> {
    let mut replaced = Vec::new();
    for (relation, target) in document.each("relatesTo").iter().zip(targets) {
        match (relation.text("code"), target) {
            (Some("replaces"), Target::Stored(name)) => replaced.push(name.clone()),
            (Some("replaces"), Target::New(_) | Target::Foreign) => {
                reader.note(&REPLACES_WHAT, relation.place("target"), "");
            }
            (Some(code), _) => reader.note(&RELATION_KEPT, relation.at(), token(code)),
            (None, _) => {}
        }
    }
    if replaced.len() > 1 {
        reader.note(&REPLACES_SEVERAL, document.place("relatesTo"), "");
    }
    replaced
}

/// Checks that a related thing is no document by reference: what is stored as sent is told to everyone who may read this document.
pub(super) fn check_related(related: &Node<'_>, places: &Places<'_, '_>, reader: &mut Reader<'_>) {
    let Some(link) = related.text("reference") else { return };
    let is_stored = || link.split('/').any(|part| part.split('?').next() == Some("DocumentReference"));
    if places.new_document(link).is_some() || is_stored() {
        reader.note(&RELATED_DOCUMENT, related.place("reference"), "");
    }
}

/// The token that MHD gives a relation that is stored and not acted on.
fn token(code: &str) -> &'static str {
    match code {
        "transforms" => "PartialTransformContentNotProcessed",
        "appends" => "PartialAppendContentNotProcessed",
        _ => "",
    }
}

fn target_of(target: &Node<'_>, places: &Places<'_, '_>) -> Target {
    if let Some(link) = target.text("reference") {
        return places.new_document(link).map_or_else(|| stored(link), Target::New);
    }
    match (target.text_at("identifier.system"), target.text_at("identifier.value")) {
        (Some(system), Some(value)) => {
            Target::Stored(TargetName::Identifier(Identifier { system: system.to_owned(), value: value.to_owned() }))
        }
        _ => Target::Foreign,
    }
}

fn stored(link: &str) -> Target {
    name_of(link).map_or(Target::Foreign, Target::Stored)
}

/// How a link names a stored document: by id, by entryUUID, or by a business identifier.
pub(super) fn name_of(link: &str) -> Option<TargetName> {
    let uri = |value: &str| Identifier { system: URI_SYSTEM.to_owned(), value: value.to_owned() };
    if let Some(uuid) = link.strip_prefix("urn:uuid:") {
        return Uuid::try_parse(uuid).ok().map(TargetName::Id);
    }
    if link.starts_with("urn:oid:") {
        return Some(TargetName::Identifier(uri(link)));
    }
    if let Some(identifier) = conditional(link, "DocumentReference") {
        return Some(TargetName::Identifier(identifier));
    }
    let link = link.split_once("/_history/").map_or(link, |(link, _)| link);
    let (before, id) = link.rsplit_once('/')?;
    let is_document = before == "DocumentReference" || before.ends_with("/DocumentReference");
    is_document.then(|| Uuid::try_parse(id).ok().map(TargetName::Id)).flatten()
}

/// The same text for two names of one document, as far as can be told without looking.
pub(super) fn key(name: &TargetName) -> String {
    match name {
        TargetName::Id(id) => format!("{URI_SYSTEM}|urn:uuid:{id}"),
        TargetName::Identifier(Identifier { system, value }) => format!("{system}|{value}"),
    }
}
