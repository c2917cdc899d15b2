//! The operations to which every patch language comes down.

use serde_json::Value;

use super::place::Place;

/// One operation.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    /// Sets a member, or puts an item before the one that stands there.
    Add { at: Place, value: Value },
    /// Sets what stands there.
    Replace { at: Place, value: Value },
    /// Takes out what stands there; `if_found` lets it be missing.
    Remove { at: Place, if_found: bool },
    /// Takes out and adds.
    Move { from: Place, to: Place },
    /// Adds what stands elsewhere.
    Copy { from: Place, to: Place },
    /// Goes on only where just this stands there.
    Test { at: Place, value: Value },
    /// Puts one label into the set: a base in the place of the base, a flag beside the flags. What is meant where a text stands
    /// for all labels.
    Label { value: Value },
}

impl Operation {
    /// The places that it names.
    pub(super) fn places_mut(&mut self) -> Vec<&mut Place> {
        match self {
            Self::Add { at, .. } | Self::Replace { at, .. } | Self::Remove { at, .. } | Self::Test { at, .. } => {
                vec![at]
            }
            Self::Move { from, to } | Self::Copy { from, to } => vec![from, to],
            Self::Label { .. } => Vec::new(),
        }
    }
}
