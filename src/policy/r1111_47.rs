//! CSP R1111-47: feeding the record, and the holder's opposition to it.

use super::{
    filing::{ends, filing},
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    r1111_46::names,
    scope::Scope,
    standing::{filed, owned_by_feeder},
};
use crate::record::{
    access::Question,
    caller::Who,
    consent::{Blocked, FeedOpposition},
    deed::Effect,
    facts::Facts,
};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2021, 8, 8), governs: Governs::Acts }
}

/// The right to feed, with L1111-15.
pub(super) static FEEDING: Provision = provision("R1111-47@feeding");
/// What the right to feed does not open, with R1111-46 al. 1.
pub(super) static FEEDING_OPENS_NOTHING: Provision = provision("R1111-47@feeding-opens-nothing");
/// What an opposition states.
pub(super) static REASON_RECORDED: Provision = provision("R1111-47@reason-recorded");
/// The opposition.
pub(super) static LEGITIMATE_OPPOSITION: Provision = provision("R1111-47@legitimate-opposition");

/// Professionals and structures feed an open record; no authorisation to consult is needed. Delegates feed by R1111-46 al. 7.
pub(super) fn feeding(_: &Law, question: &Question, _: &Facts) -> Finding {
    match (&question.caller.who, filed(question)) {
        (_, []) => Finding::Silent,
        (Who::Professional(_) | Who::Organisation { .. }, _) => Finding::Permits,
        (Who::Delegate { .. } | Who::HolderFrontEnd { .. }, _) => Finding::Silent,
    }
}

/// Who feeds is shown nothing but what is their own.
pub(super) fn feeding_opens_nothing(_: &Law, question: &Question, _: &Facts) -> Finding {
    if !question.act.files() {
        return Finding::Silent;
    }
    Finding::Narrows(Scope::only(&FEEDING_OPENS_NOTHING, owned_by_feeder(question)))
}

/// The holder opposes feeding for a legitimate reason, and for none other; the holder's own documents are not meant.
pub(super) fn legitimate_opposition(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let holds = |opposition: &FeedOpposition| {
        opposition.legitimate_reason
            && opposition.period.holds_at(question.at)
            && means(opposition.against.as_ref(), question)
    };
    let is_opposed = question.act.files() && facts.feed_oppositions.iter().any(holds);
    Finding::forbids_if(is_opposed, Ground::FeedingOpposed)
}

/// An opposition without a legitimate reason would have no effect, and is not put on file.
pub(super) fn reason_recorded(_: &Law, question: &Question, _: &Facts) -> Finding {
    let lacks_reason = filing(question).filter(|filing| !ends(filing)).is_some_and(|filing| match &filing.effect {
        Effect::FeedOpposition(opposition) => !opposition.legitimate_reason,
        Effect::Consent(_) | Effect::Block(_) | Effect::Emergency(_) | Effect::Team(_) => false,
    });
    Finding::forbids_if(lacks_reason, Ground::ReasonMissing)
}

fn means(against: Option<&Blocked>, question: &Question) -> bool {
    match (&question.caller.who, against) {
        (Who::HolderFrontEnd { .. }, _) => false,
        (Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. }, None) => true,
        (Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. }, Some(blocked)) => {
            names(blocked, question)
        }
    }
}
