//! The question that is put to the law: who wants to do what, to whose record, why, and when.

use jiff::Timestamp;

use uuid::Uuid;

use super::{
    amendment::{Amendment, Named},
    caller::Caller,
    deed::{DeedFiling, DeedId, DeedKind, DeedQuery},
    document::{ContentRef, DocumentId},
    identity::Ins,
    list::ListQuery,
    query::Query,
    submission::Submission,
    trace::TraceQuery,
};

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
    /// Read one version of a document entry (vread).
    ReadVersion(DocumentId, u32),
    /// Read all versions of a document entry (history).
    History(DocumentId),
    /// Retrieve the content of one document (ITI-68, TD3.2).
    Retrieve(DocumentId),
    /// Search submission sets and folders (ITI-66).
    FindLists(ListQuery),
    /// Read one submission set or folder.
    ReadList(Uuid),
    /// File documents (ITI-65, ITI-105, TD2).
    Submit(Box<Submission>),
    /// Change status, labels or archived flag of one document (flux 03, TD3.3).
    Amend(Amendment),
    /// Ask whether there is a record, and how the caller stands to it (TD0.2).
    LookUp,
    /// Search consents or care teams (ITI-108, CDS).
    FindDeeds(DeedQuery),
    /// Read one consent or care team, as it is or as one version.
    ReadDeed(DeedKind, DeedId, Option<u32>),
    /// Read all versions of a consent or care team.
    DeedHistory(DeedKind, DeedId),
    /// Put a consent or a care team on file, or a new version of one.
    FileDeed(Box<DeedFiling>),
    /// Search access traces (ITI-81).
    FindTraces(TraceQuery),
    /// Read one access trace.
    ReadTrace(Uuid),
}

/// To what an act reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aim {
    /// It reads documents, or what is told of them.
    ReadDocuments,
    /// It files documents.
    FileDocuments,
    /// It changes the metadata of a document.
    AmendDocument,
    /// It asks for the state of the record.
    LookUp,
    /// It reads consents or care teams.
    ReadDeeds,
    /// It puts a consent or care team on file.
    FileDeed,
    /// It reads access traces.
    ReadTraces,
}

