//! Reading: what a permit finds, from memory where the stored version is still the same, else from the database.

use std::sync::{Arc, LazyLock};

use rusqlite::{Connection, params};

use super::{
    Options,
    acts::{Record, nothing},
    chain, deeds,
    layout::Layout,
    lists,
    memory::Memory,
    quarantine::Quarantine,
    readers::Readers,
    rows::{self, Versions, unsigned},
    shelf::Shelf,
    traces,
    work::Work,
};
use crate::{
    hds::{Found, HostFault, Thing},
    journal::Link,
    policy::Permit,
    record::{access::Act, caller::Who, code::Identifier, document::DocumentId, facts::Facts, identity::Ins},
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
            self.facts(connection, holder, now)
        })
    }

    /// The facts at that moment.
    pub(super) fn facts(&self, connection: &Connection, holder: &Ins, now: Versions) -> Result<Arc<Facts>, HostFault> {
        if let Some(facts) = self.memory.facts(holder, now.facts) {
            return Ok(facts);
        }
        let facts = Arc::new(rows::facts(connection, now)?);
        self.memory.keep_facts(holder, &facts);
        Ok(facts)
    }

    /// Whose record holds a document. One that is not there costs what one costs that is closed to the caller: a look at the version of
    /// its facts, and one at that of its record.
    pub(super) fn holder_of(&self, document: DocumentId) -> Result<Option<Ins>, HostFault> {
        self.readers.read(|connection| {
            let holder = rows::holder_of(connection, document.0)?;
            if holder.is_none() {
                (0..2).try_for_each(|_| rows::versions_of(connection, "").map(drop))?;
            }
            Ok(holder)
        })
    }

    /// Whose record holds the caller's own document of that name, else the only one. Where that leaves several, nobody's.
    pub(super) fn holder_called(&self, name: &Identifier, who: &Who) -> Result<Option<Ins>, HostFault> {
        let mut holders = self.readers.read(|connection| rows::holders_of_name(connection, name, who))?;
        if holders.iter().any(|(_, is_own)| *is_own) {
            holders.retain(|(_, is_own)| *is_own);
        }
        holders.dedup_by(|one, other| one.0 == other.0);
        let one = if holders.len() == 1 { holders.pop() } else { None };
        rows::ins(one.map(|(holder, _)| holder))
    }

    /// Whose record holds a list, a consent, a care team or a trace.
    pub(super) fn holder_of_thing(&self, thing: Thing) -> Result<Option<Ins>, HostFault> {
        self.readers.read(|connection| match thing {
            Thing::List(id) => lists::holder_of(connection, id),
            Thing::Deed(id) => deeds::holder_of(connection, id),
            Thing::Trace(request) => traces::holder_of(connection, request),
        })
    }

    /// What a search or a read finds, if it can be told from memory after one look at the version of the record.
    pub(super) fn glance(&self, permit: &Permit) -> Result<Option<Found>, HostFault> {
        let Some(holder) = &permit.question().holder else { return Ok(nothing(permit.act())) };
        let act = permit.act();
        let (Act::Search(_) | Act::Read(_)) = act else { return Ok(None) };
        let Some(shelf) = self.memory.shelf(holder) else { return Ok(None) };
        if self.versions(holder)?.is_none_or(|now| now.data != shelf.version) {
            return Ok(None);
        }
        if let Act::Search(query) = act {
            return shelf.page(query, permit).map(|page| Some(Found::Page(page)));
        }
        if let Act::Read(id) = act {
            return Ok(Some(shelf.answer(*id, permit)));
        }
        Ok(None)
    }

    /// Does what the permit permits, in one moment of the database.
    pub(super) fn perform(&self, permit: &Permit) -> Result<(Found, Option<Work>), HostFault> {
        let missing = HostFault::Damaged("a permit to file names no record");
        let nothing = || Ok((nothing(permit.act()).ok_or(missing)?, None));
        let Some(holder) = &permit.question().holder else { return nothing() };
        self.readers.read_at_once(|connection| {
            let Some(now) = rows::versions(connection, holder)? else { return nothing() };
            Record { store: self, connection, holder, now, permit }.perform()
        })
    }

    /// The documents of a record at that moment: those in memory if they are, else what changed since.
    pub(super) fn shelf(&self, connection: &Connection, holder: &Ins, now: Versions) -> Result<Arc<Shelf>, HostFault> {
        let before = self.memory.shelf(holder);
        if let Some(shelf) = before.as_ref().filter(|shelf| shelf.version == now.data) {
            return Ok(Arc::clone(shelf));
        }
        let shelf = Arc::new(Shelf::read(connection, now, before.as_deref())?);
        self.memory.keep_shelf(holder, &shelf);
        Ok(shelf)
    }

    /// Where content lies.
    pub(super) const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where content waits.
    pub(super) fn quarantine(&self) -> &Quarantine {
        &self.quarantine
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

    fn versions(&self, holder: &Ins) -> Result<Option<Versions>, HostFault> {
        self.readers.read(|connection| rows::versions(connection, holder))
    }
}
