//! How often a structure's software may ask: a bucket of tokens for each pair, in a table that does not grow. Source: reprise guide,
//! 5 transactions a second for each structure and software (K13).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::record::identity::StructIdNat;

/// So many payers are remembered; who comes when all of them are busy shares one bucket with others like them.
const PAYERS: usize = 16_384;
/// So many kinds of software of one payer have buckets of their own; more share one: no new name buys new tokens for ever.
const SOFTWARE: usize = 8;
/// Bytes of a product's name that count.
const NAME: usize = 32;

/// On whose account a request goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Payer {
    /// A structure, whichever of its certificates asks.
    Structure(StructIdNat),
    /// A person's certificate, or one of which nothing else is known, by its fingerprint.
    Certificate([u8; 32]),
    /// Everyone for whom there was no room.
    Rest,
}

/// The buckets of all payers.
#[derive(Debug)]
pub struct Rates {
    accounts: Mutex<HashMap<Payer, Account>>,
    /// The time in which one token comes.
    interval: Duration,
    /// The time in which a bucket fills.
    depth: Duration,
}

/// The buckets of one payer's software. A bucket is the instant at which it is full again.
#[derive(Debug, Default)]
struct Account {
    named: Vec<(Box<str>, Instant)>,
    others: Option<Instant>,
}

impl Rates {
    /// So many a second in the long run, and so many at once after a rest; both at least 1.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let interval = Duration::from_secs(1) / per_second.max(1);
        Self { accounts: Mutex::default(), interval, depth: interval * burst.max(1) }
    }

    /// Takes one token at that instant, from the bucket of a payer and the software that the User-Agent names.
    ///
    /// # Errors
    /// There is none; how long it takes until there is one.
    pub fn take(&self, payer: Payer, agent: &str, now: Instant) -> Result<(), Duration> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= PAYERS && !accounts.contains_key(&payer) {
            accounts.retain(|_, account| account.is_busy(now));
        }
        let has_room = accounts.len() < PAYERS || accounts.contains_key(&payer);
        let account = accounts.entry(if has_room { payer } else { Payer::Rest }).or_default();
        self.draw(account.bucket(product(agent), now), now)
    }

    fn draw(&self, full_at: &mut Instant, now: Instant) -> Result<(), Duration> {
        let missing = full_at.saturating_duration_since(now) + self.interval;
        if missing > self.depth {
            return Err(missing - self.depth);
        }
        *full_at = now + missing;
        Ok(())
    }
}

impl Account {
    /// The bucket of that software; a new one is full. Full buckets make room.
    fn bucket(&mut self, software: &str, now: Instant) -> &mut Instant {
        if let Some(at) = self.named.iter().position(|(known, _)| **known == *software) {
            self.named.swap(0, at);
        } else {
            if self.named.len() >= SOFTWARE {
                self.named.retain(|(_, full_at)| *full_at > now);
            }
            if self.named.len() >= SOFTWARE {
                return self.others.get_or_insert(now);
            }
            self.named.insert(0, (software.into(), now));
        }
        self.named.first_mut().map_or_else(|| self.others.get_or_insert(now), |(_, bucket)| bucket)
    }

    fn is_busy(&self, now: Instant) -> bool {
        self.named.iter().any(|(_, full_at)| *full_at > now) || self.others.is_some_and(|full_at| full_at > now)
    }
}

/// The product that a User-Agent names first, without its version: `Logiciel` of `Logiciel/4.2 (SIH)`.
fn product(agent: &str) -> &str {
    let name =
        agent.trim_start().split(|letter: char| letter == '/' || letter.is_whitespace()).next().unwrap_or_default();
    let end = (0..=NAME.min(name.len())).rev().find(|at| name.is_char_boundary(*at)).unwrap_or_default();
    name.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
