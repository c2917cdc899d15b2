//! The one patient of a publication, however it is referred to. Source: conformance 1.3, pdsm-dmp 12 and 16 no 20.

use percent_encoding::percent_decode_str;

use super::{
    Setting,
    entries::{Entries, Kind},
    reader::Reader,
    traits,
};
use crate::{
    fhir::{
        deed::party::local,
        rules::{
            HEADER_INS_FORM, HEADER_INS_SYSTEM, PATIENT_FORM, PATIENT_KEY, PATIENT_SYSTEM, PATIENT_UNIDENTIFIED,
            PATIENTS_DIFFER,
        },
        tree::Node,
    },
    record::{
        code::Identifier,
        identity::{IdentityError, Ins, InsSystem},
    },
};

/// Takes the patient that a mandatory reference names, and checks that it is the one of the whole publication.
pub(super) fn take(reference: &Node<'_>, home: &Node<'_>, entries: &Entries<'_>, reader: &mut Reader<'_>) {
    listen(reference, home, entries, reader);
    let mut names = named(reference, home, entries, reader.setting).into_iter();
    match names.next() {
        Some((identifier, at)) => agree(&identifier, &at, reader),
        None => reader.note(&PATIENT_UNIDENTIFIED, reference.at(), ""),
    }
    names.for_each(|name| agree_of_ins(name, reader));
}

/// Checks that a further reference, where it names a patient by INS, names the same one.
pub(super) fn compare(reference: &Node<'_>, home: &Node<'_>, entries: &Entries<'_>, reader: &mut Reader<'_>) {
    listen(reference, home, entries, reader);
    for name in named(reference, home, entries, reader.setting) {
        agree_of_ins(name, reader);
    }
}

/// Checks that a Patient that stands in the publication is, by every INS that it has, the same one; and keeps what it tells of the person,
/// which the policy compares with the holder.
pub(super) fn compare_resource(patient: &Node<'_>, reader: &mut Reader<'_>) {
    reader.told(traits::of_resource(patient));
    for (identifier, at) in all_current(patient) {
        agree(&identifier, &at, reader);
    }
}

/// Keeps what the Patient to which a reference leads tells of the person.
fn listen(reference: &Node<'_>, home: &Node<'_>, entries: &Entries<'_>, reader: &mut Reader<'_>) {
    let Some(link) = reference.text("reference") else { return };
    let patient = match link.strip_prefix('#') {
        Some(id) => home.contained(id).filter(|resource| resource.kind() == "Patient"),
        None => entries.linked(link).filter(|(_, it)| it.kind == Kind::Patient).map(|(_, it)| it.resource.clone()),
    };
    if let Some(patient) = patient {
        reader.told(traits::of_resource(&patient));
    }
}

/// Checks an identifier by which content names its patient: an INS there is one of this environment, well formed, with its right key.
/// Whose it is decides the policy.
pub(super) fn check_in_content(identifier: &Identifier, at: &str, reader: &mut Reader<'_>) {
    if InsSystem::of_uri(&identifier.system).is_none() {
        return;
    }
    match ins(identifier, reader.setting.production) {
        Ok(_) => {}
        Err(IdentityError::UnknownSystem) => reader.note(&HEADER_INS_SYSTEM, at, ""),
        Err(IdentityError::Malformed | IdentityError::WrongKey) => reader.note(&HEADER_INS_FORM, at, ""),
    }
}

/// The INS of a patient, if it is one of this environment.
pub(super) fn ins(identifier: &Identifier, production: bool) -> Result<Ins, IdentityError> {
    let ins = Ins::new(&identifier.system, &identifier.value)?;
    if ins.system().is_production() == production { Ok(ins) } else { Err(IdentityError::UnknownSystem) }
}

fn agree_of_ins((identifier, at): (Identifier, String), reader: &mut Reader<'_>) {
    if InsSystem::of_uri(&identifier.system).is_some() {
        agree(&identifier, &at, reader);
    }
}

