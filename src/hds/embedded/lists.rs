//! Submission sets and folders as they are told: with nothing in them that is closed to the caller, and not at all where nothing is
//! left.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::{paging::Paging, shelf::Shelf};
use crate::{
    hds::{Document, HostFault, ListPage},
    policy::Permit,
    record::{
        document::DocumentId,
        identity::Ins,
        list::{FiledList, ListEntry, ListKind, ListQuery},
    },
};

/// The lists of one record that are there for one caller, in no order.
#[derive(Debug)]
pub(super) struct Told {
    lists: Vec<Arc<FiledList>>,
}

impl Told {
    /// Leaves out of a record's lists what the permit does not open.
    pub(super) fn under(
        connection: &Connection,
        holder: i64,
        shelf: &Shelf,
        permit: &Permit,
    ) -> Result<Self, HostFault> {
        let open: HashSet<DocumentId> = shelf.open(permit).map(|document| document.entry.id).collect();
        let mut lists = of_record(connection, holder)?;
        lists.retain_mut(|list| {
            list.entry.documents.retain(|document| open.contains(document));
            !list.entry.documents.is_empty()
        });
        let folders: HashSet<Uuid> =
            lists.iter().filter(|list| list.entry.kind == ListKind::Folder).map(|list| list.entry.id).collect();
        for list in &mut lists {
            list.entry.folders.retain(|folder| folders.contains(folder));
        }
        Ok(Self { lists: lists.into_iter().map(Arc::new).collect() })
    }

    /// One page of those that the query asks for.
    pub(super) fn page(&self, query: &ListQuery, shelf: &Shelf, permit: &Permit) -> Result<ListPage, HostFault> {
        let mut paging = Paging::begin(query.after, query.page_size);
        let mut found: Vec<_> = self.lists.iter().filter(|list| query.matches.accepts(&list.entry)).collect();
        found.sort_by(|one, other| query.compare(&one.entry, &other.entry));
        for list in found {
            paging.take(list.entry.id, list.entry.version, || Arc::clone(list));
        }
        let (total, lists, next) = paging.end()?;
        let documents = if query.with_documents { documents_of(&lists, shelf, permit) } else { Vec::new() };
        Ok(ListPage { total, lists, documents, next })
    }

    /// The list of that id.
    pub(super) fn find(&self, id: Uuid) -> Option<Arc<FiledList>> {
        self.lists.iter().find(|list| list.entry.id == id).map(Arc::clone)
    }

    /// Their entries.
    pub(super) fn entries(&self) -> impl Iterator<Item = &ListEntry> {
        self.lists.iter().map(|list| &list.entry)
    }
}

/// Whose record holds a list of that id.
pub(super) fn holder_of(connection: &Connection, id: Uuid) -> Result<Option<Ins>, HostFault> {
    let query = "SELECT ins FROM holder JOIN list ON list.holder = holder.number WHERE list.id = ?1";
    super::rows::ins(connection.prepare_cached(query)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
}

/// The folders that were filed with a submission set, in the order of the submission.
pub(super) fn folders_of(connection: &Connection, set: Uuid) -> Result<Vec<Uuid>, HostFault> {
    let mut query =
        connection.prepare_cached("SELECT id FROM list WHERE submission = ?1 AND id <> ?1 ORDER BY place")?;
    let ids = query.query_map([set.as_bytes()], |row| row.get(0).map(Uuid::from_bytes))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn of_record(connection: &Connection, holder: i64) -> Result<Vec<FiledList>, HostFault> {
    let mut query = connection.prepare_cached("SELECT entry, rendition FROM list WHERE holder = ?1")?;
    let mut rows = query.query([holder])?;
    let mut lists = Vec::new();
    while let Some(row) = rows.next()? {
        let damaged = HostFault::Damaged("a list cannot be read");
        let Ok(entry) = row.get_ref(0)?.as_str() else { return Err(damaged) };
        let Ok(entry) = serde_json::from_str::<ListEntry>(entry) else { return Err(damaged) };
        lists.push(FiledList { entry, rendition: row.get(1)? });
    }
    Ok(lists)
}

/// The documents of these lists as the caller may see them, each once.
fn documents_of(lists: &[Arc<FiledList>], shelf: &Shelf, permit: &Permit) -> Vec<Arc<Document>> {
    let mut open: HashMap<DocumentId, &Arc<Document>> =
        shelf.open(permit).map(|document| (document.entry.id, document)).collect();
    let named = lists.iter().flat_map(|list| &list.entry.documents);
    named.filter_map(|id| open.remove(id)).map(|document| shelf.shown(document, permit)).collect()
}
