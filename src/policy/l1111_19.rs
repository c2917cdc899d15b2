//! CSP L1111-19, with R1111-32: the holder sees who may reach the record, and decides it at any time.

use super::{
    filing::filing,
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{
    access::{Aim, Question},
    caller::Who,
    care_team::TeamPath,
    consent::Grant,
    deed::Effect,
    facts::Facts,
};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2021, 8, 8), governs: Governs::Acts }
}

/// The right to decide.
pub(super) static HOLDER_DECIDES: Provision = provision("L1111-19@holder-decides");
/// The right to see what was decided.
pub(super) static HOLDER_SEES_AUTHORISATIONS: Provision = provision("L1111-19@holder-sees-authorisations");
/// What nobody else decides, with R1111-46 al. 8, R1111-47, R1111-54 al. 2, L1111-17 I and L1110-12 2°.
pub(super) static RESERVED_TO_HOLDER: Provision = provision("L1111-19@reserved-to-holder");

/// The holder puts consents, blocks, oppositions, choices for emergencies and care teams on file, and changes them at any time.
pub(super) fn holder_decides(_: &Law, question: &Question, _: &Facts) -> Finding {
    Finding::permits_if(is_holder(question) && question.act.aim() == Aim::FileDeed)
}

/// The holder sees them all, whoever recorded them.
pub(super) fn holder_sees_authorisations(_: &Law, question: &Question, _: &Facts) -> Finding {
    Finding::permits_if(is_holder(question) && question.act.aim() == Aim::ReadDeeds)
}

/// Nobody else forbids anyone access, opposes feeding, chooses for emergencies, gives the treating physician's rights, or says whom the
/// patient recognises.
pub(super) fn reserved_to_holder(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_reserved = filing(question).is_some_and(|filing| is_of_holder_alone(&filing.effect));
    Finding::forbids_if(is_reserved && !is_holder(question), Ground::ReservedToHolder)
}

fn is_of_holder_alone(effect: &Effect) -> bool {
    match effect {
        Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) => true,
        Effect::Consent(consent) => match consent.grant {
            Grant::TreatingPhysicianRights { .. } => true,
            Grant::InitialForTeam { .. } | Grant::Professional { .. } | Grant::EntrustedProfessional { .. } => false,
        },
        Effect::Team(team) => match team.path {
            TeamPath::RecognisedByPatient => true,
            TeamPath::SameEstablishment | TeamPath::FormalisedGroup => false,
        },
    }
}

/// Whether the front end of the digital health space asks for the holder.
pub(super) const fn is_holder(question: &Question) -> bool {
    match question.caller.who {
        Who::HolderFrontEnd { .. } => true,
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => false,
    }
}
