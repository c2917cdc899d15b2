//! CSP R1111-52: the holder closes the record.

use super::{
    finding::{Finding, Ground},
    l1111_14::looks_up,
    l1111_19::is_holder,
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{
    access::{Aim, Question},
    dossier::State,
    facts::Facts,
};

/// The article, with L1111-13-1 IV and L1111-18 al. 5 on what follows.
pub(super) static CLOSED: Provision =
    Provision { id: "R1111-52@closed", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// A closed record is shut from that instant. For ten years it is archived, and the holder reads the
/// archive: documents, consents and traces.
pub(super) fn closed(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match facts.dossier.state {
        State::Closed if reads_own_archive(question) || looks_up(question) => Finding::Silent,
        State::Closed => Finding::Forbids(Ground::Closed),
        State::None
        | State::ConsentPending
        | State::Notified
        | State::Opposed
        | State::Open
        | State::OpenUnattached
        | State::Suspended
        | State::ErasurePending
        | State::Destroyed => Finding::Silent,
    }
}

fn reads_own_archive(question: &Question) -> bool {
    let reads = match question.act.aim() {
        Aim::ReadDocuments | Aim::ReadDeeds | Aim::ReadTraces => true,
        Aim::FileDocuments | Aim::AmendDocument | Aim::LookUp | Aim::FileDeed => false,
    };
    reads && is_holder(question)
}
