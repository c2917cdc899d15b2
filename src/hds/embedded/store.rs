//! Reading: what a permit finds, from memory where the stored version is still the same, else from the database.

use std::sync::{Arc, LazyLock};

use rusqlite::{Connection, params};

use super::{
    Options, chain,
    filing::{Filing, Work},
    layout::Layout,
    memory::Memory,
    proven::Proven,
    quarantine::Quarantine,
    readers::Readers,
    rows::{self, Versions, unsigned},
    shelf::Shelf,
};
use crate::{
    hds::{Content, DeedPage, Document, Found, HostFault, ListPage, Page, Thing, TracePage},
    journal::Link,
    policy::Permit,
    record::{
        access::Act,
        caller::Who,
        code::Identifier,
        document::DocumentId,
        facts::Facts,
        identity::Ins,
        query::Query,
        submission::{Submission, TargetName},
    },
};

static ABSENT: LazyLock<Arc<Facts>> = LazyLock::new(|| Arc::new(Facts::absent()));

/// The reading side of the host.
#[derive(Debug)]
pub(super) struct Store {
    layout: Layout,
    readers: Readers,
    memory: Memory,
    quarantine: Arc<Quarantine>,
}

impl Store {
    /// The store of the host in that directory.
    pub(super) fn new(layout: Layout, quarantine: Arc<Quarantine>, options: Options) -> Self {
        let readers = Readers::of(layout.database());
        Self { layout, readers, memory: Memory::of(options.cached_records, options.cached_bytes), quarantine }
    }

    /// The facts, if they can be told from memory after one look at their version.
    pub(super) fn glance_at_facts(&self, holder: &Ins) -> Result<Option<Arc<Facts>>, HostFault> {
        let Some(now) = self.versions(holder)? else { return Ok(Some(Arc::clone(&ABSENT))) };
        Ok(self.memory.facts(holder, now.facts))
    }

    /// The facts, from the database.
    pub(super) fn read_facts(&self, holder: &Ins) -> Result<Arc<Facts>, HostFault> {
        self.readers.read_at_once(|connection| {
            let Some(now) = rows::versions(connection, holder)? else { return Ok(Arc::clone(&ABSENT)) };
            let facts = Arc::new(rows::facts(connection, now)?);
            self.memory.keep_facts(holder, &facts);
            Ok(facts)
        })
    }

    /// Whose record holds a document.
    pub(super) fn holder_of(&self, document: DocumentId) -> Result<Option<Ins>, HostFault> {
        self.readers.read(|connection| rows::holder_of(connection, document.0))
    }

    /// Whose record holds the caller's own document of that name, else the only one.
    pub(super) fn holder_called(&self, _name: &Identifier, _who: &Who) -> Result<Option<Ins>, HostFault> {
        Ok(None)
    }

    /// Whose record holds a list, a consent, a care team or a trace.
    pub(super) fn holder_of_thing(&self, _thing: Thing) -> Result<Option<Ins>, HostFault> {
        Ok(None)
    }

    /// What a search or a read finds, if it can be told from memory after one look at the version of the record.
    pub(super) fn glance(&self, permit: &Permit) -> Result<Option<Found>, HostFault> {
        let Some(holder) = &permit.question().holder else { return Ok(nothing(permit.act())) };
        let shelf = match permit.act() {
            Act::Search(_) | Act::Read(_) => self.memory.shelf(holder),
            Act::ReadVersion(_, _)
            | Act::History(_)
            | Act::Retrieve(_)
            | Act::FindLists(_)
            | Act::ReadList(_)
            | Act::Submit(_)
            | Act::Amend(_)
            | Act::LookUp
            | Act::FindDeeds(_)
            | Act::ReadDeed(_, _, _)
            | Act::DeedHistory(_, _)
            | Act::FileDeed(_)
            | Act::FindTraces(_)
            | Act::ReadTrace(_) => None,
        };
        let Some(shelf) = shelf else { return Ok(None) };
        if self.versions(holder)?.is_none_or(|now| now.data != shelf.version) {
            return Ok(None);
        }
        match permit.act() {
            Act::Search(query) => shelf.page(query, permit).map(|page| Some(Found::Page(page))),
            Act::Read(id) => Ok(Some(Found::Document(shelf.find(*id, permit)))),
            Act::ReadVersion(_, _)
            | Act::History(_)
            | Act::Retrieve(_)
            | Act::FindLists(_)
            | Act::ReadList(_)
            | Act::Submit(_)
            | Act::Amend(_)
            | Act::LookUp
            | Act::FindDeeds(_)
            | Act::ReadDeed(_, _, _)
            | Act::DeedHistory(_, _)
            | Act::FileDeed(_)
            | Act::FindTraces(_)
            | Act::ReadTrace(_) => Ok(None),
        }
    }

