//! The versions of a document's entry, the current one and those before it.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::{
    rows,
    shelf::{Shelf, Sought},
};
use crate::{
    hds::{Document, Found, HostFault},
    policy::Permit,
    record::document::{DocumentEntry, DocumentId},
};

/// What a read of one version finds: nothing unless both that version and the current one are open to the caller.
pub(super) fn read(
    connection: &Connection,
    shelf: &Shelf,
    (id, version): (DocumentId, u32),
    permit: &Permit,
) -> Result<Found, HostFault> {
    let current = match shelf.find(id, permit) {
        Sought::Open(current) => current,
        Sought::Deleted => return Ok(Found::Gone),
        Sought::Absent => return Ok(Found::Document(None)),
    };
    let mut all = admitted(connection, &current, permit)?;
    all.retain(|document| document.entry.version == version);
    Ok(Found::Document(all.first().map(|document| shelf.shown(document, permit))))
}

/// What a history finds: the versions that are open to the caller, the newest first.
pub(super) fn history(
    connection: &Connection,
    shelf: &Shelf,
    id: DocumentId,
    permit: &Permit,
) -> Result<Found, HostFault> {
    let current = match shelf.find(id, permit) {
        Sought::Open(current) => current,
        Sought::Deleted => return Ok(Found::Gone),
        Sought::Absent => return Ok(Found::Versions(Vec::new())),
    };
    let all = admitted(connection, &current, permit)?;
    Ok(Found::Versions(all.iter().map(|document| shelf.shown(document, permit)).collect()))
}

fn admitted(
    connection: &Connection,
    current: &Arc<Document>,
    permit: &Permit,
) -> Result<Vec<Arc<Document>>, HostFault> {
    let mut all = vec![Arc::clone(current)];
    for entry in before(connection, current.entry.id)? {
        all.push(Arc::new(Document { entry, rendition: current.rendition.clone() }));
    }
    all.retain(|document| permit.admits(&document.entry));
    Ok(all)
}

/// The entries before the current one, the newest first.
fn before(connection: &Connection, id: DocumentId) -> Result<Vec<DocumentEntry>, HostFault> {
    let mut query = connection.prepare_cached(
        "SELECT entry FROM document_version WHERE document = (SELECT number FROM document WHERE id = ?1)
         ORDER BY version DESC",
    )?;
    let mut found = query.query(params![id.0.as_bytes()])?;
    let mut entries = Vec::new();
    while let Some(row) = found.next()? {
        entries.push(rows::entry(row, 0)?);
    }
    Ok(entries)
}
