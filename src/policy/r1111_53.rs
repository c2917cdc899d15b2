//! CSP R1111-53: what the patient should not learn alone.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{
    capacity::Capacity,
    change::{Change, Turn},
    finding::{Duty, Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
    standing::{filed, views},
};
use crate::record::{access::Question, amendment::Attestation, caller::Who, document::DocumentEntry, facts::Facts};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2021, 8, 8), governs: Governs::Acts }
}

/// Al. 1, and the end of it in al. 2.
pub(super) static HIDDEN_FROM_PATIENT: Provision = provision("R1111-53@hidden-from-patient");
/// Al. 2.
pub(super) static ANNOUNCEMENT_INVITED: Provision = provision("R1111-53@announcement-invited");
/// With R1111-49 and the requirements of DMP compatibility (EX_2.1-1050).
pub(super) static NOT_ALSO_MASKED: Provision = provision("R1111-53@not-also-masked");

/// What a professional hides from the patient stays hidden from the holder's side until it is announced, a month at most.
pub(super) fn hidden_from_patient(law: &Law, question: &Question, _: &Facts) -> Finding {
    match question.caller.who {
        Who::HolderFrontEnd { .. } if views(&question.act) => {
            let paris = law.paris().clone();
            Finding::Narrows(Scope::only(&HIDDEN_FROM_PATIENT, move |entry, _, at| !is_hidden(entry, at, &paris)))
        }
        Who::HolderFrontEnd { .. } | Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => {
            Finding::Silent
        }
    }
}

/// Two weeks after a hidden document was filed, the patient is invited to see a professional.
pub(super) fn announcement_invited(_: &Law, question: &Question, _: &Facts) -> Finding {
    if filed(question).iter().any(|document| document.entry.labels.hidden_from_patient.is_some()) {
        Finding::Obliges(Duty::InviteToAnnouncement)
    } else {
        Finding::Silent
    }
}

/// A document hidden from the patient and masked to professionals would be shown to nobody who could announce it.
pub(super) fn not_also_masked(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_both = |entry: &DocumentEntry| entry.labels.hidden_from_patient.is_some() && entry.labels.masked.is_some();
    Finding::forbids_if(filed(question).iter().any(|document| is_both(&document.entry)), Ground::LabelConflict)
}

/// `R1111-53@not-also-masked`, of a change.
pub(super) fn not_also_masked_by(change: &Change<'_>) -> Result<(), Ground> {
    let (labels, revision) = (change.labels(), change.revision);
    let was_both = labels.masked.is_some() && labels.hidden_from_patient.is_some();
    Ground::LabelConflict.unless(was_both || !(revision.masked && revision.hidden_from_patient))
}

/// `R1111-53@hidden-by`: the professional who filed a document hides it from the patient, while it would stay hidden and as long as it
/// was not announced. What was shown is not hidden any more; nor is what the same request attests to have announced.
pub(super) fn hidden_by(change: &Change<'_>) -> Result<(), Ground> {
    if turn(change) != Turn::Set {
        return Ok(());
    }
    Ground::NotTheirs.unless(change.is_by_professional() && change.is_by_author())?;
    let entry = change.entry;
    let is_over = a_month_after(entry.first_deposited, change.paris).is_some_and(|end| end <= change.at());
    Ground::AlreadyShown.unless(entry.announced.is_none() && !is_over && !change.attests(Attestation::Announced))
}

/// `R1111-53@shown-by`: any professional who announced it to the patient shows a document again; its author may without.
pub(super) fn shown_by(change: &Change<'_>) -> Result<(), Ground> {
    if turn(change) != Turn::Lifted {
        return Ok(());
    }
    match change.capacity() {
        Capacity::Holder { .. } => Err(Ground::NotTheirs),
        Capacity::TreatingPhysician | Capacity::Authorised | Capacity::Author => {
            Ground::NotAttested.unless(change.is_by_author() || change.attests(Attestation::Announced))
        }
    }
}

fn turn(change: &Change<'_>) -> Turn {
    Change::turn(change.labels().hidden_from_patient, change.revision.hidden_from_patient)
}

fn is_hidden(entry: &DocumentEntry, at: Timestamp, paris: &TimeZone) -> bool {
    entry.labels.hidden_from_patient.is_some()
        && entry.announced.is_none_or(|announced| announced > at)
        && a_month_after(entry.first_deposited, paris).is_none_or(|end| end > at)
}

/// The same day and time of the next month in Paris; the last day of a month that is too short.
fn a_month_after(deposited: Timestamp, paris: &TimeZone) -> Option<Timestamp> {
    deposited.to_zoned(paris.clone()).checked_add(1.month()).ok().map(|end| end.timestamp())
}
