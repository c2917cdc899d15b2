//! What a host finds.

use std::{fmt, io, sync::Arc};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    journal::{Account, DisclosedEntry, Disclosure},
    record::{
        deed::Deed,
        document::{DocumentEntry, DocumentId, Rendition},
        hex,
        list::FiledList,
        query::PageMark,
        standing::PatientStanding,
        trace::AccessTrace,
    },
};

/// A stored document: its metadata and the resource as accepted.
#[derive(Debug)]
pub struct Document {
    /// The metadata.
    pub entry: DocumentEntry,
    /// The resource.
    pub rendition: Rendition,
}

/// One page of a search.
#[derive(Debug)]
pub struct Page {
    /// How many entries the caller may see in all, on every page of this search.
    pub total: usize,
    /// The entries of this page, all of which the caller may see.
    pub documents: Vec<Arc<Document>>,
    /// Where the next page begins, where there is one.
    pub next: Option<PageMark>,
}

/// One page of submission sets and folders.
#[derive(Debug)]
pub struct ListPage {
    /// How many lists the caller may see in all.
    pub total: usize,
    /// The lists of this page. Their documents and folders are those that the caller may see; none of them is empty.
    pub lists: Vec<Arc<FiledList>>,
    /// The documents of these lists, where they were asked for; each once.
    pub documents: Vec<Arc<Document>>,
    /// Where the next page begins, where there is one.
    pub next: Option<PageMark>,
}

/// One page of consents or care teams.
#[derive(Debug)]
pub struct DeedPage {
    /// How many the caller may see in all.
    pub total: usize,
    /// Those of this page.
    pub deeds: Vec<Arc<Deed>>,
    /// Where the next page begins, where there is one.
    pub next: Option<PageMark>,
}

/// One page of access traces.
#[derive(Debug)]
pub struct TracePage {
    /// How many the caller may see in all.
    pub total: usize,
    /// Those of this page, with nothing in them of which the caller may not know.
    pub traces: Vec<AccessTrace>,
    /// Where the next page begins, where there is one.
    pub next: Option<PageMark>,
}

/// The content of one document, to be read as a stream.
pub struct Content {
    /// The document.
    pub document: Arc<Document>,
    /// The bytes; blocking.
    pub bytes: Box<dyn io::Read + Send>,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({})", self.document.entry.id)
    }
}

/// One filed document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiledDocument {
    /// Its id: the one that the submission proposed, or that of the same document filed before.
    pub id: DocumentId,
    /// Its version.
    pub version: u32,
    /// When that version was accepted.
    pub updated: Timestamp,
}

/// A filed submission.
#[derive(Debug)]
pub struct Filed {
    /// The documents, in the order of the submission.
    pub documents: Vec<FiledDocument>,
    /// The stored documents, in the same order, as they can now be read.
    pub stored: Vec<Arc<Document>>,
    /// The submission set.
    pub set: Uuid,
    /// The folders that were filed with it, in the order of the submission.
    pub folders: Vec<Uuid>,
    /// The superseded documents, in the order of the submission's replacements.
    pub superseded: Vec<FiledDocument>,
    /// Whether it was filed now, not before (K14).
    pub fresh: bool,
}

/// What a host found, by act.
#[derive(Debug)]
pub enum Found {
    /// To a search.
    Page(Page),
    /// To a read; nothing where the document is not there for this caller.
    Document(Option<Arc<Document>>),
    /// To a retrieval; nothing where the document is not there for this caller.
    Content(Option<Content>),
    /// To a retrieval whose caller takes no content of this media type: nothing is released.
    NotTaken,
    /// To a read, a version, a history, a retrieval or an amendment by id: the document was deleted by its author, and would be there for
    /// this caller otherwise.
    Gone,
    /// To a submission.
    Filed(Filed),
    /// To a history: all versions that the caller may see, the newest first; nothing where the document is not there for this caller.
    Versions(Vec<Arc<Document>>),
    /// To an amendment: the document as it is now, and whether anything changed; nothing where it is not there for this caller.
    Amended(Option<Amended>),
    /// To a search of lists.
    Lists(ListPage),
    /// To a read of a list; nothing where it is not there for this caller.
    List(Option<Arc<FiledList>>),
    /// To TD0.2; nothing where there is no record.
    Patient(Option<PatientStanding>),
    /// To a search of consents or care teams.
    Deeds(DeedPage),
    /// To a read, or to a filing, of a consent or care team; nothing where it is not there for this caller.
    Deed(Option<Arc<Deed>>),
    /// To the history of a consent or care team, the newest version first; nothing where it is not there for this caller.
    DeedVersions(Vec<Arc<Deed>>),
    /// To a search of traces.
    Traces(TracePage),
    /// To a read of a trace; nothing where it is not there for this caller.
    Trace(Option<Box<AccessTrace>>),
}

