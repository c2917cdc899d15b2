//! The one writer: a thread that commits whatever waits in one transaction, and answers when it is durable.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{
    commit::{Commit, seal_head},
    layout::Layout,
    loading,
    quarantine::Quarantine,
    schema::open_writer,
    trouble::{is_of_one_job, unavailable},
};
use crate::{
    hds::{HostFault, Work},
    journal::{Entry, LedgerFault, Line, Notary, Receipt},
    record::{
        facts::{Facts, FactsVersion},
        identity::Ins,
    },
};

/// So many jobs share one commit at most.
const BATCH: usize = 512;

/// So many jobs may wait before callers do.
const QUEUE: usize = 2048;

/// Facts to load, with the line that says so.
#[derive(Debug)]
pub(super) struct Loading {
    pub(super) holder: Ins,
    pub(super) facts: Facts,
    pub(super) line: Line,
}

/// An assertion that is about to serve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spending {
    pub(super) assertion: [u8; 32],
    pub(super) ends: Timestamp,
    pub(super) at: Timestamp,
}

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Job {
    /// Append to the ledger.
    Append(Box<Entry<Work>>, oneshot::Sender<Result<Receipt, LedgerFault>>),
    /// Load facts.
    Load(Box<Loading>, oneshot::Sender<Result<FactsVersion, HostFault>>),
    /// Note that an assertion served, unless it had before.
    Spend(Spending, oneshot::Sender<Result<bool, HostFault>>),
    /// Show that it can write.
    Probe(oneshot::Sender<Result<(), HostFault>>),
    /// Sign the head, fold the log into the database, and end.
    Close(oneshot::Sender<Result<(), HostFault>>),
}

/// A job that was done, as far as its batch is.
enum Done {
    Append(oneshot::Sender<Result<Receipt, LedgerFault>>, Result<Receipt, LedgerFault>, Vec<Uuid>),
    Load(oneshot::Sender<Result<FactsVersion, HostFault>>, Result<FactsVersion, HostFault>),
    Spend(oneshot::Sender<Result<bool, HostFault>>, Result<bool, HostFault>),
    Probe(oneshot::Sender<Result<(), HostFault>>, Result<(), HostFault>),
}

/// Why a whole batch was not committed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("nothing could be committed: {0}")]
struct BatchFault(Arc<HostFault>);

/// The thread's own things.
#[derive(Debug)]
pub(super) struct Writer {
    layout: Layout,
    quarantine: Arc<Quarantine>,
    notary: Notary,
    connection: Option<Connection>,
    /// Content whose commit failed: the log alone knows whether it was committed, once it has been read again.
    doubtful: Vec<Uuid>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(
        layout: Layout,
        quarantine: Arc<Quarantine>,
        notary: Notary,
        connection: Connection,
    ) -> std::io::Result<(mpsc::Sender<Job>, JoinHandle<()>)> {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let writer = Self { layout, quarantine, notary, connection: Some(connection), doubtful: Vec::new() };
        let thread = thread::Builder::new().name("hds-writer".to_owned()).spawn(move || writer.run(waiting))?;
        Ok((jobs, thread))
    }

