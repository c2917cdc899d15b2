//! CSP D1110-3-1: consent is collected before, by the very professional, after information.

use super::{
    filing::{is_collected_by_caller, is_of_now, new_consent},
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{access::Question, facts::Facts};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2016, 7, 23), governs: Governs::Acts }
}

/// Who collects, with the requirements of DMP compatibility (EX_0.3-1010): an explicit act of that person.
pub(super) static COLLECTED_BY_CALLER: Provision = provision("D1110-3-1@collected-by-caller");
/// When.
pub(super) static NOT_BACK_DATED: Provision = provision("D1110-3-1@not-back-dated");

/// Who records a consent collected it; between the holder and the record stands no collector.
pub(super) fn collected_by_caller(_: &Law, question: &Question, _: &Facts) -> Finding {
    let by_another = new_consent(question).is_some_and(|new| !is_collected_by_caller(&new.evidence, question));
    Finding::forbids_if(by_another, Ground::NotCollectedByCaller)
}

/// Consent counts from when it is given: it is recorded at once, neither back-dated nor in advance.
pub(super) fn not_back_dated(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_of_another_time = new_consent(question).is_some_and(|new| !is_of_now(&new.evidence, question.at));
    Finding::forbids_if(is_of_another_time, Ground::ConsentDate)
}
