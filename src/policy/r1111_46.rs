//! CSP R1111-46, in the version of decree 2022-1719: who may reach the record, and what the holder may forbid.

use std::sync::Arc;

use super::{
    column::Column,
    finding::{Duty, Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
    standing::{Standing, declared_professionals, filed, principals},
};
use crate::record::{
    access::{Act, Purpose, Question},
    caller::Who,
    consent::Blocked,
    facts::Facts,
    submission::{NewDocument, answers_for},
};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2023, 1, 1), governs: Governs::Acts }
}

/// Al. 1.
pub(super) static PRIOR_CONSENT: Provision = provision("R1111-46@prior-consent");
/// Al. 2, with L1110-12 and Conseil d'Etat no 490409 of 15 October 2025.
pub(super) static CARE_TEAM: Provision = provision("R1111-46@care-team");
/// Al. 3.
pub(super) static CONSENT_OUTSIDE_TEAM: Provision = provision("R1111-46@consent-outside-team");
/// Al. 4, with L1111-17 II.
pub(super) static ENTRUSTED_PROFESSIONAL: Provision = provision("R1111-46@entrusted-professional");
/// Al. 5, with L1111-18.
pub(super) static CONFIDENTIALITY: Provision = provision("R1111-46@confidentiality");
/// Al. 6, with the order of 26 October 2023.
pub(super) static STRICTLY_NECESSARY: Provision = provision("R1111-46@strictly-necessary");
/// Al. 7.
pub(super) static FEEDING_IN_THE_NAME: Provision = provision("R1111-46@feeding-in-the-name");
/// Al. 8, with R1111-42 6°.
pub(super) static HOLDER_DENIES: Provision = provision("R1111-46@holder-denies");
/// Last al.
pub(super) static HOLDER_INFORMED: Provision = provision("R1111-46@holder-informed");

/// Reading asks for the holder's prior consent, by whatever provision it is given. Who filed something reads it all the same.
pub(super) fn prior_consent(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match Standing::of_reader(question, facts) {
        None => Finding::Silent,
        Some(standing) if standing.may_read() => Finding::Silent,
        Some(standing) if standing.is_in_team() => Finding::Forbids(Ground::InitialConsentMissing),
        Some(_) => Finding::Forbids(Ground::ConsentMissing),
    }
}

/// Consent is deemed given to every member of the care team, once the holder opened the record to the team.
pub(super) fn care_team(_: &Law, question: &Question, facts: &Facts) -> Finding {
    Finding::permits_if(Standing::of_reader(question, facts).is_some_and(|standing| standing.is_in_opened_team()))
}

/// Outside the team, each professional collects consent for each consultation.
pub(super) fn consent_outside_team(_: &Law, question: &Question, facts: &Facts) -> Finding {
    Finding::permits_if(Standing::of_reader(question, facts).is_some_and(|standing| standing.has_own_consent()))
}

/// A member of the team collects consent for another professional to whom part of the care is entrusted.
pub(super) fn entrusted_professional(_: &Law, question: &Question, facts: &Facts) -> Finding {
    Finding::permits_if(Standing::of_reader(question, facts).is_some_and(|standing| standing.is_entrusted()))
}

/// The record serves care alone, and only an authenticated person reads it. The software of a structure looks up, by their
/// identifiers, the documents that it filed.
pub(super) fn confidentiality(_: &Law, question: &Question, _: &Facts) -> Finding {
    match (question.purpose, &question.caller.who, &question.act) {
        (Purpose::Other, _, _) => Finding::Forbids(Ground::PurposeNotCare),
        (Purpose::Care, Who::Organisation { .. }, Act::Search(query)) if query.names_a_document() => {
            Finding::Narrows(Scope::only(&CONFIDENTIALITY, |entry, who, _| entry.is_by(who)))
        }
        (Purpose::Care, Who::Organisation { .. }, act) if act.reads() => {
            Finding::Forbids(Ground::NoAuthenticatedProfessional)
        }
        (Purpose::Care, Who::Organisation { .. }, _) => Finding::Silent,
        (Purpose::Care, Who::Professional(_) | Who::Delegate { .. } | Who::HolderFrontEnd { .. }, _) => Finding::Silent,
    }
}

/// A professional reads what the profession strictly needs, as the matrix tells. A type that the matrix does not know is for
/// physicians. The limit binds neither the author, nor who has the treating physician's rights.
pub(super) fn strictly_necessary(law: &Law, question: &Question, facts: &Facts) -> Finding {
    let Some(standing) = Standing::of_reader(question, facts) else { return Finding::Silent };
    match Column::of(standing.professional()) {
        None => Finding::Forbids(Ground::ProfessionNotEntitled),
        Some(_) if standing.reads_all() => Finding::Silent,
        Some(column) => Finding::Narrows(needed_by(law, column)),
    }
}

/// Who works under a professional's responsibility files in that professional's name, each document, and reads nothing.
pub(super) fn feeding_in_the_name(_: &Law, question: &Question, _: &Facts) -> Finding {
    let who = &question.caller.who;
    let has_principal =
        |document: &NewDocument| declared_professionals(document).any(|professional| answers_for(who, professional));
    match (who, filed(question)) {
        (Who::Professional(_) | Who::Organisation { .. } | Who::HolderFrontEnd { .. }, _) => Finding::Silent,
        (Who::Delegate { .. }, _) if question.act.reads() => Finding::Forbids(Ground::DelegateNeverReads),
        (Who::Delegate { .. }, []) => Finding::Silent,
        (Who::Delegate { .. }, documents) if documents.iter().all(has_principal) => Finding::Permits,
        (Who::Delegate { .. }, _) => Finding::Forbids(Ground::AuthorNotVerified),
    }
}

/// The holder forbids access to professionals and structures: whatever else would permit it, reading and feeding alike, and in
/// a forbidden professional's name too.
pub(super) fn holder_denies(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let forbidden = |blocked: &Blocked| names(blocked, question);
    let is_denied = facts.blocks.iter().any(|block| block.period.holds_at(question.at) && forbidden(&block.blocked));
    Finding::forbids_if(is_denied, Ground::BlockedByHolder)
}

/// The holder is told of each access by a professional, a structure or in their name.
pub(super) const fn holder_informed(_: &Law, question: &Question, _: &Facts) -> Finding {
    match question.caller.who {
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => Finding::Obliges(Duty::InformHolder),
        Who::HolderFrontEnd { .. } => Finding::Silent,
    }
}

/// Whether a name on one of the holder's lists means the caller, a structure of the caller, or someone in whose name the caller
/// files. The holder's own front end is never meant.
pub(super) fn names(blocked: &Blocked, question: &Question) -> bool {
    match &question.caller.who {
        Who::HolderFrontEnd { .. } => false,
        who @ (Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. }) => {
            who.person().is_some_and(|person| blocked.names_person(person))
                || who.structures().iter().any(|structure| blocked.names_structure(structure))
                || principals(question).any(|principal| blocked.names_person(&principal.id))
        }
    }
}

fn needed_by(law: &Law, column: Column) -> Scope {
    let matrix = Arc::clone(law.matrix());
    Scope::only(&STRICTLY_NECESSARY, move |entry, who, _| {
        let granted = matrix.grants(column, &entry.kind).unwrap_or(column == Column::Physician);
        granted || entry.is_by(who)
    })
}
