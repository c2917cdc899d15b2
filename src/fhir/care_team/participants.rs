//! The participants of a care team.

use crate::{
    fhir::{
        deed::{
            Setting,
            diagnoses::{PARTICIPANT_OVER, PARTICIPANT_PERIOD, PARTICIPANT_WITHOUT_RIGHTS, PARTY_KIND},
            findings::Findings,
            party::{self, Party},
            period,
        },
        tree::Node,
    },
    record::{
        care_team::Span,
        identity::{PsIdNat, StructIdNat},
    },
};

/// Who belongs to a team, each once.
#[derive(Debug, Default)]
pub(super) struct Participants {
    pub(super) structures: Vec<StructIdNat>,
    pub(super) members: Vec<PsIdNat>,
}

/// Reads the participants of a team with that episode.
pub(super) fn read(root: &Node<'_>, episode: Span, setting: &Setting<'_>, findings: &mut Findings) -> Participants {
    let mut all = Participants::default();
    for participant in root.each("participant") {
        let Some(member) = participant.first("member") else { continue };
        let belongs = belongs(&participant, episode, setting, findings);
        match party::of(&member, root, setting) {
            Ok(Party::Professional(id)) if belongs => put(&mut all.members, id),
            Ok(Party::Structure(id)) if belongs => put(&mut all.structures, id),
            Ok(Party::Professional(_) | Party::Structure(_)) => {}
            Ok(Party::RelatedPerson) => findings.warn(PARTICIPANT_WITHOUT_RIGHTS, member.at(), ""),
            Ok(Party::Patient(_) | Party::Team(_)) => findings.refuse(PARTY_KIND, member.at(), ""),
            Err(diagnosis) => findings.refuse(diagnosis, member.at(), ""),
        }
    }
    all
}

fn put<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

/// Whether the participant belongs to the team from now to its end. A period that is over does not; one that is neither over nor that
/// of the team from now on is refused.
fn belongs(participant: &Node<'_>, episode: Span, setting: &Setting<'_>, findings: &mut Findings) -> bool {
    let Some(stated) = participant.first("period") else { return true };
    let Some(period) = period::read(&stated, findings) else { return false };
    let lasts = period.until.is_none_or(|end| episode.until.is_some_and(|last| last <= end));
    if !lasts && period.until.is_some_and(|end| end <= setting.received) {
        findings.warn(PARTICIPANT_OVER, stated.at(), "");
        return false;
    }
    let has_begun = period.from <= episode.from.max(setting.received);
    if !has_begun || !lasts {
        findings.refuse(PARTICIPANT_PERIOD, stated.at(), "");
    }
    true
}
