//! CSP R1111-45: the holder reads the record and adds to it, through the front end of the digital health space.

use super::{
    finding::{Finding, Ground},
    kind::is_of_holder,
    l1111_19::is_holder,
    law::Law,
    provision::{Force, Governs, Provision},
    standing::filed,
};
use crate::record::{access::Question, facts::Facts};

/// The right to read.
pub(super) static HOLDER_READS: Provision =
    Provision { id: "R1111-45@holder-reads", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// The right to add.
pub(super) static HOLDER_ADDS: Provision =
    Provision { id: "R1111-45@holder-adds", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// The holder reads the whole record, but for what is hidden for a time.
pub(super) fn holder_reads(_: &Law, question: &Question, _: &Facts) -> Finding {
    Finding::permits_if(is_holder(question) && question.act.reads())
}

/// The holder adds documents of the holder's own types, and no others.
pub(super) fn holder_adds(_: &Law, question: &Question, _: &Facts) -> Finding {
    match filed(question) {
        [] => Finding::Silent,
        _ if !is_holder(question) => Finding::Silent,
        documents if documents.iter().all(|document| is_of_holder(&document.entry.kind)) => Finding::Permits,
        _ => Finding::Forbids(Ground::TypeReserved),
    }
}
