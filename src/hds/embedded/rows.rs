//! What the rows of the database say, in the terms of the record model.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use uuid::Uuid;

use crate::{
    hds::{Document, HostFault},
    record::{
        caller::Who,
        code::Identifier,
        document::{Author, DocumentEntry, DocumentId, Rendition, Status},
        facts::{Facts, FactsVersion},
        identity::Ins,
        submission::TargetName,
    },
};

/// Which record, and how new it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Versions {
    /// The key of the record.
    pub(super) holder: i64,
    /// The version of the facts.
    pub(super) facts: FactsVersion,
    /// The version of everything.
    pub(super) data: u64,
}

impl Versions {
    /// The versions after a change of the facts.
    pub(super) const fn with_new_facts(self) -> Self {
        Self { facts: FactsVersion(self.facts.0.saturating_add(1)), data: self.data.saturating_add(1), ..self }
    }
}

/// The versions of a record, where there is one.
pub(super) fn versions(connection: &Connection, holder: &Ins) -> Result<Option<Versions>, HostFault> {
    versions_of(connection, &holder.token())
}

/// The versions of the record of that name.
pub(super) fn versions_of(connection: &Connection, holder: &str) -> Result<Option<Versions>, HostFault> {
    let mut query =
        connection.prepare_cached("SELECT number, facts_version, data_version FROM holder WHERE ins = ?1")?;
    let found = query.query_row([holder], |row| {
        Ok(Versions { holder: row.get(0)?, facts: FactsVersion(unsigned(row, 1)?), data: unsigned(row, 2)? })
    });
    Ok(found.optional()?)
}

/// The facts of a record.
pub(super) fn facts(connection: &Connection, versions: Versions) -> Result<Facts, HostFault> {
    let mut query = connection.prepare_cached("SELECT facts FROM holder WHERE number = ?1")?;
    let facts: String = query.query_row([versions.holder], |row| row.get(0))?;
    let facts: Facts = serde_json::from_str(&facts).map_err(|_| HostFault::Damaged("facts cannot be read"))?;
    Ok(Facts { version: versions.facts, authors: authors(connection, versions.holder)?, ..facts })
}

/// Everyone who filed something in a record.
pub(super) fn authors(connection: &Connection, holder: i64) -> Result<Vec<Author>, HostFault> {
    let mut query = connection.prepare_cached("SELECT authors FROM holder WHERE number = ?1")?;
    let authors: String = query.query_row([holder], |row| row.get(0))?;
    serde_json::from_str(&authors).map_err(|_| HostFault::Damaged("authors cannot be read"))
}

/// Whose record holds a document of that id, or first held one of that entryUUID.
pub(super) fn holder_of(connection: &Connection, id: Uuid) -> Result<Option<Ins>, HostFault> {
    let by_id = "SELECT ins FROM holder JOIN document ON document.holder = holder.number WHERE document.id = ?1";
    let found: Option<String> =
        connection.prepare_cached(by_id)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
    ins(found)
}

/// Whose record, as the database names it.
pub(super) fn ins(found: Option<String>) -> Result<Option<Ins>, HostFault> {
    found.map(|ins| Ins::try_from(ins).map_err(|_| HostFault::Damaged("a holder cannot be read"))).transpose()
}

/// In whose records a document is called so, deleted ones excluded: each with whether the caller is an author of it.
pub(super) fn holders_of_name(
    connection: &Connection,
    name: &Identifier,
    who: &Who,
) -> Result<Vec<(String, bool)>, HostFault> {
    let mut query = connection.prepare_cached(
        "SELECT document.entry, holder.ins FROM document JOIN holder ON holder.number = document.holder
         WHERE document.number IN (SELECT number FROM document WHERE unique_value = ?1
         UNION SELECT number FROM document WHERE id = ?2 UNION SELECT document FROM alias WHERE uuid = ?2)",
    )?;
    let uuid = name.value.strip_prefix("urn:uuid:").and_then(|uuid| Uuid::try_parse(uuid).ok());
    let mut rows = query.query(params![name.value, uuid.as_ref().map(Uuid::as_bytes)])?;
    let mut holders = Vec::new();
    while let Some(row) = rows.next()? {
        let entry = entry(row, 0)?;
        if entry.status != Status::EnteredInError && entry.is_called(Some(&name.system), &name.value) {
            holders.push((row.get(1)?, entry.is_by(who)));
        }
    }
    Ok(holders)
}

/// The SHA-256 of stored content.
pub(super) fn content_hash(connection: &Connection, handle: Uuid) -> Result<[u8; 32], HostFault> {
    let mut query = connection.prepare_cached("SELECT sha256 FROM content WHERE handle = ?1")?;
    Ok(query.query_row([handle.as_bytes()], |row| row.get(0))?)
}

