//! The search parameters of Consent (PCF ITI-108).

use super::{
    Kind,
    deed::{
        ID, Row, SORT, UPDATED, codes, codings, dates, dates_at, identifiers, identifiers_at, of_professional,
        of_structure, of_team, parties, statuses,
    },
    table::{IDENTIFIER, count, criterion, elements, hl7, patient, summary, total},
};
use crate::record::{
    care_team::Span,
    code::Identifier,
    consent::{Blocked, Grant},
    deed::Effect,
};

/// The parameters.
pub(in crate::fhir) const CONSENTS: &[Row] = &[
    patient().also(&["patient.identifier"]),
    criterion(
        "status",
        Kind::Token,
        hl7!("Consent-status"),
        "active, inactive, entered-in-error; all unless told",
        |asked| statuses(asked, "http://hl7.org/fhir/consent-state-codes", &["draft", "proposed", "rejected"]),
    ),
    ID,
    UPDATED,
    criterion(
        "actor",
        Kind::Reference,
        hl7!("Consent-actor"),
        "whom the provision names: actor=CareTeam/id, actor:identifier, actor.identifier, in either spelling",
        |asked| parties(asked, |deed, _| actors(&deed.effect)),
    )
    .also(&["actor.identifier"])
    .modified(IDENTIFIER)
    .to(&["Practitioner", "PractitionerRole", "Organization", "CareTeam"]),
    criterion("category", Kind::Token, hl7!("Consent-category"), "the kind", |asked| {
        codes(asked, |_, root| codings(root, "category.coding"))
    }),
    criterion("date", Kind::Date, hl7!("clinical-date"), "Consent.dateTime", |asked| {
        dates(asked, |_, root| dates_at(root, "dateTime"))
    }),
    criterion("period", Kind::Date, hl7!("Consent-period"), "Consent.provision.period", |asked| {
        dates(asked, |deed, _| period(&deed.effect))
    }),
    criterion("scope", Kind::Token, hl7!("Consent-scope"), "patient-privacy", |asked| {
        codes(asked, |_, root| codings(root, "scope.coding"))
    }),
    criterion("identifier", Kind::Token, hl7!("clinical-identifier"), "the identifiers", |asked| {
        identifiers(asked, |_, root| identifiers_at(root, "identifier"))
    }),
    count(),
    SORT,
    total(),
    summary(),
    elements(),
];

fn actors(effect: &Effect) -> Vec<Identifier> {
    match effect {
        Effect::Consent(consent) => match &consent.grant {
            Grant::InitialForTeam { team } => of_team(team),
            Grant::Professional { professional: id }
            | Grant::EntrustedProfessional { professional: id }
            | Grant::TreatingPhysicianRights { professional: id } => of_professional(id),
        },
        Effect::Block(block) => blocked(&block.blocked),
        Effect::FeedOpposition(opposition) => opposition.against.as_ref().map(blocked).unwrap_or_default(),
        Effect::Emergency(_) | Effect::Team(_) => Vec::new(),
    }
}

fn blocked(blocked: &Blocked) -> Vec<Identifier> {
    match blocked {
        Blocked::Professional(id) => of_professional(id),
        Blocked::Structure(id) => of_structure(id),
    }
}

fn period(effect: &Effect) -> Vec<Span> {
    match effect {
        Effect::Consent(consent) => vec![consent.period],
        Effect::Block(block) => vec![block.period],
        Effect::FeedOpposition(opposition) => vec![opposition.period],
        Effect::Emergency(emergency) => vec![emergency.period],
        Effect::Team(_) => Vec::new(),
    }
}
