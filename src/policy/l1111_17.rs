//! CSP L1111-17: emergencies (I), consent collected for another (II), the occupational physician (médecin du travail, IV).

use jiff::Timestamp;

use super::{
    column::is_occupational_physician,
    filing::consent_begun,
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    standing::{Standing, may_entrust},
};
use crate::record::{
    access::Question,
    consent::{Consent, Grant},
    deed::EmergencyChoice,
    facts::Facts,
    identity::PsIdNat,
};

/// II, with R1111-46 al. 4.
pub(super) static ENTRUSTED_CONSENT_COLLECTED: Provision =
    Provision { id: "L1111-17@entrusted-consent-collected", force: Force::since(2021, 7, 1), governs: Governs::Acts };

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

/// A named member of an opened team collects consent for another identified professional. Nobody entrusts without access of their own,
/// so that there is no chain, and nobody entrusts themselves.
pub(super) fn entrusted_consent_collected(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let Some(collector) = question.caller.who.professional() else { return Finding::Silent };
    match consent_begun(question).and_then(entrusted) {
        None => Finding::Silent,
        Some(to) if *to != collector.id && may_entrust(&collector.id, facts, question.at) => Finding::Permits,
        Some(_) => Finding::Forbids(Ground::NotTheirs),
    }
}

const fn entrusted(consent: &Consent) -> Option<&PsIdNat> {
    match &consent.grant {
        Grant::EntrustedProfessional { professional } => Some(professional),
        Grant::InitialForTeam { .. } | Grant::Professional { .. } | Grant::TreatingPhysicianRights { .. } => None,
    }
}

/// `L1111-17@masked-in-emergency`: whether what is masked to professionals opens in an emergency at that instant: where the holder chose
/// so, and did not shut out emergencies of both kinds. Who chose nothing objected to neither kind (I), and keeps the masks (R1111-49).
pub fn masked_in_emergency(facts: &Facts, at: Timestamp) -> bool {
    let chosen = |choice: EmergencyChoice, unless: bool| {
        let mut stated =
            facts.emergencies.iter().filter(|stated| stated.choice == choice && stated.period.holds_at(at));
        stated.next().map_or(unless, |first| first.allowed && stated.all(|other| other.allowed))
    };
    chosen(EmergencyChoice::MaskedDocuments, false)
        && (chosen(EmergencyChoice::BreakGlass, true) || chosen(EmergencyChoice::Regulation, true))
}
