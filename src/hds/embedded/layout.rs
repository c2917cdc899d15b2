//! The directory of the host: what lies where, who may open it, and who sweeps it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::{hds::HostFault, journal::Notary};

/// The paths of one host.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The host in that directory.
    pub(super) fn of(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Makes what is missing, open to this user alone.
    pub(super) fn make(&self) -> io::Result<()> {
        for directory in [self.root.clone(), self.quarantine(), self.root.join("content")] {
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        }
        // SQLite gives its other files the mode of the database.
        OpenOptions::new().create(true).append(true).mode(0o600).open(self.database())?;
        sync_directory(&self.root)
    }

    /// The database.
    pub(super) fn database(&self) -> PathBuf {
        self.root.join("host.sqlite")
    }

    /// Where content waits for the commit that adopts it.
    pub(super) fn quarantine(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// Content on its way, or committed and not yet moved.
    pub(super) fn quarantined(&self, handle: Uuid) -> PathBuf {
        self.quarantine().join(handle.simple().to_string())
    }

    /// Adopted content, in one of 256 directories.
    pub(super) fn adopted(&self, handle: Uuid) -> PathBuf {
        let name = handle.simple().to_string();
        let shard = name.get(..2).unwrap_or_default().to_owned();
        self.root.join("content").join(shard).join(name)
    }

    /// Moves committed content to its place. Where that fails nothing is lost: it is found in the quarantine, and moved at the next start.
    pub(super) fn adopt(&self, handle: Uuid) -> io::Result<()> {
        let (from, to) = (self.quarantined(handle), self.adopted(handle));
        match fs::rename(&from, &to) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let shard = to.parent().unwrap_or(&self.root);
                DirBuilder::new().recursive(true).mode(0o700).create(shard)?;
                fs::rename(&from, &to)
            }
            done => done,
        }
    }

    /// Opens committed content, wherever it lies now.
    pub(super) fn open_content(&self, handle: Uuid) -> io::Result<File> {
        let (adopted, quarantined) = (self.adopted(handle), self.quarantined(handle));
        // The last look is for content that moved between the first two.
        File::open(&adopted).or_else(|_| File::open(quarantined)).or_else(|_| File::open(adopted))
    }

    /// The handles in the quarantine. Other files there are of no one, and are removed.
    pub(super) fn quarantined_handles(&self) -> io::Result<Vec<Uuid>> {
        let mut handles = Vec::new();
        for file in fs::read_dir(self.quarantine())? {
            let file = file?;
            match file.file_name().to_str().and_then(|name| Uuid::try_parse(name).ok()) {
                Some(handle) => handles.push(handle),
                None => fs::remove_file(file.path())?,
            }
        }
        Ok(handles)
    }

    /// The signer of the journal, whose key is made at the first start, and never again: not where checkpoints were signed with one
    /// that is gone.
    pub(super) fn notary(&self, has_checkpoints: bool) -> Result<Notary, HostFault> {
        let path = self.key();
        if !path.exists() && !has_checkpoints {
            let key = Notary::new_key().map_err(io::Error::other)?;
            write_secret(&self.root, &path, &key)?;
        }
        self.present_notary()
    }

    /// The signer of the journal, whose key must be there.
    pub(super) fn present_notary(&self) -> Result<Notary, HostFault> {
        if !self.key().exists() {
            return Err(HostFault::Damaged("journal.key is missing: bring it back from the backup"));
        }
        let key = fs::read(self.key())?;
        Notary::with_key(&key).map_err(|_| HostFault::Damaged("journal.key cannot be read"))
    }

    fn key(&self) -> PathBuf {
        self.root.join("journal.key")
    }

    /// Takes part in the use of the directory. Whoever finds it unused sweeps it first; the others wait until that is done.
    pub(super) fn enter<E: From<io::Error>>(&self, sweep: impl FnOnce() -> Result<(), E>) -> Result<File, E> {
        let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(self.root.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {
                sweep()?;
                lock.unlock()?;
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        lock.lock_shared()?;
        Ok(lock)
    }
}

/// Makes the names in a directory durable.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Writes whole or not at all: two programs that start at once end with one key.
fn write_secret(root: &Path, path: &Path, secret: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(Uuid::new_v4().simple().to_string());
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft)?;
    file.write_all(secret)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => sync_directory(root),
    }
}
