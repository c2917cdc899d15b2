//! CSP L1111-17 IV: the occupational physician (médecin du travail).

use super::{
    column::is_occupational_physician,
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    standing::Standing,
};
use crate::record::{access::Question, facts::Facts};

/// Al. IV.
pub(super) static OCCUPATIONAL_PHYSICIAN: Provision =
    Provision { id: "L1111-17@occupational-physician", force: Force::since(2021, 7, 1), governs: Governs::Acts };

/// An occupational physician files only with the express consent of the informed worker: for everyone else feeding asks for no
/// consent, for them it does. They read nothing: the order gives them no column of the matrix.
pub(super) fn occupational_physician(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match Standing::of_feeder(question, facts) {
        Some(standing) if is_occupational_physician(standing.professional()) && !standing.has_own_consent() => {
            Finding::Forbids(Ground::ConsentMissing)
        }
        Some(_) | None => Finding::Silent,
    }
}
