//! The embedded host: one machine, SQLite in WAL mode with full sync, one writer thread with group commit, content in files.
//!
//! A line and its work are one transaction; content is adopted by the commit that names it, and moved to its place after. What
//! was read is kept in memory, and used only while the stored version is the same. Several programs may use one directory.

mod acts;
mod amending;
mod chain;
mod commit;
mod deeds;
mod effects;
mod filing;
mod layout;
mod lists;
mod loading;
mod memory;
mod paging;
mod proven;
mod quarantine;
mod readers;
mod redaction;
mod rows;
mod schema;
mod shelf;
mod store;
mod traces;
mod trouble;
mod versions;
mod work;
mod writer;
mod written;

#[cfg(test)]
mod tests;

use std::{
    fmt,
    fs::File,
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

pub use work::Work;

use self::{
    layout::Layout,
    quarantine::Quarantine,
    store::Store,
    trouble::unavailable,
    writer::{Job, Loading, Spending, Writer},
};
use super::{Found, HostFault, Staging, Thing};
use crate::{
    journal::{Break, Disclosure, Entry, Head, LedgerFault, Line, Link, Outcome, Receipt, Sealed, Trace, Verdict},
    policy::Permit,
    record::{
        caller::Who,
        code::Identifier,
        document::DocumentId,
        facts::{Facts, FactsVersion},
        identity::Ins,
        submission::StagedContent,
    },
};

/// What an operator may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// So many records are kept in memory at most.
    pub cached_records: usize,
    /// So many bytes of documents' metadata are kept in memory at most.
    pub cached_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { cached_records: 1024, cached_bytes: 24 * 1024 * 1024 }
    }
}

/// The embedded host.
pub struct Embedded {
    store: Arc<Store>,
    quarantine: Arc<Quarantine>,
    jobs: mpsc::Sender<Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
    secret: [u8; 32],
    _presence: File,
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Embedded")
    }
}

impl Embedded {
    /// Opens the host in that directory, and makes it where there is none. The journal's last lines are proven. Blocking.
    ///
    /// # Errors
    /// The directory cannot be written, or holds something else; the journal's last lines do not hold, or its key is gone.
    pub fn open(dir: &Path, options: Options) -> Result<Arc<Self>, HostFault> {
        let layout = Layout::of(dir);
        layout.make()?;
        let mut connection = schema::open_writer(&layout.database())?;
        let sweep = || {
            schema::prepare(&mut connection)?;
            layout
                .quarantined_handles()?
                .into_iter()
                .try_for_each(|handle| writer::settle(&connection, &layout, handle))
        };
        let presence = layout.enter(sweep)?;
        schema::check_version(&connection)?;
        let secret = schema::secret(&connection)?;
        let quarantine = Quarantine::new(layout.clone());
        let notary = layout.notary(chain::has_checkpoints(&connection)?)?;
        chain::prove_tail(&connection, &notary)?;
        let (jobs, thread) = Writer::start(layout.clone(), Arc::clone(&quarantine), notary, connection)?;
        let store = Arc::new(Store::new(layout, Arc::clone(&quarantine), options));
        let thread = Mutex::new(Some(thread));
        Ok(Arc::new(Self { store, quarantine, jobs, thread, secret, _presence: presence }))
    }

