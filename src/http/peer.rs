//! Who is at the other end of a connection: decided once, when it is made, and doubted again with every request.

use std::{any::Any, fmt, sync::Arc};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::rt::net::TcpStream;
use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;

use crate::{
    identity::{Certificate, Directory, FrontEnds, identify},
    record::caller::{Caller, CertificateId},
    tls::{
        self, LiveTrust, Standing,
        ocsp::{Checks, Subject},
    },
};

/// What vouches for callers.
#[derive(Clone)]
pub struct Vouching {
    /// The directory.
    pub directory: Arc<Directory>,
    /// The structures that run the holder's front end.
    pub front_ends: Arc<FrontEnds>,
    /// Authorities and revocation lists.
    pub trust: Arc<LiveTrust>,
    /// What asks the authorities' responders, where the configuration says so.
    pub ocsp: Option<Arc<Checks>>,
}

/// The peer of one connection, whose certificate the handshake verified.
pub struct Peer {
    /// The certificate.
    pub certificate: CertificateId,
    caller: Result<Caller, &'static str>,
    standing: Result<Standing, &'static str>,
    trust: Arc<LiveTrust>,
    asked: Option<(Arc<Checks>, Subject)>,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer(redacted)")
    }
}

impl Peer {
    /// The peer of a new connection; nobody where it is no TLS connection of ours or bears no certificate.
    pub fn of(io: &dyn Any, vouching: &Vouching, at: Timestamp) -> Option<Self> {
        let stream = io.downcast_ref::<TlsStream<TcpStream>>()?;
        let peer = tls::Peer::of(stream.get_ref().1).ok()?;
        let read = Certificate::read(peer.leaf());
        let certificate = read.as_ref().map_or_else(|_| unreadable(peer.leaf()), |certificate| certificate.id.clone());
        let caller = read
            .and_then(|certificate| identify(&certificate, &vouching.directory, &vouching.front_ends))
            .map_err(|unidentified| unidentified.word());
        // A resumed session was verified when it was made, not now: the chain is verified here whichever it is.
        let standing = vouching.trust.current().verify(&peer.chain, at).map_err(|distrust| distrust.word());
        metrics::counter!("dmp_connections_total", "protocol" => peer.protocol, "resumed" => peer.resumed.to_string(),
            "caller" => caller.as_ref().err().copied().unwrap_or("identified"))
        .increment(1);
        let checks = vouching.ocsp.as_ref().zip(standing.as_ref().ok());
        let asked = checks.map(|(checks, standing)| (Arc::clone(checks), checks.subject(peer.leaf(), standing)));
        Some(Self { certificate, caller, standing, trust: Arc::clone(&vouching.trust), asked })
    }

    /// The caller of [`Peer::caller_at`], as long as the authority's responder stands by the certificate too. It is asked
    /// here, before the first request is answered and again when its answer ends, for the handshake cannot wait.
    ///
    /// # Errors
    /// The permanent word for why there is none.
    pub async fn vouched_at(&self, at: Timestamp) -> Result<Caller, &'static str> {
        let caller = self.caller_at(at)?;
        match &self.asked {
            Some((checks, subject)) => checks.check(subject, at).await.map(|()| caller),
            None => Ok(caller),
        }
    }

    /// The caller, as long as the certificate is neither expired nor revoked and the revocation lists are current; else the
    /// permanent word for why there is none.
    ///
    /// # Errors
    /// The word.
    pub fn caller_at(&self, at: Timestamp) -> Result<Caller, &'static str> {
        let standing = self.standing.as_ref().map_err(|word| *word)?;
        self.trust.current().still_good(standing, at).map_err(|distrust| distrust.word())?;
        self.caller.clone()
    }
}

/// The name of a certificate that cannot be read: its fingerprint alone.
fn unreadable(leaf: &[u8]) -> CertificateId {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest(&SHA256, leaf).as_ref());
    CertificateId { fingerprint, serial: String::new(), issuer: String::new() }
}
