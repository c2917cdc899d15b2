//! The search parameters of CareTeam (CDS).

use super::{
    Kind,
    deed::{
        ID, Row, SORT, UPDATED, codes, codings, dates, dates_at, identifiers, identifiers_at, named_at,
        of_professional, of_structure, parties, statuses,
    },
    table::{IDENTIFIER, count, criterion, elements, hl7, patient, summary, total},
};
use crate::{
    fhir::tree::Node,
    record::{
        care_team::Span,
        code::Identifier,
        deed::{Deed, Effect},
    },
};

macro_rules! cds {
    ($name:literal) => {
        concat!("https://interop.esante.gouv.fr/ig/fhir/cds/SearchParameter/", $name)
    };
}

/// The parameters.
pub(in crate::fhir) const CARE_TEAMS: &[Row] = &[
    patient().also(&["patient.identifier", "subject", "subject.identifier"]),
    criterion("identifier", Kind::Token, hl7!("clinical-identifier"), "the identifier", |asked| {
        identifiers(asked, |_, root| identifiers_at(root, "identifier"))
    }),
    criterion(
        "status",
        Kind::Token,
        hl7!("CareTeam-status"),
        "active, inactive, entered-in-error; all unless told",
        |asked| statuses(asked, "http://hl7.org/fhir/care-team-status", &["proposed", "suspended"]),
    ),
    criterion("category", Kind::Token, hl7!("CareTeam-category"), "the categories", |asked| {
        codes(asked, |_, root| codings(root, "category.coding"))
    }),
    criterion("date", Kind::Date, hl7!("clinical-date"), "CareTeam.period", |asked| {
        dates(asked, |deed, _| episode(deed))
    }),
    criterion("start", Kind::Date, cds!("cds-careteam-start"), "CareTeam.period.start", |asked| {
        dates(asked, |_, root| dates_at(root, "period.start"))
    }),
    criterion("end", Kind::Date, cds!("cds-careteam-end"), "CareTeam.period.end", |asked| {
        dates(asked, |_, root| dates_at(root, "period.end"))
    }),
    criterion(
        "participant",
        Kind::Reference,
        hl7!("CareTeam-participant"),
        "who belongs to it: participant:identifier, participant.identifier, in either spelling",
        |asked| parties(asked, participants),
    )
    .also(&["participant.identifier"])
    .modified(IDENTIFIER)
    .to(&["Practitioner", "PractitionerRole", "Organization", "RelatedPerson"]),
    criterion(
        "participant-start",
        Kind::Date,
        cds!("cds-careteam-participant-start"),
        "CareTeam.participant.period.start",
        |asked| dates(asked, |_, root| dates_at(root, "participant.period.start")),
    ),
    criterion(
        "participant-end",
        Kind::Date,
        cds!("cds-careteam-participant-end"),
        "CareTeam.participant.period.end",
        |asked| dates(asked, |_, root| dates_at(root, "participant.period.end")),
    ),
    criterion(
        "managingOrganization",
        Kind::Reference,
        cds!("cds-careteam-managing-organization"),
        "who is responsible for it: managingOrganization:identifier, managingOrganization.identifier",
        |asked| parties(asked, |_, root| named_at(root, "managingOrganization")),
    )
    .also(&["managingOrganization.identifier"])
    .modified(IDENTIFIER)
    .to(&["Organization"]),
    ID,
    UPDATED,
    count(),
    SORT,
    total(),
    summary(),
    elements(),
];

/// Members and structures, and whom the resource names beside them.
fn participants(deed: &Deed, root: &Node<'_>) -> Vec<Identifier> {
    let mut all = named_at(root, "participant.member");
    if let Effect::Team(team) = &deed.effect {
        all.extend(team.members.iter().flat_map(of_professional));
        all.extend(team.structures.iter().flat_map(of_structure));
    }
    all
}

fn episode(deed: &Deed) -> Vec<Span> {
    match &deed.effect {
        Effect::Team(team) => vec![team.episode],
        Effect::Consent(_) | Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) => Vec::new(),
    }
}
