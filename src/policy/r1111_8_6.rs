//! CSP R1111-8-6: data bear the national health identity together with the traits that belong to it, and only where that identity is
//! qualified. Source: law.md C03, C04; RNIV; decision 0018.

use super::{
    finding::{Finding, Ground},
    law::Law,
    likeness::{is_birth_date, is_birth_name, is_given_name, is_known_family},
    provision::{Force, Governs, Provision},
};
use crate::record::{
    access::Question,
    facts::Facts,
    holder::{Holder, Traits},
    traits::{IdentityStatus, NameKind, NameTold, Trait, TraitsTold},
};

/// The identity is qualified.
pub(super) static IDENTITY_QUALIFIED: Provision =
    Provision { id: "R1111-8-6@identity-qualified", force: Force::since(2021, 1, 1), governs: Governs::Acts };

/// A submission that tells the status of the patient's identity tells that it is qualified. Who tells none states it by the INS itself,
/// which may be sent of a qualified identity alone.
pub(super) fn identity_qualified(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_good = told(question).iter().all(|traits| traits.statuses.is_empty() || is_qualified(&traits.statuses));
    Finding::forbids_if(!is_good, Ground::IdentityNotQualified)
}

/// Qualified, and nothing told beside it that takes that back.
fn is_qualified(statuses: &[IdentityStatus]) -> bool {
    let is_harmless = |status: &IdentityStatus| match status {
        IdentityStatus::Qualified | IdentityStatus::Homonym => true,
        IdentityStatus::Validated
        | IdentityStatus::Retrieved
        | IdentityStatus::Provisional
        | IdentityStatus::Unreliable => false,
    };
    statuses.contains(&IdentityStatus::Qualified) && statuses.iter().all(is_harmless)
}

/// The traits are the holder's.
pub(super) static TRAITS_OF_HOLDER: Provision =
    Provision { id: "R1111-8-6@traits-of-holder", force: Force::since(2021, 1, 1), governs: Governs::Acts };

/// What a submission tells of the person is true of the holder, trait by trait, as far as both are known.
pub(super) fn traits_of_holder(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let Some(holder) = &facts.holder else { return Finding::Silent };
    let differs = |wanted: &Trait| told(question).iter().any(|told| !agrees(*wanted, told, holder));
    Trait::ALL.into_iter().find(differs).map_or(Finding::Silent, |which| Finding::Forbids(Ground::TraitDiffers(which)))
}

fn told(question: &Question) -> &[TraitsTold] {
    question.act.submission().map_or(&[], |submission| &submission.traits)
}

fn agrees(which: Trait, told: &TraitsTold, holder: &Holder) -> bool {
    if which == Trait::BirthDate {
        return told.birth_date.is_none_or(|date| is_birth_date(date, holder.birth_date));
    }
    let Some(known) = &holder.traits else { return true };
    match which {
        Trait::BirthDate => true,
        Trait::BirthName => told.names.iter().all(|name| family_agrees(name, known)),
        Trait::GivenName => told.names.iter().all(|name| given_agrees(name, known)),
        // `unknown` is no sex to differ from.
        Trait::Sex => {
            let tells = told.gender.as_ref().filter(|told| *told != "unknown" && known.gender != "unknown");
            tells.is_none_or(|told| *told == known.gender)
        }
        Trait::BirthPlace => {
            let both = told.birth_place.as_ref().zip(known.birth_place.as_ref());
            both.is_none_or(|(told, known)| told.eq_ignore_ascii_case(known))
        }
    }
}

fn family_agrees(name: &NameTold, known: &Traits) -> bool {
    let Some(told) = &name.family else { return true };
    match name.kind {
        NameKind::OfBirth => is_birth_name(told, &known.family),
        NameKind::Unsaid => is_known_family(told, known),
    }
}

fn given_agrees(name: &NameTold, known: &Traits) -> bool {
    let (Some(told), Some(first)) = (&name.given, known.given.first()) else { return true };
    let used = known.used_given.as_ref().filter(|used| !used.is_empty());
    let is_used = || used.is_some_and(|used| is_given_name(told, used));
    is_given_name(told, first) || (name.kind == NameKind::Unsaid && is_used())
}
