//! What TD0.2 tells of a record: whether it is open, and how the caller stands to it.

use jiff::Timestamp;

use super::{facts::Facts, identity::Ins};

/// What the caller may do, so that the software can tell its user. Never why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Authorisation {
    /// Whether a consultation would be permitted now.
    pub reads: bool,
    /// Whether feeding would be permitted now.
    pub feeds: bool,
    /// Whether the caller is the treating physician.
    pub treats: bool,
}

/// One record as TD0.2 tells it.
#[derive(Debug, Clone)]
pub struct PatientStanding {
    /// Whose.
    pub holder: Ins,
    /// State, opening and traits; consents and blocks are not told from here.
    pub facts: std::sync::Arc<Facts>,
    /// How the caller stands.
    pub authorisation: Authorisation,
    /// At what instant.
    pub at: Timestamp,
}
