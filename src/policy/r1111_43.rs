//! CSP R1111-43: the access journal.

use super::{
    capacity::Capacity,
    finding::{Duty, Finding},
    l1111_19::is_holder,
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
};
use crate::record::{
    access::{Aim, Question},
    caller::Who,
    facts::Facts,
    identity::PsIdNat,
    trace::{AccessTrace, TraceOutcome},
};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2021, 8, 8), governs: Governs::Acts }
}

/// Al. 1.
pub(super) static RECORD: Provision = provision("R1111-43@record");
/// Al. 2: who reads the traces.
pub(super) static TRACES_READ: Provision = provision("R1111-43@traces-read");
/// Al. 2: and of whose acts.
pub(super) static OWN_ACTIONS: Provision = provision("R1111-43@own-actions");
/// Al. 2, with R1111-49: what a trace may not tell.
pub(super) static NOTHING_BETRAYED: Provision = provision("R1111-43@nothing-betrayed");

/// The words of the acts that name one stored thing ([`Act::names_one`](crate::record::access::Act::names_one)), and of filing a deed,
/// which names one when it changes it.
const NAMING: [&str; 10] = [
    "read",
    "read-version",
    "history",
    "retrieve",
    "read-list",
    "amend",
    "read-deed",
    "deed-history",
    "read-trace",
    "file-deed",
];

/// Every act on the record leaves a line, the holder's own included.
pub(super) const fn record(_: &Law, _: &Question, _: &Facts) -> Finding {
    Finding::Obliges(Duty::Record)
}

/// The holder, the treating physician and who has the same rights read the traces, and every professional those of their own acts.
pub(super) fn traces_read(_: &Law, question: &Question, _: &Facts) -> Finding {
    let may = match question.caller.who {
        Who::HolderFrontEnd { .. } | Who::Professional(_) => question.act.aim() == Aim::ReadTraces,
        Who::Delegate { .. } | Who::Organisation { .. } => false,
    };
    Finding::permits_if(may)
}

/// Who has not the treating physician's rights reads the traces of their own acts.
pub(super) fn own_actions(law: &Law, question: &Question, facts: &Facts) -> Finding {
    match reader_of_own(law, question, facts) {
        None => Finding::Silent,
        Some(id) => {
            let id = id.clone();
            Finding::Narrows(Scope::only_traces(&OWN_ACTIONS, move |trace| is_by(trace, &id)))
        }
    }
}

/// A trace in the record of an act that named one thing and gave nothing would tell that the thing is there, which the answer did not.
pub(super) fn nothing_betrayed(law: &Law, question: &Question, facts: &Facts) -> Finding {
    match reader_of_own(law, question, facts) {
        None => Finding::Silent,
        Some(_) => Finding::Narrows(Scope::only_traces(&NOTHING_BETRAYED, |trace| !betrays(trace))),
    }
}

/// `R1111-43@grounds-for-holder`: why an act was refused, and by which provisions it was decided, is told to the holder alone: to anyone
/// else it would tell of blocks.
pub(super) const fn grounds_for_holder(question: &Question) -> bool {
    is_holder(question)
}

fn reader_of_own<'a>(law: &Law, question: &'a Question, facts: &Facts) -> Option<&'a PsIdNat> {
    let professional = question.caller.who.professional().filter(|_| question.act.aim() == Aim::ReadTraces)?;
    match Capacity::of(law, question, facts) {
        Capacity::TreatingPhysician | Capacity::Holder { .. } => None,
        Capacity::Authorised | Capacity::Author => Some(&professional.id),
    }
}

fn is_by(trace: &AccessTrace, id: &PsIdNat) -> bool {
    trace.actor.as_ref().and_then(|actor| actor.person.as_ref()) == Some(id)
}

fn betrays(trace: &AccessTrace) -> bool {
    let gave_something = trace.outcome == TraceOutcome::Done && (!trace.documents.is_empty() || trace.deed.is_some());
    NAMING.contains(&trace.act.as_str()) && !gave_something
}
