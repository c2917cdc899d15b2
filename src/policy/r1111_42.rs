//! CSP R1111-42: what the record holds, and from whom it comes.

use super::{
    finding::{Finding, Ground},
    kind::{is_of_holder_alone, is_of_insurer},
    law::Law,
    provision::{Force, Governs, Provision},
    standing::{declared_professionals, filed},
};
use crate::record::{
    access::Question,
    caller::Who,
    facts::Facts,
    submission::{DeclaredAuthor, NewDocument, answers_for},
};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2021, 8, 8), governs: Governs::Acts }
}

/// Authorship, with R1111-49 on what depends on it.
pub(super) static AUTHOR_VERIFIED: Provision = provision("R1111-42@author-verified");
/// Custody.
pub(super) static CUSTODIAN_VERIFIED: Provision = provision("R1111-42@custodian-verified");
/// Sources of data: the insurer's and the holder's own.
pub(super) static TYPES_RESERVED: Provision = provision("R1111-42@types-reserved");

/// Each document has an author for whom the caller stands, and none whom the caller cannot claim; nor is it signed by another.
pub(super) fn author_verified(_: &Law, question: &Question, _: &Facts) -> Finding {
    forbids_unless(Ground::AuthorNotVerified, question, |document| {
        names_no_other_patient(question, document)
            && names_own_author(question, document)
            && is_signed_rightly(question, document)
    })
}

/// A document is kept by a structure of the caller, where it says by which.
pub(super) fn custodian_verified(_: &Law, question: &Question, _: &Facts) -> Finding {
    let own = question.caller.who.structures();
    forbids_unless(Ground::AuthorNotVerified, question, |document| {
        document.custodian.as_ref().is_none_or(|custodian| own.contains(custodian))
    })
}

/// Reimbursement comes from the insurer, which is no caller here; what the patient deposits comes from the patient.
pub(super) fn types_reserved(_: &Law, question: &Question, _: &Facts) -> Finding {
    let is_holder = match question.caller.who {
        Who::HolderFrontEnd { .. } => true,
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => false,
    };
    forbids_unless(Ground::TypeReserved, question, |document| {
        let kind = &document.entry.kind;
        !is_of_insurer(kind) && (is_holder || !is_of_holder_alone(kind))
    })
}

fn forbids_unless(ground: Ground, question: &Question, is_right: impl Fn(&NewDocument) -> bool) -> Finding {
    Finding::forbids_if(!filed(question).iter().all(is_right), ground)
}

fn names_no_other_patient(question: &Question, document: &NewDocument) -> bool {
    document.declared.iter().all(|author| match author {
        DeclaredAuthor::Patient(ins) => question.holder.as_ref() == Some(ins),
        DeclaredAuthor::Professional(_) | DeclaredAuthor::Unverified | DeclaredAuthor::Structure(_) => true,
    })
}

/// A professional, or the one in whose name a delegate files, is among the authors, beside colleagues; an organisation names
/// somebody for whom it answers, and no professional for whom it does not; the holder names the holder and no professional.
fn names_own_author(question: &Question, document: &NewDocument) -> bool {
    let who = &question.caller.who;
    let mut professionals = declared_professionals(document);
    match who {
        Who::Professional(_) | Who::Delegate { .. } => professionals.any(|professional| answers_for(who, professional)),
        Who::Organisation { .. } => {
            professionals.all(|professional| answers_for(who, professional)) && is_vouched_for(who, document)
        }
        Who::HolderFrontEnd { .. } => professionals.next().is_none() && names_a_patient(document),
    }
}

/// Whoever signs is someone for whom the caller answers, a structure of the caller, or the holder by the holder's front end.
fn is_signed_rightly(question: &Question, document: &NewDocument) -> bool {
    let who = &question.caller.who;
    let is_front_end = match who {
        Who::HolderFrontEnd { .. } => true,
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => false,
    };
    document.signatories.iter().all(|signatory| match signatory {
        DeclaredAuthor::Professional(professional) => answers_for(who, professional),
        DeclaredAuthor::Structure(structure) => who.structures().contains(structure),
        DeclaredAuthor::Patient(ins) => is_front_end && question.holder.as_ref() == Some(ins),
        DeclaredAuthor::Unverified => false,
    })
}

fn is_vouched_for(who: &Who, document: &NewDocument) -> bool {
    document.declared.iter().any(|author| match author {
        DeclaredAuthor::Professional(professional) => answers_for(who, professional),
        DeclaredAuthor::Structure(structure) => who.structures().contains(structure),
        DeclaredAuthor::Unverified | DeclaredAuthor::Patient(_) => false,
    })
}

fn names_a_patient(document: &NewDocument) -> bool {
    document.declared.iter().any(|author| match author {
        DeclaredAuthor::Patient(_) => true,
        DeclaredAuthor::Professional(_) | DeclaredAuthor::Unverified | DeclaredAuthor::Structure(_) => false,
    })
}
