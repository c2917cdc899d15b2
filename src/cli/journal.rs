//! `journal verify` and `journal export`: the journal proven and read from outside, also beside a serving gateway.

use std::{io::Write, path::Path, process::ExitCode};

use super::Ended;
use crate::{
    config::{Config, HostConfig},
    hds::embedded::Embedded,
    journal::{self, Head},
    record::unhex,
};

/// Lines read at a time.
const PORTION: usize = 1000;

/// Proves the chain.
///
/// # Errors
/// The journal cannot be read.
pub fn verify(config: &Path, kept: Option<Head>, out: &mut dyn Write) -> Ended {
    let HostConfig::Embedded { path } = Config::read(config)?.host;
    match Embedded::verify(&path, kept)? {
        Ok(verdict) => {
            writeln!(out, "the journal is whole: {verdict}")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(broken) => {
            writeln!(out, "the journal is BROKEN at {broken}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Reads a head as `NUMBER:HASH`.
///
/// # Errors
/// It is none.
pub fn head_of(text: &str) -> Result<Head, &'static str> {
    let wrong = "a head is NUMBER:HASH, as `journal verify` prints it";
    let (number, hash) = text.split_once(':').ok_or(wrong)?;
    let hash = unhex(hash).and_then(|bytes| bytes.try_into().ok()).ok_or(wrong)?;
    Ok(Head { number: number.parse().map_err(|_| wrong)?, hash })
}

/// Prints all lines.
///
/// # Errors
/// The journal cannot be read.
pub fn export(config: &Path, out: &mut dyn Write) -> Ended {
    let HostConfig::Embedded { path } = Config::read(config)?.host;
    let mut from = 1;
    loop {
        let links = Embedded::read_lines(&path, from, PORTION)?;
        let Some(last) = links.last() else { return Ok(ExitCode::SUCCESS) };
        from = last.number.saturating_add(1);
        for link in &links {
            journal::export(link, out)?;
        }
    }
}
