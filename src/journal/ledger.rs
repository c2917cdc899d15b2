//! The ledger: where a host keeps lines, each with the data that it commits.

use std::{error::Error, future::Future};

use super::{line::Line, notice::Notice};
use crate::record::{facts::FactsVersion, identity::Ins};

/// One atomic entry: a line, the notices that it owes, and the work that stands or falls with it.
#[derive(Debug)]
pub struct Entry<W> {
    /// The line.
    pub line: Line,
    /// The record and the version of its facts under which alone the entry may be committed.
    pub while_current: Option<(Ins, FactsVersion)>,
    /// The notices.
    pub notices: Vec<Notice>,
    /// The work.
    pub work: Option<W>,
}

/// Proof that an entry is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The number of the line, from 1.
    pub number: u64,
}

/// Why an entry was not committed. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum LedgerFault {
    /// The facts have changed since the decision: decide again.
    #[error("the facts have changed since the decision")]
    Stale,
    /// The work no longer fits what is stored: perform again.
    #[error("the record has changed since the work was prepared")]
    Conflict,
    /// The ledger cannot be written.
    #[error("the journal cannot be written")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// A durable, append-only, hash-chained ledger. Implemented by hosts; entries of the same moment share one commit.
pub trait Ledger {
    /// The work that can be committed along with a line.
    type Work;

    /// Commits the entry; returns when it is durable.
    fn append(&self, entry: Entry<Self::Work>) -> impl Future<Output = Result<Receipt, LedgerFault>>;
}
