//! The folder of the last good lists: one file for each address, written whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA256, digest};

/// The ending of a kept list.
const ENDING: &str = "crl";

/// The folder.
#[derive(Debug)]
pub struct Shelf(PathBuf);

impl Shelf {
    /// Opens the folder, made where it is missing.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self(folder.to_owned()))
    }

    /// Keeps what came from an address, in the place of what came before.
    pub fn keep(&self, url: &str, bytes: &[u8]) -> io::Result<()> {
        let name: String = digest(&SHA256, url.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let (path, draft) = (self.0.join(format!("{name}.{ENDING}")), self.0.join(format!("{name}.new")));
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(draft, path)?;
        File::open(&self.0)?.sync_all()
    }
}

/// The files of kept lists; none where there is no folder yet.
pub fn kept_lists(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut lists: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|ending| ending == ENDING)).collect();
    lists.sort();
    lists
}