fn agree(identifier: &Identifier, at: &str, reader: &mut Reader<'_>) {
    let read = match ins(identifier, reader.setting.production) {
        Ok(ins) => ins,
        Err(IdentityError::UnknownSystem) => return reader.note(&PATIENT_SYSTEM, at, ""),
        Err(IdentityError::Malformed) => return reader.note(&PATIENT_FORM, at, ""),
        Err(IdentityError::WrongKey) => return reader.note(&PATIENT_KEY, at, ""),
    };
    match &reader.holder {
        None => reader.holder = Some(read),
        Some(holder) if *holder == read => {}
        Some(_) => reader.note(&PATIENTS_DIFFER, at, ""),
    }
}

/// Whether a reference is to a patient by a condition, and to which.
pub(super) fn conditional_name(link: &str) -> Option<Identifier> {
    conditional(link, "Patient")
}

/// All the identifiers by which a reference names a patient, and where each stands: its own, and those of what it leads to. A client may follow
/// either, so that none goes unread because another is there.
fn named(
    reference: &Node<'_>,
    home: &Node<'_>,
    entries: &Entries<'_>,
    setting: &Setting<'_>,
) -> Vec<(Identifier, String)> {
    let own = reference.first("identifier").as_ref().and_then(read);
    let link = reference.text("reference").map(|link| linked(link, reference, home, entries, setting));
    own.into_iter().chain(link.into_iter().flatten()).collect()
}

fn linked(
    link: &str,
    reference: &Node<'_>,
    home: &Node<'_>,
    entries: &Entries<'_>,
    setting: &Setting<'_>,
) -> Vec<(Identifier, String)> {
    if let Some(id) = link.strip_prefix('#') {
        let patient = home.contained(id).filter(|resource| resource.kind() == "Patient");
        return patient.iter().flat_map(of_resource).collect();
    }
    if let Some((_, entry)) = entries.linked(link) {
        return if entry.kind == Kind::Patient { of_resource(&entry.resource) } else { Vec::new() };
    }
    let identifier = conditional(link, "Patient").or_else(|| known_here(link, setting));
    identifier.map(|identifier| (identifier, reference.at().to_owned())).into_iter().collect()
}

/// The patient whom a literal reference names by the id that this server gave.
fn known_here(link: &str, setting: &Setting<'_>) -> Option<Identifier> {
    let ins = (setting.patient)(local(link, setting.base).strip_prefix("Patient/")?)?;
    Some(Identifier { system: ins.system().uri().to_owned(), value: ins.matricule().to_owned() })
}

/// The identifier of a conditional reference `Type?identifier=system|value`.
pub(super) fn conditional(link: &str, kind: &str) -> Option<Identifier> {
    let token = link.strip_prefix(kind)?.strip_prefix("?identifier=")?;
    let token = percent_decode_str(token).decode_utf8().ok()?;
    let (system, value) = token.split_once('|')?;
    let clean = !system.is_empty() && !value.is_empty() && !value.contains(['&', '|']);
    clean.then(|| Identifier { system: system.to_owned(), value: value.to_owned() })
}

/// The identifiers of a Patient: each INS that is in force, else the first of whatever there is.
fn of_resource(patient: &Node<'_>) -> Vec<(Identifier, String)> {
    let current = all_current(patient);
    if current.is_empty() { patient.each("identifier").iter().find_map(read).into_iter().collect() } else { current }
}

/// The INS of a Patient that are in force: no old one, no social security number (which has the INS's system and the type NH), and no
/// number for the time being (`temp`, as an INS-NIA is) beside a lasting one.
pub(super) fn all_current(patient: &Node<'_>) -> Vec<(Identifier, String)> {
    let all = patient.each("identifier");
    let is_ins = |node: &&Node<'_>| {
        let is_social_security = node.all("type.coding").iter().any(|coding| coding.text("code") == Some("NH"));
        node.text("system").and_then(InsSystem::of_uri).is_some()
            && node.text("use") != Some("old")
            && !is_social_security
    };
    let all: Vec<&Node<'_>> = all.iter().filter(is_ins).collect();
    let lasts = |node: &&Node<'_>| node.text("use") != Some("temp");
    let has_lasting = all.iter().any(lasts);
    all.into_iter().filter(|node| !has_lasting || lasts(node)).filter_map(read).collect()
}

fn read(identifier: &Node<'_>) -> Option<(Identifier, String)> {
    let value = identifier.text("value")?.to_owned();
    let system = identifier.text("system").unwrap_or_default().to_owned();
    Some((Identifier { system, value }, identifier.at().to_owned()))
}
