//! The answer about our own certificate, stapled to the handshake (RFC 6066 section 8): fetched and verified in the background.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jiff::Timestamp;
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::time::{MissedTickBehavior, interval};

use super::{
    super::LiveTrust,
    answer::{Answer, Status},
    checks::responder_of,
    fault::OcspFault,
    inquirer::Inquirer,
    issuer::Issuer,
};
use crate::identity::{Authority, serial_of};

/// So often it is looked whether an answer is due.
const LOOK: Duration = Duration::from_secs(30);

/// Where the server's certificate of now comes from.
pub type OwnKey = Box<dyn Fn() -> Arc<CertifiedKey> + Send + Sync>;
/// The source of time.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The server's certificate and key, with the answer about them where there is one that counts.
pub struct StapledKey {
    key: OwnKey,
    now: Now,
    staple: RwLock<Option<Staple>>,
}

struct Staple {
    /// The certificate that the answer is about.
    of: Arc<CertifiedKey>,
    /// The same with the answer.
    stapled: Arc<CertifiedKey>,
    /// When another one is to be fetched: half-way to its end.
    renew: Timestamp,
    until: Timestamp,
}

impl StapledKey {
    /// A certificate without an answer yet. `key` gives the one of now; where it gives another one, the answer about the former is not stapled.
    pub fn of(key: OwnKey, now: Now) -> Self {
        Self { key, now, staple: RwLock::default() }
    }

    /// The certificate of now, with its answer as long as that counts.
    pub fn current(&self) -> Arc<CertifiedKey> {
        let key = (self.key)();
        let staple = self.staple.read().unwrap_or_else(PoisonError::into_inner);
        let good = staple.as_ref().filter(|staple| Arc::ptr_eq(&staple.of, &key) && (self.now)() <= staple.until);
        good.map_or(key, |staple| Arc::clone(&staple.stapled))
    }

    /// Whether another answer is to be fetched.
    pub(super) fn is_due(&self) -> bool {
        let staple = self.staple.read().unwrap_or_else(PoisonError::into_inner);
        let fresh = |staple: &Staple| Arc::ptr_eq(&staple.of, &(self.key)()) && (self.now)() < staple.renew;
        !staple.as_ref().is_some_and(fresh)
    }

    fn put(&self, of: Arc<CertifiedKey>, staple: Vec<u8>, at: Timestamp, until: Timestamp) {
        let mut stapled = CertifiedKey::clone(&of);
        stapled.ocsp = Some(staple);
        let half = until.duration_since(at) / 2;
        let renew = at.saturating_add(half).unwrap_or(at);
        self.set(Some(Staple { of, stapled: Arc::new(stapled), renew, until }));
    }

    fn set(&self, staple: Option<Staple>) {
        *self.staple.write().unwrap_or_else(PoisonError::into_inner) = staple;
    }
}

impl ResolvesServerCert for StapledKey {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl fmt::Debug for StapledKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StapledKey")
    }
}

/// Keeps the answer about our own certificate current.
#[derive(Debug)]
pub struct Stapler {
    /// Where it goes.
    pub key: Arc<StapledKey>,
    /// Authorities, among them perhaps our issuer, and lists.
    pub trust: Arc<LiveTrust>,
    /// Who asks.
    pub inquirer: Arc<Inquirer>,
    /// The responder, whichever the certificate names.
    pub url: Option<String>,
}

impl Stapler {
    /// Keeps it current, for ever.
    pub async fn run(self) {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            if self.key.is_due() {
                tell(self.renew().await);
            }
        }
    }

    /// Fetches an answer and staples it where it is good; where it says anything else, nothing is stapled any more. Where none comes, the
    /// one at hand stays until it ends.
    ///
    /// # Errors
    /// Why no answer counts.
    pub async fn renew(&self) -> Result<Answer, OcspFault> {
        let (at, of) = ((self.key.now)(), (self.key.key)());
        let (answer, der) = self.inquire(&of, at).await?;
        match answer.status {
            Status::Good => self.key.put(of, der, at, answer.until),
            Status::Revoked | Status::Unknown => self.key.set(None),
        }
        Ok(answer)
    }

    async fn inquire(&self, of: &CertifiedKey, at: Timestamp) -> Result<(Answer, Vec<u8>), OcspFault> {
        let leaf = of.cert.first().ok_or(OcspFault::Malformed)?;
        let url = self.url.clone().or_else(|| responder_of(leaf)).ok_or(OcspFault::NoResponder)?;
        let trust = self.trust.current();
        let issuer = Issuer::above(&of.cert, trust.authorities()).ok_or(OcspFault::NoIssuer)?;
        let read = Authority::read(leaf).map_err(|_| OcspFault::Malformed)?;
        let serial = serial_of(&read.serial).ok_or(OcspFault::Malformed)?;
        self.inquirer.inquire(&url, &issuer, serial, &trust, at).await
    }
}

fn tell(renewed: Result<Answer, OcspFault>) {
    let outcome = renewed.map_or_else(OcspFault::word, |answer| answer.status.word());
    metrics::counter!("dmp_ocsp_answers_total", "of" => "own", "outcome" => outcome).increment(1);
    match renewed {
        Ok(Answer { status: Status::Good, until }) => {
            metrics::gauge!("dmp_ocsp_staple_ends_seconds").set(until.as_second() as f64);
        }
        Ok(Answer { status: Status::Revoked | Status::Unknown, .. }) => {
            tracing::error!(ocsp.status = outcome, "the responder does not stand by our own certificate: replace it");
        }
        Err(fault) => tracing::warn!(ocsp.fault = outcome, "no answer about our own certificate: {fault}"),
    }
}
