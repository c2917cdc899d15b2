//! Records in memory: the documents of one holder in the order of a search, worth only as much as their version.

use std::{cmp::Reverse, sync::Arc};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::rows::{Versions, changed_since};
use crate::{
    hds::{Clash, Document, HostFault, Page},
    policy::Permit,
    record::{
        document::{DocumentEntry, DocumentId, Relation, Status, TargetName},
        query::{PageMark, Query, Snapshot},
    },
};

/// What an entry weighs beside its rendition, about.
const ENTRY_WEIGHT: usize = 1536;

/// The documents of one record, newest first, deleted ones left out.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// The version of the record.
    pub(super) version: u64,
    /// The bytes that it takes, about.
    pub(super) weight: usize,
    documents: Vec<Arc<Document>>,
}

impl Shelf {
    /// Reads a record, or what changed of it since it was read before.
    pub(super) fn read(connection: &Connection, now: Versions, before: Option<&Self>) -> Result<Self, HostFault> {
        let changed = changed_since(connection, now.holder, before.map_or(0, |before| before.version))?;
        let is_old = |document: &&Arc<Document>| !changed.iter().any(|new| new.entry.id == document.entry.id);
        let mut documents: Vec<_> =
            before.iter().flat_map(|before| &before.documents).filter(is_old).map(Arc::clone).collect();
        documents.extend(changed);
        documents.retain(|document| document.entry.status != Status::EnteredInError);
        documents.sort_by_key(|document| place(&document.entry));
        let weight = documents.iter().map(|document| document.rendition.body.len() + ENTRY_WEIGHT).sum();
        Ok(Self { version: now.data, weight, documents })
    }

    /// One page of what the query asks for and the permit opens. Everything else does not exist here, not even in the name of the
    /// moment from which the page was made.
    pub(super) fn page(&self, query: &Query, permit: &Permit) -> Result<Page, HostFault> {
        let told = self.matches(query, permit);
        let offset = match query.after {
            None => 0,
            Some(after) => after.offset_at(moment(&told)).ok_or(PAGE_GONE)?,
        };
        let page = told.iter().skip(offset).take(query.page_size);
        let documents: Vec<Arc<Document>> = page.map(|document| self.shown(document, permit)).collect();
        let end = offset.saturating_add(documents.len());
        let goes_on = !documents.is_empty() && end < told.len();
        let next = goes_on.then(|| PageMark { offset: end, snapshot: moment(&told) });
        Ok(Page { total: told.len(), documents, next })
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

    /// The document of that id, or the oldest of that entryUUID, among those that the permit opens.
    pub(super) fn find(&self, id: DocumentId, permit: &Permit) -> Option<Arc<Document>> {
        let called = |entry: &DocumentEntry| entry.id == id || entry.entry_uuids.contains(&id.0);
        self.documents
            .iter()
            .filter(|document| called(&document.entry) && permit.admits(&document.entry))
            .min_by_key(|document| (document.entry.id != id, document.entry.first_deposited, document.entry.id))
            .map(|document| self.shown(document, permit))
    }

    /// The document as it is told: of its relations only those whose target is itself open to the caller, by its id.
    fn shown(&self, document: &Arc<Document>, permit: &Permit) -> Arc<Document> {
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

const PAGE_GONE: HostFault = HostFault::Clash(Clash::PageGone);

/// The name of a moment: a digest of what is told, in order.
fn moment(told: &[&Arc<Document>]) -> Snapshot {
    let mut context = Context::new(&SHA256);
    for document in told {
        context.update(document.entry.id.0.as_bytes());
        context.update(&document.entry.version.to_be_bytes());
    }
    let digest = context.finish();
    let mut name = [0; 16];
    name.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    Snapshot::new(u128::from_be_bytes(name))
}

const fn place(entry: &DocumentEntry) -> (Reverse<Timestamp>, Uuid) {
    (Reverse(entry.date.from), entry.id.0)
}
