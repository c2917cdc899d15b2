//! Authors, however they are referred to, by national identifier. Source: pdsm-dmp 8.5, 13.1.

use super::{AuthorName, patient, reader::Reader};
use crate::{
    fhir::{
        rules::{AUTHOR_SEVERAL, AUTHOR_UNIDENTIFIED, CONTAINED_DANGLING, Check, NOT_CONTAINED, TARGET_KIND},
        tree::Node,
    },
    record::{
        code::Identifier,
        identity::{InsSystem, PsIdNat, StructIdNat},
    },
};

/// The resources that may be an author.
pub(super) const AUTHORS: &[&str] =
    &["Practitioner", "PractitionerRole", "Device", "Patient", "Organization", "RelatedPerson"];

/// The authors of a document.
pub(super) fn all(document: &Node<'_>, reader: &mut Reader<'_>) -> Vec<AuthorName> {
    document.each("author").iter().map(|reference| one(reference, document, reader)).collect()
}

/// Those who sign a document (authenticator).
pub(super) fn signatories(document: &Node<'_>, reader: &mut Reader<'_>) -> Vec<AuthorName> {
    document.each("authenticator").iter().map(|reference| resolve(reference, document, reader)).collect()
}

/// The source of a submission set, where it claims to be anyone: software without an identity does not.
pub(super) fn source(list: &Node<'_>, reader: &mut Reader<'_>) -> Option<AuthorName> {
    let reference = list.first("source")?;
    let name = resolve(&reference, list, reader);
    let is_device = contained(&reference, list).is_some_and(|resource| resource.kind() == "Device");
    (!is_device || name != AuthorName::Unidentified).then_some(name)
}

fn one(reference: &Node<'_>, home: &Node<'_>, reader: &mut Reader<'_>) -> AuthorName {
    let name = resolve(reference, home, reader);
    if name == AuthorName::Unidentified {
        reader.note(&AUTHOR_UNIDENTIFIED, reference.at(), "");
    }
    name
}

/// Who stands behind a reference: all the national identifiers on the way name one and the same, as all of them are shown.
fn resolve(reference: &Node<'_>, home: &Node<'_>, reader: &mut Reader<'_>) -> AuthorName {
    let claims = claims(reference, home, reader.setting.production);
    let Some(first) = claims.first() else { return AuthorName::Unidentified };
    let is_odd = |claim: &&Claim| claim.name != first.name || claim.is_misplaced;
    if let Some(odd) = claims.iter().find(is_odd) {
        reader.note(&AUTHOR_SEVERAL, &odd.at, "");
    }
    first.name.clone()
}

/// A national identifier on the way from a reference.
struct Claim {
    name: AuthorName,
    at: String,
    /// Whether a structure's identifier stands on a person.
    is_misplaced: bool,
}

/// The national identifiers of the reference, of the contained resource that it names, and of those to which that leads; the
/// structure of a role is not its holder, and is left out.
fn claims(reference: &Node<'_>, home: &Node<'_>, production: bool) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut seen = Vec::new();
    let mut next = Some(reference.clone());
    while let Some(link) = next.take() {
        claims.extend(link.each("identifier").iter().filter_map(|it| claim(it, "", production)));
        let named = link.text("reference").and_then(patient::conditional_name);
        claims.extend(named.and_then(|identifier| of_token(&identifier, link.at(), production)));
        let Some(resource) = contained(&link, home).filter(|resource| !seen.contains(&resource.at().to_owned())) else {
            break;
        };
        seen.push(resource.at().to_owned());
        let kind = resource.kind();
        let own = resource.each("identifier");
        let own = own.iter().filter_map(|it| claim(it, kind, production));
        let owner = (kind == "Device").then(|| resource.first("owner")).flatten().and_then(|it| structure(&it, home));
        claims.extend(own.filter(|claim| !owner.as_ref().is_some_and(|owner| is_number_of(&claim.name, owner))));
        next = match kind {
            "PractitionerRole" => resource.first("practitioner"),
            "Device" => resource.first("owner"),
            _ => None,
        };
    }
    claims
}

/// Whether this is how a structure numbers a device of its own: the number stands in the register of persons and names the structure.
fn is_number_of(name: &AuthorName, owner: &StructIdNat) -> bool {
    match name {
        AuthorName::Professional(id) => id.is_assigned_by(owner),
        AuthorName::Structure(_) | AuthorName::Patient(_) | AuthorName::Unidentified => false,
    }
}

/// The claim of an identifier under a national system; one that is not well formed names someone unknown.
fn claim(identifier: &Node<'_>, kind: &str, production: bool) -> Option<Claim> {
    let is_ins = InsSystem::of_uri(identifier.text("system")?).is_some();
    let is_social_security = identifier.all("type.coding").iter().any(|coding| coding.text("code") == Some("NH"));
    if is_ins && (identifier.text("use") == Some("old") || is_social_security) {
        return None;
    }
    let system = identifier.text("system")?.to_owned();
    let value = identifier.text("value").unwrap_or_default().to_owned();
    let claim = of_token(&Identifier { system, value }, identifier.at(), production)?;
    let is_structure = match &claim.name {
        AuthorName::Structure(_) => true,
        AuthorName::Professional(_) | AuthorName::Patient(_) | AuthorName::Unidentified => false,
    };
    Some(Claim { is_misplaced: kind == "Practitioner" && is_structure, ..claim })
}

fn of_token(identifier: &Identifier, at: &str, production: bool) -> Option<Claim> {
    const REGISTERS: [&str; 4] =
        [PsIdNat::SYSTEM, PsIdNat::RPPS_SYSTEM, StructIdNat::SYSTEM, StructIdNat::FINESS_SYSTEM];
    let system = identifier.system.as_str();
    let is_national = REGISTERS.contains(&system) || InsSystem::of_uri(system).is_some();
    let name = of_identifier(identifier, production);
    is_national.then(|| Claim { name, at: at.to_owned(), is_misplaced: false })
}

/// The contained resource that a reference names.
pub(super) fn contained<'a>(reference: &Node<'a>, home: &Node<'a>) -> Option<Node<'a>> {
    reference.text("reference").and_then(|link| link.strip_prefix('#')).and_then(|id| home.contained(id))
}

/// Who an identifier names.
fn of_identifier(identifier: &Identifier, production: bool) -> AuthorName {
    let (system, value) = (&identifier.system, &identifier.value);
    PsIdNat::of_identifier(system, value)
        .map(AuthorName::Professional)
        .or_else(|_| StructIdNat::of_identifier(system, value).map(AuthorName::Structure))
        .or_else(|_| patient::ins(identifier, production).map(AuthorName::Patient))
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
