//! Who is at the other end of a connection: the chain is verified once, when it is made; trust and directory are asked again with
//! every request.

use std::{any::Any, fmt, sync::Arc};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::rt::net::TcpStream;
use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;

use crate::{
    identity::{Certificate, Directory, FrontEnds, Unidentified, identify},
    live::Live,
    record::caller::{Caller, CertificateId},
    tls::{self, LiveTrust, Standing},
};

/// What vouches for callers.
#[derive(Clone)]
pub struct Vouching {
    /// The directory.
    pub directory: Arc<Live<Directory>>,
    /// The structures that run the holder's front end.
    pub front_ends: Arc<Live<FrontEnds>>,
    /// Authorities and revocation lists.
    pub trust: Arc<LiveTrust>,
}

/// The peer of one connection, whose certificate the handshake verified.
pub struct Peer {
    /// The certificate.
    pub certificate: CertificateId,
    read: Result<Certificate, Unidentified>,
    standing: Result<Standing, &'static str>,
    vouching: Vouching,
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
        // A resumed session was verified when it was made, not now: the chain is verified here whichever it is.
        let standing = vouching.trust.current().verify(&peer.chain, at).map_err(|distrust| distrust.word());
        let found = Self { certificate, read, standing, vouching: vouching.clone() };
        metrics::counter!("dmp_connections_total", "protocol" => peer.protocol, "resumed" => peer.resumed.to_string(),
            "caller" => found.identified().err().unwrap_or("identified"))
        .increment(1);
        Some(found)
    }

    /// The caller, as long as the certificate is neither expired nor revoked and the revocation lists are current; else the
    /// permanent word for why there is none.
    ///
    /// # Errors
    /// The word.
    pub fn caller_at(&self, at: Timestamp) -> Result<Caller, &'static str> {
        let standing = self.standing.as_ref().map_err(|word| *word)?;
        self.vouching.trust.current().still_good(standing, at).map_err(|distrust| distrust.word())?;
        self.identified()
    }

    /// Whom directory and front ends of now see in the certificate: who was struck off is nobody on an open connection too.
    fn identified(&self) -> Result<Caller, &'static str> {
        let certificate = self.read.as_ref().map_err(|unidentified| unidentified.word())?;
        let (directory, front_ends) = (self.vouching.directory.current(), self.vouching.front_ends.current());
        identify(certificate, &directory, &front_ends).map_err(|unidentified| unidentified.word())
    }

    /// Whether the authorities that vouch for callers vouch for that chain too, leaf first, now.
    pub fn trusts(&self, chain: &[CertificateDer<'_>], at: Timestamp) -> bool {
        self.vouching.trust.current().verify(chain, at).is_ok()
    }
}

/// The name of a certificate that cannot be read: its fingerprint alone.
fn unreadable(leaf: &[u8]) -> CertificateId {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest(&SHA256, leaf).as_ref());
    CertificateId { fingerprint, serial: String::new(), issuer: String::new() }
}