    fn run(mut self, mut waiting: mpsc::Receiver<Job>) {
        let mut closing = Vec::new();
        let mut batch = Vec::new();
        while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
            let mut work = Vec::with_capacity(batch.len());
            for job in batch.drain(..) {
                match job {
                    Job::Close(reply) => {
                        waiting.close();
                        closing.push(reply);
                    }
                    Job::Append(..) | Job::Load(..) | Job::Spend(..) | Job::Probe(..) => work.push(job),
                }
            }
            self.commit(work);
        }
        let closed = if closing.is_empty() { Ok(()) } else { self.close().map_err(Arc::new) };
        for reply in closing {
            let _ = reply.send(closed.clone().map_err(|fault| unavailable(BatchFault(fault))));
        }
    }

    fn commit(&mut self, jobs: Vec<Job>) {
        let mut done = Vec::with_capacity(jobs.len());
        match self.try_commit(jobs, &mut done) {
            Ok(()) => done.into_iter().for_each(|done| done.tell(&self.quarantine)),
            Err(fault) => {
                tracing::error!(error = %fault, source = ?fault, "hds.commit.failed");
                self.connection = None;
                let fault = BatchFault(Arc::new(fault));
                for done in done {
                    self.doubtful.extend(done.fail(&fault, &self.quarantine));
                }
            }
        }
    }

    /// Does all jobs in one transaction. Each job is in `done` whatever happens.
    fn try_commit(&mut self, jobs: Vec<Job>, done: &mut Vec<Done>) -> Result<(), HostFault> {
        let opened = self.open();
        let mut jobs = jobs.into_iter();
        let result = opened.and_then(|()| {
            let connection = self.connection.as_mut().ok_or_else(|| unavailable("there is no connection"))?;
            let batch = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut commit = Commit::begin(&batch, &self.notary)?;
            for job in jobs.by_ref() {
                done.extend(do_job(job, &mut commit, &self.quarantine));
                if let Some(fault) = done.last_mut().and_then(Done::take_fault) {
                    return Err(fault);
                }
                if batch.is_autocommit() {
                    return Err(unavailable("the database gave up the transaction"));
                }
            }
            Ok(batch.commit()?)
        });
        done.extend(jobs.filter_map(undone));
        result
    }

    /// Opens the database again after a fault, and finds out what became of the content in doubt.
    fn open(&mut self) -> Result<(), HostFault> {
        if self.connection.is_some() {
            return Ok(());
        }
        let connection = open_writer(&self.layout.database())?;
        for handle in &self.doubtful {
            settle(&connection, &self.layout, *handle)?;
        }
        self.doubtful.clear();
        self.connection = Some(connection);
        Ok(())
    }

    fn close(&mut self) -> Result<(), HostFault> {
        self.open()?;
        let connection = self.connection.take().ok_or_else(|| unavailable("there is no connection"))?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        seal_head(&connection, &self.notary)?;
        connection.execute_batch("COMMIT")?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// Adopts content that a commit named, and removes what none did.
pub(super) fn settle(connection: &Connection, layout: &Layout, handle: Uuid) -> Result<(), HostFault> {
    let mut query = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM content WHERE handle = ?1)")?;
    let committed = query.query_row([handle.as_bytes()], |row| row.get(0))?;
    let moved = if committed { layout.adopt(handle) } else { std::fs::remove_file(layout.quarantined(handle)) };
    if let Err(error) = moved {
        tracing::warn!(handle = %handle, committed, error = %error, "hds.content.not_settled");
    }
    Ok(())
}

fn do_job(job: Job, commit: &mut Commit<'_>, quarantine: &Quarantine) -> Option<Done> {
    match job {
        Job::Append(entry, reply) => {
            let handles = entry.work.as_ref().map(|Work::Embedded(work)| work.handles()).unwrap_or_default();
            if !quarantine.begin(&handles) {
                return Some(Done::Append(reply, Err(LedgerFault::Conflict), Vec::new()));
            }
            let result = if entry.work.is_some() {
                apart(commit, |commit| commit.append(&entry))
            } else {
                commit.append(&entry)
            };
            Some(Done::Append(reply, result, handles))
        }
        Job::Load(loading, reply) => {
            let result = loading::load(commit, &loading.holder, &loading.facts, &loading.line);
            Some(Done::Load(reply, result))
        }
        Job::Spend(spending, reply) => Some(Done::Spend(reply, spend(commit.connection, &spending))),
        Job::Probe(reply) => {
            let probe = "INSERT INTO meta (name, value) VALUES ('probe', ?1) ON CONFLICT DO UPDATE SET value = ?1";
            let written = commit.connection.execute(probe, params![Uuid::new_v4().as_bytes()]);
            Some(Done::Probe(reply, written.map(|_| ()).map_err(HostFault::from)))
        }
        Job::Close(_) => None,
    }
}

/// For so long after its end an assertion is remembered, in case the clock is set back.
const BEYOND_THE_END: SignedDuration = SignedDuration::from_mins(10);

