//! CSP R1111-49, with L1111-15: the holder's masks, and the rights of authors.

use super::{
    capacity::Capacity,
    change::{Change, Turn},
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
    standing::{Standing, views},
};
use crate::record::{
    access::{Act, Question},
    amendment::Attestation,
    caller::Who,
    facts::Facts,
    visibility::Origin,
};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2021, 8, 8), governs: Governs::Acts }
}

/// The mask.
pub(super) static MASKED: Provision = provision("R1111-49@masked");
/// The author's right to see.
pub(super) static AUTHOR_READS: Provision = provision("R1111-49@author-reads");
/// Its limit.
pub(super) static AUTHOR_READS_OWN: Provision = provision("R1111-49@author-reads-own");

/// What is masked to professionals is closed to all but its authors and those who have the treating physician's rights.
pub(super) fn masked(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match &question.caller.who {
        Who::HolderFrontEnd { .. } => Finding::Silent,
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } if !views(&question.act) => {
            Finding::Silent
        }
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } if reads_all(question, facts) => {
            Finding::Silent
        }
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => {
            Finding::Narrows(Scope::only(&MASKED, |entry, who, _| entry.labels.masked.is_none() || entry.is_by(who)))
        }
    }
}

/// Authors keep sight of what they filed: the professional, and the structure whose software looks it up by identifier.
pub(super) fn author_reads(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let permitted = match (&question.caller.who, &question.act) {
        (Who::Professional(_), _) => Standing::of_reader(question, facts).is_some_and(|standing| standing.has_filed()),
        (Who::Organisation { .. }, Act::Search(query)) => query.names_a_document(),
        (Who::Organisation { .. } | Who::Delegate { .. } | Who::HolderFrontEnd { .. }, _) => false,
    };
    Finding::permits_if(permitted)
}

/// Who reads, or amends, as an author alone reads nothing else.
pub(super) fn author_reads_own(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match Standing::of_viewer(question, facts) {
        Some(standing) if !standing.may_read_others() => {
            Finding::Narrows(Scope::only(&AUTHOR_READS_OWN, |entry, who, _| entry.is_by(who)))
        }
        Some(_) | None => Finding::Silent,
    }
}

/// `R1111-49@masked-by`: a document is masked to professionals by the holder, by its authors, by the treating physician or who has the
/// same rights, and by any other authorised professional at the holder's attested request.
pub(super) fn masked_by(change: &Change<'_>) -> Result<(), Ground> {
    if turn(change) != Turn::Set || change.is_by_author() {
        return Ok(());
    }
    match change.capacity() {
        Capacity::Holder { .. } | Capacity::TreatingPhysician => Ok(()),
        Capacity::Authorised => Ground::NotAttested.unless(change.attests(Attestation::HolderRequest)),
        Capacity::Author => Err(Ground::NotTheirs),
    }
}

/// `R1111-49@unmasked-by`: the mask is lifted by the holder, by whoever set it, and by a professional at the holder's attested request.
pub(super) fn unmasked_by(change: &Change<'_>) -> Result<(), Ground> {
    if turn(change) != Turn::Lifted || is_set_by_caller(change) {
        return Ok(());
    }
    match change.capacity() {
        Capacity::Holder { .. } => Ok(()),
        Capacity::TreatingPhysician | Capacity::Authorised => {
            Ground::NotAttested.unless(change.attests(Attestation::HolderRequest))
        }
        Capacity::Author => {
            Ground::NotAttested.unless(change.attests(Attestation::HolderRequest) && change.is_by_author())
        }
    }
}

/// `R1111-49@confidentiality-by`: the base confidentiality is stated by the authors, or by the holder.
pub(super) fn confidentiality_by(change: &Change<'_>) -> Result<(), Ground> {
    let may = match change.capacity() {
        Capacity::Holder { .. } => true,
        Capacity::TreatingPhysician | Capacity::Authorised | Capacity::Author => change.is_by_author(),
    };
    Ground::NotTheirs.unless(may || change.labels().confidentiality == change.revision.confidentiality)
}

fn turn(change: &Change<'_>) -> Turn {
    Change::turn(change.labels().masked, change.revision.masked)
}

/// Whether the mask is the caller's own. Who set an inherited one is not known.
fn is_set_by_caller(change: &Change<'_>) -> bool {
    match change.labels().masked {
        Some(Origin::Author) => change.is_by_author(),
        Some(Origin::TreatingPhysician) => change.capacity() == Capacity::TreatingPhysician,
        Some(Origin::Holder | Origin::Inherited) | None => false,
    }
}

fn reads_all(question: &Question, facts: &Facts) -> bool {
    Standing::of_viewer(question, facts).is_some_and(|standing| standing.reads_all())
}
