//! Revocation lists from http distribution points. A list is trusted by its signature alone, so clear text is good enough; what
//! it may cost is bounded: one at a time, so many bytes, so many seconds. The last good one stays in a folder, and refuses by itself
//! once its `nextUpdate` has passed. Which addresses are asked is said by configuration and by configured certificates,
//! never by a caller. Source: RFC 5280 sections 4.2.1.13 and 5.

mod exchange;
mod fault;
mod judgement;
mod shelf;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::CertificateDer;

use self::{
    exchange::{Answer, Validators},
    judgement::Verdict,
    shelf::Shelf,
};
pub use self::{fault::FetchFault, shelf::kept_lists};
use super::trust::Trust;
use crate::identity::distribution_points;

/// After a failure a list is asked for again so soon, and twice as late after each further one.
const RETRY: SignedDuration = SignedDuration::from_secs(30);
/// A list is asked for no oftener than this, however short it lasts.
const SHORTEST: SignedDuration = SignedDuration::from_secs(60);

/// How lists are fetched.
#[derive(Debug, Clone)]
pub struct FetchRules {
    /// The folder where the last good lists are kept.
    pub folder: PathBuf,
    /// The addresses, `http://…`.
    pub urls: Vec<String>,
    /// Whether the addresses that the configured certificates name are asked too.
    pub from_certificates: bool,
    /// A proxy, `http://HOST:PORT`.
    pub proxy: Option<String>,
    /// How long a list is good enough without being asked for again, at most.
    pub refresh: SignedDuration,
    /// Bytes of one list, at most.
    pub bytes: u64,
    /// How long one list may take, from the first packet to the last byte.
    pub time: Duration,
}

/// What came of asking one address.
#[derive(Debug)]
pub struct Fetched {
    /// The address.
    pub url: String,
    /// Whether there is anything new, or why nobody knows.
    pub outcome: Result<News, FetchFault>,
}

/// Whether there is anything new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A newer list is in the folder.
    New,
    /// The list in use is still the newest.
    Same,
}

impl Fetched {
    /// The word for metrics and logs.
    pub const fn word(&self) -> &'static str {
        match &self.outcome {
            Ok(News::New) => "new",
            Ok(News::Same) => "unchanged",
            Err(fault) => fault.word(),
        }
    }
}

/// Fetches lists into a folder.
#[derive(Debug)]
pub struct Fetcher {
    rules: FetchRules,
    shelf: Shelf,
    points: BTreeMap<String, Point>,
}

