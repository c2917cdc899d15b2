//! What Patients and headers tell of the person, for the policy to compare with the holder. Source: pdsm-dmp 12.3; decision 0018.

use super::reader::Reader;
use crate::{
    fhir::{
        cda::{self, Look, Name, Part},
        rules::{IDENTITY_UNTOLD, RuleSet},
        tree::Node,
    },
    record::traits::{DateTold, IdentityStatus, NameKind, NameTold, TraitsTold},
};

const RELIABILITY: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability";
/// Statuses of version 2.1 of the French core guide, after HL7 v2 table 0445: qualified is `VALI` there.
const STATUSES_2_1: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445";
/// Statuses of version 2.2: `VALI` is no more than a checked document of identity there.
const STATUSES_2_2: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status";
const BIRTH_PLACE: &str = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
const INSEE_CODE: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code";
/// A Patient of more names is built to cost time.
const MAX_NAMES: usize = 16;

/// Notes what of its patient a submission tells nowhere: the traits, and that the identity is qualified. What is told is compared elsewhere.
pub(super) fn demand(at: &str, reader: &mut Reader<'_>) {
    let untold = untold(reader.traits());
    if !untold.is_empty() {
        reader.note(&IDENTITY_UNTOLD, at, untold.join(", "));
    }
}

fn untold(told: &[TraitsTold]) -> Vec<&'static str> {
    let any = |is_told: fn(&TraitsTold) -> bool| told.iter().any(is_told);
    let demanded = [
        ("birth name", any(|it| it.names.iter().any(|name| name.family.is_some()))),
        ("first given name", any(|it| it.names.iter().any(|name| name.given.is_some()))),
        ("date of birth", any(|it| it.birth_date.is_some())),
        ("sex", any(|it| it.gender.is_some())),
        ("status of the identity", any(|it| !it.statuses.is_empty())),
    ];
    demanded.into_iter().filter(|(_, is_told)| !is_told).map(|(name, _)| name).collect()
}

/// What a Patient tells.
pub(super) fn of_resource(patient: &Node<'_>) -> TraitsTold {
    let is_sex = |word: &&str| ["male", "female", "unknown"].contains(word);
    TraitsTold {
        names: patient.each("name").iter().take(MAX_NAMES).filter_map(name).collect(),
        birth_date: patient.text("birthDate").and_then(DateTold::parse),
        gender: patient.text("gender").filter(is_sex).map(str::to_owned),
        birth_place: birth_place(patient),
        statuses: statuses(patient),
    }
}

/// The name at birth is the official one; a name of no use said may be the one in use; the others are not compared.
fn name(name: &Node<'_>) -> Option<NameTold> {
    let kind = match name.text("use") {
        Some("official" | "maiden") => NameKind::OfBirth,
        None => NameKind::Unsaid,
        Some(_) => return None,
    };
    let given = joined(name.each("given").iter().filter_map(|given| given.value().as_str()));
    Some(NameTold { kind, family: name.text("family").map(str::to_owned), given })
}

fn joined<'t>(parts: impl Iterator<Item = &'t str>) -> Option<String> {
    let all: Vec<&str> = parts.collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn birth_place(patient: &Node<'_>) -> Option<String> {
    let places = patient.extensions(BIRTH_PLACE);
    let address = places.first()?.first("valueAddress")?;
    let codes = address.extensions(INSEE_CODE);
    Some(codes.first()?.first("valueCoding")?.text("code")?.to_owned())
}

fn statuses(patient: &Node<'_>) -> Vec<IdentityStatus> {
    let told = patient.extensions(RELIABILITY);
    let mut all: Vec<IdentityStatus> = told
        .iter()
        .flat_map(|reliability| reliability.extensions("identityStatus"))
        .map(|status| status.first("valueCoding").map_or(IdentityStatus::Unreliable, |coding| meaning(&coding)))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A code is read with its system: `VALI` is not the same in both.
fn meaning(coding: &Node<'_>) -> IdentityStatus {
    match (coding.text("system"), coding.text("code")) {
        (Some(STATUSES_2_1), Some("VALI")) | (Some(STATUSES_2_2), Some("QUAL")) => IdentityStatus::Qualified,
        (Some(STATUSES_2_2), Some("VALI")) => IdentityStatus::Validated,
        (Some(STATUSES_2_2), Some("RECUP")) => IdentityStatus::Retrieved,
        (Some(STATUSES_2_1 | STATUSES_2_2), Some("PROV")) => IdentityStatus::Provisional,
        (Some(STATUSES_2_1), Some("HOMD" | "HOMA")) => IdentityStatus::Homonym,
        _ => IdentityStatus::Unreliable,
    }
}

/// Keeps what the header of a CDA tells of its patients.
pub(super) fn take_of_header(look: Option<&Look>, names: &[String], reader: &mut Reader<'_>) {
    if !counts(names, reader) {
        return;
    }
    let Some(Ok(header)) = look.map(Look::header) else { return };
    for patient in &header.patients {
        reader.told(of_header(patient));
    }
}

/// Whether what content tells counts: where it names its patient by a valid INS, and under the strict rules in any case.
pub(super) fn counts(names: &[String], reader: &Reader<'_>) -> bool {
    !names.is_empty() || reader.setting.rules == RuleSet::Pdsm
}

fn of_header(patient: &cda::Patient) -> TraitsTold {
    let sex = |code: &str| match code {
        "M" => "male",
        "F" => "female",
        _ => "unknown",
    };
    // Sources write other things than the code of the commune there; those are no code.
    let is_code = |county: &&String| county.len() == 5 && county.bytes().all(|byte| byte.is_ascii_alphanumeric());
    TraitsTold {
        names: patient.names.iter().take(MAX_NAMES).map(name_in_header).collect(),
        birth_date: patient.birth.as_ref().and_then(|birth| DateTold::parse(&birth.date_time)),
        gender: patient.gender.as_ref().map(|gender| sex(&gender.code).to_owned()),
        birth_place: patient.birthplace.as_ref().and_then(|place| place.county.as_ref()).filter(is_code).cloned(),
        statuses: Vec::new(),
    }
}

/// The parts of birth (`BR`); a family name without a qualifier may be the one in use.
fn name_in_header(name: &Name) -> NameTold {
    let of = |parts: &[Part], qualifier: Option<&str>| {
        joined(parts.iter().filter(|part| part.qualifier.as_deref() == qualifier).map(|part| part.text.as_str()))
    };
    let given = of(&name.given, Some("BR")).or_else(|| of(&name.given, None));
    match of(&name.family, Some("BR")) {
        Some(family) => NameTold { kind: NameKind::OfBirth, family: Some(family), given },
        None => NameTold { kind: NameKind::Unsaid, family: of(&name.family, None), given },
    }
}
