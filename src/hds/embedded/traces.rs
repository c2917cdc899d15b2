//! Access traces: lines of the journal that concern one record, as one reader may know of them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{
    paging::Paging,
    redaction::Redaction,
    rows::{self, signed, unsigned},
};
use crate::{
    hds::{Found, HostFault, TracePage},
    journal::Line,
    policy::Permit,
    record::{
        identity::Ins,
        trace::{AccessTrace, TraceQuery},
    },
};

/// So many bits of the name of a moment hold the digest of what is told; the number of the last line stands above them.
const TOLD: u32 = 63;

/// One page of the traces of a record, the newest first. Rows are read one after the other, and only those of the page are kept. Pages
/// look no further than the line that was the last when the first of them was made.
pub(super) fn page(
    connection: &Connection,
    holder: &Ins,
    query: &TraceQuery,
    redaction: &Redaction,
    permit: &Permit,
) -> Result<TracePage, HostFault> {
    let last = match query.after {
        Some(after) => u64::try_from(after.snapshot.name() >> TOLD).unwrap_or_default(),
        None => super::commit::head(connection)?.number,
    };
    let mut paging = Paging::begin(query.after, query.page_size);
    let mut lines = connection.prepare_cached(
        "SELECT number, bytes FROM journal WHERE holder = ?1 AND at >= ?2 AND at <= ?3 AND number <= ?4
         ORDER BY at DESC, number DESC",
    )?;
    let (from, until) = (query.from.as_microsecond(), query.until.as_microsecond());
    let mut rows = lines.query(params![holder.token(), from, until, signed(last)])?;
    while let Some(row) = rows.next()? {
        let Some(told) = redaction.of(trace(row)?) else { continue };
        let asked = query.from <= told.at && told.at < query.until;
        if asked && permit.admits_trace(&told) && query.matches.accepts(&told) {
            paging.take(told.request, 0, || told);
        }
    }
    let told = |digest: u128| (u128::from(last) << TOLD) | (digest & ((1 << TOLD) - 1));
    let (total, traces, next) = paging.end_at(told)?;
    Ok(TracePage { total, traces, next })
}

/// What a read of one trace finds.
pub(super) fn read(
    connection: &Connection,
    holder: &Ins,
    request: Uuid,
    redaction: &Redaction,
    permit: &Permit,
) -> Result<Found, HostFault> {
    let mut query = connection.prepare_cached(
        "SELECT number, bytes FROM journal WHERE request = ?1 AND holder = ?2 ORDER BY number LIMIT 1",
    )?;
    let mut rows = query.query(params![request.as_bytes(), holder.token()])?;
    let told = rows.next()?.map(trace).transpose()?.and_then(|trace| redaction.of(trace));
    Ok(Found::Trace(told.filter(|told| permit.admits_trace(told)).map(Box::new)))
}

/// In whose record the first line of a request lies.
pub(super) fn holder_of(connection: &Connection, request: Uuid) -> Result<Option<Ins>, HostFault> {
    let query = "SELECT holder FROM journal WHERE request = ?1 AND holder IS NOT NULL ORDER BY number LIMIT 1";
    rows::ins(connection.prepare_cached(query)?.query_row([request.as_bytes()], |row| row.get(0)).optional()?)
}

fn trace(row: &Row<'_>) -> Result<AccessTrace, HostFault> {
    let damaged = HostFault::Damaged("a line of the journal cannot be read");
    let Ok(bytes) = row.get_ref(1)?.as_blob() else { return Err(damaged) };
    let line: Line = serde_json::from_slice(bytes).map_err(|_| damaged)?;
    Ok(line.told(unsigned(row, 0)?))
}
