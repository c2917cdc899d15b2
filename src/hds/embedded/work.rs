//! Work that is prepared under a permit and done when its line is committed, in the same transaction.

use std::fmt;

use uuid::Uuid;

use super::{amending::Amending, commit::Commit, deeds::Recording, filing::Filing};
use crate::journal::{Head, LedgerFault};

/// Work ready to be committed.
pub enum Work {
    /// A submission.
    Filing(Filing),
    /// A new version of a document's metadata.
    Amending(Amending),
    /// A consent or a care team.
    Recording(Recording),
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Filing(_) => "Work::Filing",
            Self::Amending(_) => "Work::Amending",
            Self::Recording(_) => "Work::Recording",
        })
    }
}

impl Work {
    /// The handles of the content that it adopts.
    pub(super) fn handles(&self) -> Vec<Uuid> {
        match self {
            Self::Filing(filing) => filing.handles(),
            Self::Amending(_) | Self::Recording(_) => Vec::new(),
        }
    }

    /// Does it, in the transaction of the line with that head.
    pub(super) fn commit(&self, commit: &Commit<'_>, head: Head) -> Result<(), LedgerFault> {
        match self {
            Self::Filing(filing) => filing.commit(commit.connection, head),
            Self::Amending(amending) => amending.commit(commit.connection),
            Self::Recording(recording) => recording.commit(commit.connection),
        }
    }
}
