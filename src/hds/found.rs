//! What a host finds.

use std::{fmt, io, sync::Arc};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    journal::{Account, DisclosedEntry, Disclosure},
    record::{
        document::{DocumentEntry, DocumentId, Rendition},
        hex,
        query::PageMark,
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
    /// To a submission.
    Filed(Filed),
}

impl Account for Found {
    fn account(&self) -> Disclosure {
        let of = |document: &Arc<Document>| DisclosedEntry { id: document.entry.id, version: document.entry.version };
        let entries: Vec<DisclosedEntry> = match self {
            Self::Page(page) => page.documents.iter().map(of).collect(),
            Self::Document(document) => document.iter().map(of).collect(),
            Self::NotTaken => Vec::new(),
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
            return Disclosure { count, entries, digest: None, repeated };
        }
        let mut context = Context::new(&SHA256);
        for entry in &entries {
            context.update(entry.id.0.as_bytes());
            context.update(&entry.version.to_be_bytes());
        }
        Disclosure { count, entries: Vec::new(), digest: Some(hex(context.finish().as_ref())), repeated }
    }
}