    /// The facts of a record, as of now; those of no record where there is none.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn facts(&self, holder: &Ins) -> Result<Arc<Facts>, HostFault> {
        if let Some(facts) = self.store.glance_at_facts(holder)? {
            return Ok(facts);
        }
        let holder = holder.clone();
        self.blocking(move |store| store.read_facts(&holder)).await
    }

    /// Whose record holds a document of that id.
    ///
    /// # Errors
    /// The host cannot be read.
    // One look at an index: quicker than to hand it to another thread.
    #[expect(clippy::unused_async, reason = "the contract of all hosts")]
    pub async fn holder_of(&self, document: DocumentId) -> Result<Option<Ins>, HostFault> {
        self.store.holder_of(document)
    }

    /// Whose record holds the caller's own document of that name, else the only one.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn holder_called(&self, name: &Identifier, who: &Who) -> Result<Option<Ins>, HostFault> {
        let (name, who) = (name.clone(), who.clone());
        self.blocking(move |store| store.holder_called(&name, &who)).await
    }

    /// Whose record holds a list, a consent, a care team or a trace.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn holder_of_thing(&self, thing: Thing) -> Result<Option<Ins>, HostFault> {
        self.blocking(move |store| store.holder_of_thing(thing)).await
    }

    /// Does what the permit permits and seals what it found.
    ///
    /// # Errors
    /// The host cannot be read, or the submission clashes with what is stored.
    pub async fn perform(&self, permit: &Permit) -> Result<Sealed<Found, super::Work>, HostFault> {
        if let Some(found) = self.store.glance(permit)? {
            return Ok(Sealed::read(found));
        }
        let permit = permit.clone();
        let (found, work) = self.blocking(move |store| store.perform(&permit)).await?;
        Ok(match work {
            Some(work) => Sealed::write(found, super::Work::Embedded(work)),
            None => Sealed::read(found),
        })
    }

    /// Commits the entry; returns when it is durable.
    ///
    /// # Errors
    /// The facts or the record have changed, or the journal cannot be written. Nothing of the entry is kept.
    pub async fn append(&self, entry: Entry<super::Work>) -> Result<Receipt, LedgerFault> {
        self.ask(|reply| Job::Append(Box::new(entry), reply)).await?
    }

    /// Notes that an assertion served; false where it had before.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn spend(&self, assertion: [u8; 32], ends: Timestamp, at: Timestamp) -> Result<bool, HostFault> {
        self.ask(|reply| Job::Spend(Spending { assertion, ends, at }, reply)).await?
    }

    /// Replaces the facts of a record, all but the authors, and opens it where there is none. The journal says so in the same
    /// transaction.
    ///
    /// # Errors
    /// The host cannot be written.
    pub async fn load(&self, holder: &Ins, facts: Facts, at: Timestamp) -> Result<FactsVersion, HostFault> {
        let line = import_line(holder, at);
        let loading = Loading { holder: holder.clone(), facts, line };
        self.ask(|reply| Job::Load(Box::new(loading), reply)).await?
    }

    /// Opens a place in the quarantine for content that arrives; blocking.
    ///
    /// # Errors
    /// The host cannot be written.
    pub fn stage(&self) -> io::Result<Box<dyn Staging>> {
        Ok(Box::new(self.quarantine.stage()?))
    }

    /// All the bytes of staged content.
    ///
    /// # Errors
    /// They cannot be read, or are fewer or more.
    pub fn staged(&self, content: &StagedContent) -> io::Result<Vec<u8>> {
        self.quarantine.whole(content)
    }

    /// Discards staged content. What a commit adopted, or is about to, is left alone.
    pub fn discard(&self, staged: &[StagedContent]) {
        staged.iter().for_each(|staged| self.quarantine.discard(staged.handle));
    }

    /// Whether the host can be read and written now: both are done.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), HostFault> {
        self.blocking(Store::check).await?;
        self.ask(Job::Probe).await?
    }

    /// Thirty-two random bytes of this host, the same for ever, to sign what goes out and comes back.
    pub const fn secret(&self) -> [u8; 32] {
        self.secret
    }

    /// How many notices wait to be delivered, to that holder or to all.
    ///
    /// # Errors
    /// The host cannot be read.
    pub async fn outbox_pending(&self, holder: Option<&Ins>) -> Result<u64, HostFault> {
        let holder = holder.cloned();
        self.blocking(move |store| store.outbox_pending(holder.as_ref())).await
    }

    /// At most so many lines of the journal, from that number on. Blocking.
    ///
    /// # Errors
    /// The host cannot be read.
    pub fn lines(&self, from: u64, limit: usize) -> Result<Vec<Link>, HostFault> {
        self.store.lines(from, limit)
    }

    /// At most so many lines of the journal of the host in that directory, from that number on, also while it is in use. Nothing is changed,
    /// not even a schema of before. Blocking.
    ///
    /// # Errors
    /// The host cannot be read.
    pub fn read_lines(dir: &Path, from: u64, limit: usize) -> Result<Vec<Link>, HostFault> {
        let connection = schema::open_reader(&Layout::of(dir).database())?;
        schema::check_readable(&connection)?;
        chain::lines(&connection, from, limit)
    }

    /// Proves the journal of the host in that directory, also while it is in use, and that it passes through a head that was kept
    /// elsewhere. Blocking; reads it all.
    ///
    /// # Errors
    /// The host cannot be read. Inside: the first line that does not hold.
    pub fn verify(dir: &Path, kept: Option<Head>) -> Result<Result<Verdict, Break>, HostFault> {
        chain::verify(&Layout::of(dir), kept)
    }

    /// Stops cleanly: commits what waits, signs the head of the journal, and folds the log into the database.
    ///
    /// # Errors
    /// The host cannot be written; nothing that was acknowledged is lost.
    pub async fn close(&self) -> Result<(), HostFault> {
        let closed = self.ask(Job::Close).await?;
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            thread.join().map_err(|_| unavailable("the writer has failed"))?;
        }
        closed
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, HostFault> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).await.map_err(|_| unavailable("the host is closed"))?;
        answer.await.map_err(|_| unavailable("the host is closed"))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Store) -> Result<T, HostFault> + Send + 'static,
    ) -> Result<T, HostFault> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || look(&store)).await.map_err(unavailable)?
    }
}

fn import_line(holder: &Ins, at: Timestamp) -> Line {
    Line {
        format: 1,
        at,
        trace: Trace {
            request: Uuid::new_v4(),
            correlation: None,
            transaction: "import".to_owned(),
            raw: String::new(),
            peer: None,
        },
        actor: None,
        act: "import".to_owned(),
        holder: Some(holder.clone()),
        document: None,
        thing: None,
        outcome: Outcome::Done,
        provisions: Vec::new(),
        facts: FactsVersion::default(),
        disclosed: Disclosure::default(),
    }
}
