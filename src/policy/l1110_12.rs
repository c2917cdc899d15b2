//! CSP L1110-12: care teams, and who says that there is one.

use super::{
    filing::team_begun,
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{
    access::Question,
    care_team::{CareTeam, TeamPath},
    facts::Facts,
    identity::PsIdNat,
    professional::Professional,
};

/// 1°. What the patient recognises (2°) the patient says; who belongs to a formalised group (3°) nobody can look up here, so that the
/// holder or the operator says it.
pub(super) static TEAM_DECLARED: Provision =
    Provision { id: "L1110-12@team-declared", force: Force::since(2016, 1, 28), governs: Governs::Acts };

/// A professional declares the care team of their own establishment, and names nobody else: the others belong to it by the establishment.
pub(super) fn team_declared(_: &Law, question: &Question, _: &Facts) -> Finding {
    match (question.caller.who.professional(), team_begun(question)) {
        (Some(professional), Some(team)) if is_of(team, professional) => Finding::Permits,
        (Some(_), Some(_)) => Finding::Forbids(Ground::NotTheirs),
        (None, _) | (_, None) => Finding::Silent,
    }
}

fn is_of(team: &CareTeam, professional: &Professional) -> bool {
    let is_own = |structure| professional.structures.contains(structure);
    let is_self = |member: &PsIdNat| *member == professional.id;
    match team.path {
        TeamPath::SameEstablishment => {
            !team.structures.is_empty() && team.structures.iter().all(is_own) && team.members.iter().all(is_self)
        }
        TeamPath::FormalisedGroup | TeamPath::RecognisedByPatient => false,
    }
}