    /// Does what the permit permits, in one moment of the database.
    pub(super) fn perform(&self, permit: &Permit) -> Result<(Found, Option<Work>), HostFault> {
        let Some(holder) = &permit.question().holder else {
            let found = nothing(permit.act()).ok_or(HostFault::Damaged("a permit to file names no record"))?;
            return Ok((found, None));
        };
        match permit.act() {
            Act::Search(query) => Ok((Found::Page(self.search(holder, query, permit)?), None)),
            Act::Read(id) => {
                let shelf = self.shelf(holder)?;
                Ok((Found::Document(shelf.and_then(|shelf| shelf.find(*id, permit))), None))
            }
            Act::Retrieve(id) => Ok((self.retrieve(holder, *id, permit)?, None)),
            Act::Submit(submission) => {
                let (filed, work) = self.submit(holder, submission, permit)?;
                Ok((Found::Filed(filed), work))
            }
            Act::ReadVersion(_, _)
            | Act::History(_)
            | Act::FindLists(_)
            | Act::ReadList(_)
            | Act::Amend(_)
            | Act::LookUp
            | Act::FindDeeds(_)
            | Act::ReadDeed(_, _, _)
            | Act::DeedHistory(_, _)
            | Act::FileDeed(_)
            | Act::FindTraces(_)
            | Act::ReadTrace(_) => Err(HostFault::Damaged("this host does not do that yet")),
        }
    }

    /// Whether the database and the directories can be read.
    pub(super) fn check(&self) -> Result<(), HostFault> {
        self.readers.read(|connection| chain::head(connection).map(|_| ()))?;
        let draft = self.quarantine.stage()?;
        drop(draft);
        Ok(())
    }

    /// How many notices wait.
    pub(super) fn outbox_pending(&self, holder: Option<&Ins>) -> Result<u64, HostFault> {
        let all = "SELECT count(*) FROM outbox WHERE delivered IS NULL";
        let of_one = "SELECT count(*) FROM outbox WHERE delivered IS NULL AND holder = ?1";
        self.readers.read(|connection| {
            Ok(match holder {
                None => connection.query_row(all, [], |row| unsigned(row, 0))?,
                Some(holder) => connection.query_row(of_one, params![holder.token()], |row| unsigned(row, 0))?,
            })
        })
    }

    /// Lines of the journal.
    pub(super) fn lines(&self, from: u64, limit: usize) -> Result<Vec<Link>, HostFault> {
        self.readers.read(|connection| chain::lines(connection, from, limit))
    }

    fn search(&self, holder: &Ins, query: &Query, permit: &Permit) -> Result<Page, HostFault> {
        let none = Page { total: 0, documents: Vec::new(), next: None };
        self.shelf(holder)?.map_or(Ok(none), |shelf| shelf.page(query, permit))
    }

    /// The documents of a record as of now, from memory if they are there.
    fn shelf(&self, holder: &Ins) -> Result<Option<Arc<Shelf>>, HostFault> {
        let before = self.memory.shelf(holder);
        let shelf = self.readers.read_at_once(|connection| {
            let now = rows::versions(connection, holder)?;
            now.map(|now| shelf(connection, now, before)).transpose()
        })?;
        if let Some(shelf) = &shelf {
            self.memory.keep_shelf(holder, shelf);
        }
        Ok(shelf)
    }

