//! The server's side of TLS. Source: ANSSI, recommendations for TLS v1.2; CI-SIS transport.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    server::ResolvesServerCert,
    sign::CertifiedKey,
    time_provider::{DefaultTimeProvider, TimeProvider},
    version::{TLS12, TLS13},
};

use super::{credentials::Credentials, fault::TlsFault, live::LiveTrust, own::LiveKey, verifier::CallerVerifier};

/// The files of the server's own identity.
#[derive(Debug, Clone)]
pub struct ServerFiles {
    /// The certificate and its chain, PEM, leaf first; or PKCS#12, with the key.
    pub certificate: PathBuf,
    /// The private key, PEM; not read where the certificate is PKCS#12.
    pub key: PathBuf,
    /// The file that holds the password of a PKCS#12 file.
    pub password: Option<PathBuf>,
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
    server_config_with(Arc::new(LiveKey::read(files, &provider)?), trust, provider, clock)
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
    let sessions = trust.sessions();
    let mut config = ServerConfig::builder_with_details(provider, clock)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(Arc::new(CallerVerifier::by(trust)))
        .with_cert_resolver(key);
    config.ignore_client_order = true;
    config.require_ems = true;
    config.max_early_data_size = 0;
    config.session_storage = sessions;
    config.send_tls13_tickets = 2;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The server's certificate with its key, which must belong together.
pub(super) fn certified_key(files: &ServerFiles, provider: &CryptoProvider) -> Result<CertifiedKey, TlsFault> {
    let Credentials { chain, key } = Credentials::read(files)?;
    let mismatch =
        |source| TlsFault::KeyMismatch { certificate: files.certificate.clone(), key: files.key.clone(), source };
    CertifiedKey::from_der(chain, key, provider).map_err(mismatch)
}
