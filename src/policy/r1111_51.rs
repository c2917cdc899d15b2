//! CSP R1111-51: rectification and deletion, with the author.

use super::{
    change::Change,
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
    standing::{owned_by_feeder, views},
};
use crate::record::{
    access::{Aim, Question},
    caller::Who,
    document::{DocumentEntry, Status},
    facts::Facts,
};

/// Deletion.
pub(super) static DELETED: Provision =
    Provision { id: "R1111-51@deleted", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// Rectification, with TD3.3: no authorisation to consult is needed for what is one's own.
pub(super) static AUTHOR_AMENDS: Provision =
    Provision { id: "R1111-51@author-amends", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// Authors amend what they filed. Who may see what others filed is let in by this too; the other limits tell which documents those are,
/// and each transition is judged for itself ([`Permit::may_revise`](super::Permit::may_revise)). A delegate is no author.
pub(super) fn author_amends(_: &Law, question: &Question, _: &Facts) -> Finding {
    match question.caller.who {
        Who::Professional(_) | Who::Organisation { .. } | Who::HolderFrontEnd { .. } => {
            Finding::permits_if(question.act.aim() == Aim::AmendDocument)
        }
        Who::Delegate { .. } => Finding::Silent,
    }
}

/// `R1111-51@status-by-author`: an author alone deletes a document, or says that it no longer counts. What does not count never
/// counts again.
pub(super) fn status_by_author(change: &Change<'_>) -> Result<(), Ground> {
    let may = match (change.entry.status, change.revision.status) {
        (Status::Current, Status::Current)
        | (Status::Superseded, Status::Superseded)
        | (Status::EnteredInError, Status::EnteredInError) => true,
        (Status::Current, Status::Superseded) | (Status::Current | Status::Superseded, Status::EnteredInError) => {
            change.is_by_author()
        }
        (Status::Superseded, Status::Current) | (Status::EnteredInError, Status::Current | Status::Superseded) => false,
    };
    Ground::NotTheirs.unless(may)
}

/// What its author deleted is in no answer to anyone.
pub(super) fn deleted(_: &Law, question: &Question, _: &Facts) -> Finding {
    if !(views(&question.act) || question.act.files()) {
        return Finding::Silent;
    }
    Finding::Narrows(Scope::only(&DELETED, |entry, _, _| match entry.status {
        Status::Current | Status::Superseded => true,
        Status::EnteredInError => false,
    }))
}

/// `R1111-51@replaced-by-author`: only its author replaces a document. Asked of each document to be replaced, under a permit.
pub(super) fn replaced_by_author(question: &Question, entry: &DocumentEntry) -> bool {
    question.act.files() && owned_by_feeder(question)(entry, &question.caller.who, question.at)
}
