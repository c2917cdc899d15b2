//! CSP R1111-50: what a minor keeps from the legal representatives.

use super::{
    capacity::Capacity,
    change::{Change, Turn},
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
    standing::views,
};
use crate::record::{access::Question, amendment::Attestation, caller::Who, document::DocumentEntry, facts::Facts};

/// The article.
pub(super) static HIDDEN_FROM_REPRESENTATIVES: Provision =
    Provision { id: "R1111-50@hidden-from-representatives", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// While the holder is a minor, or of unknown age, the front end speaks for the representatives, who do not see what the minor
/// keeps from them. At majority the label is moot (R1111-30).
pub(super) fn hidden_from_representatives(law: &Law, question: &Question, facts: &Facts) -> Finding {
    match question.caller.who {
        Who::HolderFrontEnd { .. } if views(&question.act) && !is_adult(law, question, facts) => {
            Finding::Narrows(Scope::only(&HIDDEN_FROM_REPRESENTATIVES, |entry, _, _| {
                entry.labels.hidden_from_representatives.is_none()
            }))
        }
        Who::HolderFrontEnd { .. } | Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => {
            Finding::Silent
        }
    }
}

/// `R1111-50@secret-traces`: a trace that names such a document is left out whole for the representatives, who would learn of the act.
pub(super) const fn secret_traces(capacity: Capacity, entry: &DocumentEntry) -> bool {
    match capacity {
        Capacity::Holder { of_age: false } => entry.labels.hidden_from_representatives.is_some(),
        Capacity::Holder { of_age: true } | Capacity::TreatingPhysician | Capacity::Authorised | Capacity::Author => {
            false
        }
    }
}

/// `R1111-50@kept-from-representatives`: the minor keeps a document from the representatives, or asks the professional who filed it.
pub(super) fn kept_from_representatives(change: &Change<'_>) -> Result<(), Ground> {
    if turn(change) != Turn::Set {
        return Ok(());
    }
    Ground::NotTheirs.unless(match change.capacity() {
        Capacity::Holder { of_age } => !of_age,
        Capacity::TreatingPhysician | Capacity::Authorised | Capacity::Author => is_by_feeding_professional(change),
    })
}

/// `R1111-50@told-to-representatives`: nobody shows it to them but by the minor's wish, attested by the professional who filed it; from
/// majority on the holder does as the holder likes. While the representatives may speak through the front end, it lifts nothing.
pub(super) fn told_to_representatives(change: &Change<'_>) -> Result<(), Ground> {
    if turn(change) != Turn::Lifted {
        return Ok(());
    }
    match change.capacity() {
        Capacity::Holder { of_age } => Ground::NotTheirs.unless(of_age),
        Capacity::TreatingPhysician | Capacity::Authorised | Capacity::Author => {
            Ground::NotTheirs.unless(is_by_feeding_professional(change))?;
            Ground::NotAttested.unless(change.attests(Attestation::HolderRequest))
        }
    }
}

fn turn(change: &Change<'_>) -> Turn {
    Change::turn(change.labels().hidden_from_representatives, change.revision.hidden_from_representatives)
}

fn is_by_feeding_professional(change: &Change<'_>) -> bool {
    change.is_by_professional() && change.is_by_author()
}

pub(super) fn is_adult(law: &Law, question: &Question, facts: &Facts) -> bool {
    facts.holder.as_ref().is_some_and(|holder| !holder.is_minor_at(question.at, law.paris()))
}
