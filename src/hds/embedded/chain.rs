//! The stored journal, read and proved.

use jiff::Timestamp;
use rusqlite::{Connection, params};

pub(super) use super::commit::head;
use super::{
    layout::Layout,
    rows::{signed, unsigned},
    schema::{check_readable, open_reader},
};
use crate::{
    hds::HostFault,
    journal::{Break, Checkpoint, Head, Line, Link, Notary, Verdict, Verifier, Why, link},
};

/// So many lines are read at once.
const STEP: usize = 1024;

/// A stored line with what stands beside it.
struct Row {
    link: Link,
    holder: Option<Vec<u8>>,
    at: i64,
    request: Vec<u8>,
}

impl Row {
    fn is_filed_as(&self, line: &Line) -> bool {
        self.holder == line.holder.as_ref().map(|holder| holder.token().into_bytes())
            && self.at == line.at.as_microsecond()
            && self.request == line.trace.request.as_bytes()
    }
}

/// At most so many lines, from that number on.
pub(super) fn lines(connection: &Connection, from: u64, limit: usize) -> Result<Vec<Link>, HostFault> {
    Ok(rows(connection, from, limit)?.into_iter().map(|row| row.link).collect())
}

/// Walks the journal of a host as it is at one moment, beside whoever uses it.
pub(super) fn verify(layout: &Layout, kept: Option<Head>) -> Result<Result<Verdict, Break>, HostFault> {
    let database = open_reader(&layout.database())?;
    check_readable(&database)?;
    let connection = database.unchecked_transaction()?;
    let public_key = layout.present_notary()?.public_key();
    let mut verifier = Verifier::new(checkpoints(&connection)?, public_key).expecting(kept);
    let mut from = i64::MIN;
    loop {
        let rows = rows_from(&connection, from, STEP)?;
        let Some(last) = rows.last() else { return Ok(verifier.finish()) };
        from = signed(last.link.number).saturating_add(1);
        for row in &rows {
            if let Err(broken) = follow(&mut verifier, row) {
                return Ok(Err(broken));
            }
        }
    }
}

/// Whether any checkpoint was signed.
pub(super) fn has_checkpoints(connection: &Connection) -> Result<bool, HostFault> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM checkpoint)", [], |row| row.get(0))?)
}

/// Proves the lines since the last signed checkpoint, at most a few hundred: enough to know, when one starts, that the chain goes on
/// from where it was signed.
pub(super) fn prove_tail(connection: &Connection, notary: &Notary) -> Result<(), HostFault> {
    let broken = HostFault::Damaged("the journal's last lines do not hold: see `journal verify`");
    let checkpoint = checkpoints(connection)?.pop();
    let mut head = match &checkpoint {
        Some(checkpoint) if !checkpoint.is_signed_by(&notary.public_key()) => return Err(broken),
        Some(checkpoint) => checkpoint.head,
        None => Head::START,
    };
    let signed_line = lines(connection, head.number, 1)?.pop().filter(|link| link.number == head.number);
    if checkpoint.is_some() && signed_line.is_none_or(|link| link.hash != head.hash) {
        return Err(broken);
    }
    loop {
        let links = lines(connection, head.number.saturating_add(1), STEP)?;
        if links.is_empty() {
            return Ok(());
        }
        for stored in links {
            head = link(&head, &stored.bytes);
            if (head.number, head.hash) != (stored.number, stored.hash) {
                return Err(broken);
            }
        }
    }
}

fn follow(verifier: &mut Verifier, row: &Row) -> Result<(), Break> {
    let line = verifier.follow(&row.link)?;
    if row.is_filed_as(&line) { Ok(()) } else { Err(Break { number: row.link.number, why: Why::Misfiled }) }
}

fn rows(connection: &Connection, from: u64, limit: usize) -> Result<Vec<Row>, HostFault> {
    rows_from(connection, signed(from), limit)
}

fn rows_from(connection: &Connection, from: i64, limit: usize) -> Result<Vec<Row>, HostFault> {
    let mut query = connection.prepare_cached(
        "SELECT number, bytes, hash, holder, at, request FROM journal WHERE number >= ?1 ORDER BY number LIMIT ?2",
    )?;
    let rows = query.query_map(params![from, signed(limit as u64)], |row| {
        // A hash of another length is a wrong one.
        let hash = row.get::<_, Vec<u8>>(2)?.try_into().unwrap_or_default();
        let link = Link { number: unsigned(row, 0)?, bytes: row.get(1)?, hash };
        let holder = row.get_ref(3)?.as_bytes_or_null()?.map(<[u8]>::to_vec);
        Ok(Row { link, holder, at: row.get(4)?, request: row.get(5)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn checkpoints(connection: &Connection) -> Result<Vec<Checkpoint>, HostFault> {
    let mut query = connection.prepare("SELECT number, hash, at, signature FROM checkpoint ORDER BY number")?;
    let rows = query.query_map([], |row| {
        let head = Head { number: unsigned(row, 0)?, hash: row.get::<_, Vec<u8>>(1)?.try_into().unwrap_or_default() };
        // A time out of range was never signed.
        let at = Timestamp::from_microsecond(row.get(2)?).unwrap_or(Timestamp::MIN);
        Ok(Checkpoint { head, at, signature: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
