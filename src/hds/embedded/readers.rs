//! Connections that only read. One is taken for each look and given back after it, so that nobody waits.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::Connection;

use super::schema::open_reader;
use crate::hds::HostFault;

/// So many idle connections are kept.
const KEPT: usize = 8;

/// The pool.
#[derive(Debug)]
pub(super) struct Readers {
    database: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// An empty pool.
    pub(super) fn of(database: PathBuf) -> Self {
        Self { database, idle: Mutex::default() }
    }

    /// Reads with one connection. A connection that met a fault of the medium is not used again.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Connection) -> Result<T, HostFault>) -> Result<T, HostFault> {
        let taken = self.idle().pop();
        let connection = match taken {
            Some(connection) => connection,
            None => open_reader(&self.database)?,
        };
        let seen = look(&connection);
        if let Ok(_) | Err(HostFault::Clash(_)) = seen {
            let mut idle = self.idle();
            if idle.len() < KEPT {
                idle.push(connection);
            }
        }
        seen
    }

    /// Reads with one connection in one transaction: all looks see the same moment.
    pub(super) fn read_at_once<T>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, HostFault>,
    ) -> Result<T, HostFault> {
        self.read(|connection| {
            let moment = connection.unchecked_transaction()?;
            let seen = look(&moment)?;
            moment.finish()?;
            Ok(seen)
        })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
