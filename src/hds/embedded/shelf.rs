//! Records in memory: the documents of one holder in the order of a search, worth only as much as their version.

use std::{cmp::Reverse, sync::Arc};

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::{
    paging::Paging,
    rows::{Versions, changed_since},
};
use crate::{
    hds::{Document, Found, HostFault, Page},
    policy::Permit,
    record::{
        amendment::Named,
        document::{DocumentEntry, DocumentId, Relation, Status, TargetName},
        query::Query,
    },
};

/// What an entry weighs beside its rendition, about.
const ENTRY_WEIGHT: usize = 1536;

/// The documents of one record, newest first, deleted ones apart.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// The version of the record.
    pub(super) version: u64,
    /// The bytes that it takes, about.
    pub(super) weight: usize,
    documents: Vec<Arc<Document>>,
    deleted: Vec<Arc<Document>>,
}

/// What one name leads to, for one caller.
#[derive(Debug)]
pub(super) enum Sought {
    /// To a document that is open to the caller, as it is stored.
    Open(Arc<Document>),
    /// To a document that was deleted, and would be open to the caller otherwise.
    Deleted,
    /// To nothing.
    Absent,
}

impl Shelf {
    /// Reads a record, or what changed of it since it was read before.
    pub(super) fn read(connection: &Connection, now: Versions, before: Option<&Self>) -> Result<Self, HostFault> {
        let changed = changed_since(connection, now.holder, before.map_or(0, |before| before.version))?;
        let is_old = |document: &&Arc<Document>| !changed.iter().any(|new| new.entry.id == document.entry.id);
        let known = before.iter().flat_map(|before| before.documents.iter().chain(&before.deleted));
        let mut documents: Vec<_> = known.filter(is_old).map(Arc::clone).collect();
        documents.extend(changed);
        documents.sort_by_key(|document| place(&document.entry));
        let weight = documents.iter().map(|document| document.rendition.body.len() + ENTRY_WEIGHT).sum();
        let (deleted, documents) = documents.into_iter().partition(|document| is_deleted(&document.entry));
        Ok(Self { version: now.data, weight, documents, deleted })
    }

    /// The documents that the permit opens, as they are stored.
    pub(super) fn open<'a>(&'a self, permit: &'a Permit) -> impl Iterator<Item = &'a Arc<Document>> {
        self.documents.iter().filter(|document| permit.admits(&document.entry))
    }

    /// Every document, deleted ones too.
    pub(super) fn all(&self) -> impl Iterator<Item = &DocumentEntry> {
        self.documents.iter().chain(&self.deleted).map(|document| &document.entry)
    }

    /// One page of what the query asks for and the permit opens. Everything else does not exist here, not even in the name of the
    /// moment from which the page was made.
    pub(super) fn page(&self, query: &Query, permit: &Permit) -> Result<Page, HostFault> {
        let mut paging = Paging::begin(query.after, query.page_size);
        for document in self.matches(query, permit) {
            paging.take(document.entry.id.0, document.entry.version, || self.shown(document, permit));
        }
        let (total, documents, next) = paging.end()?;
        Ok(Page { total, documents, next })
    }

    /// What the query asks for and the permit opens, in the order of the query.
    fn matches(&self, query: &Query, permit: &Permit) -> Vec<&Arc<Document>> {
        let is_open = |document: &&Arc<Document>| {
            query.accepts(&document.entry, |name| self.relates(&document.entry, name, permit))
                && permit.admits(&document.entry)
        };
        let mut found: Vec<_> = self.documents.iter().filter(is_open).collect();
        if !query.sort.is_empty() {
            found.sort_by(|one, other| query.compare(&one.entry, &other.entry));
        }
        found
    }

    /// What a read of that id finds.
    pub(super) fn answer(&self, id: DocumentId, permit: &Permit) -> Found {
        match self.find(id, permit) {
            Sought::Open(document) => Found::Document(Some(self.shown(&document, permit))),
            Sought::Deleted => Found::Gone,
            Sought::Absent => Found::Document(None),
        }
    }

    /// The document of that id, or the oldest of that entryUUID, among those that the permit opens.
    pub(super) fn find(&self, id: DocumentId, permit: &Permit) -> Sought {
        let called = |entry: &DocumentEntry| entry.id == id || entry.entry_uuids.contains(&id.0);
        let open = self.documents.iter().filter(|document| called(&document.entry) && permit.admits(&document.entry));
        match first_called(open, id) {
            Some(document) => Sought::Open(Arc::clone(document)),
            None if self.deleted.iter().any(|gone| called(&gone.entry) && would_admit(permit, &gone.entry)) => {
                Sought::Deleted
            }
            None => Sought::Absent,
        }
    }

    /// The documents that the permit opens and that are meant by a name: one at most, where that is an id.
    pub(super) fn named(&self, name: &Named, permit: &Permit) -> Vec<Sought> {
        match name {
            Named::Id(id) => vec![self.find(*id, permit)],
            Named::Identifier(identifier) => self
                .open(permit)
                .filter(|document| document.entry.is_called(Some(&identifier.system), &identifier.value))
                .map(|document| Sought::Open(Arc::clone(document)))
                .collect(),
        }
    }

    /// The document as it is told: of its relations only those whose target is itself open to the caller, by its id.
    pub(super) fn shown(&self, document: &Arc<Document>, permit: &Permit) -> Arc<Document> {
        if document.entry.relations.is_empty() {
            return Arc::clone(document);
        }
        let open = |relation: &Relation| {
            let target = self.target(relation, permit)?;
            Some(Relation { code: relation.code.clone(), target: TargetName::Id(target.id.0) })
        };
        let relations = document.entry.relations.iter().filter_map(open).collect();
        let entry = DocumentEntry { relations, ..document.entry.clone() };
        Arc::new(Document { entry, rendition: document.rendition.clone() })
    }

    /// The target of a relation, where it is open to the caller.
    fn target(&self, relation: &Relation, permit: &Permit) -> Option<&DocumentEntry> {
        let mut others = self.documents.iter().map(|other| &other.entry);
        others.find(|other| other.is_named(&relation.target) && permit.admits(other))
    }

    /// Whether the entry has a relation to the document of that name, of those relations that are told to the caller.
    fn relates(&self, entry: &DocumentEntry, name: &TargetName, permit: &Permit) -> bool {
        let mut targets = entry.relations.iter().filter_map(|relation| self.target(relation, permit));
        targets.any(|target| target.is_named(name))
    }
}

/// One of that id first, then the oldest.
pub(super) fn first_called<'a>(
    documents: impl Iterator<Item = &'a Arc<Document>>,
    id: DocumentId,
) -> Option<&'a Arc<Document>> {
    documents.min_by_key(|document| (document.entry.id != id, document.entry.first_deposited, document.entry.id))
}

/// Whether the document was deleted by its author.
pub(super) fn is_deleted(entry: &DocumentEntry) -> bool {
    entry.status == Status::EnteredInError
}

/// Whether the permit would open a deleted document if it had not been deleted: then it may be told that it is gone.
pub(super) fn would_admit(permit: &Permit, deleted: &DocumentEntry) -> bool {
    permit.admits(&DocumentEntry { status: Status::Current, ..deleted.clone() })
}

const fn place(entry: &DocumentEntry) -> (Reverse<Timestamp>, Uuid) {
    (Reverse(entry.date.from), entry.id.0)
}
