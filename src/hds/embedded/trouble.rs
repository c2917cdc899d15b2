//! From the faults of SQLite and of the file system to those of the contract. None of them carries a value that was stored.

use std::{error::Error, io};

use rusqlite::ErrorCode;

use crate::{hds::HostFault, journal::LedgerFault};

/// The host is not available, for that reason.
pub(super) fn unavailable(reason: impl Into<Box<dyn Error + Send + Sync>>) -> HostFault {
    HostFault::Unavailable(reason.into())
}

impl From<rusqlite::Error> for HostFault {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error_code();
        if code == Some(ErrorCode::DatabaseCorrupt) || code == Some(ErrorCode::NotADatabase) {
            return Self::Damaged("the database is malformed");
        }
        unavailable(error)
    }
}

impl From<io::Error> for HostFault {
    fn from(error: io::Error) -> Self {
        unavailable(error)
    }
}

impl From<HostFault> for LedgerFault {
    fn from(fault: HostFault) -> Self {
        match fault {
            HostFault::Unavailable(reason) => Self::Unavailable(reason),
            HostFault::Damaged(_) | HostFault::Clash(_) => Self::Unavailable(Box::new(fault)),
        }
    }
}

impl From<rusqlite::Error> for LedgerFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::from(HostFault::from(error))
    }
}

/// Whether the fault lies in one job alone, not in the medium: a constraint that the job would break.
pub(super) fn is_of_one_job(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<rusqlite::Error>()
        .is_some_and(|error| error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation))
}
