//! The server's side of TLS. Source: ANSSI, recommendations for TLS v1.2; CI-SIS transport.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer},
    server::{ResolvesServerCert, ServerSessionMemoryCache},
    sign::CertifiedKey,
    time_provider::{DefaultTimeProvider, TimeProvider},
    version::{TLS12, TLS13},
};

use super::{
    fault::{TlsFault, read_pem},
    live::LiveTrust,
    verifier::CallerVerifier,
};

/// So many sessions are remembered for resumption, in this process alone.
const SESSIONS: usize = 4096;

/// The files of the server's own identity.
#[derive(Debug, Clone)]
pub struct ServerFiles {
    /// The certificate and its chain, PEM, leaf first.
    pub certificate: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
}

/// The cryptography: aws-lc, given to each part explicitly. Its suites are all ephemeral and authenticated, AES-256 first.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// The clock of the machine, for [`server_config`].
pub fn system_clock() -> Arc<dyn TimeProvider> {
    Arc::new(DefaultTimeProvider)
}

/// The configuration: TLS 1.3 and 1.2, a client certificate from everyone, HTTP/1.1 alone, no early data, sessions remembered
/// here and never in a ticket that a client could keep. RSA keys under 2048 bits are refused by the algorithms themselves.
///
/// # Errors
/// What is wrong with the server's key or certificate.
pub fn server_config(
    files: &ServerFiles,
    trust: Arc<LiveTrust>,
    provider: Arc<CryptoProvider>,
    clock: Arc<dyn TimeProvider>,
) -> Result<ServerConfig, TlsFault> {
    let key = rustls::sign::SingleCertAndKey::from(certified_key(files, &provider)?);
    server_config_with(Arc::new(key), trust, provider, clock)
}

/// The configuration of [`server_config`], with a certificate that may change from one handshake to the next.
///
/// # Errors
/// The library refuses its settings.
pub fn server_config_with(
    key: Arc<dyn ResolvesServerCert>,
    trust: Arc<LiveTrust>,
    provider: Arc<CryptoProvider>,
    clock: Arc<dyn TimeProvider>,
) -> Result<ServerConfig, TlsFault> {
    let mut config = ServerConfig::builder_with_details(provider, clock)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(Arc::new(CallerVerifier::by(trust)))
        .with_cert_resolver(key);
    config.ignore_client_order = true;
    config.require_ems = true;
    config.max_early_data_size = 0;
    config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
    config.send_tls13_tickets = 2;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The server's certificate with its key.
///
/// # Errors
/// What is wrong with either; they must belong together.
pub fn own_key(files: &ServerFiles, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, TlsFault> {
    certified_key(files, provider).map(Arc::new)
}

/// The server's certificate with its key, which must belong together.
pub(super) fn certified_key(files: &ServerFiles, provider: &CryptoProvider) -> Result<CertifiedKey, TlsFault> {
    let chain = read_pem::<CertificateDer<'static>>(&files.certificate, "certificate")?;
    let key = read_pem::<PrivateKeyDer<'static>>(&files.key, "private key")?.into_iter().next();
    let key = key.ok_or_else(|| TlsFault::Nothing { path: files.key.clone(), what: "private key" })?;
    let mismatch =
        |source| TlsFault::KeyMismatch { certificate: files.certificate.clone(), key: files.key.clone(), source };
    CertifiedKey::from_der(chain, key, provider).map_err(mismatch)
}
