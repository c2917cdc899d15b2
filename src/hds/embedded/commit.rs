//! What one job changes inside the writer's transaction.

use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{self, signed, unsigned};
use crate::{
    hds::HostFault,
    journal::{Checkpoint, Entry, Head, LedgerFault, Line, Notary, Notice, Receipt, link},
    record::{facts::FactsVersion, identity::Ins},
};

/// So many lines stand between two signed checkpoints.
pub(super) const CHECKPOINT_EVERY: u64 = Checkpoint::EVERY;

/// The open transaction of one batch, with the end of the chain as of now.
#[derive(Debug)]
pub(super) struct Commit<'a> {
    pub(super) connection: &'a Connection,
    pub(super) notary: &'a Notary,
    pub(super) head: Head,
}

impl<'a> Commit<'a> {
    /// Begins where the chain ends, inside the transaction: other processes write too.
    pub(super) fn begin(connection: &'a Connection, notary: &'a Notary) -> Result<Self, HostFault> {
        Ok(Self { connection, notary, head: head(connection)? })
    }

    /// Writes a line with its notices and its work.
    pub(super) fn append(&mut self, entry: &Entry<crate::hds::Work>) -> Result<Receipt, LedgerFault> {
        if let Some((holder, version)) = &entry.while_current {
            let now = rows::versions(self.connection, holder)?;
            if now.map_or(FactsVersion::default(), |now| now.facts) != *version {
                return Err(LedgerFault::Stale);
            }
        }
        let head = self.write_line(&entry.line)?;
        for notice in &entry.notices {
            self.write_notice(head, notice)?;
        }
        match &entry.work {
            Some(crate::hds::Work::Embedded(work)) => work.commit(self, head)?,
            None => {}
        }
        self.head = head;
        Ok(Receipt { number: head.number })
    }

    /// Goes on from the line that was written last.
    pub(super) fn follow(&mut self, line: &Line) -> Result<(), HostFault> {
        self.head = self.write_line(line)?;
        Ok(())
    }

    fn write_line(&self, line: &Line) -> Result<Head, HostFault> {
        let bytes = serde_json::to_vec(line).map_err(|_| HostFault::Damaged("a line cannot be written"))?;
        let head = link(&self.head, &bytes);
        self.connection
            .prepare_cached(
                "INSERT INTO journal (number, holder, at, request, bytes, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                signed(head.number),
                line.holder.as_ref().map(Ins::token),
                line.at.as_microsecond(),
                line.trace.request.as_bytes(),
                bytes,
                head.hash,
            ])?;
        if head.number.is_multiple_of(CHECKPOINT_EVERY) {
            write_checkpoint(self.connection, &self.notary.sign(head, line.at))?;
        }
        Ok(head)
    }

    fn write_notice(&self, head: Head, notice: &Notice) -> Result<(), HostFault> {
        let reason =
            serde_json::to_string(&notice.reason).map_err(|_| HostFault::Damaged("a notice cannot be written"))?;
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO outbox (line, holder, reason, due) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                signed(head.number),
                notice.holder.token(),
                reason.trim_matches('"'),
                notice.due.as_microsecond(),
            ])?;
        Ok(())
    }
}

/// The end of the chain.
pub(super) fn head(connection: &Connection) -> Result<Head, HostFault> {
    let mut query = connection.prepare_cached("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1")?;
    let head = query.query_row([], |row| Ok(Head { number: unsigned(row, 0)?, hash: row.get(1)? })).optional()?;
    Ok(head.unwrap_or(Head::START))
}

/// Signs the end of the chain, where that is not done yet.
pub(super) fn seal_head(connection: &Connection, notary: &Notary) -> Result<(), HostFault> {
    let head = head(connection)?;
    let mut query = connection.prepare_cached(
        "SELECT at FROM journal WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM checkpoint WHERE number = ?1)",
    )?;
    let at: Option<i64> = query.query_row([signed(head.number)], |row| row.get(0)).optional()?;
    let Some(at) = at else { return Ok(()) };
    let at = jiff::Timestamp::from_microsecond(at).map_err(|_| HostFault::Damaged("a line has no time"))?;
    write_checkpoint(connection, &notary.sign(head, at))
}

fn write_checkpoint(connection: &Connection, checkpoint: &Checkpoint) -> Result<(), HostFault> {
    connection
        .prepare_cached("INSERT INTO checkpoint (number, hash, at, signature) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            signed(checkpoint.head.number),
            checkpoint.head.hash,
            checkpoint.at.as_microsecond(),
            checkpoint.signature,
        ])?;
    Ok(())
}
