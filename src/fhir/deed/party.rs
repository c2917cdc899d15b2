//! Whom a reference names: professionals, structures and patients by national identifier, care teams by their id here.

use uuid::Uuid;

use super::{
    Setting, TEAM_SYSTEM,
    diagnoses::{PARTY_FORM, PARTY_KIND, PARTY_SEVERAL, PARTY_UNKNOWN},
    findings::Findings,
};
use crate::{
    fhir::{
        issue::Diagnosis,
        publication::conditional,
        rules::{PATIENT_FORM, PATIENT_KEY, PATIENT_SYSTEM},
        tree::Node,
    },
    record::{
        code::Identifier,
        identity::{IdentityError, Ins, InsSystem, PsIdNat, StructIdNat},
    },
};

/// Who stands behind a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fhir) enum Party {
    Professional(PsIdNat),
    Structure(StructIdNat),
    Patient(Ins),
    /// A care team, by the id of its deed or by the name that the operator gave.
    Team(String),
    /// Someone close to the patient, however identified.
    RelatedPerson,
}

type Claim = Result<Party, Diagnosis>;

/// What stands on the way from a reference: the types that it names, and the identifiers.
#[derive(Default)]
struct Trail {
    kinds: Vec<String>,
    claims: Vec<Claim>,
}

/// Who stands behind a reference: all the identifiers on the way name one and the same.
pub(in crate::fhir) fn of(reference: &Node<'_>, home: &Node<'_>, setting: &Setting<'_>) -> Claim {
    let trail = Trail::of(reference, home, setting);
    if trail.kinds.iter().any(|kind| kind == "RelatedPerson") {
        return Ok(Party::RelatedPerson);
    }
    let mut claims = trail.claims.into_iter();
    let first = claims.next().ok_or(PARTY_UNKNOWN)??;
    for other in claims {
        if other? != first {
            return Err(PARTY_SEVERAL);
        }
    }
    let fits = trail.kinds.iter().all(|kind| first.may_be(kind));
    if fits { Ok(first) } else { Err(PARTY_KIND) }
}

/// The holder whom a reference names.
pub(in crate::fhir) fn holder(
    reference: &Node<'_>,
    home: &Node<'_>,
    setting: &Setting<'_>,
    findings: &mut Findings,
) -> Option<Ins> {
    let diagnosis = match of(reference, home, setting) {
        Ok(Party::Patient(ins)) => return Some(ins),
        Ok(Party::Professional(_) | Party::Structure(_) | Party::Team(_) | Party::RelatedPerson) => PARTY_KIND,
        Err(diagnosis) => diagnosis,
    };
    findings.refuse(diagnosis, reference.at(), "");
    None
}

impl Party {
    fn may_be(&self, kind: &str) -> bool {
        match self {
            Self::Professional(_) => ["Practitioner", "PractitionerRole"].contains(&kind),
            Self::Structure(_) => kind == "Organization",
            Self::Patient(_) => kind == "Patient",
            Self::Team(_) => kind == "CareTeam",
            Self::RelatedPerson => kind == "RelatedPerson",
        }
    }
}

/// A role, and the person who has it.
const STEPS: usize = 2;

impl Trail {
    fn of(reference: &Node<'_>, home: &Node<'_>, setting: &Setting<'_>) -> Self {
        let mut trail = Self::default();
        let mut next = Some(reference.clone());
        for _ in 0..STEPS {
            let Some(link) = next.take() else { break };
            trail.take_reference(&link, setting);
            let id = link.text("reference").and_then(|link| link.strip_prefix('#'));
            if let Some(resource) = id.and_then(|id| home.contained(id)) {
                trail.kinds.push(resource.kind().to_owned());
                trail.take_identifiers(&resource, setting);
                next = if resource.kind() == "PractitionerRole" { resource.first("practitioner") } else { None };
            }
        }
        trail
    }

    fn take_reference(&mut self, link: &Node<'_>, setting: &Setting<'_>) {
        let last = |kind: &str| kind.rsplit('/').next().unwrap_or_default().to_owned();
        self.kinds.extend(link.text("type").map(last));
        self.take_identifiers(link, setting);
        if let Some(text) = link.text("reference").filter(|text| !text.starts_with('#')) {
            self.take_link(text, setting);
        }
    }

