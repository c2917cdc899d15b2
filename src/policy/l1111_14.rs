//! CSP L1111-14: how a record comes to exist. Two regimes, each for the records opened under it: express consent until
//! 30 June 2021, automatic opening with the right to object from 1 July 2021.

use jiff::civil::{Date, date};

use super::{
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{
    access::Question,
    dossier::{Basis, Opening, State},
    facts::Facts,
};

/// Regime A. The article dates from the law of 21 July 2009 and asked for express consent from the first day to the last.
pub(super) static EXPRESS_CONSENT: Provision = Provision {
    id: "L1111-14@express-consent",
    force: Force { since: date(2009, 7, 23), until: Some(date(2021, 6, 30)) },
    governs: Governs::Openings,
};

/// Regime B.
pub(super) static AUTOMATIC_OPENING: Provision =
    Provision { id: "L1111-14@automatic-opening", force: Force::since(2021, 7, 1), governs: Governs::Openings };

/// The record itself.
pub(super) static RECORD_EXISTS: Provision =
    Provision { id: "L1111-14@record-exists", force: Force::since(2021, 7, 1), governs: Governs::Acts };

/// From this day records open automatically everywhere.
const EVERYWHERE: Date = date(2022, 1, 1);

/// From this day, in the pilot departments.
const IN_PILOT_DEPARTMENTS: Date = date(2021, 8, 8);

/// Haute-Garonne, Loire-Atlantique, Somme.
const PILOT_DEPARTMENTS: [&str; 3] = ["31", "44", "80"];

/// A record opened under regime A rests on express consent, given at the latest on the day of opening.
pub(super) fn express_consent(_: &Law, _: &Question, facts: &Facts) -> Finding {
    lawful_if(facts, |opening| match opening.basis {
        Some(Basis::ExpressConsent { given }) => given <= opening.on,
        Some(Basis::Automatic) | None => false,
    })
}

/// A record opened under regime B was opened by the insurer of its own motion, where and when the regime applied: consent no
/// longer opens a record.
pub(super) fn automatic_opening(_: &Law, _: &Question, facts: &Facts) -> Finding {
    lawful_if(facts, |opening| match opening.basis {
        Some(Basis::Automatic) => {
            opening.on >= EVERYWHERE || (opening.on >= IN_PILOT_DEPARTMENTS && is_in_pilot_department(opening))
        }
        Some(Basis::ExpressConsent { .. }) | None => false,
    })
}

/// There must be a record, and a day of opening that a regime governs and that is not still to come.
pub(super) fn record_exists(law: &Law, question: &Question, facts: &Facts) -> Finding {
    let today = law.day_of(question.at);
    match facts.dossier.state {
        State::None | State::ConsentPending | State::Notified | State::Opposed => Finding::Forbids(Ground::NoRecord),
        State::Open
        | State::OpenUnattached
        | State::Suspended
        | State::Closed
        | State::ErasurePending
        | State::Destroyed => {
            lawful_if(facts, |opening| opening.on >= EXPRESS_CONSENT.force.since && opening.on <= today)
        }
    }
}

fn lawful_if(facts: &Facts, is_lawful: impl Fn(&Opening) -> bool) -> Finding {
    Finding::forbids_if(!facts.dossier.opening.as_ref().is_some_and(is_lawful), Ground::UnlawfulOpening)
}

fn is_in_pilot_department(opening: &Opening) -> bool {
    opening.department.as_deref().is_some_and(|department| PILOT_DEPARTMENTS.contains(&department))
}
