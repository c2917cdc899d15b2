//! CSP R1111-36: suspension by the insurer, erasure.

use super::{
    finding::{Finding, Ground},
    l1111_14::looks_up,
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{access::Question, dossier::State, facts::Facts};

/// Al. 5.
pub(super) static SUSPENDED: Provision =
    Provision { id: "R1111-36@suspended", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// Al. 2 and 3.
pub(super) static ERASED: Provision =
    Provision { id: "R1111-36@erased", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// A suspended record is shut to everyone, its holder and emergencies included; that it is suspended may be asked.
pub(super) fn suspended(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match facts.dossier.state {
        _ if looks_up(question) => Finding::Silent,
        State::Suspended => Finding::Forbids(Ground::Suspended),
        State::None
        | State::ConsentPending
        | State::Notified
        | State::Opposed
        | State::Open
        | State::OpenUnattached
        | State::Closed
        | State::ErasurePending
        | State::Destroyed => Finding::Silent,
    }
}

/// A record whose erasure is asked or done is shut to everyone: its archive is on its way out.
pub(super) fn erased(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match facts.dossier.state {
        _ if looks_up(question) => Finding::Silent,
        State::ErasurePending | State::Destroyed => Finding::Forbids(Ground::Closed),
        State::None
        | State::ConsentPending
        | State::Notified
        | State::Opposed
        | State::Open
        | State::OpenUnattached
        | State::Suspended
        | State::Closed => Finding::Silent,
    }
}