impl Act {
    /// The name of the act in journal, metrics and logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Search(_) => "search",
            Self::Read(_) => "read",
            Self::ReadVersion(_, _) => "read-version",
            Self::History(_) => "history",
            Self::Retrieve(_) => "retrieve",
            Self::FindLists(_) => "find-lists",
            Self::ReadList(_) => "read-list",
            Self::Submit(_) => "submit",
            Self::Amend(_) => "amend",
            Self::LookUp => "look-up",
            Self::FindDeeds(_) => "find-deeds",
            Self::ReadDeed(_, _, _) => "read-deed",
            Self::DeedHistory(_, _) => "deed-history",
            Self::FileDeed(_) => "file-deed",
            Self::FindTraces(_) => "find-traces",
            Self::ReadTrace(_) => "read-trace",
        }
    }

    /// To what it reaches.
    pub const fn aim(&self) -> Aim {
        match self {
            Self::Search(_)
            | Self::Read(_)
            | Self::ReadVersion(_, _)
            | Self::History(_)
            | Self::Retrieve(_)
            | Self::FindLists(_)
            | Self::ReadList(_) => Aim::ReadDocuments,
            Self::Submit(_) => Aim::FileDocuments,
            Self::Amend(_) => Aim::AmendDocument,
            Self::LookUp => Aim::LookUp,
            Self::FindDeeds(_) | Self::ReadDeed(_, _, _) | Self::DeedHistory(_, _) => Aim::ReadDeeds,
            Self::FileDeed(_) => Aim::FileDeed,
            Self::FindTraces(_) | Self::ReadTrace(_) => Aim::ReadTraces,
        }
    }

    /// The document that the act names, where it names one: a refusal of such an act must not tell whether it exists.
    pub const fn document(&self) -> Option<DocumentId> {
        match self {
            Self::Read(id)
            | Self::ReadVersion(id, _)
            | Self::History(id)
            | Self::Retrieve(id)
            | Self::Amend(Amendment { target: Named::Id(id), .. }) => Some(*id),
            Self::Search(_)
            | Self::FindLists(_)
            | Self::ReadList(_)
            | Self::Submit(_)
            | Self::Amend(_)
            | Self::LookUp
            | Self::FindDeeds(_)
            | Self::ReadDeed(_, _, _)
            | Self::DeedHistory(_, _)
            | Self::FileDeed(_)
            | Self::FindTraces(_)
            | Self::ReadTrace(_) => None,
        }
    }

    /// The list, consent, care team or trace that the act names, where it names one.
    pub fn thing(&self) -> Option<Uuid> {
        match self {
            Self::ReadList(id) | Self::ReadTrace(id) => Some(*id),
            Self::ReadDeed(_, id, _) | Self::DeedHistory(_, id) => Some(id.0),
            Self::FileDeed(filing) => Some(filing.id.0),
            Self::Search(_)
            | Self::Read(_)
            | Self::ReadVersion(_, _)
            | Self::History(_)
            | Self::Retrieve(_)
            | Self::FindLists(_)
            | Self::Submit(_)
            | Self::Amend(_)
            | Self::LookUp
            | Self::FindDeeds(_)
            | Self::FindTraces(_) => None,
        }
    }

    /// Whether the act names one stored thing: where that is not there for the caller, nothing tells whether it exists.
    pub const fn names_one(&self) -> bool {
        match self {
            Self::Read(_)
            | Self::ReadVersion(_, _)
            | Self::History(_)
            | Self::Retrieve(_)
            | Self::ReadList(_)
            | Self::Amend(_)
            | Self::ReadDeed(_, _, _)
            | Self::DeedHistory(_, _)
            | Self::ReadTrace(_) => true,
            Self::FileDeed(_)
            | Self::Search(_)
            | Self::FindLists(_)
            | Self::Submit(_)
            | Self::LookUp
            | Self::FindDeeds(_)
            | Self::FindTraces(_) => false,
        }
    }

    /// What is to be filed, where the act files.
    pub fn submission(&self) -> Option<&Submission> {
        if let Self::Submit(submission) = self { Some(submission) } else { None }
    }

    /// What is to be changed, where the act changes a document.
    pub const fn amendment(&self) -> Option<&Amendment> {
        if let Self::Amend(amendment) = self { Some(amendment) } else { None }
    }

    /// The consent or care team to be put on file, where the act does that.
    pub fn deed(&self) -> Option<&DeedFiling> {
        if let Self::FileDeed(filing) = self { Some(filing) } else { None }
    }

    /// Whether the act reads documents.
    pub fn reads(&self) -> bool {
        self.aim() == Aim::ReadDocuments
    }

    /// Whether the act files documents.
    pub fn files(&self) -> bool {
        self.aim() == Aim::FileDocuments
    }
}

/// In which media types content can be taken: an answer that cannot be taken releases nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaTaken {
    ranges: Option<Vec<String>>,
    converted: Vec<(&'static str, u64)>,
}

impl MediaTaken {
    /// Any.
    pub const fn any() -> Self {
        Self { ranges: None, converted: Vec::new() }
    }

    /// Those of these ranges, such as `application/pdf` or `text/*`.
    pub const fn of(ranges: Vec<String>) -> Self {
        Self { ranges: Some(ranges), converted: Vec::new() }
    }

    /// The same, but content of that media type only up to so many bytes, because it is taken in another form.
    #[must_use]
    pub fn up_to(mut self, media_type: &'static str, bytes: u64) -> Self {
        self.converted.push((media_type, bytes));
        self
    }

    /// Whether that content can be taken.
    pub fn takes(&self, content: &ContentRef) -> bool {
        let too_long =
            |(media_type, most): &(&str, u64)| content.size > *most && covers(media_type, &content.content_type);
        self.covers(&content.content_type) && !self.converted.iter().any(too_long)
    }

    /// Whether content of that media type can be taken.
    pub fn covers(&self, native: &str) -> bool {
        self.ranges.as_ref().is_none_or(|ranges| ranges.iter().any(|range| covers(range, native)))
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
