//! CSP R1111-43: the access journal.

use super::{
    finding::{Duty, Finding},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{access::Question, facts::Facts};

/// Al. 1.
pub(super) static RECORD: Provision =
    Provision { id: "R1111-43@record", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// Every act on the record leaves a line, the holder's own included.
pub(super) const fn record(_: &Law, _: &Question, _: &Facts) -> Finding {
    Finding::Obliges(Duty::Record)
}
