//! CSP L1111-14: how a record comes to exist. Two regimes, each for the records opened under it: express consent until
//! 30 June 2021, automatic opening with the right to object from 1 July 2021.

use jiff::civil::{Date, date};

use super::{
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{
    access::{Aim, Question},
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

/// Asking for it, with the specification of TD0.2.
pub(super) static EXISTENCE_TOLD: Provision =
    Provision { id: "L1111-14@existence-told", force: Force::since(2021, 7, 1), governs: Governs::Acts };

/// From this day records open automatically everywhere.
const EVERYWHERE: Date = date(2022, 1, 1);

/// From this day, in the pilot departments.
const IN_PILOT_DEPARTMENTS: Date = date(2021, 8, 8);

/// Haute-Garonne, Loire-Atlantique, Somme.
const PILOT_DEPARTMENTS: [&str; 3] = ["31", "44", "80"];

/// A record opened under regime A rests on express consent, given at the latest on the day of opening.
pub(super) fn express_consent(_: &Law, question: &Question, facts: &Facts) -> Finding {
    lawful_if(question, facts, |opening| match opening.basis {
        Some(Basis::ExpressConsent { given }) => given <= opening.on,
        Some(Basis::Automatic) | None => false,
    })
}

/// A record opened under regime B was opened by the insurer of its own motion, where and when the regime applied: consent no
/// longer opens a record.
pub(super) fn automatic_opening(_: &Law, question: &Question, facts: &Facts) -> Finding {
    lawful_if(question, facts, |opening| match opening.basis {
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
        _ if looks_up(question) => Finding::Silent,
        State::None | State::ConsentPending | State::Notified | State::Opposed => Finding::Forbids(Ground::NoRecord),
        State::Open
        | State::OpenUnattached
        | State::Suspended
        | State::Closed
        | State::ErasurePending
        | State::Destroyed => {
            lawful_if(question, facts, |opening| opening.on >= EXPRESS_CONSENT.force.since && opening.on <= today)
        }
    }
}

/// Every identified caller may ask whether there is a record, in what state it is, and how the caller stands to it: before acting one
/// has to know. The answer tells nothing of what is in the record, nor why the caller stands so.
pub(super) fn existence_told(_: &Law, question: &Question, _: &Facts) -> Finding {
    Finding::permits_if(looks_up(question))
}

/// Whether a look-up tells of the record: what is erased, or on its way out, looks as if it had never been (R1111-36).
pub(super) const fn is_told(facts: &Facts) -> bool {
    match facts.dossier.state {
        State::Open | State::OpenUnattached | State::Suspended | State::Closed => true,
        State::None
        | State::ConsentPending
        | State::Notified
        | State::Opposed
        | State::ErasurePending
        | State::Destroyed => false,
    }
}

/// Whether the act asks for the state of the record, whatever it is, rather than for what is in it.
pub(super) fn looks_up(question: &Question) -> bool {
    question.act.aim() == Aim::LookUp
}

fn lawful_if(question: &Question, facts: &Facts, is_lawful: impl Fn(&Opening) -> bool) -> Finding {
    let rests_on_law = facts.dossier.opening.as_ref().is_some_and(is_lawful);
    Finding::forbids_if(!rests_on_law && !looks_up(question), Ground::UnlawfulOpening)
}

fn is_in_pilot_department(opening: &Opening) -> bool {
    opening.department.as_deref().is_some_and(|department| PILOT_DEPARTMENTS.contains(&department))
}
