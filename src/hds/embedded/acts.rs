//! The acts, each on one record at one moment, under its permit.

use std::sync::Arc;

use rusqlite::Connection;

use super::{
    amending, deeds,
    filing::Desk,
    lists::Told,
    proven::Proven,
    redaction::Redaction,
    rows::{self, Versions},
    shelf::{Shelf, Sought, is_deleted, would_admit},
    store::Store,
    traces, versions,
    work::Work,
};
use crate::{
    hds::{Content, DeedPage, Found, HostFault, ListPage, Page, TracePage},
    policy::Permit,
    record::{
        access::Act,
        deed::{Deed, DeedId, DeedKind},
        document::DocumentId,
        identity::Ins,
        standing::PatientStanding,
        submission::TargetName,
    },
};

/// One record at one moment, under one permit.
pub(super) struct Record<'a> {
    pub(super) store: &'a Store,
    pub(super) connection: &'a Connection,
    pub(super) holder: &'a Ins,
    pub(super) now: Versions,
    pub(super) permit: &'a Permit,
}

impl Record<'_> {
    /// Does what the permit permits. A write is prepared.
    pub(super) fn perform(&self) -> Result<(Found, Option<Work>), HostFault> {
        let Self { connection, holder, now, permit, .. } = *self;
        let found = match permit.act() {
            Act::Search(query) => Found::Page(self.shelf()?.page(query, permit)?),
            Act::Read(id) => self.shelf()?.answer(*id, permit),
            Act::ReadVersion(id, version) => versions::read(connection, &*self.shelf()?, (*id, *version), permit)?,
            Act::History(id) => versions::history(connection, &*self.shelf()?, *id, permit)?,
            Act::Retrieve(id) => self.retrieve(*id)?,
            Act::FindLists(query) => {
                let shelf = self.shelf()?;
                Found::Lists(self.lists(&shelf)?.page(query, &shelf, permit)?)
            }
            Act::ReadList(id) => Found::List(self.lists(&*self.shelf()?)?.find(*id)),
            Act::LookUp => self.look_up()?,
            Act::FindDeeds(query) => Found::Deeds(deeds::page(connection, now.holder, query, permit)?),
            Act::ReadDeed(kind, id, version) => Found::Deed(self.deed((*kind, *id), *version)?),
            Act::DeedHistory(kind, id) => {
                Found::DeedVersions(deeds::versions(connection, now.holder, (*kind, *id), permit)?)
            }
            Act::FindTraces(query) => {
                Found::Traces(traces::page(connection, holder, query, &self.redaction()?, permit)?)
            }
            Act::ReadTrace(id) => traces::read(connection, holder, *id, &self.redaction()?, permit)?,
            Act::Submit(submission) => {
                let quarantine = self.store.quarantine();
                let (filed, work) = Desk { connection, quarantine, permit, submission, versions: now }.prepare()?;
                return Ok((Found::Filed(filed), work));
            }
            Act::Amend(amendment) => return amending::prepare(&*self.shelf()?, now, amendment, permit),
            Act::FileDeed(filing) => return deeds::prepare(connection, now, filing, permit),
        };
        Ok((found, None))
    }

    fn shelf(&self) -> Result<Arc<Shelf>, HostFault> {
        self.store.shelf(self.connection, self.holder, self.now)
    }

    fn lists(&self, shelf: &Shelf) -> Result<Told, HostFault> {
        Told::under(self.connection, self.now.holder, shelf, self.permit)
    }

    fn redaction(&self) -> Result<Redaction, HostFault> {
        Redaction::under(self.connection, self.now, &*self.shelf()?, self.permit)
    }

    fn deed(&self, named: (DeedKind, DeedId), version: Option<u32>) -> Result<Option<Arc<Deed>>, HostFault> {
        let versions = deeds::versions(self.connection, self.now.holder, named, self.permit)?;
        Ok(versions.into_iter().find(|deed| version.is_none_or(|version| deed.version == version)))
    }

    fn look_up(&self) -> Result<Found, HostFault> {
        let facts = self.store.facts(self.connection, self.holder, self.now)?;
        let (authorisation, at) = (self.permit.authorisation(), self.permit.question().at);
        let holder = self.holder.clone();
        let told = self.permit.tells_of_record();
        Ok(Found::Patient(told.then_some(PatientStanding { holder, facts, authorisation, at })))
    }

    /// Finds a document without a look at the rest of the record: content is asked for one by one, and a record may be large.
    fn find(&self, id: DocumentId) -> Result<Sought, HostFault> {
        let named = rows::ever_called(self.connection, self.now.holder, &TargetName::Id(id.0))?;
        let (deleted, there): (Vec<_>, Vec<_>) = named.into_iter().partition(|document| is_deleted(&document.entry));
        Ok(match there.into_iter().find(|document| self.permit.admits(&document.entry)) {
            Some(open) => Sought::Open(open),
            None if deleted.iter().any(|gone| would_admit(self.permit, &gone.entry)) => Sought::Deleted,
            None => Sought::Absent,
        })
    }

    fn retrieve(&self, id: DocumentId) -> Result<Found, HostFault> {
        let document = match self.find(id)? {
            Sought::Open(document) => document,
            Sought::Deleted => return Ok(Found::Gone),
            Sought::Absent => return Ok(Found::Content(None)),
        };
        let content = &document.entry.content;
        if !self.permit.question().takes.takes(content) {
            return Ok(Found::NotTaken);
        }
        let file = self.store.layout().open_content(content.handle)?;
        if file.metadata()?.len() != content.size {
            return Err(HostFault::Damaged("stored content has another size than was filed"));
        }
        let sha256 = rows::content_hash(self.connection, content.handle)?;
        let bytes = Box::new(Proven::new(file, content.size, sha256));
        Ok(Found::Content(Some(Content { document, bytes })))
    }
}

/// What is found in nobody's record.
pub(super) const fn nothing(act: &Act) -> Option<Found> {
    match act {
        Act::Search(_) => Some(Found::Page(Page { total: 0, documents: Vec::new(), next: None })),
        Act::Read(_) | Act::ReadVersion(_, _) => Some(Found::Document(None)),
        Act::History(_) => Some(Found::Versions(Vec::new())),
        Act::Retrieve(_) => Some(Found::Content(None)),
        Act::FindLists(_) => {
            Some(Found::Lists(ListPage { total: 0, lists: Vec::new(), documents: Vec::new(), next: None }))
        }
        Act::ReadList(_) => Some(Found::List(None)),
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
