//! What a permit leaves open, entry by entry. One predicate for every path: search, read, content, replacement.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

use super::provision::Provision;
use crate::record::{caller::Who, document::DocumentEntry};

/// Whether an entry lies within a limit, for that caller at that instant.
pub type Admits = Arc<dyn Fn(&DocumentEntry, &Who, Timestamp) -> bool + Send + Sync>;

/// One limit on the entries that a permit opens. Exceptions (for authors, say) live inside the limit that they lift.
#[derive(Clone)]
struct Limit {
    provision: &'static Provision,
    admits: Admits,
}

/// The intersection of all limits; none means the whole record.
#[derive(Clone, Default)]
pub struct Scope {
    limits: Vec<Limit>,
}

impl Scope {
    /// The whole record.
    pub const fn everything() -> Self {
        Self { limits: Vec::new() }
    }

    /// One limit.
    pub fn only<F>(provision: &'static Provision, admits: F) -> Self
    where
        F: Fn(&DocumentEntry, &Who, Timestamp) -> bool + Send + Sync + 'static,
    {
        Self { limits: vec![Limit { provision, admits: Arc::new(admits) }] }
    }

    /// What both leave open.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.limits.extend(other.limits);
        self
    }

    /// Whether the entry is open to the caller at that instant.
    pub fn admits(&self, entry: &DocumentEntry, who: &Who, at: Timestamp) -> bool {
        self.limits.iter().all(|limit| (limit.admits)(entry, who, at))
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.limits.iter().map(|limit| limit.provision.id)).finish()
    }
}
