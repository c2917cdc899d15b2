//! CSP R1111-8-1, with R1111-8-6: health data bear the national health identity (INS) of the person whom they concern.

use super::{
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    standing::filed,
};
use crate::record::{access::Question, facts::Facts};

/// The article.
pub(super) static CONTENT_OF_HOLDER: Provision =
    Provision { id: "R1111-8-1@content-of-holder", force: Force::since(2021, 1, 1), governs: Governs::Acts };

/// Content whose own header names another person is not filed in this record.
pub(super) fn content_of_holder(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_holder =
        |named: &String| question.holder.as_ref().is_some_and(|holder| holder.matricule() == named.as_str());
    let is_right = filed(question).iter().all(|document| document.content_names.iter().all(is_holder));
    Finding::forbids_if(!is_right, Ground::ContentOfAnotherPatient)
}
