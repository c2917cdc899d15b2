//! What one job changes inside the writer's transaction.

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    filing::Work,
    quarantine::Measure,
    rows::{self, Versions, signed, unsigned},
};
use crate::{
    hds::{Document, HostFault},
    journal::{Checkpoint, Entry, Head, LedgerFault, Line, Notary, Notice, Receipt, link},
    record::{
        document::Author,
        facts::{Facts, FactsVersion},
        identity::Ins,
        submission::Submission,
    },
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
            Some(crate::hds::Work::Embedded(work)) => self.file(head, work)?,
            None => {}
        }
        self.head = head;
        Ok(Receipt { number: head.number })
    }

    /// Replaces the facts of a record, opening it where there is none, and writes the line that says so.
    pub(super) fn load(&mut self, holder: &Ins, facts: &Facts, line: &Line) -> Result<FactsVersion, HostFault> {
        let facts = Facts { authors: Vec::new(), ..facts.clone() };
        let json = serde_json::to_string(&facts).map_err(|_| HostFault::Damaged("facts cannot be written"))?;
        let version: i64 = self
            .connection
            .prepare_cached(
                "INSERT INTO holder (ins, facts, authors, facts_version, data_version) VALUES (?1, ?2, '[]', 1, 1)
                 ON CONFLICT (ins) DO UPDATE SET facts = ?2, facts_version = facts_version + 1,
                 data_version = data_version + 1 RETURNING facts_version",
            )?
            .query_row(params![holder.token(), json], |row| row.get(0))?;
        let version = FactsVersion(version.cast_unsigned());
        self.head = self.write_line(&Line { facts: version, ..line.clone() })?;
        Ok(version)
    }

    fn write_line(&self, line: &Line) -> Result<Head, HostFault> {
        let bytes = serde_json::to_vec(line).map_err(|_| HostFault::Damaged("a line cannot be written"))?;
        let head = link(&self.head, &bytes);
        self.connection
            .prepare_cached("INSERT INTO journal (number, holder, at, bytes, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![
                signed(head.number),
                line.holder.as_ref().map(Ins::token),
                line.at.as_microsecond(),
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

    fn file(&self, head: Head, work: &Work) -> Result<(), LedgerFault> {
        let question = &work.question;
        let (Some(holder), Some(submission)) = (&question.holder, work.submission()) else {
            return Err(LedgerFault::Conflict);
        };
        let now = rows::versions(self.connection, holder)?.ok_or(LedgerFault::Conflict)?;
        if !work.still_fits(self.connection, now)? {
            return Err(LedgerFault::Conflict);
        }
        let data = now.data.saturating_add(1);
        self.write_submission(head, now.holder, submission)?;
        work.staged.iter().try_for_each(|measure| self.write_content(measure))?;
        for document in &work.documents {
            self.write_document(Versions { data, ..now }, submission, document)?;
        }
        work.superseded.iter().try_for_each(|document| self.update_document(data, document))?;
        self.write_versions(Versions { data, ..now }, &work.authors, !work.superseded.is_empty())?;
        Ok(())
    }

    fn write_submission(&self, head: Head, holder: i64, submission: &Submission) -> Result<(), HostFault> {
        let entry = serde_json::to_string(&submission.set.entry)
            .map_err(|_| HostFault::Damaged("a submission cannot be written"))?;
        self.connection
            .prepare_cached(
                "INSERT INTO submission (id, holder, identifiers, rendition, received, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                submission.set.entry.id.as_bytes(),
                holder,
                entry,
                submission.set.rendition,
                submission.received.as_microsecond(),
                signed(head.number),
            ])?;
        Ok(())
    }

    fn write_content(&self, measure: &Measure) -> Result<(), HostFault> {
        self.connection
            .prepare_cached("INSERT INTO content (handle, size, sha1, sha256) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![measure.handle.as_bytes(), signed(measure.size), measure.sha1, measure.sha256])?;
        Ok(())
    }

    fn write_document(&self, now: Versions, submission: &Submission, document: &Document) -> Result<(), HostFault> {
        let entry = &document.entry;
        self.connection
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
        let number = self.connection.last_insert_rowid();
        let mut alias =
            self.connection.prepare_cached("INSERT OR IGNORE INTO alias (uuid, document) VALUES (?1, ?2)")?;
        for uuid in &entry.entry_uuids {
            alias.execute(params![uuid.as_bytes(), number])?;
        }
        Ok(())
    }

    fn update_document(&self, data: u64, document: &Document) -> Result<(), HostFault> {
        self.connection
            .prepare_cached("UPDATE document SET entry = ?2, changed = ?3 WHERE id = ?1")?
            .execute(params![document.entry.id.0.as_bytes(), json_of(document)?, signed(data)])?;
        Ok(())
    }

    /// Writes the new version of the record: of the facts too where a status changed or an author is new.
    fn write_versions(&self, now: Versions, filing: &[Author], status_changed: bool) -> Result<(), HostFault> {
        let known = rows::authors(self.connection, now.holder)?;
        let mut authors = known.clone();
        authors.extend_from_slice(filing);
        authors.sort();
        authors.dedup();
        let changed = status_changed || authors != known;
        let facts = now.facts.0.saturating_add(u64::from(changed));
        let authors = serde_json::to_string(&authors).map_err(|_| HostFault::Damaged("authors cannot be written"))?;
        self.connection
            .prepare_cached("UPDATE holder SET authors = ?2, facts_version = ?3, data_version = ?4 WHERE number = ?1")?
            .execute(params![now.holder, authors, signed(facts), signed(now.data)])?;
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

fn json_of(document: &Document) -> Result<String, HostFault> {
    serde_json::to_string(&document.entry).map_err(|_| HostFault::Damaged("a document entry cannot be written"))
}
