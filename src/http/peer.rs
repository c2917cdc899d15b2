//! Who is at the other end of a connection: decided once, when it is made, and doubted again with every request.

use std::{fmt, sync::Arc};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::rt::net::TcpStream;
use jiff::Timestamp;

use super::accept;
use crate::{
    identity::{Certificate, Directory, FrontEnds, Infrastructure, Unidentified, certificate_id, identify},
    record::caller::{Caller, CertificateId},
    tls::{self, Distrust, LiveTrust, Standing},
};

/// What vouches for callers.
#[derive(Clone)]
pub struct Vouching {
    /// The directory.
    pub directory: Arc<Directory>,
    /// The structures that run the holder's front end.
    pub front_ends: Arc<FrontEnds>,
    /// Which authorities issue whose certificates.
    pub infrastructure: Arc<Infrastructure>,
    /// Authorities and revocation lists.
    pub trust: Arc<LiveTrust>,
}

impl Vouching {
    /// Whom a verified certificate names.
    ///
    /// # Errors
    /// Why it names no caller.
    pub fn caller_of(&self, leaf: &[u8]) -> Result<Caller, Unidentified> {
        let certificate = self.infrastructure.recognise(Certificate::read(leaf)?)?;
        identify(&certificate, &self.directory, &self.front_ends)
    }
}

/// The peer of one connection, whose certificate the handshake verified.
pub struct Peer {
    /// The certificate.
    pub certificate: CertificateId,
    caller: Result<Caller, &'static str>,
    standing: Result<Standing, &'static str>,
    trust: Arc<LiveTrust>,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer(redacted)")
    }
}

impl Peer {
    /// The peer of a new connection; nobody where it bears no certificate.
    pub fn of(stream: &TlsStream<TcpStream>, vouching: &Vouching, at: Timestamp) -> Option<Self> {
        let from = stream.get_ref().0.peer_addr().ok();
        let peer = tls::Peer::of(stream.get_ref().1).ok()?;
        let certificate = certificate_id(peer.leaf());
        let caller = vouching.caller_of(peer.leaf());
        // A resumed session was verified when it was made, not now: the chain is verified here whichever it is.
        let standing = vouching.trust.current().verify(&peer.chain, at);
        if let Err(distrust) = &standing {
            let reason = distrust.to_string();
            accept::tell_unidentified(&certificate, from, distrust.word(), &reason, distrust.remedy());
        } else if let Err(unidentified) = &caller {
            let reason = unidentified.to_string();
            accept::tell_unidentified(&certificate, from, unidentified.word(), &reason, unidentified.remedy());
        }
        let (caller, standing) = (caller.map_err(Unidentified::word), standing.map_err(Distrust::word));
        metrics::counter!("dmp_connections_total", "protocol" => peer.protocol, "resumed" => peer.resumed.to_string(),
            "caller" => caller.as_ref().err().copied().unwrap_or("identified"))
        .increment(1);
        Some(Self { certificate, caller, standing, trust: Arc::clone(&vouching.trust) })
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
