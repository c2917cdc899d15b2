//! Fetches revocation lists in the background while the gateway serves.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::{sync::Notify, time::timeout};

use crate::{
    config::{Config, Fetch},
    http::edge::Clock,
    tls::{FetchFault, FetchRules, Fetched, Fetcher, LiveKey, LiveTrust, News},
};

use super::{serve::Parts, whole};

/// By what the fetcher and the reloader call each other.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    /// A new list lies in the folder.
    pub fetched: Arc<Notify>,
    /// All lists are wanted now.
    pub wanted: Arc<Notify>,
}

/// The task.
pub struct ListFetcher {
    fetcher: Fetcher,
    trust: Arc<LiveTrust>,
    key: Arc<LiveKey>,
    clock: Clock,
}

impl ListFetcher {
    /// The task of a gateway that fetches lists; nothing where none are fetched.
    ///
    /// # Errors
    /// The folder of kept lists cannot be made.
    pub fn of(parts: &Parts) -> Result<Option<Self>, FetchFault> {
        let Some(rules) = rules(&parts.config) else { return Ok(None) };
        let (trust, key) = (Arc::clone(&parts.vouching.trust), Arc::clone(&parts.key));
        Ok(Some(Self { fetcher: Fetcher::new(rules)?, trust, key, clock: parts.edge.clock.clone() }))
    }

    /// Fetches for ever: what is due, and everything when that is wanted.
    pub async fn run(mut self, calls: Calls) {
        loop {
            let (trust, key) = (self.trust.current(), self.key.current());
            let fetched = self.fetcher.round(&trust, &key.cert, self.clock.now()).await;
            fetched.iter().for_each(announce);
            if self.fetcher.knows_none() {
                tracing::warn!("no address of a revocation list is known: name one in tls.fetch.urls");
            }
            if fetched.iter().any(|one| matches!(one.outcome, Ok(News::New))) {
                calls.fetched.notify_one();
            }
            if timeout(self.fetcher.pause(self.clock.now()), calls.wanted.notified()).await.is_ok() {
                self.fetcher.hurry();
            }
        }
    }
}

fn rules(config: &Config) -> Option<FetchRules> {
    let Fetch { folder, urls, from_certificates, proxy, refresh_minutes, list_bytes, fetch_seconds } =
        config.tls.fetch.clone()?;
    Some(FetchRules {
        folder,
        urls,
        from_certificates,
        proxy,
        refresh: SignedDuration::from_mins(i64::from(refresh_minutes)),
        bytes: list_bytes,
        time: std::time::Duration::from_secs(fetch_seconds),
    })
}

fn announce(fetched: &Fetched) {
    metrics::counter!("dmp_list_fetches_total", "outcome" => fetched.word()).increment(1);
    let (url, outcome) = (fetched.url.as_str(), fetched.word());
    match &fetched.outcome {
        Ok(News::New) => tracing::info!(list.url = url, list.outcome = outcome, "a revocation list was fetched"),
        Ok(News::Same) => tracing::debug!(list.url = url, list.outcome = outcome, "a revocation list is unchanged"),
        Err(fault) => tracing::warn!(
            list.url = url,
            list.outcome = outcome,
            list.fault = whole(fault),
            "a revocation list was not fetched: the last good one stays until it ends"
        ),
    }
}
