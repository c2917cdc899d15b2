//! CSP R1111-51: rectification and deletion, with the author.

use super::{
    finding::Finding,
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
    standing::owned_by_feeder,
};
use crate::record::{
    access::Question,
    document::{DocumentEntry, Status},
    facts::Facts,
};

/// Deletion.
pub(super) static DELETED: Provision =
    Provision { id: "R1111-51@deleted", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// What its author deleted is in no answer to anyone.
pub(super) fn deleted(_: &Law, _: &Question, _: &Facts) -> Finding {
    Finding::Narrows(Scope::only(&DELETED, |entry, _, _| match entry.status {
        Status::Current | Status::Superseded => true,
        Status::EnteredInError => false,
    }))
}

/// `R1111-51@replaced-by-author`: only its author replaces a document. Asked of each document to be replaced, under a permit.
pub(super) fn replaced_by_author(question: &Question, entry: &DocumentEntry) -> bool {
    !question.act.reads() && owned_by_feeder(question)(entry, &question.caller.who, question.at)
}
