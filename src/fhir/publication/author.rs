//! Authors, however they are referred to, by national identifier. Source: pdsm-dmp 8.5, 13.1.

use super::{AuthorName, patient, reader::Reader};
use crate::{
    fhir::{
        rules::{AUTHOR_UNIDENTIFIED, CONTAINED_DANGLING, Check, NOT_CONTAINED, TARGET_KIND},
        tree::Node,
    },
    record::{
        code::Identifier,
        identity::{PsIdNat, StructIdNat},
    },
};

/// The resources that may be an author.
pub(super) const AUTHORS: &[&str] =
    &["Practitioner", "PractitionerRole", "Device", "Patient", "Organization", "RelatedPerson"];

/// The authors of a document.
pub(super) fn all(document: &Node<'_>, reader: &mut Reader<'_>) -> Vec<AuthorName> {
    document.each("author").iter().map(|reference| one(reference, document, reader)).collect()
}

fn one(reference: &Node<'_>, home: &Node<'_>, reader: &mut Reader<'_>) -> AuthorName {
    let name = resolve(reference, home, reader.setting.production);
    if name == AuthorName::Unidentified {
        reader.note(&AUTHOR_UNIDENTIFIED, reference.at(), "");
    }
    name
}

fn resolve(reference: &Node<'_>, home: &Node<'_>, production: bool) -> AuthorName {
    let by_identifier = |node: &Node<'_>| {
        node.each("identifier")
            .iter()
            .map(|identifier| of_identifier(identifier, production))
            .find(|name| *name != AuthorName::Unidentified)
    };
    if let Some(name) = by_identifier(reference) {
        return name;
    }
    let Some(resource) = contained(reference, home) else { return AuthorName::Unidentified };
    let further = match resource.kind() {
        "PractitionerRole" => resource.first("practitioner"),
        "Device" => resource.first("owner"),
        _ => None,
    };
    by_identifier(&resource)
        // A contained resource may refer to another, which refers to no further one: the walk ends.
        .or_else(|| {
            further
                .filter(|link| link.text("reference") != reference.text("reference"))
                .and_then(|link| by_identifier(&link).or_else(|| by_identifier(&contained(&link, home)?)))
        })
        .unwrap_or(AuthorName::Unidentified)
}

/// The contained resource that a reference names.
pub(super) fn contained<'a>(reference: &Node<'a>, home: &Node<'a>) -> Option<Node<'a>> {
    reference.text("reference").and_then(|link| link.strip_prefix('#')).and_then(|id| home.contained(id))
}

/// Who an identifier names.
fn of_identifier(identifier: &Node<'_>, production: bool) -> AuthorName {
    let (system, value) = (identifier.text("system").unwrap_or_default(), identifier.text("value").unwrap_or_default());
    let patient = || {
        let identifier = Identifier { system: system.to_owned(), value: value.to_owned() };
        patient::ins(&identifier, production).map(AuthorName::Patient)
    };
    PsIdNat::of_identifier(system, value)
        .map(AuthorName::Professional)
        .or_else(|_| StructIdNat::of_identifier(system, value).map(AuthorName::Structure))
        .or_else(|_| patient())
        .unwrap_or(AuthorName::Unidentified)
}

/// The structure that a reference to an Organization names.
pub(super) fn structure(reference: &Node<'_>, home: &Node<'_>) -> Option<StructIdNat> {
    let of = |node: &Node<'_>| {
        node.each("identifier").iter().find_map(|identifier| {
            StructIdNat::of_identifier(identifier.text("system")?, identifier.text("value")?).ok()
        })
    };
    of(reference).or_else(|| of(&contained(reference, home)?))
}

/// Checks that a reference leads to a contained resource of one of these types, as the comprehensive profile wants it.
pub(super) fn check_contained(reference: &Node<'_>, home: &Node<'_>, kinds: &[&str], reader: &mut Reader<'_>) {
    match reference.text("reference").and_then(|link| link.strip_prefix('#')) {
        Some(_) => check_target(reference, home, kinds, reader, &TARGET_KIND),
        None => reader.note(&NOT_CONTAINED, reference.at(), ""),
    }
}

/// Checks the type of the contained resource that a reference names.
pub(super) fn check_target(
    reference: &Node<'_>,
    home: &Node<'_>,
    kinds: &[&str],
    reader: &mut Reader<'_>,
    check: &Check,
) {
    let is_local = reference.text("reference").is_some_and(|link| link.starts_with('#'));
    match contained(reference, home) {
        None if is_local => reader.note(&CONTAINED_DANGLING, reference.at(), ""),
        Some(resource) if !kinds.contains(&resource.kind()) => reader.note(check, reference.at(), ""),
        None | Some(_) => {}
    }
}
