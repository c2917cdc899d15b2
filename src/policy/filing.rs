//! A consent or care team that a question would put on file: what begins by it, and what ends.

use jiff::{SignedDuration, Timestamp};

use crate::record::{
    access::Question,
    care_team::CareTeam,
    consent::{Consent, Evidence},
    deed::{DeedFiling, DeedStatus, Effect},
};

/// How long after it was collected a consent is recorded, at most; whatever is recorded later is back-dated. The holder signs at the
/// bedside, the software records at the desk.
pub(super) const RECORDED_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// What the question would put on file.
pub(super) fn filing(question: &Question) -> Option<&DeedFiling> {
    question.act.deed()
}

/// Whether it ends what is on file: a new version that is no longer in force.
pub(super) fn ends(filing: &DeedFiling) -> bool {
    match filing.status {
        DeedStatus::Active => false,
        DeedStatus::Inactive | DeedStatus::EnteredInError => !filing.is_new,
    }
}

/// The consent that begins or goes on.
pub(super) fn consent_begun(question: &Question) -> Option<&Consent> {
    match &filing(question).filter(|filing| !ends(filing))?.effect {
        Effect::Consent(consent) => Some(consent),
        Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) | Effect::Team(_) => None,
    }
}

/// The consent that begins: its evidence is of today. What goes on is compared with what was on file.
pub(super) fn new_consent(question: &Question) -> Option<&Consent> {
    consent_begun(question).filter(|_| filing(question).is_some_and(|filing| filing.is_new))
}

/// The care team that begins or goes on.
pub(super) fn team_begun(question: &Question) -> Option<&CareTeam> {
    match &filing(question).filter(|filing| !ends(filing))?.effect {
        Effect::Team(team) => Some(team),
        Effect::Consent(_) | Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) => None,
    }
}

/// Whether consent was collected now: not in the future, and not before [`RECORDED_WITHIN`].
pub(super) fn is_of_now(evidence: &Evidence, at: Timestamp) -> bool {
    evidence.at <= at && at.duration_since(evidence.at) <= RECORDED_WITHIN
}

/// Whether the caller collected it: a professional in person; for the holder, nobody stands between.
pub(super) fn is_collected_by_caller(evidence: &Evidence, question: &Question) -> bool {
    evidence.collected_by.as_ref() == question.caller.who.professional().map(|professional| &professional.id)
}
