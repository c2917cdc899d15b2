//! What responders say of callers' certificates, asked before the first request of a connection is answered and again when an answer ends.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openssl::x509::X509;

use super::{
    super::{AuthorityId, Doubt, LiveTrust, Standing},
    Settings,
    answer::{Answer, Status},
    cache::{Cache, Known},
    fault::OcspFault,
    inquirer::{Inquirer, WrongSettings},
    issuer::Issuer,
};
use crate::identity::Serial;

/// So many certificates are remembered: more than the callers of a region, some 20 MB.
const REMEMBERED: usize = 65_536;
/// A responder that failed is asked again about the same certificate after this time.
const RETRY: SignedDuration = SignedDuration::from_secs(10);

/// What counts where no responder gives an answer that counts. The lists rule in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Whoever has no good answer is refused.
    Require,
    /// Current lists are enough. A responder that says revoked or unknown is believed all the same.
    PreferLists,
}

/// The certificate of one caller, as far as responders are asked about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub(super) issuer: AuthorityId,
    pub(super) serial: Serial,
    pub(super) url: Option<String>,
}

/// The checks of callers' certificates.
#[derive(Debug)]
pub struct Checks {
    policy: Policy,
    url: Option<String>,
    trust: Arc<LiveTrust>,
    inquirer: Arc<Inquirer>,
    pub(super) cache: Cache,
}

impl Checks {
    /// Checks by those settings; issuers and lists are those of `trust`.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(settings: &Settings, policy: Policy, trust: Arc<LiveTrust>) -> Result<Self, WrongSettings> {
        let inquirer = Arc::new(Inquirer::by(settings)?);
        Ok(Self { policy, url: settings.url.clone(), trust, inquirer, cache: Cache::of(REMEMBERED) })
    }

    /// What is to be asked about a verified leaf, DER. The responder is the configured one, or the first that the leaf names
    /// with a plain http address.
    pub fn subject(&self, leaf: &[u8], standing: &Standing) -> Subject {
        let (issuer, serial) = standing.leaf();
        Subject { issuer, serial, url: self.url.clone().or_else(|| responder_of(leaf)) }
    }

    /// Whether the certificate stands by what its responder says, or said before.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn check(self: &Arc<Self>, subject: &Subject, at: Timestamp) -> Result<(), Doubt> {
        match (self.answer(subject, at).await.map(|answer| answer.status), self.policy) {
            (Ok(Status::Good), _) | (Err(_), Policy::PreferLists) => Ok(()),
            (Ok(Status::Revoked), _) => Err(Doubt::Revoked),
            (Ok(Status::Unknown), _) => Err(Doubt::Unknown),
            (Err(_), Policy::Require) => Err(Doubt::NoAnswer),
        }
    }

    /// What is known, or what the responder says now. Of those who ask about one certificate at once, one asks and all get its answer.
    ///
    /// The question is a task of its own: it is ended, and its answer kept, where who caused it goes away.
    async fn answer(self: &Arc<Self>, subject: &Subject, at: Timestamp) -> Result<Answer, OcspFault> {
        if let Some(answer) = self.known(subject, at) {
            return answer;
        }
        let (checks, subject) = (Arc::clone(self), subject.clone());
        let found = tokio::spawn(async move { checks.found(&subject, at).await });
        found.await.unwrap_or(Err(OcspFault::Unreachable))
    }

    /// What is known, where nobody is asking about the certificate just now.
    fn known(&self, subject: &Subject, at: Timestamp) -> Option<Result<Answer, OcspFault>> {
        let place = self.cache.place(&(subject.issuer, subject.serial), at);
        let known = *place.try_lock().ok()?;
        known.filter(|known| at <= known.until).map(|known| known.answer)
    }

    async fn found(&self, subject: &Subject, at: Timestamp) -> Result<Answer, OcspFault> {
        let place = self.cache.place(&(subject.issuer, subject.serial), at);
        let mut known = place.lock().await;
        if let Some(known) = known.filter(|known| at <= known.until) {
            return known.answer;
        }
        let heard = known.and_then(|known| known.answer.ok()).filter(|heard| heard.status == Status::Revoked);
        let answer = self.ask(subject, at).await;
        let until = answer.map_or_else(|_| at.saturating_add(RETRY).unwrap_or(Timestamp::MAX), |answer| answer.until);
        // Who was heard to be revoked stays so while the responder is silent: silence is what a thief would see to.
        let answer = answer.or_else(|fault| heard.ok_or(fault));
        *known = Some(Known { answer, until });
        answer
    }

    async fn ask(&self, subject: &Subject, at: Timestamp) -> Result<Answer, OcspFault> {
        let asked = self.inquire(subject, at).await;
        let outcome = asked.map_or_else(OcspFault::word, |answer| answer.status.word());
        metrics::counter!("dmp_ocsp_answers_total", "of" => "caller", "outcome" => outcome).increment(1);
        if let Err(fault) = asked {
            tracing::warn!(ocsp.fault = fault.word(), "no answer of a responder about a caller: {fault}");
        }
        asked
    }

    async fn inquire(&self, subject: &Subject, at: Timestamp) -> Result<Answer, OcspFault> {
        let url = subject.url.as_deref().ok_or(OcspFault::NoResponder)?;
        let trust = self.trust.current();
        let issuer = Issuer::known(trust.authorities(), &subject.issuer).ok_or(OcspFault::NoIssuer)?;
        let asked = self.inquirer.inquire(url, &issuer, subject.serial, &trust, at).await;
        asked.map(|(answer, _)| answer)
    }
}

/// The first responder over plain http that a certificate names: what is trusted of an answer is its signature.
pub fn responder_of(der: &[u8]) -> Option<String> {
    let responders = X509::from_der(der).ok()?.ocsp_responders().ok()?;
    let mut urls = responders.iter().map(|url| &**url);
    urls.find(|url| url.starts_with("http://")).map(str::to_owned)
}
