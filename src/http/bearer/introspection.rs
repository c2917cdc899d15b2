//! Asks an issuer about opaque tokens (RFC 7662), and remembers what it said for a while.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use super::{fetch::Fetcher, refused::Refused};
use crate::{
    config::tokens::Introspection,
    http::rate::Payer,
    identity::{Untrusted, Verified, token_id},
};

/// So many answers are remembered; what finds no place is asked again.
const PLACES: usize = 10_000;
/// So many questions are under way at once.
const QUESTIONS: usize = 64;
/// So many of them for one payer: nobody's unknown tokens keep the others waiting.
const SHARE: usize = QUESTIONS / 2;
/// How long a question waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many payers' shares are remembered before those are forgotten that nobody has.
const SHARES: usize = 1024;
/// For how long a token that is not active is not asked about again.
const INACTIVE: SignedDuration = SignedDuration::from_secs(30);

/// The endpoint of an issuer.
pub(super) struct Introspector {
    address: String,
    id: String,
    secret: String,
    serves: SignedDuration,
    fetcher: Fetcher,
    known: Mutex<HashMap<[u8; 32], Answer>>,
    questions: Questions,
}

#[derive(Clone)]
struct Answer {
    until: Timestamp,
    told: Result<Verified, Untrusted>,
}

impl fmt::Debug for Introspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspector").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Introspector {
    /// The endpoint, with the gateway's secret there.
    pub(super) fn of(config: &Introspection, secret: Vec<u8>, fetcher: Fetcher) -> Self {
        Self {
            address: config.url.clone(),
            id: config.client_id.clone(),
            secret: String::from_utf8_lossy(&secret).trim().to_owned(),
            serves: SignedDuration::from_secs(i64::from(config.serves_seconds)),
            fetcher,
            known: Mutex::new(HashMap::new()),
            questions: Questions::new(),
        }
    }

    /// Takes over what the same endpoint said, asked in the same name.
    pub(super) fn remember(&self, before: &Self) {
        let is_same = (&self.address, &self.id, &self.secret) == (&before.address, &before.id, &before.secret);
        if is_same && self.serves == before.serves {
            *self.known() = before.known().clone();
        }
    }

    /// What the issuer tells of a token, now or a while ago. Whether it has expired meanwhile is judged of what it told.
    pub(super) async fn ask(&self, token: &str, payer: Payer, at: Timestamp) -> Result<Verified, Refused> {
        let name = token_id(&self.address, token);
        if let Some(answer) = self.known().get(&name).filter(|answer| at < answer.until) {
            return Ok(answer.told.clone()?);
        }
        let form = format!("token={}&token_type_hint=access_token", utf8_percent_encode(token, NON_ALPHANUMERIC));
        let _place = self.questions.place(payer).await?;
        let asked = self.fetcher.post(&self.address, form, &self.id, &self.secret).await;
        metrics::counter!("dmp_introspections_total", "outcome" => if asked.is_ok() { "answered" } else { "unavailable" })
            .increment(1);
        let told = Verified::introspected(&asked.map_err(|_| Refused::Unavailable)?);
        let lasts = if told.is_ok() { self.serves } else { INACTIVE.min(self.serves) };
        self.note(name, Answer { until: at.saturating_add(lasts).unwrap_or(at), told: told.clone() }, at);
        Ok(told?)
    }

    fn note(&self, name: [u8; 32], answer: Answer, at: Timestamp) {
        let mut known = self.known();
        if known.len() >= PLACES {
            known.retain(|_, answer| at < answer.until);
        }
        if known.len() < PLACES {
            known.insert(name, answer);
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<[u8; 32], Answer>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The places for questions.
struct Questions {
    all: Arc<Semaphore>,
    shares: Mutex<HashMap<Payer, Arc<Semaphore>>>,
}

impl Questions {
    fn new() -> Self {
        Self { all: Arc::new(Semaphore::new(QUESTIONS)), shares: Mutex::default() }
    }

    /// A place, once the payer has one of its own free and so have all.
    async fn place(&self, payer: Payer) -> Result<[OwnedSemaphorePermit; 2], Refused> {
        let share = self.share(payer);
        let both = async { Ok([share.acquire_owned().await?, Arc::clone(&self.all).acquire_owned().await?]) };
        let both: Result<_, AcquireError> = tokio::time::timeout(PATIENCE, both).await.map_err(|_| Refused::Busy)?;
        both.map_err(|_| Refused::Unavailable)
    }

    fn share(&self, payer: Payer) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if shares.len() >= SHARES {
            shares.retain(|_, share| Arc::strong_count(share) > 1);
        }
        Arc::clone(shares.entry(payer).or_insert_with(|| Arc::new(Semaphore::new(SHARE))))
    }
}

#[cfg(test)]
mod tests;
