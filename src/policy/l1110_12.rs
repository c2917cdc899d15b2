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
    professional::Professional,
};

/// 1° and 3°. What the patient recognises (2°) the patient says.
pub(super) static TEAM_DECLARED: Provision =
    Provision { id: "L1110-12@team-declared", force: Force::since(2016, 1, 28), governs: Governs::Acts };

/// A professional declares the care team to which that professional belongs, of the same establishment or of a formalised group.
pub(super) fn team_declared(_: &Law, question: &Question, _: &Facts) -> Finding {
    match (question.caller.who.professional(), team_begun(question)) {
        (Some(professional), Some(team)) if is_of(team, professional) => Finding::Permits,
        (Some(_), Some(_)) => Finding::Forbids(Ground::NotTheirs),
        (None, _) | (_, None) => Finding::Silent,
    }
}

/// A team of one establishment is one of the professional's own establishment.
fn is_of(team: &CareTeam, professional: &Professional) -> bool {
    let is_own = |structure| professional.structures.contains(structure);
    match team.path {
        TeamPath::SameEstablishment => !team.structures.is_empty() && team.structures.iter().all(is_own),
        TeamPath::FormalisedGroup => team.members.contains(&professional.id) || team.structures.iter().any(is_own),
        TeamPath::RecognisedByPatient => false,
    }
}
