//! CSP D1110-3-3: consent holds until it is withdrawn, by any means, and never beyond the episode of care.

use jiff::Timestamp;

use super::{
    filing::{consent_begun, ends, filing, is_collected_by_caller, is_of_now},
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    standing::{Standing, teams_that_entrust},
};
use crate::record::{
    access::Question,
    caller::Who,
    care_team::{CareTeam, Span},
    consent::{Consent, Grant},
    deed::{Deed, DeedFiling, DeedStatus, Effect, Recorder},
    facts::Facts,
    identity::PsIdNat,
};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2016, 7, 23), governs: Governs::Acts }
}

/// The end of it.
pub(super) static WITHIN_EPISODE: Provision = provision("D1110-3-3@within-episode");
/// Its withdrawal.
pub(super) static ENDED_BY_RECORDER: Provision = provision("D1110-3-3@ended-by-recorder");

/// A consent that rests on a care team ends with its episode at the latest, where the episode has an end.
pub(super) fn within_episode(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let Some(consent) = consent_begun(question) else { return Finding::Silent };
    let outlasts = end_of_basis(consent, question, facts).is_some_and(|end| !ends_by(consent.period, end));
    Finding::forbids_if(outlasts, Ground::BeyondEpisode)
}

/// A professional ends what that professional recorded ([`changed_by_recorder`] tells whether it is).
pub(super) fn ended_by_recorder(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_professional = question.caller.who.professional().is_some();
    Finding::permits_if(is_professional && filing(question).is_some_and(ends))
}

/// `D1110-3-3@changed-by-recorder`: the holder changes and ends whatever is on file; a professional what that professional recorded
/// and is in force. It stays what it was, and what lasts longer than before is collected anew. Asked of what is on file, under a permit.
pub(super) fn changed_by_recorder(question: &Question, deed: &Deed) -> Result<(), Ground> {
    let filing = filing(question).filter(|filing| !filing.is_new).ok_or(Ground::NotTheirs)?;
    match &question.caller.who {
        Who::HolderFrontEnd { .. } => {
            Ground::KindChanged.unless(is_of_one_kind(&deed.effect, &filing.effect))?;
            has_evidence(question, deed, filing, true)
        }
        Who::Professional(professional) => {
            Ground::NotTheirs.unless(is_recorded_by(deed, &professional.id) && deed.status == DeedStatus::Active)?;
            Ground::KindChanged.unless(is_of_one_subject(&deed.effect, &filing.effect))?;
            has_evidence(question, deed, filing, false)
        }
        Who::Delegate { .. } | Who::Organisation { .. } => Err(Ground::NotTheirs),
    }
}

/// The end of the episode on which a consent rests; none where it has none, or rests on no team.
fn end_of_basis(consent: &Consent, question: &Question, facts: &Facts) -> Option<Timestamp> {
    match &consent.grant {
        Grant::InitialForTeam { team } => last_end(facts.teams.iter().filter(|known| known.id == *team)),
        Grant::EntrustedProfessional { .. } => {
            let collector = Standing::of_professional(question, facts)?.professional();
            last_end(teams_that_entrust(&collector.id, facts, question.at))
        }
        Grant::Professional { .. } | Grant::TreatingPhysicianRights { .. } => None,
    }
}

/// The last end of all; none where one lasts.
fn last_end<'a>(teams: impl Iterator<Item = &'a CareTeam>) -> Option<Timestamp> {
    teams.map(|team| team.episode.until).collect::<Option<Vec<_>>>()?.into_iter().max()
}

fn ends_by(period: Span, end: Timestamp) -> bool {
    period.until.is_some_and(|until| until <= end)
}

pub(super) fn is_recorded_by(deed: &Deed, id: &PsIdNat) -> bool {
    match &deed.recorder {
        Recorder::Person(recorder) => recorder == id,
        Recorder::Holder | Recorder::Operator => false,
    }
}

/// Whether a new version takes the place of the old: an effect of another kind would leave the old one in force.
fn is_of_one_kind(old: &Effect, new: &Effect) -> bool {
    match (old, new) {
        (Effect::Consent(_), Effect::Consent(_))
        | (Effect::Block(_), Effect::Block(_))
        | (Effect::FeedOpposition(_), Effect::FeedOpposition(_))
        | (Effect::Team(_), Effect::Team(_)) => true,
        (Effect::Emergency(old), Effect::Emergency(new)) => old.choice == new.choice,
        (
            Effect::Consent(_) | Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) | Effect::Team(_),
            _,
        ) => false,
    }
}

fn is_of_one_subject(old: &Effect, new: &Effect) -> bool {
    match (old, new) {
        (Effect::Consent(old), Effect::Consent(new)) => old.grant == new.grant,
        (Effect::Team(old), Effect::Team(new)) => is_within(new, old),
        (
            Effect::Consent(_) | Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) | Effect::Team(_),
            _,
        ) => is_of_one_kind(old, new),
    }
}

/// Whether a team has nobody who was not of it before, and lasts no longer: the consent on file was given for those.
fn is_within(new: &CareTeam, old: &CareTeam) -> bool {
    new.path == old.path
        && new.structures.iter().all(|structure| old.structures.contains(structure))
        && new.members.iter().all(|member| old.members.contains(member))
        && new.episode.from >= old.episode.from
        && !is_longer(new.episode, old.episode)
}

/// A consent goes on under the evidence on file, for the holder however long and for anyone else no longer than before; or under
/// evidence of today.
fn has_evidence(question: &Question, deed: &Deed, filing: &DeedFiling, may_extend: bool) -> Result<(), Ground> {
    let (Effect::Consent(old), Effect::Consent(new)) = (&deed.effect, &filing.effect) else { return Ok(()) };
    let goes_on = old.evidence == new.evidence && (may_extend || !is_longer(new.period, old.period));
    if ends(filing) || goes_on {
        return Ok(());
    }
    Ground::NotCollectedByCaller.unless(is_collected_by_caller(&new.evidence, question))?;
    Ground::ConsentDate.unless(is_of_now(&new.evidence, question.at))
}

fn is_longer(new: Span, old: Span) -> bool {
    old.until.is_some_and(|old| new.until.is_none_or(|new| new > old))
}
