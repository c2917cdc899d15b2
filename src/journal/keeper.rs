//! The keeper of the journal: one durable line per request, before anything is released.

use std::sync::Arc;

use super::{
    ledger::{Entry, Ledger, LedgerFault, Receipt},
    line::{Actor, Disclosure, Line, Outcome, Trace},
    notice::{Notice, Reason},
    seal::{Account, Released, Sealed},
};
use crate::{
    policy::{Duty, Permit, Provision, Refusal},
    record::{
        access::{Act, Aim, Question},
        caller::{Caller, CertificateId, Who},
        facts::FactsVersion,
        identity::PsIdNat,
        submission::{DeclaredAuthor, answers_for},
    },
};
use jiff::{SignedDuration, Timestamp};

#[cfg(test)]
mod tests;

/// Why nothing was released.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unreleased(#[from] pub LedgerFault);

/// The journal over a host's ledger.
#[derive(Debug, Clone, Copy)]
pub struct Journal<'a, L> {
    ledger: &'a L,
}

impl<'a, L: Ledger> Journal<'a, L> {
    /// The journal kept in that ledger.
    pub const fn over(ledger: &'a L) -> Self {
        Self { ledger }
    }

    /// Writes the line of a permitted act with its work and notices in one commit, then opens the seal.
    ///
    /// # Errors
    /// The ledger's fault; nothing was released or written.
    pub async fn release<T: Account>(
        &self,
        permit: &Permit,
        sealed: Sealed<T, L::Work>,
        trace: &Trace,
    ) -> Result<Released<T>, Unreleased> {
        let question = permit.question();
        let (found, work) = sealed.open();
        let disclosed = found.account();
        let mut notices = if is_told(question, &disclosed) { notices_of(permit) } else { Vec::new() };
        notices.extend(found.hides_since().and_then(|since| invitation(question, since)));
        let line = Line {
            provisions: cited(permit.provisions()),
            facts: permit.facts(),
            disclosed,
            ..line_of(question, trace, Outcome::Done)
        };
        let while_current = question.holder.clone().map(|holder| (holder, permit.facts()));
        self.ledger.append(Entry { line, while_current, notices, work }).await?;
        Ok(Released::new(found))
    }

    /// Writes the line of a refusal.
    ///
    /// # Errors
    /// The ledger's fault.
    pub async fn refuse(
        &self,
        question: &Arc<Question>,
        facts: FactsVersion,
        refusal: &Refusal,
        trace: &Trace,
    ) -> Result<Receipt, Unreleased> {
        let grounds = refusal.grounds.iter().map(|(by, ground)| (by.cited(), ground.word().to_owned())).collect();
        let line = Line { facts, ..line_of(question, trace, Outcome::Refused { grounds }) };
        self.alone(line).await
    }

    /// Writes the line of an act that was permitted and then failed.
    ///
    /// # Errors
    /// The ledger's fault.
    pub async fn fail(&self, permit: &Permit, code: &str, trace: &Trace) -> Result<Receipt, Unreleased> {
        let line = Line {
            provisions: cited(permit.provisions()),
            facts: permit.facts(),
            ..line_of(permit.question(), trace, Outcome::Failed { code: code.to_owned() })
        };
        self.alone(line).await
    }

    /// Writes the line of a request that was no proper question.
    ///
    /// # Errors
    /// The ledger's fault.
    pub async fn reject(
        &self,
        caller: &Caller,
        at: Timestamp,
        code: &str,
        trace: &Trace,
    ) -> Result<Receipt, Unreleased> {
        self.alone(bare(Actor::of(caller), at, code, trace)).await
    }

    /// Writes the line of someone whose certificate is good and for whom nobody vouches.
    ///
    /// # Errors
    /// The ledger's fault.
    pub async fn turn_away(
        &self,
        certificate: &CertificateId,
        at: Timestamp,
        word: &str,
        trace: &Trace,
    ) -> Result<Receipt, Unreleased> {
        self.alone(bare(Actor::unidentified(certificate), at, word, trace)).await
    }

