//! The keys of an issuer at an address: fetched when they are needed, replaced as they rotate, kept for when the issuer is down.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    fetch::{Fetcher, NoAnswer},
    refused::Refused,
};
use crate::{
    identity::{Algorithm, KeySet, VerifyingKey},
    record::hex,
};

/// After this time keys are fetched anew, so that one that was withdrawn does not serve on.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// For this time the last good keys serve while the issuer cannot be reached. Then nobody is let in by them.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// An issuer that did not answer is left alone for this time; and a token of an unknown key makes it be asked at most so often.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// The keys at an address.
#[derive(Debug)]
pub(super) struct LiveKeys {
    address: String,
    cache: Option<PathBuf>,
    fetcher: Fetcher,
    state: RwLock<State>,
    /// Who holds it fetches; the others wait and look again.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    /// When these keys were fetched.
    fetched: Option<Timestamp>,
    /// When the issuer was asked last, whatever it said.
    asked: Option<Timestamp>,
    /// When it was asked last for a key that was not there.
    sought: Option<Timestamp>,
    /// Whether these keys are fetched anew whatever their age.
    due: bool,
}

/// What is kept on disk.
#[derive(Serialize, Deserialize)]
struct Cached {
    fetched: Timestamp,
    set: serde_json::Value,
}

impl State {
    fn is_fresh(&self, at: Timestamp) -> bool {
        !self.due && self.fetched.is_some_and(|fetched| fetched <= at && at.duration_since(fetched) < FRESH)
    }

    fn may_ask(&self, at: Timestamp) -> bool {
        self.asked.is_none_or(|asked| at < asked || at.duration_since(asked) >= PAUSE)
    }

    fn may_seek(&self, at: Timestamp) -> bool {
        self.sought.is_none_or(|sought| at < sought || at.duration_since(sought) >= PAUSE)
    }

    fn usable(&self, at: Timestamp) -> Option<&Arc<KeySet>> {
        let is_kept = self.fetched.is_some_and(|fetched| at.duration_since(fetched).abs() < KEPT);
        self.keys.as_ref().filter(|_| is_kept)
    }
}

impl LiveKeys {
    /// The keys at that address, beginning with those that a cache kept.
    pub(super) fn at(address: &str, cache: Option<&Path>, fetcher: Fetcher) -> Self {
        let name = hex(digest(&SHA256, address.as_bytes()).as_ref());
        let cache = cache.map(|folder| folder.join(format!("{name}.json")));
        let state = cache.as_deref().and_then(kept).unwrap_or_default();
        Self {
            address: address.to_owned(),
            cache,
            fetcher,
            state: RwLock::new(state),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    /// Takes over the last good keys from the same address, to serve where it cannot be reached; it is asked anew all the same.
    pub(super) fn remember(&self, before: &Self) {
        let State { keys, fetched, .. } = before.state();
        if self.address == before.address && fetched > self.state().fetched {
            let state = State { keys, fetched, due: true, ..State::default() };
            *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        }
    }

    /// The key that a token names.
    pub(super) async fn key(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        at: Timestamp,
    ) -> Result<VerifyingKey, Refused> {
        let mut state = self.state();
        if !state.is_fresh(at) && state.may_ask(at) {
            state = self.fetched_after(&state, false, at).await;
        }
        let keys = state.usable(at).ok_or(Refused::Unavailable)?;
        match keys.key(kid, algorithm) {
            Ok(key) => return Ok(key.clone()),
            // A key that is not there may have come since; these may be of this very moment already.
            Err(_) if state.may_seek(at) && state.fetched != Some(at) => {
                state = self.fetched_after(&state, true, at).await;
            }
            Err(unknown) => return Err(unknown.into()),
        }
        let keys = state.usable(at).ok_or(Refused::Unavailable)?;
        Ok(keys.key(kid, algorithm)?.clone())
    }

    fn state(&self) -> State {
        // A panic cannot leave half a state behind: it is replaced whole.
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The state after a fetch that was made since `seen`, by this request or by one before whose turn it was.
    async fn fetched_after(&self, seen: &State, sought: bool, at: Timestamp) -> State {
        let _turn = self.turn.lock().await;
        let mut state = self.state();
        if state.asked != seen.asked {
            return state;
        }
        state.asked = Some(at);
        if sought {
            state.sought = Some(at);
        }
        let outcome = match self.fetch(at).await {
            Ok(keys) => {
                state.keys = Some(Arc::new(keys));
                state.fetched = Some(at);
                state.due = false;
                "fetched"
            }
            Err(NoAnswer) => "unavailable",
        };
        metrics::counter!("dmp_issuer_keys_total", "outcome" => outcome).increment(1);
        if outcome == "unavailable" {
            tracing::warn!(issuer.keys = %self.address, "the keys of an issuer cannot be fetched");
        }
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state.clone();
        state
    }

    async fn fetch(&self, at: Timestamp) -> Result<KeySet, NoAnswer> {
        let bytes = self.fetcher.get(&self.address).await?;
        let keys = KeySet::read(&bytes).map_err(|_| NoAnswer)?;
        if let Some(path) = &self.cache
            && let Err(error) = keep(path, &bytes, at)
        {
            tracing::warn!(cause = %error, "the keys of an issuer cannot be kept");
        }
        Ok(keys)
    }
}

fn kept(path: &Path) -> Option<State> {
    let cached: Cached = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let keys = KeySet::read(cached.set.to_string().as_bytes()).ok()?;
    Some(State { keys: Some(Arc::new(keys)), fetched: Some(cached.fetched), ..State::default() })
}

fn keep(path: &Path, bytes: &[u8], at: Timestamp) -> std::io::Result<()> {
    let cached = Cached { fetched: at, set: serde_json::from_slice(bytes)? };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Those that are taken and those that they replace may write at once.
    let draft = path.with_extension(uuid::Uuid::new_v4().simple().to_string());
    fs::write(&draft, serde_json::to_vec(&cached)?)?;
    fs::rename(draft, path)
}

#[cfg(test)]
mod tests;
