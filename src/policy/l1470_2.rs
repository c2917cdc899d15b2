//! CSP L1470-2: every user of a digital health service is identified electronically.

use super::{
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{access::Question, caller::Who, facts::Facts};

/// Of the holder's front end: a certificate of software identifies nobody.
pub(super) static HOLDER_IDENTIFIED: Provision =
    Provision { id: "L1470-2@holder-identified", force: Force::since(2021, 5, 12), governs: Governs::Acts };

/// The front end acts for nobody but the holder whom its token names.
pub(super) fn holder_identified(_: &Law, question: &Question, _: &Facts) -> Finding {
    let caller = &question.caller;
    let is_front_end = match caller.who {
        Who::HolderFrontEnd { .. } => true,
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => false,
    };
    Finding::forbids_if(is_front_end && caller.bound_to().is_none(), Ground::HolderNotIdentified)
}
