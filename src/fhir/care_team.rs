//! Care teams (CDS): evidence of who forms one, to and from the record model.
//!
//! | element | meaning |
//! |---|---|
//! | `status` | `active` is in force; `inactive` and `suspended` are not; proposals are refused |
//! | `subject` | the holder, by INS |
//! | `period` | the episode of care; its start must be told |
//! | `category` of [`PATHS`] | how the team is formed (CSP L1110-12); else it follows from the participants |
//! | `participant.member` | a professional (PractitionerRole, Practitioner) or a structure (Organization), by national identifier |
//! | `participant.period` | as long as the team lasts, see below |
//!
//! A member belongs to a team during its whole episode: the record has no other dates. So a participant whose period is over is no
//! member; one that has begun, even after the team, and does not end before it, is one; all others are refused by name. A related person
//! is kept and gains nothing. Without a category of ours a team with structures is that of their establishment, and one without is one
//! that the patient recognises, which only the holder can say; a formalised group is never assumed.
//!
//! `managingOrganization`, `encounter`, reasons, telecom, notes, roles and other categories are kept and have no effect.
//! Source: pdsm-dmp 10; CSP L1110-12.

mod making;
mod participants;
#[cfg(test)]
pub(in crate::fhir) mod tests;

use serde_json::Value;

pub(in crate::fhir) use making::members;

use super::{
    deed::{
        ReadDeed, Setting,
        diagnoses::{STATUS, STATUS_KEPT_AS_INACTIVE, TEAM_PATH, TEAM_PATH_ASSUMED},
        elements::{self, Count, Known},
        findings::Findings,
        party, period, read_as, rendition,
    },
    issue::Issues,
    tree::Node,
};
use crate::record::{
    care_team::{CareTeam, TeamPath},
    deed::{DeedStatus, Effect},
};
use participants::Participants;

/// The profile of CDS.
pub const PROFILE: &str = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam";
/// The code system of the ways in which teams are formed.
pub const PATHS: &str = "https://dmp-gateway.example/fhir/CodeSystem/dmp-team-path";

/// An extension without effect that examples of CDS use.
const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// Reads a CareTeam that passed the gates. The identifier of the effect is [`Setting::id`].
///
/// # Errors
/// Everything that is wrong, with its place.
pub fn read(tree: &Value, setting: &Setting<'_>) -> Result<ReadDeed, Issues> {
    read_as("CareTeam", tree, setting, care_team)
}

const KNOWN: &[Known] = &[
    (
        "",
        &[
            "resourceType",
            "meta",
            "language",
            "text",
            "contained",
            "identifier",
            "status",
            "category",
            "name",
            "subject",
            "encounter",
            "period",
            "participant",
            "reasonCode",
            "reasonReference",
            "managingOrganization",
            "telecom",
            "note",
        ],
    ),
    ("period", &["start", "end"]),
    ("participant", &["role", "member", "period"]),
    ("participant.period", &["start", "end"]),
];

const COUNTS: &[Count] = &[
    ("identifier", 1, 1),
    ("identifier.value", 1, 1),
    ("status", 1, 1),
    ("name", 1, 1),
    ("subject", 1, 1),
    ("period", 1, 1),
    ("participant.member", 1, 1),
];

fn care_team(root: &Node<'_>, setting: &Setting<'_>, findings: &mut Findings) -> Option<ReadDeed> {
    elements::check(root, KNOWN, findings);
    elements::count(root, COUNTS, findings);
    elements::extensions(root, &[("CareTeam._name", TRANSLATION)], findings);
    elements::meta(root, findings);
    let status = status(root, findings);
    let holder = root.first("subject").and_then(|subject| party::holder(&subject, root, setting, findings));
    let episode = root.first("period").and_then(|period| period::read(&period, findings))?;
    let Participants { structures, members } = participants::read(root, episode, setting, findings);
    let path = path(root, !structures.is_empty(), findings);
    let team = CareTeam { id: setting.id.to_string(), path: path?, structures, members, episode };
    Some(ReadDeed {
        holder: holder?,
        status: status?,
        effect: Effect::Team(team),
        rendition: rendition::of(root.value(), setting),
        warnings: Vec::new(),
    })
}

fn status(root: &Node<'_>, findings: &mut Findings) -> Option<DeedStatus> {
    match root.text("status") {
        Some("active") => Some(DeedStatus::Active),
        Some("inactive") => Some(DeedStatus::Inactive),
        Some("suspended") => {
            findings.warn(STATUS_KEPT_AS_INACTIVE, root.place("status"), "suspended");
            Some(DeedStatus::Inactive)
        }
        Some("entered-in-error") => Some(DeedStatus::EnteredInError),
        Some("proposed") => {
            findings.refuse(STATUS, root.place("status"), "");
            None
        }
        Some(_) | None => None,
    }
}

/// The code of a way to form a team.
pub const fn path_code(path: TeamPath) -> &'static str {
    match path {
        TeamPath::SameEstablishment => "same-establishment",
        TeamPath::RecognisedByPatient => "recognised-by-patient",
        TeamPath::FormalisedGroup => "formalised-group",
    }
}

fn path_of(code: &str) -> Option<TeamPath> {
    let all = [TeamPath::SameEstablishment, TeamPath::RecognisedByPatient, TeamPath::FormalisedGroup];
    all.into_iter().find(|path| path_code(*path) == code)
}

fn path(root: &Node<'_>, has_structures: bool, findings: &mut Findings) -> Option<TeamPath> {
    let codings = root.all("category.coding");
    let ours: Vec<_> = codings.iter().filter(|coding| coding.text("system") == Some(PATHS)).collect();
    match ours.as_slice() {
        [] => {
            let path = if has_structures { TeamPath::SameEstablishment } else { TeamPath::RecognisedByPatient };
            findings.warn(TEAM_PATH_ASSUMED, root.place("category"), path_code(path));
            Some(path)
        }
        [one] => {
            let path = one.text("code").and_then(path_of);
            if path.is_none() {
                findings.refuse(TEAM_PATH, one.at(), PATHS);
            }
            path
        }
        [_, second, ..] => {
            findings.refuse(TEAM_PATH, second.at(), "");
            None
        }
    }
}