fn spend(connection: &Connection, spending: &Spending) -> Result<bool, HostFault> {
    let over = spending.at.saturating_sub(BEYOND_THE_END).unwrap_or(Timestamp::MIN);
    connection.prepare_cached("DELETE FROM used_assertion WHERE ends < ?1")?.execute([over.as_microsecond()])?;
    let noted = connection
        .prepare_cached("INSERT INTO used_assertion (id, ends) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![spending.assertion, spending.ends.as_microsecond()])?;
    Ok(noted == 1)
}

/// Does one job so that nothing of it remains where it fails.
fn apart<T>(
    commit: &mut Commit<'_>,
    job: impl FnOnce(&mut Commit<'_>) -> Result<T, LedgerFault>,
) -> Result<T, LedgerFault> {
    let run = |sql| -> Result<(), LedgerFault> {
        commit.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    };
    run("SAVEPOINT job")?;
    let connection = commit.connection;
    let result = job(commit);
    if result.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK TO job")?;
    }
    if !connection.is_autocommit() {
        connection.prepare_cached("RELEASE job")?.execute([])?;
    }
    match result {
        Err(LedgerFault::Unavailable(reason)) if is_of_one_job(reason.as_ref()) => Err(LedgerFault::Conflict),
        result => result,
    }
}

fn undone(job: Job) -> Option<Done> {
    let nothing = || unavailable("nothing was tried");
    match job {
        Job::Append(_, reply) => Some(Done::Append(reply, Err(nothing().into()), Vec::new())),
        Job::Load(_, reply) => Some(Done::Load(reply, Err(nothing()))),
        Job::Spend(_, reply) => Some(Done::Spend(reply, Err(nothing()))),
        Job::Probe(reply) => Some(Done::Probe(reply, Err(nothing()))),
        Job::Close(_) => None,
    }
}

impl Done {
    /// The fault of the medium that this job met, after which nothing of the batch can be committed.
    fn take_fault(&mut self) -> Option<HostFault> {
        let nothing = "the batch was given up";
        match self {
            // Damage of one record is met in its own savepoint and concerns no other job.
            Self::Append(_, Err(LedgerFault::Unavailable(reason)), _) if reason.is::<HostFault>() => None,
            Self::Append(_, result @ Err(LedgerFault::Unavailable(_)), _) => {
                match std::mem::replace(result, Err(LedgerFault::Unavailable(nothing.into()))) {
                    Err(LedgerFault::Unavailable(reason)) => Some(HostFault::Unavailable(reason)),
                    Ok(_) | Err(LedgerFault::Stale | LedgerFault::Conflict) => None,
                }
            }
            Self::Load(_, result @ Err(_)) => std::mem::replace(result, Err(unavailable(nothing))).err(),
            Self::Spend(_, result @ Err(_)) => std::mem::replace(result, Err(unavailable(nothing))).err(),
            Self::Probe(_, result @ Err(_)) => std::mem::replace(result, Err(unavailable(nothing))).err(),
            Self::Append(..) | Self::Load(..) | Self::Spend(..) | Self::Probe(..) => None,
        }
    }

    /// Answers after the commit.
    fn tell(self, quarantine: &Quarantine) {
        match self {
            Self::Append(reply, result, handles) => {
                match &result {
                    Ok(_) => quarantine.adopt(&handles),
                    Err(_) => quarantine.give_back(&handles),
                }
                let _ = reply.send(result);
            }
            Self::Load(reply, result) => drop(reply.send(result)),
            Self::Spend(reply, result) => drop(reply.send(result)),
            Self::Probe(reply, result) => drop(reply.send(result)),
        }
    }

    /// Answers after a commit that failed, and gives back the handles in doubt.
    fn fail(self, fault: &BatchFault, quarantine: &Quarantine) -> Vec<Uuid> {
        match self {
            Self::Append(reply, Ok(_), handles) => {
                quarantine.forget(&handles);
                let _ = reply.send(Err(LedgerFault::Unavailable(Box::new(fault.clone()))));
                return handles;
            }
            Self::Append(reply, Err(own), handles) => {
                quarantine.give_back(&handles);
                let _ = reply.send(Err(match own {
                    LedgerFault::Unavailable(_) => LedgerFault::Unavailable(Box::new(fault.clone())),
                    LedgerFault::Stale | LedgerFault::Conflict => own,
                }));
            }
            Self::Load(reply, _) => drop(reply.send(Err(unavailable(fault.clone())))),
            Self::Spend(reply, _) => drop(reply.send(Err(unavailable(fault.clone())))),
            Self::Probe(reply, _) => drop(reply.send(Err(unavailable(fault.clone())))),
        }
        Vec::new()
    }
}