    fn take_identifiers(&mut self, home: &Node<'_>, setting: &Setting<'_>) {
        let national = home.each("identifier").into_iter().filter(|identifier| !is_other_number(identifier));
        let claims = national.filter_map(|node| {
            let value = node.text("value").unwrap_or_default().to_owned();
            claim(&Identifier { system: node.text("system")?.to_owned(), value }, setting)
        });
        self.claims.extend(claims);
    }

    /// A literal reference; elsewhere than here it tells the type alone.
    fn take_link(&mut self, text: &str, setting: &Setting<'_>) {
        if let Some((kind, identifier)) = named(text) {
            self.kinds.push(kind.to_owned());
            return self.claims.extend(claim(&identifier, setting));
        }
        self.kinds.extend(kind_of_link(text).map(str::to_owned));
        if let Some((kind, id)) = local(text, setting.base).split_once('/') {
            self.claims.extend(by_id(kind, id, setting).map(Ok));
        }
    }
}

/// A reference without the address of this server.
pub(in crate::fhir) fn local<'t>(text: &'t str, base: &str) -> &'t str {
    text.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text)
}

/// The type that a literal or conditional reference names, wherever it leads.
pub(in crate::fhir) fn kind_of_link(text: &str) -> Option<&str> {
    let (path, is_condition) = text.split_once('?').map_or((text, false), |(path, _)| (path, true));
    let segment = path.rsplit('/').nth(usize::from(!is_condition))?;
    segment.starts_with(|first: char| first.is_ascii_uppercase()).then_some(segment)
}

/// The type and the identifier of a conditional reference.
pub(in crate::fhir) fn named(text: &str) -> Option<(&str, Identifier)> {
    let (kind, _) = text.split_once('?')?;
    Some((kind, conditional(text, kind)?))
}

fn by_id(kind: &str, id: &str, setting: &Setting<'_>) -> Option<Party> {
    match kind {
        "Patient" => (setting.patient)(id).map(Party::Patient),
        "CareTeam" => Uuid::try_parse(id).ok().map(|id| Party::Team(id.hyphenated().to_string())),
        _ => None,
    }
}

/// An INS that is no longer in use, or a social security number, which has the INS's system and the type NH.
fn is_other_number(identifier: &Node<'_>) -> bool {
    let is_ins = identifier.text("system").is_some_and(|system| InsSystem::of_uri(system).is_some());
    let is_social_security = identifier.all("type.coding").iter().any(|coding| coding.text("code") == Some("NH"));
    is_ins && (identifier.text("use") == Some("old") || is_social_security)
}

/// Who an identifier names; nothing where its system is not one that tells.
fn claim(identifier: &Identifier, setting: &Setting<'_>) -> Option<Claim> {
    let (system, value) = (identifier.system.as_str(), identifier.value.as_str());
    match system {
        PsIdNat::SYSTEM | PsIdNat::RPPS_SYSTEM => {
            Some(PsIdNat::of_identifier(system, value).map(Party::Professional).map_err(|_| PARTY_FORM))
        }
        StructIdNat::SYSTEM | StructIdNat::FINESS_SYSTEM => {
            Some(StructIdNat::of_identifier(system, value).map(Party::Structure).map_err(|_| PARTY_FORM))
        }
        TEAM_SYSTEM => Some(if value.is_empty() { Err(PARTY_FORM) } else { Ok(Party::Team(value.to_owned())) }),
        _ => InsSystem::of_uri(system).map(|_| ins(system, value, setting.production).map(Party::Patient)),
    }
}

fn ins(system: &str, value: &str, production: bool) -> Result<Ins, Diagnosis> {
    let ins = Ins::new(system, value).map_err(|error| match error {
        IdentityError::UnknownSystem => PATIENT_SYSTEM.diagnosis,
        IdentityError::Malformed => PATIENT_FORM.diagnosis,
        IdentityError::WrongKey => PATIENT_KEY.diagnosis,
    })?;
    if ins.system().is_production() == production { Ok(ins) } else { Err(PATIENT_SYSTEM.diagnosis) }
}
