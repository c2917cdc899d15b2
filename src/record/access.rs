//! The question that is put to the law: who wants to do what, to whose record, why, and when.

use jiff::Timestamp;

use super::{caller::Caller, document::DocumentId, identity::Ins, query::Query, submission::Submission};

/// Why the caller acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Prevention, diagnosis, care or follow-up of the holder.
    Care,
    /// Anything else.
    Other,
}

/// What the caller wants to do.
#[derive(Debug, Clone)]
pub enum Act {
    /// Search document entries (ITI-67, TD3.1).
    Search(Query),
    /// Read one document entry.
    Read(DocumentId),
    /// Retrieve the content of one document (ITI-68, TD3.2).
    Retrieve(DocumentId),
    /// File documents (ITI-65, ITI-105, TD2).
    Submit(Box<Submission>),
}

impl Act {
    /// The name of the act in journal, metrics and logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Search(_) => "search",
            Self::Read(_) => "read",
            Self::Retrieve(_) => "retrieve",
            Self::Submit(_) => "submit",
        }
    }

    /// The document that the act names, where it names one: a refusal of such an act must not tell whether it exists.
    pub const fn document(&self) -> Option<DocumentId> {
        match self {
            Self::Read(id) | Self::Retrieve(id) => Some(*id),
            Self::Search(_) | Self::Submit(_) => None,
        }
    }

    /// What is to be filed, where the act files.
    pub fn submission(&self) -> Option<&Submission> {
        match self {
            Self::Submit(submission) => Some(submission),
            Self::Search(_) | Self::Read(_) | Self::Retrieve(_) => None,
        }
    }

    /// Whether the act reads.
    pub const fn reads(&self) -> bool {
        match self {
            Self::Search(_) | Self::Read(_) | Self::Retrieve(_) => true,
            Self::Submit(_) => false,
        }
    }
}

/// The question.
#[derive(Debug, Clone)]
pub struct Question {
    /// Who asks.
    pub caller: Caller,
    /// To do what.
    pub act: Act,
    /// To whose record; nobody's where the named document does not exist.
    pub holder: Option<Ins>,
    /// Why.
    pub purpose: Purpose,
    /// When.
    pub at: Timestamp,
}
