//! What a permit leaves open, thing by thing. One predicate for every path: search, read, content, replacement, consents, traces.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

use super::provision::Provision;
use crate::record::{caller::Who, deed::Deed, document::DocumentEntry, trace::AccessTrace};

/// Whether an entry lies within a limit, for that caller at that instant.
pub type Admits = Arc<dyn Fn(&DocumentEntry, &Who, Timestamp) -> bool + Send + Sync>;

/// What a limit looks at; it says nothing of anything else.
#[derive(Clone)]
enum Limits {
    Entries(Admits),
    Deeds(Arc<dyn Fn(&Deed) -> bool + Send + Sync>),
    Traces(Arc<dyn Fn(&AccessTrace) -> bool + Send + Sync>),
}

/// One limit on what a permit opens. Exceptions (for authors, say) live inside the limit that they lift.
#[derive(Clone)]
struct Limit {
    provision: &'static Provision,
    limits: Limits,
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

    /// One limit on documents.
    pub fn only<F>(provision: &'static Provision, admits: F) -> Self
    where
        F: Fn(&DocumentEntry, &Who, Timestamp) -> bool + Send + Sync + 'static,
    {
        Self::of(provision, Limits::Entries(Arc::new(admits)))
    }

    /// One limit on consents and care teams.
    pub fn only_deeds<F: Fn(&Deed) -> bool + Send + Sync + 'static>(provision: &'static Provision, admits: F) -> Self {
        Self::of(provision, Limits::Deeds(Arc::new(admits)))
    }

    /// One limit on access traces.
    pub fn only_traces<F>(provision: &'static Provision, admits: F) -> Self
    where
        F: Fn(&AccessTrace) -> bool + Send + Sync + 'static,
    {
        Self::of(provision, Limits::Traces(Arc::new(admits)))
    }

    fn of(provision: &'static Provision, limits: Limits) -> Self {
        Self { limits: vec![Limit { provision, limits }] }
    }

    /// What both leave open.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.limits.extend(other.limits);
        self
    }

    /// Whether the entry is open to the caller at that instant.
    pub fn admits(&self, entry: &DocumentEntry, who: &Who, at: Timestamp) -> bool {
        self.limits.iter().all(|limit| match &limit.limits {
            Limits::Entries(admits) => admits(entry, who, at),
            Limits::Deeds(_) | Limits::Traces(_) => true,
        })
    }

    /// Whether the consent or care team is open.
    pub fn admits_deed(&self, deed: &Deed) -> bool {
        self.limits.iter().all(|limit| match &limit.limits {
            Limits::Deeds(admits) => admits(deed),
            Limits::Entries(_) | Limits::Traces(_) => true,
        })
    }

    /// Whether the trace is open.
    pub fn admits_trace(&self, trace: &AccessTrace) -> bool {
        self.limits.iter().all(|limit| match &limit.limits {
            Limits::Traces(admits) => admits(trace),
            Limits::Entries(_) | Limits::Deeds(_) => true,
        })
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.limits.iter().map(|limit| limit.provision.id)).finish()
    }
}
