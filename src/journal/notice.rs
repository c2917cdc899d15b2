//! Notices owed to the holder, kept in an outbox until delivered. Source: CSP R1111-46 last al., R1111-34, R1111-53.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::record::identity::Ins;

/// Why a notice is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Someone read.
    Read,
    /// Someone filed.
    Filed,
    /// Someone changed the status, the labels or the archived flag of a document.
    Amended,
    /// Someone read consents or care teams.
    ConsentsRead,
    /// Someone put a consent or a care team on file, or ended one.
    ConsentRecorded,
    /// Someone read access traces.
    TracesRead,
    /// A document hidden from the patient awaits its announcement; the text says nothing of it.
    InviteToAnnouncement,
}

/// One notice. It names no document: what it tells is looked up by line when it is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// To whom.
    pub holder: Ins,
    /// Why.
    pub reason: Reason,
    /// Not before.
    pub due: Timestamp,
}
