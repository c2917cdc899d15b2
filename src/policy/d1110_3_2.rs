//! CSP D1110-3-2: the information given before consent is proven by what was handed to the person.

use super::{
    filing::consent_begun,
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{access::Question, facts::Facts};

/// The article.
pub(super) static INFORMATION_PROVEN: Provision =
    Provision { id: "D1110-3-2@information-proven", force: Force::since(2016, 7, 23), governs: Governs::Acts };

/// A consent without proof that the holder was informed is none, and is not put on file.
pub(super) fn information_proven(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_uninformed = consent_begun(question).is_some_and(|consent| !consent.evidence.information_given);
    Finding::forbids_if(is_uninformed, Ground::InformationMissing)
}
