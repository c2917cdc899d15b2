//! What `check` says of the folders that the gateway writes.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use crate::{
    config::{Config, HostConfig},
    tls::{Finding, Severity},
};

/// Checks the folder of the host, whose database is only read here; that of fetched lists, without which the gateway does not start; and
/// that of issuers' keys, without which they are lost with the process.
pub fn check(config: &Config) -> Vec<Finding> {
    let lists = config.tls.fetch.as_ref().map(|fetch| ("tls.fetch.folder", &fetch.folder, Severity::Fatal));
    let keys = config.tokens.cache.as_ref().map(|folder| ("tokens.cache", folder, Severity::Warning));
    let HostConfig::Embedded { path } = &config.host;
    let host = std::iter::once(("host.path", path, Severity::Fatal));
    let faults = host.chain(lists).chain(keys).filter_map(|(member, folder, severity)| {
        let error = try_writing(folder).err()?;
        let text = format!("{member}: {} cannot be made or written: {error}", folder.display());
        Some(Finding { severity, text })
    });
    faults.collect()
}

/// Writes a file of no content and takes it away again: in the folder, or where that is missing in the one that it would be made in. Rights
/// alone do not tell: a file system may be full, or for reading only.
fn try_writing(folder: &Path) -> io::Result<()> {
    let place = folder.ancestors().find(|place| place.symlink_metadata().is_ok()).unwrap_or(Path::new("."));
    let probe = place.join(format!(".dmp-gateway-check.{}", std::process::id()));
    File::create_new(&probe)?;
    fs::remove_file(probe)
}

#[cfg(test)]
mod tests;
