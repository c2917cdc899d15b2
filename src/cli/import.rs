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
    let records: Records = serde_json::from_reader(BufReader::new(File::open(file)?))?;
    check(&records, config.environment)?;
    let host = serve::open_host(&config)?;
    let count = records.records.len();
    actix_web::rt::System::new().block_on(load(&host, records, Timestamp::now()))?;
    writeln!(out, "{count} records imported")?;
    Ok(ExitCode::SUCCESS)
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
