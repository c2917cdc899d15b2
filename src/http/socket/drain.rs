//! How fast an answer is taken: it may stand still for a while, and in the long run it must move.

use std::time::Duration;

use tokio::time::Instant;

use crate::http::body::Pace;

/// The account of one connection. Waiting spends credit, bytes that are taken earn it, and no more is kept than the grace.
#[derive(Debug)]
pub struct Drain {
    stall: Duration,
    credit: Duration,
    waiting: Option<Instant>,
}

impl Drain {
    /// A reader who may stand still for so long at once, and for twice as long beyond what the slowest pace would need.
    pub const fn of(stall: Duration) -> Self {
        Self { stall, credit: stall.saturating_mul(2), waiting: None }
    }

    /// Whether the reader is waited for.
    pub const fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// So many bytes were taken.
    pub fn took(&mut self, bytes: usize, now: Instant) {
        if let Some(since) = self.waiting.take() {
            self.credit = self.credit.saturating_sub(now.saturating_duration_since(since));
        }
        let earned = Duration::from_micros((bytes as u64).saturating_mul(1_000_000) / Pace::BYTES_A_SECOND);
        self.credit = self.credit.saturating_add(earned).min(self.stall.saturating_mul(2));
    }

    /// Nothing more is taken now; until when that may go on.
    pub fn waits(&mut self, now: Instant) -> Instant {
        *self.waiting.get_or_insert(now) + self.stall.min(self.credit)
    }
}

#[cfg(test)]
mod tests;
