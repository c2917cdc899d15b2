//! Asks issuers over HTTP, bounded in time and size.

use std::{path::Path, sync::Arc, time::Duration};

use reqwest::{Client, redirect::Policy};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::tls;

/// How long an issuer may take: a request waits for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest answer, in bytes.
const LONGEST: usize = 256 * 1024;

/// A client that asks issuers. It keeps no connection: each thread of the server has a runtime of its own.
#[derive(Debug, Clone)]
pub(super) struct Fetcher(Client);

/// There is no client to ask issuers with.
#[derive(Debug, thiserror::Error)]
#[error("no client can be made that asks issuers: {0}")]
pub struct NoClient(String);

/// The issuer gave no answer that can be used: none, none in time, too long a one, or not 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoAnswer;

impl Fetcher {
    /// A client that trusts those authorities and no other.
    pub(super) fn trusting(anchors: Option<&Path>) -> Result<Self, NoClient> {
        let mut roots = RootCertStore::empty();
        for anchor in anchors.map(read).transpose()?.unwrap_or_default() {
            roots.add(anchor).map_err(no_client)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::clone(&tls::provider()))
            .with_safe_default_protocol_versions()
            .map_err(no_client)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let builder = Client::builder().tls_backend_preconfigured(config).no_proxy().redirect(Policy::none());
        let client = builder.timeout(PATIENCE).pool_max_idle_per_host(0).build().map_err(no_client)?;
        Ok(Self(client))
    }

    pub(super) async fn get(&self, address: &str) -> Result<Vec<u8>, NoAnswer> {
        whole(self.0.get(address)).await
    }

    /// Posts a form, as the client of that name and secret.
    pub(super) async fn post(&self, address: &str, form: String, id: &str, secret: &str) -> Result<Vec<u8>, NoAnswer> {
        let request = self.0.post(address).basic_auth(id, Some(secret)).header("accept", "application/json");
        whole(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await
    }
}

async fn whole(request: reqwest::RequestBuilder) -> Result<Vec<u8>, NoAnswer> {
    let mut response = request.send().await.map_err(|_| NoAnswer)?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(NoAnswer);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| NoAnswer)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            return Err(NoAnswer);
        }
    }
    Ok(body)
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, NoClient> {
    let wrong = |error| NoClient(format!("{}: {error:?}", path.display()));
    CertificateDer::pem_file_iter(path).map_err(wrong)?.collect::<Result<_, _>>().map_err(wrong)
}

fn no_client(error: impl std::fmt::Display) -> NoClient {
    NoClient(error.to_string())
}
