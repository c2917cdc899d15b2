//! The database: its schema, and how connections are opened.

use std::{path::Path, time::Duration};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, config::DbConfig};

use super::trouble::unavailable;
use crate::hds::HostFault;

/// The version of the schema that this program reads and writes.
const VERSION: &[u8] = b"3";

/// The version that a start brings up to date, and whose journal can be read as it is.
const BEFORE: &[u8] = b"2";

/// How long a connection waits for a lock of another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// The schema of version 2, and what each version since then adds.
const SCHEMA: &str = include_str!("schema.sql");
const SINCE_3: &str = include_str!("schema_3.sql");

/// Opens the one connection that writes: write-ahead log, a sync with every commit.
pub(super) fn open_writer(path: &Path) -> Result<Connection, HostFault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(unavailable("the file system does not allow a write-ahead log"));
    }
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;
         PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864;",
    )?;
    keep_plans(&connection, 64)?;
    Ok(connection)
}

/// Opens a connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, HostFault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048;")?;
    keep_plans(&connection, 32)?;
    Ok(connection)
}

/// Keeps so many prepared statements. Without the stability guarantee SQLite prepares many of them anew whenever their parameters
/// change, which costs twenty times the query.
fn keep_plans(connection: &Connection, statements: usize) -> Result<(), HostFault> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(statements);
    Ok(())
}

/// Makes the schema where there is none, brings that of version 2 up to date, and checks its version.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), HostFault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let made: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta')",
        [],
        |row| row.get(0),
    )?;
    if !made {
        transaction.execute_batch(SCHEMA)?;
        transaction.execute_batch(SINCE_3)?;
        transaction.execute("INSERT INTO meta (name, value) VALUES ('schema', ?1)", [VERSION])?;
        transaction.execute("INSERT INTO meta (name, value) VALUES ('secret', ?1)", [new_secret()?.as_slice()])?;
    } else if meta(&transaction, "schema")?.as_deref() == Some(BEFORE) {
        transaction.execute_batch(SINCE_3)?;
        transaction.execute("UPDATE meta SET value = ?1 WHERE name = 'schema'", [VERSION])?;
    }
    transaction.commit()?;
    check_version(connection)
}

/// Checks that this program knows the schema.
pub(super) fn check_version(connection: &Connection) -> Result<(), HostFault> {
    match meta(connection, "schema")? {
        Some(version) if version == VERSION => Ok(()),
        Some(_) => Err(HostFault::Damaged("the schema is of another version of this program")),
        None => Err(HostFault::Damaged("the schema has no version")),
    }
}

/// Checks that this program can read what is there, as it is.
pub(super) fn check_readable(connection: &Connection) -> Result<(), HostFault> {
    if meta(connection, "schema")?.as_deref() == Some(BEFORE) { Ok(()) } else { check_version(connection) }
}

/// The secret of this host.
pub(super) fn secret(connection: &Connection) -> Result<[u8; 32], HostFault> {
    meta(connection, "secret")?
        .and_then(|secret| secret.try_into().ok())
        .ok_or(HostFault::Damaged("the host's secret is missing"))
}

fn meta(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, HostFault> {
    Ok(connection.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0)).optional()?)
}

fn new_secret() -> Result<[u8; 32], HostFault> {
    let mut secret = [0; 32];
    SystemRandom::new().fill(&mut secret).map_err(|_| unavailable("the machine gives no randomness"))?;
    Ok(secret)
}