/// An amended document.
#[derive(Debug)]
pub struct Amended {
    /// As it is now. Where it was deleted, this is its last version.
    pub document: Arc<Document>,
    /// Whether the amendment made a new version.
    pub changed: bool,
    /// Whether it hides the document from the patient, who must then be invited to its announcement (CSP R1111-53).
    pub hidden: bool,
    /// Remarks for the caller, such as a flag that was added rather than exchanged.
    pub added_rather_than_exchanged: bool,
}

impl Account for Found {
    fn hides_since(&self) -> Option<Timestamp> {
        let Self::Amended(Some(amended)) = self else { return None };
        amended.hidden.then_some(amended.document.entry.first_deposited)
    }

    fn account(&self) -> Disclosure {
        let of = |document: &Arc<Document>| DisclosedEntry { id: document.entry.id, version: document.entry.version };
        let entries: Vec<DisclosedEntry> = match self {
            Self::Page(page) => page.documents.iter().map(of).collect(),
            Self::Document(document) => document.iter().map(of).collect(),
            Self::Versions(versions) => versions.iter().map(of).collect(),
            Self::Amended(amended) => amended.iter().map(|amended| of(&amended.document)).collect(),
            Self::Lists(page) => page.documents.iter().map(of).collect(),
            Self::NotTaken
            | Self::Gone
            | Self::List(_)
            | Self::Patient(_)
            | Self::Deeds(_)
            | Self::Deed(_)
            | Self::DeedVersions(_)
            | Self::Traces(_)
            | Self::Trace(_) => Vec::new(),
            Self::Content(content) => content.iter().map(|content| of(&content.document)).collect(),
            Self::Filed(filed) => filed
                .documents
                .iter()
                .chain(&filed.superseded)
                .map(|filed| DisclosedEntry { id: filed.id, version: filed.version })
                .collect(),
        };
        let count = entries.len();
        let repeated = matches!(self, Self::Filed(filed) if !filed.fresh);
        if count <= Disclosure::NAMED {
            return Disclosure { count, entries, digest: None, things: self.things(), repeated };
        }
        let mut context = Context::new(&SHA256);
        for entry in &entries {
            context.update(entry.id.0.as_bytes());
            context.update(&entry.version.to_be_bytes());
        }
        Disclosure {
            count,
            entries: Vec::new(),
            digest: Some(hex(context.finish().as_ref())),
            things: self.things(),
            repeated,
        }
    }
}

impl Found {
    /// The lists, consents, care teams and traces that are given out or filed.
    fn things(&self) -> Vec<Uuid> {
        let mut things: Vec<Uuid> = match self {
            Self::Filed(filed) => [filed.set].into_iter().chain(filed.folders.iter().copied()).collect(),
            Self::Lists(page) => page.lists.iter().map(|list| list.entry.id).collect(),
            Self::List(list) => list.iter().map(|list| list.entry.id).collect(),
            Self::Deeds(page) => page.deeds.iter().map(|deed| deed.id.0).collect(),
            Self::Deed(deed) => deed.iter().map(|deed| deed.id.0).collect(),
            Self::DeedVersions(versions) => versions.iter().take(1).map(|deed| deed.id.0).collect(),
            Self::Traces(page) => page.traces.iter().map(|trace| trace.request).collect(),
            Self::Trace(trace) => trace.iter().map(|trace| trace.request).collect(),
            Self::Page(_)
            | Self::Document(_)
            | Self::Content(_)
            | Self::NotTaken
            | Self::Gone
            | Self::Versions(_)
            | Self::Amended(_)
            | Self::Patient(_) => Vec::new(),
        };
        things.truncate(Disclosure::NAMED);
        things
    }
}
