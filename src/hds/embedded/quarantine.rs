//! The quarantine: content comes in as a stream, is hashed on the way, and waits there for the commit that adopts it.

use std::{
    collections::HashMap,
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use uuid::Uuid;

use super::layout::{Layout, sync_directory};
use crate::{
    hds::Staging,
    record::{document::ContentRef, submission::StagedContent},
};

/// How much is gathered before it is written.
const BUFFER: usize = 128 * 1024;

/// What was measured of staged content on its way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) handle: Uuid,
    pub(super) size: u64,
    pub(super) sha1: [u8; 20],
    pub(super) sha256: [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// At rest; whoever staged it may discard it.
    Waiting,
    /// In the hands of the writer.
    Committing,
    /// In the hands of the writer, and discarded meanwhile: gone unless it is committed.
    Unwanted,
}

/// What lies in the quarantine of this process.
#[derive(Debug)]
pub(super) struct Quarantine {
    layout: Layout,
    staged: Mutex<HashMap<Uuid, (Measure, Stage)>>,
}

impl Quarantine {
    /// An empty one.
    pub(super) fn new(layout: Layout) -> Arc<Self> {
        Arc::new(Self { layout, staged: Mutex::default() })
    }

    /// Opens a place for content that arrives.
    pub(super) fn stage(self: &Arc<Self>) -> io::Result<Stream> {
        let handle = Uuid::new_v4();
        let path = self.layout.quarantined(handle);
        let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        Ok(Stream {
            quarantine: Arc::clone(self),
            handle,
            file: BufWriter::with_capacity(BUFFER, file),
            size: 0,
            sha1: Context::new(&SHA1_FOR_LEGACY_USE_ONLY),
            sha256: Context::new(&SHA256),
            head: Vec::new(),
            kept: false,
        })
    }

    /// All the bytes of content that waits here.
    pub(super) fn whole(&self, content: &StagedContent) -> io::Result<Vec<u8>> {
        let bytes = fs::read(self.layout.quarantined(content.handle))?;
        if bytes.len() as u64 == content.size { Ok(bytes) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// Throws content away, unless a commit has adopted it.
    pub(super) fn discard(&self, handle: Uuid) {
        let mut staged = self.staged();
        match staged.get_mut(&handle) {
            None => return,
            Some((_, stage @ Stage::Committing)) => {
                *stage = Stage::Unwanted;
                return;
            }
            Some((_, Stage::Unwanted)) => return,
            Some((_, Stage::Waiting)) => staged.remove(&handle),
        };
        drop(staged);
        self.remove(handle);
    }

    /// What was measured of content that lies here and is what the entry says.
    pub(super) fn measure(&self, content: &ContentRef) -> Option<Measure> {
        let (measure, _) = *self.staged().get(&content.handle)?;
        (measure.size == content.size && measure.sha1 == content.sha1).then_some(measure)
    }

    /// Hands content over to the writer, all or none; nothing happens where some of it is no longer here.
    pub(super) fn begin(&self, handles: &[Uuid]) -> bool {
        let mut staged = self.staged();
        let here = |handle| matches!(staged.get(handle), Some((_, Stage::Waiting)));
        if !handles.iter().all(here) {
            return false;
        }
        for handle in handles {
            if let Some((_, stage)) = staged.get_mut(handle) {
                *stage = Stage::Committing;
            }
        }
        true
    }

    /// Takes content back that was not committed.
    pub(super) fn give_back(&self, handles: &[Uuid]) {
        for handle in handles {
            let mut staged = self.staged();
            let unwanted = staged.get(handle).is_some_and(|(_, stage)| *stage == Stage::Unwanted);
            if unwanted {
                staged.remove(handle);
                drop(staged);
                self.remove(*handle);
            } else if let Some((_, stage)) = staged.get_mut(handle) {
                *stage = Stage::Waiting;
            }
        }
    }

    /// Moves committed content to its place.
    pub(super) fn adopt(&self, handles: &[Uuid]) {
        self.forget(handles);
        for handle in handles {
            if let Err(error) = self.layout.adopt(*handle) {
                tracing::warn!(handle = %handle, error = %error, "hds.content.not_moved");
            }
        }
    }

    /// Lets go of content of which it is not known yet whether it was committed: nobody may discard it.
    pub(super) fn forget(&self, handles: &[Uuid]) {
        let mut staged = self.staged();
        for handle in handles {
            staged.remove(handle);
        }
    }

    /// Removes a file that no commit adopted.
    pub(super) fn remove(&self, handle: Uuid) {
        if let Err(error) = fs::remove_file(self.layout.quarantined(handle)) {
            tracing::warn!(handle = %handle, error = %error, "hds.quarantine.not_removed");
        }
    }

    fn staged(&self) -> MutexGuard<'_, HashMap<Uuid, (Measure, Stage)>> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Content on its way in.
pub(super) struct Stream {
    quarantine: Arc<Quarantine>,
    handle: Uuid,
    file: BufWriter<File>,
    size: u64,
    sha1: Context,
    sha256: Context,
    head: Vec<u8>,
    kept: bool,
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        let bytes = bytes.get(..written).unwrap_or_default();
        self.sha1.update(bytes);
        self.sha256.update(bytes);
        self.size += written as u64;
        let room = StagedContent::HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Staging for Stream {
    fn finish(mut self: Box<Self>) -> io::Result<StagedContent> {
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        sync_directory(&self.quarantine.layout.quarantine())?;
        let measure = self.measure();
        self.quarantine.staged().insert(self.handle, (measure, Stage::Waiting));
        self.kept = true;
        let Measure { handle, size, sha1, .. } = measure;
        Ok(StagedContent { handle, size, sha1, head: std::mem::take(&mut self.head) })
    }
}

impl Stream {
    fn measure(&self) -> Measure {
        let mut measure = Measure { handle: self.handle, size: self.size, sha1: [0; 20], sha256: [0; 32] };
        measure.sha1.copy_from_slice(self.sha1.clone().finish().as_ref());
        measure.sha256.copy_from_slice(self.sha256.clone().finish().as_ref());
        measure
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if !self.kept {
            self.quarantine.remove(self.handle);
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stream({})", self.handle)
    }
}
