//! Access traces (traces d'accès): the lines of the journal as those may read them whom the law lets (CSP R1111-43 al. 2).

use std::net::IpAddr;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    document::DocumentId,
    identity::{Ins, PsIdNat, StructIdNat},
    matcher::Matcher,
    query::PageMark,
};

/// Who acted, as a line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceActor {
    /// `professional`, `delegate`, `organisation`, `holder-front-end` or `unidentified`.
    pub kind: String,
    /// The authenticated person.
    pub person: Option<PsIdNat>,
    /// The profession, from the directory.
    pub profession: Option<String>,
    /// In whose name a delegate or an organisation files.
    pub on_behalf_of: Vec<PsIdNat>,
    /// The structures.
    pub structures: Vec<StructIdNat>,
    /// SHA-256 of the certificate, hexadecimal.
    pub certificate: String,
    /// Who acted through the holder's front end; nothing in lines of before its tokens.
    pub acting: Option<Ins>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceOutcome {
    /// Permitted, and done.
    Done,
    /// Refused by law. The grounds are for the holder alone: they would betray a block to whom it meets.
    Refused {
        /// Provision and word.
        grounds: Vec<(String, String)>,
    },
    /// Permitted, and failed.
    Failed {
        /// The permanent code of the error.
        code: String,
    },
    /// No proper question.
    Rejected {
        /// The permanent code of the error.
        code: String,
    },
}

/// One document that was given out, filed or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TracedDocument {
    /// The document.
    pub id: DocumentId,
    /// The version of its metadata.
    pub version: u32,
}

/// One line of the journal, as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTrace {
    /// The number of the line.
    pub number: u64,
    /// The request's id, which is the id of the trace.
    pub request: Uuid,
    /// The id that the caller gave the request, where it gave one.
    pub correlation: Option<Uuid>,
    /// When.
    pub at: Timestamp,
    /// The transaction, such as `ITI-67`.
    pub transaction: String,
    /// The request as it came; nothing where it would name what the reader may not know of.
    pub raw: Option<String>,
    /// The peer's address.
    pub peer: Option<IpAddr>,
    /// Who; nobody for what the operator does on the machine itself.
    pub actor: Option<TraceActor>,
    /// The act, such as `search`.
    pub act: String,
    /// Whose record.
    pub holder: Option<Ins>,
    /// The document that the act names, where it names one that the reader may know of.
    pub document: Option<DocumentId>,
    /// The outcome.
    pub outcome: TraceOutcome,
    /// What was given out, filed or changed, of what the reader may know of.
    pub documents: Vec<TracedDocument>,
    /// The submission set that was filed, where one was.
    pub set: Option<Uuid>,
    /// The list, consent, care team or trace that the act names, where it names one that the reader may know of.
    pub deed: Option<Uuid>,
    /// The provisions that spoke.
    pub provisions: Vec<String>,
}

/// A search among the traces of one record; answers come newest first.
#[derive(Debug, Clone)]
pub struct TraceQuery {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after the last.
    pub until: Timestamp,
    /// Which of them.
    pub matches: Matcher<AccessTrace>,
    /// At most so many; zero asks for the count alone.
    pub page_size: usize,
    /// Where to go on.
    pub after: Option<PageMark>,
}
