//! The certified health-data host (hébergeur de données de santé, HDS): one contract, several hosts.
//!
//! A host gives facts, performs what a [`Permit`] permits, keeps the ledger of the journal, and takes content as a stream. It is
//! atomic where a line and its work meet, and idempotent on (uniqueId, hash).

#[cfg(test)]
mod contract;
pub mod embedded;
mod fault;
mod found;

use std::{io, sync::Arc};

pub use fault::{Clash, HostFault};
pub use found::{Amended, Content, DeedPage, Document, Filed, FiledDocument, Found, ListPage, Page, TracePage};

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    journal::{Entry, Ledger, LedgerFault, Link, Receipt, Sealed},
    policy::Permit,
    record::{
        caller::Who,
        code::Identifier,
        deed::DeedId,
        document::DocumentId,
        facts::{Facts, FactsVersion},
        identity::Ins,
        submission::StagedContent,
    },
};

/// The hosts, a closed set chosen by configuration.
#[derive(Debug, Clone)]
pub enum Host {
    /// One machine: SQLite and files.
    Embedded(Arc<embedded::Embedded>),
}

/// Something other than a document that has an id of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A submission set or folder.
    List(Uuid),
    /// A consent or care team.
    Deed(DeedId),
    /// An access trace.
    Trace(Uuid),
}

/// The work that a host commits along with a line.
#[derive(Debug)]
pub enum Work {
    /// Of the embedded host.
    Embedded(embedded::Work),
}

impl Host {
    /// The facts of a record, as of now; those of no record where there is none.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn facts(&self, holder: &Ins) -> Result<Arc<Facts>, HostFault> {
        match self {
            Self::Embedded(host) => host.facts(holder).await,
        }
    }

    /// Whose record holds a document. The answer is for the decision alone and must not be told to anyone.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn holder_of(&self, document: DocumentId) -> Result<Option<Ins>, HostFault> {
        match self {
            Self::Embedded(host) => host.holder_of(document).await,
        }
    }

    /// Whose record holds the document of that business identifier: that of the caller's own document where there is one, else the
    /// only one. The answer is for the decision alone and must not be told to anyone.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn holder_called(&self, name: &Identifier, who: &Who) -> Result<Option<Ins>, HostFault> {
        match self {
            Self::Embedded(host) => host.holder_called(name, who).await,
        }
    }

    /// Whose record holds a list, a consent, a care team or a trace. The answer is for the decision alone and must not be told to anyone.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn holder_of_thing(&self, thing: Thing) -> Result<Option<Ins>, HostFault> {
        match self {
            Self::Embedded(host) => host.holder_of_thing(thing).await,
        }
    }

    /// Does what the permit permits and seals what it found. A write is prepared, and done when its line is committed.
    ///
    /// # Errors
    /// The host cannot be read, or the submission clashes with what is stored.
    pub async fn perform(&self, permit: &Permit) -> Result<Sealed<Found, Work>, HostFault> {
        match self {
            Self::Embedded(host) => host.perform(permit).await,
        }
    }

    /// Replaces the facts of a record, all but the authors, and opens it where there is none; the journal says so.
    ///
    /// # Errors
    /// The host cannot be written.
    pub async fn load(&self, holder: &Ins, facts: Facts, at: Timestamp) -> Result<FactsVersion, HostFault> {
        match self {
            Self::Embedded(host) => host.load(holder, facts, at).await,
        }
    }

    /// Notes, durably and for every process that uses the host, that an assertion served; false where it had before. It is remembered
    /// until it is over.
    ///
    /// # Errors
    /// The host cannot be written.
    pub async fn spend(&self, assertion: [u8; 32], ends: Timestamp, at: Timestamp) -> Result<bool, HostFault> {
        match self {
            Self::Embedded(host) => host.spend(assertion, ends, at).await,
        }
    }

    /// At most so many lines of the journal, from that number on. Blocking.
    ///
    /// # Errors
    /// The host cannot be read.
    pub fn lines(&self, from: u64, limit: usize) -> Result<Vec<Link>, HostFault> {
        match self {
            Self::Embedded(host) => host.lines(from, limit),
        }
    }

    /// Stops cleanly.
    ///
    /// # Errors
    /// The host cannot be written; nothing that was acknowledged is lost.
    pub async fn close(&self) -> Result<(), HostFault> {
        match self {
            Self::Embedded(host) => host.close().await,
        }
    }

    /// Opens a place in the quarantine for content that arrives; blocking.
    ///
    /// # Errors
    /// The host cannot be written.
    pub fn stage(&self) -> io::Result<Box<dyn Staging>> {
        match self {
            Self::Embedded(host) => host.stage(),
        }
    }

    /// All the bytes of staged content; blocking.
    ///
    /// # Errors
    /// The host cannot be read, or holds something else.
    pub fn staged(&self, content: &StagedContent) -> io::Result<Vec<u8>> {
        match self {
            Self::Embedded(host) => host.staged(content),
        }
    }

    /// Discards staged content that will not be adopted.
    pub fn discard(&self, staged: &[StagedContent]) {
        match self {
            Self::Embedded(host) => host.discard(staged),
        }
    }

    /// Thirty-two random bytes that the host keeps for the gateway, the same for ever and on every machine.
    pub fn secret(&self) -> [u8; 32] {
        match self {
            Self::Embedded(host) => host.secret(),
        }
    }

    /// How many notices wait to be delivered, to that holder or to all.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn outbox_pending(&self, holder: Option<&Ins>) -> Result<u64, HostFault> {
        match self {
            Self::Embedded(host) => host.outbox_pending(holder).await,
        }
    }

    /// Whether the host can be read and written now.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), HostFault> {
        match self {
            Self::Embedded(host) => host.check().await,
        }
    }
}

impl Ledger for Host {
    type Work = Work;

    async fn append(&self, entry: Entry<Work>) -> Result<Receipt, LedgerFault> {
        match self {
            Self::Embedded(host) => host.append(entry).await,
        }
    }
}

/// Content on its way into the quarantine. Dropped without [`Staging::finish`], it is discarded.
pub trait Staging: io::Write + Send {
    /// Makes it durable in the quarantine and tells size and hash.
    ///
    /// # Errors
    /// The host cannot be written.
    fn finish(self: Box<Self>) -> io::Result<StagedContent>;
}
