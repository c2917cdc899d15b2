//! The verifier of client certificates: [`Trust`] for the chain, rustls for the signatures of the handshake.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};

use super::{distrust::Distrust, live::LiveTrust, refusal};

/// Demands a certificate of every client and verifies chain, purpose, validity and revocation.
#[derive(Debug)]
pub struct CallerVerifier {
    trust: Arc<LiveTrust>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl CallerVerifier {
    /// A verifier by that trust.
    pub fn by(trust: Arc<LiveTrust>) -> Self {
        Self { algorithms: *trust.current().algorithms(), trust }
    }
}

impl ClientCertVerifier for CallerVerifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.trust.hints()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let now = instant(now).ok_or(Distrust::NotYetValid)?;
        let chain: Vec<CertificateDer<'_>> =
            std::iter::once(end_entity).chain(intermediates).map(|der| CertificateDer::from(der.as_ref())).collect();
        match self.trust.current().judge(&chain, now) {
            Ok(_) => Ok(ClientCertVerified::assertion()),
            Err(blame) => {
                refusal::tell(&blame);
                Err(blame.rule.into())
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

fn instant(now: UnixTime) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(now.as_secs()).ok()?).ok()
}
