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

/// In which media types content can be taken: an answer that cannot be taken releases nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaTaken(Option<Vec<String>>);

impl MediaTaken {
    /// Any.
    pub const fn any() -> Self {
        Self(None)
    }

    /// Those of these ranges, such as `application/pdf` or `text/*`.
    pub const fn of(ranges: Vec<String>) -> Self {
        Self(Some(ranges))
    }

    /// Whether content of that media type can be taken.
    pub fn covers(&self, native: &str) -> bool {
        self.0.as_ref().is_none_or(|ranges| ranges.iter().any(|range| covers(range, native)))
    }
}

/// Whether a media range covers a media type; `text/xml` and `application/xml` are one, as CDA bears either (pdsm-dmp 7).
pub fn covers(range: &str, native: &str) -> bool {
    let native = native.split(';').next().unwrap_or_default().trim();
    let alias = match native {
        "text/xml" => "application/xml",
        "application/xml" => "text/xml",
        other => other,
    };
    let matches = |name: &str| {
        range == "*/*"
            || range.eq_ignore_ascii_case(name)
            || range.strip_suffix("/*").is_some_and(|kind| name.split('/').next() == Some(kind))
    };
    matches(native) || matches(alias)
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
    /// In which media types the caller takes content.
    pub takes: MediaTaken,
}