    fn find(&self, holder: &Ins, id: DocumentId, permit: &Permit) -> Result<Option<Arc<Document>>, HostFault> {
        let named = self.readers.read_at_once(|connection| {
            let Some(now) = rows::versions(connection, holder)? else { return Ok(Vec::new()) };
            rows::called(connection, now.holder, &TargetName::Id(id.0))
        })?;
        Ok(named.into_iter().find(|document| permit.admits(&document.entry)))
    }

    fn retrieve(&self, holder: &Ins, id: DocumentId, permit: &Permit) -> Result<Found, HostFault> {
        let Some(document) = self.find(holder, id, permit)? else { return Ok(Found::Content(None)) };
        let content = &document.entry.content;
        if !permit.question().takes.covers(&content.content_type) {
            return Ok(Found::NotTaken);
        }
        let file = self.layout.open_content(content.handle)?;
        if file.metadata()?.len() != content.size {
            return Err(HostFault::Damaged("stored content has another size than was filed"));
        }
        let sha256 = self.readers.read(|connection| rows::content_hash(connection, content.handle))?;
        let bytes = Box::new(Proven::new(file, content.size, sha256));
        Ok(Found::Content(Some(Content { document, bytes })))
    }

    fn submit(
        &self,
        holder: &Ins,
        submission: &Submission,
        permit: &Permit,
    ) -> Result<(crate::hds::Filed, Option<Work>), HostFault> {
        self.readers.read_at_once(|connection| {
            let versions = rows::versions(connection, holder)?;
            let versions = versions.ok_or(HostFault::Damaged("a permit to file where there is no record"))?;
            Filing { connection, quarantine: &self.quarantine, permit, submission, versions }.prepare()
        })
    }

    fn versions(&self, holder: &Ins) -> Result<Option<Versions>, HostFault> {
        self.readers.read(|connection| rows::versions(connection, holder))
    }
}

/// The documents of a record as of now: those in memory if they are, else what changed since.
fn shelf(connection: &Connection, now: Versions, before: Option<Arc<Shelf>>) -> Result<Arc<Shelf>, HostFault> {
    match before {
        Some(shelf) if shelf.version == now.data => Ok(shelf),
        before => Ok(Arc::new(Shelf::read(connection, now, before.as_deref())?)),
    }
}

/// What is found in nobody's record.
const fn nothing(act: &Act) -> Option<Found> {
    match act {
        Act::Search(_) => Some(Found::Page(Page { total: 0, documents: Vec::new(), next: None })),
        Act::Read(_) => Some(Found::Document(None)),
        Act::Retrieve(_) => Some(Found::Content(None)),
        Act::FindLists(_) => {
            Some(Found::Lists(ListPage { total: 0, lists: Vec::new(), documents: Vec::new(), next: None }))
        }
        Act::ReadList(_) => Some(Found::List(None)),
        Act::ReadVersion(_, _) => Some(Found::Document(None)),
        Act::History(_) => Some(Found::Versions(Vec::new())),
        Act::Amend(_) => Some(Found::Amended(None)),
        Act::LookUp => Some(Found::Patient(None)),
        Act::FindDeeds(_) => Some(Found::Deeds(DeedPage { total: 0, deeds: Vec::new(), next: None })),
        Act::ReadDeed(_, _, _) => Some(Found::Deed(None)),
        Act::DeedHistory(_, _) => Some(Found::DeedVersions(Vec::new())),
        Act::FindTraces(_) => Some(Found::Traces(TracePage { total: 0, traces: Vec::new(), next: None })),
        Act::ReadTrace(_) => Some(Found::Trace(None)),
        Act::Submit(_) | Act::FileDeed(_) => None,
    }
}