/// The addresses of lists that are asked: those of the configuration, and those that configured authorities and the server's own
/// certificate name, where they are asked too.
pub fn list_addresses(
    urls: &[String],
    from_certificates: bool,
    trust: &Trust,
    own: &[CertificateDer<'_>],
) -> Vec<String> {
    let mut urls = urls.to_vec();
    if from_certificates {
        let authorities = trust.authorities().known().iter().map(|known| &known.der);
        urls.extend(authorities.flat_map(|der| distribution_points(der)));
        urls.extend(own.iter().flat_map(|der| distribution_points(der)));
    }
    urls
}

/// What is known of one address.
#[derive(Debug, Clone)]
struct Point {
    due: Timestamp,
    failures: u32,
    validators: Validators,
    /// When the list that came last ends.
    until: Option<Timestamp>,
}

impl Fetcher {
    /// A fetcher by those rules; makes the folder where it is missing.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(rules: FetchRules) -> Result<Self, FetchFault> {
        let shelf = Shelf::open(&rules.folder)?;
        Ok(Self { rules, shelf, points: BTreeMap::new() })
    }

    /// Asks, one after the other, the addresses that are due, and keeps what is new and good under that trust.
    pub async fn round(&mut self, trust: &Arc<Trust>, own: &[CertificateDer<'_>], now: Timestamp) -> Vec<Fetched> {
        self.survey(trust, own, now);
        let due: Vec<String> =
            self.points.iter().filter(|(_, point)| point.due <= now).map(|(url, _)| url.clone()).collect();
        let mut fetched = Vec::with_capacity(due.len());
        for url in due {
            let outcome = self.fetch(&url, trust, now).await;
            fetched.push(Fetched { url, outcome });
        }
        fetched
    }

    /// Makes all addresses due.
    pub fn hurry(&mut self) {
        self.points.values_mut().for_each(|point| point.due = Timestamp::MIN);
    }

    /// Whether no address is known to ask: neither configuration nor certificates name any.
    pub fn knows_none(&self) -> bool {
        self.points.is_empty()
    }

    /// How long until an address is due.
    pub fn pause(&self, now: Timestamp) -> Duration {
        let next = self.points.values().map(|point| point.due).min();
        let pause = next.map_or(self.rules.refresh, |due| due.duration_since(now));
        Duration::try_from(pause).unwrap_or(Duration::ZERO)
    }

    /// Learns new addresses and forgets those that nobody names any more.
    fn survey(&mut self, trust: &Trust, own: &[CertificateDer<'_>], now: Timestamp) {
        let urls = list_addresses(&self.rules.urls, self.rules.from_certificates, trust, own);
        self.points.retain(|url, _| urls.contains(url));
        for url in urls {
            let unknown = || Point { due: now, failures: 0, validators: Validators::default(), until: None };
            self.points.entry(url).or_insert_with(unknown);
        }
    }

    async fn fetch(&mut self, url: &str, trust: &Arc<Trust>, now: Timestamp) -> Result<News, FetchFault> {
        let known = self.points.get(url).map_or_else(Validators::default, |point| point.validators.clone());
        let outcome = match exchange::get(url, &known, &self.rules).await {
            Ok(Answer::Unchanged) => self.unchanged(url, now),
            Ok(Answer::Lists { bytes, validators }) => self.judge(url, bytes, validators, trust, now).await,
            Err(fault) => Err(fault),
        };
        if let Some(point) = self.points.get_mut(url) {
            point.plan(outcome.is_ok(), self.rules.refresh, now);
        }
        outcome
    }

    fn unchanged(&self, url: &str, now: Timestamp) -> Result<News, FetchFault> {
        let until = self.points.get(url).and_then(|point| point.until);
        if until.is_some_and(|until| now <= until) { Ok(News::Same) } else { Err(FetchFault::Over) }
    }

    async fn judge(
        &mut self,
        url: &str,
        bytes: Vec<u8>,
        validators: Validators,
        trust: &Arc<Trust>,
        now: Timestamp,
    ) -> Result<News, FetchFault> {
        let trust = Arc::clone(trust);
        // Large lists take tenths of a second.
        let judged = tokio::task::spawn_blocking(move || judgement::judge(&trust, &bytes, now).map(|it| (it, bytes)));
        let (Verdict { news, until }, bytes) = judged.await.map_err(|_| FetchFault::NoList)??;
        if news == News::New {
            self.shelf.keep(url, &bytes)?;
        }
        if let Some(point) = self.points.get_mut(url) {
            (point.validators, point.until) = (validators, Some(until));
        }
        Ok(news)
    }
}

impl Point {
    /// When it is asked again: well before its list ends; after failures soon, then later and later.
    fn plan(&mut self, succeeded: bool, refresh: SignedDuration, now: Timestamp) {
        let pause = if succeeded {
            self.failures = 0;
            let left = self.until.map_or(refresh, |until| until.duration_since(now));
            (left / 2).max(SHORTEST).min(refresh)
        } else {
            // A server that says "unchanged" of a list that is over is asked for the whole of it.
            self.validators = Validators::default();
            self.failures = self.failures.saturating_add(1);
            RETRY.saturating_mul(1 << (self.failures - 1).min(16)).min(refresh)
        };
        self.due = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
    }
}
