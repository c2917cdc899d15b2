//! The assertions that were used: each serves once.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;

/// The assertions that were used and are not over. When it is full it takes no more: whoever cannot be remembered is not let in.
#[derive(Debug)]
pub struct Replays {
    used: HashSet<[u8; 32]>,
    ends: BTreeSet<(Timestamp, [u8; 32])>,
    places: usize,
}

/// Why an assertion does not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotFresh {
    /// It served before.
    #[error("the assertion was used before")]
    Used,
    /// There is no room to remember it.
    #[error("too many assertions are in use")]
    Full,
}

impl Replays {
    /// None yet, and room for so many.
    pub fn new(places: usize) -> Self {
        Self { used: HashSet::new(), ends: BTreeSet::new(), places }
    }

    /// Remembers an assertion until it is over.
    ///
    /// # Errors
    /// It served before, or there is no room.
    pub fn take(&mut self, id: [u8; 32], ends: Timestamp, now: Timestamp) -> Result<(), NotFresh> {
        self.forget_before(now);
        if self.used.contains(&id) {
            return Err(NotFresh::Used);
        }
        if self.used.len() >= self.places {
            return Err(NotFresh::Full);
        }
        self.used.insert(id);
        self.ends.insert((ends, id));
        Ok(())
    }

    fn forget_before(&mut self, now: Timestamp) {
        while let Some((ends, id)) = self.ends.first().copied().filter(|(ends, _)| *ends < now) {
            self.ends.remove(&(ends, id));
            self.used.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests;
