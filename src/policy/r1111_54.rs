//! CSP R1111-54, with L1111-16 al. 2: the treating physician (médecin traitant), and those to whom the holder gives the same rights.

use super::{
    finding::Finding,
    law::Law,
    provision::{Force, Governs, Provision},
    standing::Standing,
};
use crate::record::{access::Question, facts::Facts};

/// Al. 1.
pub(super) static TREATING_PHYSICIAN: Provision =
    Provision { id: "R1111-54@treating-physician", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// Al. 2.
pub(super) static SAME_RIGHTS: Provision =
    Provision { id: "R1111-54@same-rights", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// The treating physician reads the whole record, what is masked included.
pub(super) fn treating_physician(_: &Law, question: &Question, facts: &Facts) -> Finding {
    Finding::permits_if(Standing::of_viewer(question, facts).is_some_and(|standing| standing.is_treating_physician()))
}

/// So does a professional, already authorised, to whom the holder gives the same rights.
pub(super) fn same_rights(_: &Law, question: &Question, facts: &Facts) -> Finding {
    Finding::permits_if(Standing::of_viewer(question, facts).is_some_and(|standing| standing.has_same_rights()))
}