/// The documents of a record that changed after that version of it; all of them after 0. In no order, deleted ones included.
pub(super) fn changed_since(
    connection: &Connection,
    holder: i64,
    version: u64,
) -> Result<Vec<Arc<Document>>, HostFault> {
    let query = "SELECT entry, body, base_at FROM document WHERE holder = ?1 AND changed > ?2";
    documents(connection, query, params![holder, signed(version)])
}

/// The documents of a record that are called so, deleted ones excluded: one of that id first, then the oldest first.
pub(super) fn called(connection: &Connection, holder: i64, name: &TargetName) -> Result<Vec<Arc<Document>>, HostFault> {
    let mut found = ever_called(connection, holder, name)?;
    found.retain(|document| document.entry.status != Status::EnteredInError);
    Ok(found)
}

/// The documents of a record that are called so, deleted ones included.
pub(super) fn ever_called(
    connection: &Connection,
    holder: i64,
    name: &TargetName,
) -> Result<Vec<Arc<Document>>, HostFault> {
    let mut found = match name {
        TargetName::Id(uuid) => by_id(connection, holder, *uuid)?,
        TargetName::Identifier(identifier) => {
            let uuid = identifier.value.strip_prefix("urn:uuid:").and_then(|uuid| Uuid::try_parse(uuid).ok());
            let mut found = by_unique_id(connection, holder, &identifier.system, &identifier.value)?;
            for named in uuid.map(|uuid| by_uuid(connection, holder, uuid)).transpose()?.unwrap_or_default() {
                if named.entry.is_called(Some(&identifier.system), &identifier.value) {
                    found.push(named);
                }
            }
            found
        }
    };
    found.sort_by_key(|document| (!is_id(name, document.entry.id), document.entry.first_deposited, document.entry.id));
    found.dedup_by_key(|document| document.entry.id);
    Ok(found)
}

/// The documents of a record with that uniqueId, whoever filed them.
pub(super) fn by_unique_id(
    connection: &Connection,
    holder: i64,
    system: &str,
    value: &str,
) -> Result<Vec<Arc<Document>>, HostFault> {
    let query = "SELECT entry, body, base_at FROM document
                 WHERE unique_value = ?2 AND unique_system = ?3 AND holder = ?1 ORDER BY number";
    documents(connection, query, params![holder, value, system])
}

/// The submission set with which a document was filed.
pub(super) fn set_of(connection: &Connection, document: DocumentId) -> Result<Uuid, HostFault> {
    let mut query = connection.prepare_cached("SELECT submission FROM document WHERE id = ?1")?;
    let set: [u8; 16] = query.query_row([document.0.as_bytes()], |row| row.get(0))?;
    Ok(Uuid::from_bytes(set))
}

/// An unsigned number, kept as a signed one.
pub(super) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.cast_unsigned())
}

/// A number as the database keeps it.
pub(super) const fn signed(number: u64) -> i64 {
    number.cast_signed()
}

fn is_id(name: &TargetName, id: DocumentId) -> bool {
    match name {
        TargetName::Id(uuid) => *uuid == id.0,
        TargetName::Identifier(_) => false,
    }
}

fn by_id(connection: &Connection, holder: i64, id: Uuid) -> Result<Vec<Arc<Document>>, HostFault> {
    let query = "SELECT entry, body, base_at FROM document WHERE +holder = ?1 AND id = ?2";
    documents(connection, query, params![holder, id.as_bytes()])
}

fn by_uuid(connection: &Connection, holder: i64, uuid: Uuid) -> Result<Vec<Arc<Document>>, HostFault> {
    // The plus sign keeps SQLite from walking the whole record.
    let query = "SELECT entry, body, base_at FROM document WHERE +holder = ?1 AND number IN
                 (SELECT number FROM document WHERE id = ?2 UNION SELECT document FROM alias WHERE uuid = ?2)";
    documents(connection, query, params![holder, uuid.as_bytes()])
}

fn documents(connection: &Connection, query: &str, parameters: impl Params) -> Result<Vec<Arc<Document>>, HostFault> {
    let mut query = connection.prepare_cached(query)?;
    let mut rows = query.query(parameters)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Arc::new(document(row)?));
    }
    Ok(found)
}

fn document(row: &Row<'_>) -> Result<Document, HostFault> {
    let entry = entry(row, 0)?;
    let rendition = Rendition { body: row.get(1)?, base_at: row.get::<_, i64>(2)?.try_into().unwrap_or_default() };
    Ok(Document { entry, rendition })
}

/// A document entry.
pub(super) fn entry(row: &Row<'_>, column: usize) -> Result<DocumentEntry, HostFault> {
    let damaged = HostFault::Damaged("a document entry cannot be read");
    let Ok(entry) = row.get_ref(column)?.as_str() else { return Err(damaged) };
    serde_json::from_str(entry).map_err(|_| damaged)
}
