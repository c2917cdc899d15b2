//! How documents, lists and versions are written, inside the writer's transaction.

use rusqlite::{Connection, params};

use super::{
    quarantine::Measure,
    rows::{self, Versions, signed},
};
use crate::{
    hds::{Document, HostFault},
    journal::Head,
    record::{
        document::Author,
        list::{FiledList, ListKind},
        submission::Submission,
    },
};

/// Writes the submission set and its folders.
pub(super) fn write_lists(
    connection: &Connection,
    head: Head,
    holder: i64,
    submission: &Submission,
) -> Result<(), HostFault> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO list (id, holder, submission, place, kind, version, entry, rendition, line)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (place, list) in std::iter::once(&submission.set).chain(&submission.folders).enumerate() {
        let FiledList { entry, rendition } = list;
        let json = serde_json::to_string(entry).map_err(|_| HostFault::Damaged("a list cannot be written"))?;
        let kind = match entry.kind {
            ListKind::SubmissionSet => "submission-set",
            ListKind::Folder => "folder",
        };
        insert.execute(params![
            entry.id.as_bytes(),
            holder,
            submission.set.entry.id.as_bytes(),
            signed(place as u64),
            kind,
            entry.version,
            json,
            rendition,
            signed(head.number),
        ])?;
    }
    Ok(())
}

/// Writes what was measured of content that is adopted.
pub(super) fn write_content(connection: &Connection, measure: &Measure) -> Result<(), HostFault> {
    connection
        .prepare_cached("INSERT INTO content (handle, size, sha1, sha256) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![measure.handle.as_bytes(), signed(measure.size), measure.sha1, measure.sha256])?;
    Ok(())
}

/// Writes a new document.
pub(super) fn write_document(
    connection: &Connection,
    now: Versions,
    submission: &Submission,
    document: &Document,
) -> Result<(), HostFault> {
    let entry = &document.entry;
    connection
        .prepare_cached(
            "INSERT INTO document (id, holder, submission, content, unique_system, unique_value, changed, entry,
             body, base_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            entry.id.0.as_bytes(),
            now.holder,
            submission.set.entry.id.as_bytes(),
            entry.content.handle.as_bytes(),
            entry.unique_id.system,
            entry.unique_id.value,
            signed(now.data),
            json_of(document)?,
            document.rendition.body,
            signed(document.rendition.base_at as u64),
        ])?;
    write_aliases(connection, document)
}

/// Puts a new version of an entry in the place of the one before it, which is kept.
pub(super) fn update_document(connection: &Connection, data: u64, document: &Document) -> Result<(), HostFault> {
    let id = document.entry.id.0;
    connection
        .prepare_cached(
            "INSERT INTO document_version (document, version, changed, entry)
             SELECT number, ?2, changed, entry FROM document WHERE id = ?1",
        )?
        .execute(params![id.as_bytes(), document.entry.version.saturating_sub(1)])?;
    connection.prepare_cached("UPDATE document SET entry = ?2, changed = ?3 WHERE id = ?1")?.execute(params![
        id.as_bytes(),
        json_of(document)?,
        signed(data)
    ])?;
    write_aliases(connection, document)
}

/// Writes the new version of the record: of the facts too where labels or a status changed, or an author is new.
pub(super) fn write_versions(
    connection: &Connection,
    now: Versions,
    filing: &[Author],
    decides: bool,
) -> Result<(), HostFault> {
    let known = rows::authors(connection, now.holder)?;
    let mut authors = known.clone();
    authors.extend_from_slice(filing);
    authors.sort();
    authors.dedup();
    let changed = decides || authors != known;
    let facts = now.facts.0.saturating_add(u64::from(changed));
    let authors = serde_json::to_string(&authors).map_err(|_| HostFault::Damaged("authors cannot be written"))?;
    connection
        .prepare_cached("UPDATE holder SET authors = ?2, facts_version = ?3, data_version = ?4 WHERE number = ?1")?
        .execute(params![now.holder, authors, signed(facts), signed(now.data)])?;
    Ok(())
}

/// Every entryUUID resolves, old ones too.
fn write_aliases(connection: &Connection, document: &Document) -> Result<(), HostFault> {
    let mut alias = connection
        .prepare_cached("INSERT OR IGNORE INTO alias (uuid, document) SELECT ?1, number FROM document WHERE id = ?2")?;
    for uuid in &document.entry.entry_uuids {
        alias.execute(params![uuid.as_bytes(), document.entry.id.0.as_bytes()])?;
    }
    Ok(())
}

fn json_of(document: &Document) -> Result<String, HostFault> {
    serde_json::to_string(&document.entry).map_err(|_| HostFault::Damaged("a document entry cannot be written"))
}
