//! Asks responders, a bounded number of questions at once.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Proxy, header::CONTENT_TYPE, redirect::Policy};
use rustls::{ClientConfig, RootCertStore};
use tokio::{sync::Semaphore, time::timeout};

use super::{
    super::{Trust, provider},
    Settings,
    answer::{ANSWER_BYTES, Answer, Question, verify},
    certid::{CertId, NamedBy, Nonce},
    fault::OcspFault,
    issuer::Issuer,
};
use crate::identity::Serial;

/// Asks responders.
#[derive(Debug)]
pub struct Inquirer {
    client: Client,
    places: Semaphore,
    patience: Duration,
    max_age: SignedDuration,
    named_by: NamedBy,
    nonces: fn() -> Nonce,
}

/// Why no responder can be asked by these settings.
#[derive(Debug, thiserror::Error)]
pub enum WrongSettings {
    /// The proxy is no address of one.
    #[error("tls.ocsp: the proxy cannot be used")]
    Proxy(#[from] reqwest::Error),
    /// The TLS library refuses its settings.
    #[error("tls.ocsp: the TLS configuration is refused")]
    Rustls(#[from] rustls::Error),
}

impl Inquirer {
    /// An inquirer by those settings.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn by(settings: &Settings) -> Result<Self, WrongSettings> {
        // A responder is asked once in a long while, and by threads that each have a reactor of their own: no connection is kept.
        let client = Client::builder().redirect(Policy::none()).pool_max_idle_per_host(0).no_proxy();
        let client = client.tls_backend_preconfigured(trusting_nobody()?);
        let client = match &settings.proxy {
            Some(proxy) => client.proxy(Proxy::http(proxy)?),
            None => client,
        };
        Ok(Self {
            client: client.build()?,
            places: Semaphore::new(settings.in_flight),
            patience: settings.timeout,
            max_age: settings.max_age,
            named_by: settings.named_by,
            nonces: settings.nonces,
        })
    }

    /// Asks that responder about a certificate, and judges the answer; with it comes the answer itself, DER.
    ///
    /// # Errors
    /// Why there is no answer that counts.
    pub async fn inquire(
        &self,
        url: &str,
        issuer: &Issuer,
        serial: Serial,
        trust: &Trust,
        at: Timestamp,
    ) -> Result<(Answer, Vec<u8>), OcspFault> {
        let id = CertId::of(issuer, serial, self.named_by);
        let nonce = (self.nonces)();
        let answered = timeout(self.patience, self.post(url, id.request(&nonce))).await;
        let der = answered.map_err(|_| OcspFault::Late)??;
        let question = Question { id: &id, issuer, nonce: &nonce };
        Ok((verify(&der, &question, trust.revocation(), self.max_age, at)?, der))
    }

    /// Waits for a place, then asks. Whoever waits too long is told so by the caller's clock.
    async fn post(&self, url: &str, request: Vec<u8>) -> Result<Vec<u8>, OcspFault> {
        let _place = self.places.acquire().await.map_err(|_| OcspFault::Unreachable)?;
        let request = self.client.post(url).header(CONTENT_TYPE, "application/ocsp-request").body(request);
        let mut response = request.send().await.map_err(|_| OcspFault::Unreachable)?;
        if !response.status().is_success() {
            return Err(OcspFault::Http(response.status().as_u16()));
        }
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| OcspFault::Unreachable)? {
            if answer.len() + chunk.len() > ANSWER_BYTES {
                return Err(OcspFault::TooLong);
            }
            answer.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

/// Responders are asked over clear text. The client wants a TLS configuration all the same: this one connects to nobody.
fn trusting_nobody() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}
