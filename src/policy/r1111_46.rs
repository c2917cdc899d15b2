//! CSP R1111-46, in the version of decree 2022-1719: who may reach the record, and what the holder may forbid.

use std::sync::Arc;

use super::{
    column::Column,
    d1110_3_3::is_recorded_by,
    filing::consent_begun,
    finding::{Duty, Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
    standing::{Standing, declared_professionals, filed, is_member, principals},
};
use crate::record::{
    access::{Act, Aim, Purpose, Question},
    caller::Who,
    consent::{Blocked, Consent, Grant},
    deed::Effect,
    facts::Facts,
    identity::PsIdNat,
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
/// Al. 2: who collects the initial consent.
pub(super) static INITIAL_CONSENT_COLLECTED: Provision = provision("R1111-46@initial-consent-collected");
/// Al. 3, with D1110-3-1: who collects their own.
pub(super) static OWN_CONSENT_COLLECTED: Provision = provision("R1111-46@own-consent-collected");
/// Al. 1: what a professional may know of the consents on which their access rests.
pub(super) static NAMED_SEES_CONSENTS: Provision = provision("R1111-46@named-sees-consents");
/// Al. 8: the list of the forbidden is the holder's, and so is every decision on others.
pub(super) static ONLY_WHAT_NAMES_THEM: Provision = provision("R1111-46@only-what-names-them");
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
    Finding::permits_if(Standing::of_viewer(question, facts).is_some_and(|standing| standing.is_in_opened_team()))
}

/// Outside the team, each professional collects consent for each consultation.
pub(super) fn consent_outside_team(_: &Law, question: &Question, facts: &Facts) -> Finding {
    Finding::permits_if(Standing::of_viewer(question, facts).is_some_and(|standing| standing.has_own_consent()))
}

/// A member of the team collects consent for another professional to whom part of the care is entrusted.
pub(super) fn entrusted_professional(_: &Law, question: &Question, facts: &Facts) -> Finding {
    Finding::permits_if(Standing::of_viewer(question, facts).is_some_and(|standing| standing.is_entrusted()))
}

/// The record serves care alone, and only an authenticated person reads it, or records what the holder agreed to. The software of a
/// structure looks up, by their identifiers, the documents that it filed, and amends them.
pub(super) fn confidentiality(_: &Law, question: &Question, _: &Facts) -> Finding {
    match (question.purpose, &question.caller.who) {
        (Purpose::Other, _) => Finding::Forbids(Ground::PurposeNotCare),
        (Purpose::Care, Who::Organisation { .. }) => of_software(&question.act),
        (Purpose::Care, Who::Professional(_) | Who::Delegate { .. } | Who::HolderFrontEnd { .. }) => Finding::Silent,
    }
}

fn of_software(act: &Act) -> Finding {
    let looks_up = matches!(act, Act::Search(query) if query.names_a_document());
    match act.aim() {
        Aim::AmendDocument => Finding::Narrows(own_documents(&CONFIDENTIALITY)),
        Aim::ReadDocuments if looks_up => Finding::Narrows(own_documents(&CONFIDENTIALITY)),
        Aim::ReadDocuments | Aim::ReadDeeds | Aim::FileDeed | Aim::ReadTraces => {
            Finding::Forbids(Ground::NoAuthenticatedProfessional)
        }
        Aim::FileDocuments | Aim::LookUp => Finding::Silent,
    }
}

/// A professional reads what the profession strictly needs, as the matrix tells. A type that the matrix does not know is for
/// physicians. The limit binds neither the author, nor who has the treating physician's rights. A profession without a column reads
/// nothing, and amends its own alone.
pub(super) fn strictly_necessary(law: &Law, question: &Question, facts: &Facts) -> Finding {
    let Some(standing) = Standing::of_viewer(question, facts) else { return Finding::Silent };
    match Column::of(standing.professional()) {
        None if question.act.reads() => Finding::Forbids(Ground::ProfessionNotEntitled),
        None => Finding::Narrows(own_documents(&STRICTLY_NECESSARY)),
        Some(_) if standing.reads_all() => Finding::Silent,
        Some(column) => Finding::Narrows(needed_by(law, column)),
    }
}

/// Who works under a professional's responsibility files in that professional's name, each document, and does nothing else: reads
/// nothing, amends nothing, records no consent.
pub(super) fn feeding_in_the_name(_: &Law, question: &Question, _: &Facts) -> Finding {
    let who = &question.caller.who;
    match who {
        Who::Professional(_) | Who::Organisation { .. } | Who::HolderFrontEnd { .. } => return Finding::Silent,
        Who::Delegate { .. } => {}
    }
    let has_principal =
        |document: &NewDocument| declared_professionals(document).any(|professional| answers_for(who, professional));
    match (question.act.aim(), filed(question)) {
        (Aim::ReadDocuments | Aim::ReadDeeds | Aim::ReadTraces, _) => Finding::Forbids(Ground::DelegateNeverReads),
        (Aim::AmendDocument | Aim::FileDeed, _) => Finding::Forbids(Ground::DelegateFeedsOnly),
        (Aim::LookUp, _) | (Aim::FileDocuments, []) => Finding::Silent,
        (Aim::FileDocuments, documents) if documents.iter().all(has_principal) => Finding::Permits,
        (Aim::FileDocuments, _) => Finding::Forbids(Ground::AuthorNotVerified),
    }
}

/// The holder forbids access to professionals and structures: whatever else would permit it, reading and feeding alike, and in
/// a forbidden professional's name too. They keep what is their own, to correct and delete it, and the traces of their own acts. Where a
/// refusal would tell of the list that is the holder's alone, they are answered like someone of whom the record knows nothing.
pub(super) fn holder_denies(_: &Law, question: &Question, facts: &Facts) -> Finding {
    if !is_denied(question, facts) {
        return Finding::Silent;
    }
    match question.act.aim() {
        // Who filed something reads it, as they may correct it, and as anyone does to whom nobody consented: the block is not told apart from that.
        Aim::ReadDocuments if has_filed(question, facts) => Finding::Narrows(own_documents(&HOLDER_DENIES)),
        Aim::ReadDocuments | Aim::FileDocuments | Aim::FileDeed => Finding::Forbids(Ground::BlockedByHolder),
        Aim::AmendDocument => Finding::Narrows(own_documents(&HOLDER_DENIES)),
        Aim::ReadTraces => Finding::Narrows(own_documents(&HOLDER_DENIES).and(no_deeds())),
        Aim::ReadDeeds => Finding::Narrows(no_deeds()),
        Aim::LookUp => Finding::Silent,
    }
}

fn has_filed(question: &Question, facts: &Facts) -> bool {
    Standing::of_reader(question, facts).is_some_and(|standing| standing.has_filed())
}

/// Whether the holder forbids the caller access.
pub(super) fn is_denied(question: &Question, facts: &Facts) -> bool {
    facts.blocks.iter().any(|block| block.period.holds_at(question.at) && names(&block.blocked, question))
}

/// A member of a care team collects the holder's initial consent, which opens the record to the team.
pub(super) fn initial_consent_collected(_: &Law, question: &Question, facts: &Facts) -> Finding {
    collected_by(question, facts, |grant, standing| match grant {
        Grant::InitialForTeam { team } => Some(standing.teams().any(|known| known.id == *team)),
        Grant::Professional { .. } | Grant::EntrustedProfessional { .. } | Grant::TreatingPhysicianRights { .. } => {
            None
        }
    })
}

/// A professional collects consent for that professional's own reading.
pub(super) fn own_consent_collected(_: &Law, question: &Question, facts: &Facts) -> Finding {
    collected_by(question, facts, |grant, standing| match grant {
        Grant::Professional { professional } => Some(*professional == standing.professional().id),
        Grant::InitialForTeam { .. } | Grant::EntrustedProfessional { .. } | Grant::TreatingPhysicianRights { .. } => {
            None
        }
    })
}

/// Professionals see on what their own access rests, whether or not it lets them read today.
pub(super) fn named_sees_consents(_: &Law, question: &Question, _: &Facts) -> Finding {
    Finding::permits_if(question.caller.who.professional().is_some() && question.act.aim() == Aim::ReadDeeds)
}

/// They see nothing else of what the holder decided: neither whom the holder forbids or trusts, nor what the holder chose for
/// emergencies.
pub(super) fn only_what_names_them(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let Some(standing) = Standing::of_professional(question, facts) else { return Finding::Silent };
    match question.act.aim() {
        Aim::ReadDeeds | Aim::FileDeed | Aim::ReadTraces => Finding::Narrows(that_names(standing)),
        Aim::ReadDocuments | Aim::FileDocuments | Aim::AmendDocument | Aim::LookUp => Finding::Silent,
    }
}

/// The holder is told of each access by a professional, a structure or in their name. To ask whether there is a record is not yet to
/// reach it: it leaves a trace, and no notice.
pub(super) const fn holder_informed(_: &Law, question: &Question, _: &Facts) -> Finding {
    match question.caller.who {
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } if is_look_up(&question.act) => {
            Finding::Silent
        }
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

const fn is_look_up(act: &Act) -> bool {
    match act.aim() {
        Aim::LookUp => true,
        Aim::ReadDocuments
        | Aim::FileDocuments
        | Aim::AmendDocument
        | Aim::ReadDeeds
        | Aim::FileDeed
        | Aim::ReadTraces => false,
    }
}

/// Of a professional who records a consent: permission or prohibition, where the grant is one of which the test speaks.
fn collected_by(
    question: &Question,
    facts: &Facts,
    is_theirs: impl Fn(&Grant, Standing<'_>) -> Option<bool>,
) -> Finding {
    let Some(standing) = Standing::of_professional(question, facts) else { return Finding::Silent };
    match consent_begun(question).and_then(|consent| is_theirs(&consent.grant, standing)) {
        None => Finding::Silent,
        Some(true) => Finding::Permits,
        Some(false) => Finding::Forbids(Ground::NotTheirs),
    }
}

fn own_documents(by: &'static Provision) -> Scope {
    Scope::only(by, |entry, who, _| entry.is_by(who))
}

fn no_deeds() -> Scope {
    Scope::only_deeds(&HOLDER_DENIES, |_| false)
}

fn that_names(standing: Standing<'_>) -> Scope {
    let professional = standing.professional().clone();
    let teams: Vec<String> = standing.teams().map(|team| team.id.clone()).collect();
    Scope::only_deeds(&ONLY_WHAT_NAMES_THEM, move |deed| match &deed.effect {
        Effect::Consent(consent) => {
            is_recorded_by(deed, &professional.id) || concerns(consent, &professional.id, &teams)
        }
        Effect::Team(team) => is_member(team, &professional),
        Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) => false,
    })
}

/// Whether the consent is given to that professional, was collected by them, or opens the record to a team of theirs.
fn concerns(consent: &Consent, id: &PsIdNat, teams: &[String]) -> bool {
    let is_given = match &consent.grant {
        Grant::InitialForTeam { team } => teams.contains(team),
        Grant::Professional { professional }
        | Grant::EntrustedProfessional { professional }
        | Grant::TreatingPhysicianRights { professional } => professional == id,
    };
    is_given || consent.evidence.collected_by.as_ref() == Some(id)
}

fn needed_by(law: &Law, column: Column) -> Scope {
    let matrix = Arc::clone(law.matrix());
    Scope::only(&STRICTLY_NECESSARY, move |entry, who, _| {
        let granted = matrix.grants(column, &entry.kind).unwrap_or(column == Column::Physician);
        granted || entry.is_by(who)
    })
}
