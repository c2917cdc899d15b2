use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

pub(crate) mod documents;
mod findings;
mod properties;

/// A quarantine of real files.
pub(crate) struct Files(TempDir);

struct Area {
    path: PathBuf,
    file: File,
    hash: Context,
    head: Vec<u8>,
    size: u64,
    handle: Uuid,
    finished: bool,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn count(&self) -> usize {
        fs::read_dir(self.0.path()).unwrap().count()
    }

    pub(crate) fn bytes(&self, content: &StagedContent) -> Vec<u8> {
        fs::read(self.0.path().join(content.handle.to_string())).unwrap()
    }
}

impl Quarantine for Files {
    fn open(&self) -> io::Result<Box<dyn StagingArea>> {
        let handle = Uuid::new_v4();
        let path = self.0.path().join(handle.to_string());
        let file = File::create(&path)?;
        let hash = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
        Ok(Box::new(Area { path, file, hash, head: Vec::new(), size: 0, handle, finished: false }))
    }

    fn whole(&self, content: &StagedContent) -> io::Result<Vec<u8>> {
        Ok(self.bytes(content))
    }
}

impl Write for Area {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        let room = StagedContent::HEAD - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl StagingArea for Area {
    fn finish(mut self: Box<Self>) -> io::Result<StagedContent> {
        self.finished = true;
        let sha1 = self.hash.clone().finish().as_ref().try_into().unwrap();
        Ok(StagedContent { handle: self.handle, size: self.size, sha1, head: std::mem::take(&mut self.head) })
    }
}

impl Drop for Area {
    fn drop(&mut self) {
        if !self.finished {
            fs::remove_file(&self.path).unwrap();
        }
    }
}

pub(crate) fn read_text(text: &str) -> Result<Intake, Unreadable> {
    read(text.as_bytes(), &Limits::default(), &Files::new())
}

/// The findings as `code place`.
pub(crate) fn findings(result: Result<Intake, Unreadable>) -> Vec<String> {
    match result.unwrap_err() {
        Unreadable::Issues(Issues(issues)) | Unreadable::TooLong(Issues(issues)) => {
            issues.iter().map(|issue| format!("{} {}", issue.diagnosis.code, issue.at)).collect()
        }
        other @ (Unreadable::Cut | Unreadable::Storage(_)) => vec![format!("{other:?}")],
    }
}

/// The JSON files of the official examples, where they are at hand.
pub(crate) fn examples(folders: &[&str], extension: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/examples");
    if !root.is_dir() {
        println!("notice: no ../shared/examples, so the official examples are not tried");
        return Vec::new();
    }
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}
