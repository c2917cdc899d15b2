//! The parts that ask responders, where the configuration says so.

use std::sync::Arc;

use rustls::server::ResolvesServerCert;

use super::Background;
use crate::tls::ocsp::Checks;

/// What asks, and what is shown to callers.
pub struct Asking {
    /// The server's certificate, with the answer about it where there is one.
    pub key: Arc<dyn ResolvesServerCert>,
    /// What asks about callers.
    pub checks: Option<Arc<Checks>>,
    /// What keeps the answer about the server's certificate current.
    pub background: Vec<Background>,
}

#[cfg(feature = "openssl")]
pub use with::assemble;
#[cfg(not(feature = "openssl"))]
pub use without::assemble;

#[cfg(feature = "openssl")]
mod with {
    use std::{error::Error, sync::Arc, time::Duration};

    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::Asking;
    use crate::{
        config::{Config, Ocsp, OcspDigest, OcspPolicy},
        http::edge::Clock,
        tls::{
            LiveKey, LiveTrust,
            ocsp::{Checks, Inquirer, NamedBy, Nonce, Policy, Settings, StapledKey, Stapler},
        },
    };

    /// The parts that the configuration asks for.
    ///
    /// # Errors
    /// A setting that cannot be used.
    pub fn assemble(
        config: &Config,
        trust: &Arc<LiveTrust>,
        own: Arc<LiveKey>,
        clock: &Clock,
    ) -> Result<Asking, Box<dyn Error>> {
        let ocsp = &config.tls.ocsp;
        let checks = if ocsp.enabled { Some(Arc::new(checks(ocsp, trust)?)) } else { None };
        if !ocsp.staple {
            return Ok(Asking { key: own, checks, background: Vec::new() });
        }
        let clock = clock.clone();
        let key = Arc::new(StapledKey::of(Box::new(move || own.current()), Arc::new(move || clock.now())));
        let stapler = Stapler {
            key: Arc::clone(&key),
            trust: Arc::clone(trust),
            inquirer: Arc::new(Inquirer::by(&settings(ocsp))?),
            url: ocsp.staple_url.clone(),
        };
        Ok(Asking { key, checks, background: vec![Box::pin(stapler.run())] })
    }

    fn checks(ocsp: &Ocsp, trust: &Arc<LiveTrust>) -> Result<Checks, Box<dyn Error>> {
        let policy = match ocsp.policy {
            OcspPolicy::Require => Policy::Require,
            OcspPolicy::PreferLists => Policy::PreferLists,
        };
        Ok(Checks::new(&settings(ocsp), policy, Arc::clone(trust))?)
    }

    fn settings(ocsp: &Ocsp) -> Settings {
        Settings {
            url: ocsp.url.clone(),
            proxy: ocsp.proxy.clone(),
            timeout: Duration::from_secs(ocsp.timeout_seconds),
            max_age: SignedDuration::from_secs(i64::try_from(ocsp.max_age_seconds).unwrap_or(i64::MAX)),
            in_flight: ocsp.in_flight,
            named_by: match ocsp.named_by {
                OcspDigest::Sha1 => NamedBy::Sha1,
                OcspDigest::Sha256 => NamedBy::Sha256,
            },
            nonces: nonce,
        }
    }

    /// Two random identifiers: 244 bits at random.
    fn nonce() -> Nonce {
        let mut nonce = Nonce::default();
        let (first, second) = nonce.split_at_mut(16);
        first.copy_from_slice(Uuid::new_v4().as_bytes());
        second.copy_from_slice(Uuid::new_v4().as_bytes());
        nonce
    }
}

#[cfg(not(feature = "openssl"))]
mod without {
    use std::{error::Error, sync::Arc};

    use super::{super::Unservable, Asking};
    use crate::{
        config::Config,
        http::edge::Clock,
        tls::{LiveKey, LiveTrust},
    };

    /// The server's certificate alone.
    ///
    /// # Errors
    /// The configuration asks for checks or for an answer to staple: what it asks for is not left out in silence.
    pub fn assemble(
        config: &Config,
        _: &Arc<LiveTrust>,
        own: Arc<LiveKey>,
        _: &Clock,
    ) -> Result<Asking, Box<dyn Error>> {
        if config.tls.ocsp.asks() {
            return Err(Unservable::WithoutOcsp.into());
        }
        Ok(Asking { key: own, checks: None, background: Vec::new() })
    }
}
