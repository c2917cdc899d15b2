//! Records in memory: the documents of one holder in the order of a search, worth only as much as their version.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

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
    /// Of each replaced document the places of what took its place.
    heirs: HashMap<DocumentId, Vec<usize>>,
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
        let (deleted, documents): (Vec<_>, Vec<_>) =
            documents.into_iter().partition(|document| is_deleted(&document.entry));
        let heirs = heirs(&documents);
        Ok(Self { version: now.data, weight, documents, deleted, heirs })
    }

    /// The documents that the permit opens, as they are stored.
    pub(super) fn open<'a>(&'a self, permit: &'a Permit) -> impl Iterator<Item = &'a Arc<Document>> {
        self.documents.iter().filter(|document| self.is_open(&document.entry, permit))
    }

    /// Whether a document is open to the caller. What took its place goes before: whoever may not see that, for a mask on it or for any
    /// other reason, does not see either what it replaced, be it that the caller is one of its authors.
    pub(super) fn is_open(&self, entry: &DocumentEntry, permit: &Permit) -> bool {
        permit.admits(entry) && (entry.is_by(&permit.question().caller.who) || self.has_open_heirs(entry, permit))
    }

    fn has_open_heirs(&self, entry: &DocumentEntry, permit: &Permit) -> bool {
        let (mut waiting, mut seen) = (vec![entry.id], Vec::new());
        while let Some(old) = waiting.pop() {
            seen.push(old);
            for heir in self.heirs.get(&old).into_iter().flatten().filter_map(|place| self.documents.get(*place)) {
                if !permit.admits(&heir.entry) {
                    return false;
                }
                if !seen.contains(&heir.entry.id) {
                    waiting.push(heir.entry.id);
                }
            }
        }
        true
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

    /// What the query asks for and the permit opens, in the order of the query. What is closed is not looked at for long.
    fn matches<'a>(&'a self, query: &Query, permit: &'a Permit) -> Vec<&'a Arc<Document>> {
        let names = query.asks_for_relations().then(|| Names::of(self.open(permit)));
        let is_asked = |document: &&Arc<Document>| {
            let entry = &document.entry;
            query.accepts(entry, |name| names.as_ref().is_some_and(|names| names.relates(entry, name)))
        };
        let mut found: Vec<_> = self.open(permit).filter(is_asked).collect();
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

    /// The document of that id, where the permit opens it.
    pub(super) fn find(&self, id: DocumentId, permit: &Permit) -> Sought {
        match self.documents.iter().find(|document| document.entry.id == id) {
            Some(document) if self.is_open(&document.entry, permit) => Sought::Open(Arc::clone(document)),
            Some(_) => Sought::Absent,
            None if self.deleted.iter().any(|gone| gone.entry.id == id && would_admit(permit, &gone.entry)) => {
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
        let names = Names::of(self.open(permit));
        let open = |relation: &Relation| {
            let target = names.named(&relation.target)?;
            Some(Relation { code: relation.code.clone(), target: TargetName::Id(target.id.0) })
        };
        let relations = document.entry.relations.iter().filter_map(open).collect();
        let entry = DocumentEntry { relations, ..document.entry.clone() };
        Arc::new(Document { entry, rendition: document.rendition.clone() })
    }
}

/// The documents that are open to one caller, by all their names.
struct Names<'a> {
    by_id: HashMap<Uuid, &'a DocumentEntry>,
    by_value: HashMap<String, Vec<&'a DocumentEntry>>,
}

impl<'a> Names<'a> {
    fn of(open: impl Iterator<Item = &'a Arc<Document>>) -> Self {
        let mut names = Self { by_id: HashMap::new(), by_value: HashMap::new() };
        for document in open {
            let entry = &document.entry;
            names.by_id.insert(entry.id.0, entry);
            let uuids = entry.entry_uuids.iter().chain([&entry.id.0]).map(|uuid| format!("urn:uuid:{uuid}"));
            for value in uuids.chain([entry.unique_id.value.clone()]) {
                names.by_value.entry(value).or_default().push(entry);
            }
        }
        names
    }

    /// The first document of that name.
    fn named(&self, name: &TargetName) -> Option<&'a DocumentEntry> {
        match name {
            TargetName::Id(id) => self.by_id.get(id).copied(),
            TargetName::Identifier(identifier) => {
                let known = self.by_value.get(&identifier.value)?;
                known.iter().copied().find(|entry| entry.is_named(name))
            }
        }
    }

    /// Whether the entry has a relation to the document of that name, of those relations that are told to the caller.
    fn relates(&self, entry: &DocumentEntry, name: &TargetName) -> bool {
        let mut targets = entry.relations.iter().filter_map(|relation| self.named(&relation.target));
        targets.any(|target| target.is_named(name))
    }
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

fn heirs(documents: &[Arc<Document>]) -> HashMap<DocumentId, Vec<usize>> {
    let mut heirs: HashMap<DocumentId, Vec<usize>> = HashMap::new();
    for (place, document) in documents.iter().enumerate() {
        for replaced in &document.entry.replaces {
            heirs.entry(*replaced).or_default().push(place);
        }
    }
    heirs
}