    async fn alone(&self, line: Line) -> Result<Receipt, Unreleased> {
        Ok(self.ledger.append(Entry { line, while_current: None, notices: Vec::new(), work: None }).await?)
    }
}

/// The line of a request that never became a question.
fn bare(actor: Actor, at: Timestamp, code: &str, trace: &Trace) -> Line {
    Line {
        format: 1,
        at,
        trace: trace.clone(),
        actor: Some(actor),
        act: "none".to_owned(),
        holder: None,
        document: None,
        thing: None,
        outcome: Outcome::Rejected { code: code.to_owned() },
        provisions: Vec::new(),
        facts: FactsVersion::default(),
        disclosed: Disclosure::default(),
    }
}

fn line_of(question: &Question, trace: &Trace, outcome: Outcome) -> Line {
    Line {
        format: 1,
        at: question.at,
        trace: trace.clone(),
        actor: Some(Actor { on_behalf_of: in_the_name_of(question), ..Actor::of(&question.caller) }),
        act: question.act.name().to_owned(),
        holder: question.holder.clone(),
        document: question.act.document(),
        thing: question.act.thing(),
        outcome,
        provisions: Vec::new(),
        facts: FactsVersion::default(),
        disclosed: Disclosure::default(),
    }
}

fn cited(provisions: &[&'static Provision]) -> Vec<String> {
    provisions.iter().map(|provision| provision.cited()).collect()
}

/// The professionals in whose name a delegate files (R1111-46 al. 7), or for whom a structure's software does.
fn in_the_name_of(question: &Question) -> Vec<PsIdNat> {
    let (Act::Submit(submission), Who::Delegate { .. } | Who::Organisation { .. }) =
        (&question.act, &question.caller.who)
    else {
        return Vec::new();
    };
    let declared = submission.documents.iter().flat_map(|document| &document.declared);
    let mut names: Vec<PsIdNat> = declared
        .filter_map(|author| match author {
            DeclaredAuthor::Professional(professional) if answers_for(&question.caller.who, professional) => {
                Some(professional.id.clone())
            }
            DeclaredAuthor::Professional(_)
            | DeclaredAuthor::Unverified
            | DeclaredAuthor::Structure(_)
            | DeclaredAuthor::Patient(_) => None,
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Whether the holder is told: not of one stored thing that was asked for and is not there for the caller, nor of a submission that
/// was filed before.
fn is_told(question: &Question, disclosed: &Disclosure) -> bool {
    let is_empty = disclosed.count == 0 && disclosed.things.is_empty();
    let names_one = question.act.names_one() || question.act.deed().is_some();
    !(disclosed.repeated || names_one && is_empty)
}

/// What the holder is told of the act.
const fn reason_of(act: &Act) -> Reason {
    match act.aim() {
        Aim::ReadDocuments | Aim::LookUp => Reason::Read,
        Aim::FileDocuments => Reason::Filed,
        Aim::AmendDocument => Reason::Amended,
        Aim::ReadDeeds => Reason::ConsentsRead,
        Aim::FileDeed => Reason::ConsentRecorded,
        Aim::ReadTraces => Reason::TracesRead,
    }
}

fn notices_of(permit: &Permit) -> Vec<Notice> {
    let question = permit.question();
    let Some(holder) = &question.holder else { return Vec::new() };
    let notice = |reason, due| Notice { holder: holder.clone(), reason, due };
    let reason = reason_of(&question.act);
    permit
        .duties()
        .iter()
        .filter_map(|duty| match duty {
            Duty::Record => None,
            Duty::InformHolder => Some(notice(reason, question.at)),
            Duty::InviteToAnnouncement => invitation(question, question.at),
        })
        .collect()
}

/// The invitation to the announcement of a document that was deposited then and is hidden from the patient (CSP R1111-53): fourteen
/// days after the deposit, or at once where they are over.
fn invitation(question: &Question, deposited: Timestamp) -> Option<Notice> {
    let due = deposited.saturating_add(SignedDuration::from_hours(14 * 24)).unwrap_or(Timestamp::MAX);
    let holder = question.holder.clone()?;
    Some(Notice { holder, reason: Reason::InviteToAnnouncement, due: due.max(question.at) })
}
