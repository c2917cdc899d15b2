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

/// An occupational physician, in person or by those who file in that physician's name, files only with the express consent of the informed worker: for everyone else feeding asks for no
/// consent, for them it does. They read nothing: the order gives them no column of the matrix.
pub(super) fn occupational_physician(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let lacks_consent =
        |standing: Standing<'_>| is_occupational_physician(standing.professional()) && !standing.has_own_consent();
    Finding::forbids_if(Standing::of_feeders(question, facts).any(lacks_consent), Ground::ConsentMissing)
}
