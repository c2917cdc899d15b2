//! `record import`: the operator opens records and loads facts from a file.

use std::{
    fs::File,
    io::{BufReader, Write},
    path::Path,
    process::ExitCode,
};

use jiff::Timestamp;
use serde::Deserialize;

use super::{Ended, serve};
use crate::{
    config::{Config, Environment},
    hds::{Host, HostFault},
    record::{facts::Facts, identity::Ins},
};

/// A file of records.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Records {
    /// The records.
    pub records: Vec<Record>,
}

/// One record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The holder, `system|matricule`.
    pub holder: Ins,
    /// The facts; those that stand in the host are replaced.
    pub facts: Facts,
}

/// Why a file was not imported. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The text is no JSON, or not of the shape of [`Records`]: what is wrong and where, without what stands there.
    #[error("{0}")]
    Unreadable(String),
    /// An identity of the wrong environment.
    #[error("record {0}: the holder's identity does not belong to this environment")]
    WrongEnvironment(usize),
    /// A record without the holder's birth date.
    #[error("record {0}: facts.holder is missing")]
    NoHolder(usize),
}

/// Imports a file: every record, or none of them where the file itself is wrong.
///
/// # Errors
/// The file is wrong, or the host cannot be written.
pub fn run(config: &Path, file: &Path, out: &mut dyn Write) -> Ended {
    let config = Config::read(config)?;
    let read = serde_json::from_reader(BufReader::new(File::open(file)?));
    let records: Records = read.map_err(|fault| ImportError::Unreadable(told(&fault)))?;
    check(&records, config.environment)?;
    let host = serve::open_host(&config)?;
    let count = records.records.len();
    actix_web::rt::System::new().block_on(load(&host, records, Timestamp::now()))?;
    writeln!(out, "{count} records imported")?;
    Ok(ExitCode::SUCCESS)
}

/// The reader's words without those of the file, which they repeat: `unknown field, expected ... at line 1 column 9`.
fn told(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    let repeats = ["unknown ", "invalid type", "invalid value"].iter().any(|start| text.starts_with(start));
    let expected = text.rfind(", expected").and_then(|at| text.get(at..));
    match (text.split([':', '`']).next(), expected) {
        (Some(kind), Some(expected)) if repeats => format!("{}{expected}", kind.trim_end()),
        _ if repeats || text.contains('"') => {
            format!("no such value belongs at line {} column {}", fault.line(), fault.column())
        }
        _ => text,
    }
}

fn check(records: &Records, environment: Environment) -> Result<(), ImportError> {
    for (at, record) in records.records.iter().enumerate() {
        if record.holder.system().is_production() != (environment == Environment::Production) {
            return Err(ImportError::WrongEnvironment(at));
        }
        if record.facts.holder.is_none() {
            return Err(ImportError::NoHolder(at));
        }
    }
    Ok(())
}

/// Loads records into a host, each with its line in the journal.
///
/// # Errors
/// The host cannot be written.
pub async fn load(host: &Host, records: Records, at: Timestamp) -> Result<(), HostFault> {
    for record in records.records {
        host.load(&record.holder, record.facts, at).await?;
    }
    host.close().await
}

#[cfg(test)]
mod tests;
