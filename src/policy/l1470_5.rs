//! CSP L1470-5: the security and interoperability frameworks bind; here, what they ask of assertions (CI-SIS, VIHF).

use super::{
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{access::Question, facts::Facts};

/// The resource that an assertion names (`resource-id` of the VIHF, `person_id` of IUA).
pub(super) static ASSERTED_PATIENT: Provision =
    Provision { id: "L1470-5@asserted-patient", force: Force::since(2021, 5, 12), governs: Governs::Acts };

/// A token that names a patient opens no other patient's record, the holder's own token among them.
pub(super) fn asserted_patient(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_another = match (question.caller.bound_to(), &question.holder) {
        (Some(bound), Some(holder)) => bound != holder,
        (None, _) | (Some(_), None) => false,
    };
    Finding::forbids_if(is_another, Ground::TokenOfAnotherPatient)
}
