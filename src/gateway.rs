//! The story of one request, on one page: facts, decision, storage, journal, release. The only place that orders the steps.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    hds::{Clash, Found, Host, HostFault},
    journal::{Journal, LedgerFault, Released, Trace, Unreleased},
    live::Live,
    policy::{Ground, Law, Permit, Refusal},
    record::{
        access::Question,
        caller::{Caller, CertificateId},
        facts::Facts,
    },
};

/// How often a question is decided again when facts or documents change under it, before the caller is asked to come back.
const ATTEMPTS: usize = 8;

/// Facts, law and journal around one host.
#[derive(Debug)]
pub struct Gateway {
    host: Host,
    law: Live<Law>,
}

/// Why a question got no answer. Its line is in the journal, unless the journal itself is the fault.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The law refuses.
    #[error("refused by law")]
    Refused(Refusal),
    /// The submission clashes with the record.
    #[error("the submission clashes with the record")]
    Clash(Clash),
    /// Host or journal cannot be read or written now; nothing was released.
    #[error("host or journal is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The record changed too often while the question was decided.
    #[error("the record is changing too fast")]
    Busy,
}

impl Gateway {
    /// A gateway over that host, under that law.
    pub fn new(host: Host, law: Law) -> Self {
        Self { host, law: Live::of(law) }
    }

    /// The law in use.
    pub fn law(&self) -> Arc<Law> {
        self.law.current()
    }

    /// Applies another law, a new matrix, from the next decision on.
    pub fn apply(&self, law: Law) {
        self.law.replace(law);
    }

    /// The host.
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// Answers a question: decides on the facts as they are, performs, writes the line, and only then releases what was found. Where
    /// facts or documents change between decision and commit, everything is done again.
    ///
    /// # Errors
    /// A fault, recorded before it is told.
    pub async fn answer(&self, question: Arc<Question>, trace: &Trace) -> Result<Released<Found>, Fault> {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            let facts = self.facts(&question).await?;
            let permit = match self.law.current().decide(&question, &facts) {
                Ok(permit) => permit,
                Err(refusal) => return Err(self.refuse(&question, &facts, refusal, trace).await),
            };
            let sealed = match self.host.perform(&permit).await {
                Ok(sealed) => sealed,
                Err(fault) => return Err(self.fail(&permit, fault, trace).await),
            };
            match self.journal().release(&permit, sealed, trace).await {
                Ok(released) => return Ok(released),
                Err(Unreleased(LedgerFault::Stale | LedgerFault::Conflict)) => last = Some(permit),
                Err(Unreleased(LedgerFault::Unavailable(source))) => return Err(Fault::Unavailable(source)),
            }
        }
        match last {
            Some(permit) => self.journal().fail(&permit, "busy", trace).await.map(drop).map_err(unwritten)?,
            None => return Err(Fault::Busy),
        }
        Err(Fault::Busy)
    }

    /// What a publication would be refused for that lies in what was sent, and in nothing else: no record is read, and nothing recorded.
    pub fn foresee(&self, question: &Arc<Question>) -> Vec<Ground> {
        let refusal = self.law.current().decide(question, &Facts::absent()).err();
        let grounds = refusal.into_iter().flat_map(|refusal| refusal.grounds).map(|(_, ground)| ground);
        grounds.filter(|ground| ground.is_of_submission()).collect()
    }

    /// Records a request that was no proper question.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn reject(&self, caller: &Caller, at: Timestamp, code: &str, trace: &Trace) -> Result<(), Fault> {
        self.journal().reject(caller, at, code, trace).await.map(drop).map_err(unwritten)
    }

    /// Records that someone with a good certificate was turned away because nobody vouches for them.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn turn_away(
        &self,
        certificate: &CertificateId,
        at: Timestamp,
        word: &str,
        trace: &Trace,
    ) -> Result<(), Fault> {
        self.journal().turn_away(certificate, at, word, trace).await.map(drop).map_err(unwritten)
    }

    async fn facts(&self, question: &Question) -> Result<Arc<Facts>, Fault> {
        match &question.holder {
            Some(holder) => self.host.facts(holder).await.map_err(|fault| Fault::Unavailable(fault.into())),
            None => Ok(Arc::new(Facts::absent())),
        }
    }

    async fn refuse(&self, question: &Arc<Question>, facts: &Facts, refusal: Refusal, trace: &Trace) -> Fault {
        match self.journal().refuse(question, facts.version, &refusal, trace).await {
            Ok(_) => Fault::Refused(refusal),
            Err(unreleased) => unwritten(unreleased),
        }
    }

    async fn fail(&self, permit: &Permit, fault: HostFault, trace: &Trace) -> Fault {
        if let Err(unreleased) = self.journal().fail(permit, fault.word(), trace).await {
            return unwritten(unreleased);
        }
        match fault {
            HostFault::Clash(clash) => Fault::Clash(clash),
            HostFault::Unavailable(_) | HostFault::Damaged(_) => Fault::Unavailable(fault.into()),
        }
    }

    const fn journal(&self) -> Journal<'_, Host> {
        Journal::over(&self.host)
    }
}

fn unwritten(Unreleased(fault): Unreleased) -> Fault {
    Fault::Unavailable(fault.into())
}
