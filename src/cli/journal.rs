//! `journal verify` and `journal export`: the journal proven and read from outside.

use std::{io::Write, path::Path, process::ExitCode};

use super::{Ended, serve};
use crate::{config::Config, record::hex};

/// Proves the chain.
///
/// # Errors
/// The journal cannot be read.
pub fn verify(config: &Path, out: &mut dyn Write) -> Ended {
    let host = serve::open_host(&Config::read(config)?)?;
    match host.verify_journal()? {
        Ok(verdict) => {
            writeln!(out, "the journal is whole: {} lines, head {}", verdict.count, hex(&verdict.head.hash))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(broken) => {
            writeln!(out, "the journal is BROKEN: {broken}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Prints all lines.
///
/// # Errors
/// The journal cannot be read.
pub fn export(config: &Path, out: &mut dyn Write) -> Ended {
    let host = serve::open_host(&Config::read(config)?)?;
    host.export_journal(out)?;
    Ok(ExitCode::SUCCESS)
}
