//! Who is at the other end of a connection: the chain is verified once, when it is made; trust and directory are asked again with
//! every request.

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_tls::accept::rustls_0_23::TlsStream;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;

use super::{accept, no_caller::NoCaller, socket::Socket};
use crate::{
    identity::{Certificate, Directory, FrontEnds, Infrastructure, Unidentified, certificate_id, identify},
    live::Live,
    record::caller::{Caller, CertificateId},
    tls::{
        self, Distrust, LiveTrust, Standing,
        ocsp::{Checks, Subject},
    },
};

/// What vouches for callers.
#[derive(Clone)]
pub struct Vouching {
    /// The directory.
    pub directory: Arc<Live<Directory>>,
    /// The structures that run the holder's front end.
    pub front_ends: Arc<Live<FrontEnds>>,
    /// Which authorities issue whose certificates.
    pub infrastructure: Arc<Infrastructure>,
    /// Authorities and revocation lists.
    pub trust: Arc<LiveTrust>,
    /// What asks the authorities' responders, where the configuration says so.
    pub ocsp: Option<Arc<Checks>>,
}

impl Vouching {
    /// Whom a verified certificate names.
    ///
    /// # Errors
    /// Why it names no caller.
    pub fn caller_of(&self, leaf: &[u8]) -> Result<Caller, Unidentified> {
        self.identify(&self.recognise(leaf)?)
    }

    fn recognise(&self, leaf: &[u8]) -> Result<Certificate, Unidentified> {
        self.infrastructure.recognise(Certificate::read(leaf)?)
    }

    /// Whom directory and front ends of now see in a certificate.
    fn identify(&self, certificate: &Certificate) -> Result<Caller, Unidentified> {
        identify(certificate, &self.directory.current(), &self.front_ends.current())
    }
}

/// The peer of one connection, whose certificate the handshake verified.
pub struct Peer {
    /// The certificate.
    pub certificate: CertificateId,
    from: Option<SocketAddr>,
    read: Result<Certificate, Unidentified>,
    standing: Result<Standing, Distrust>,
    vouching: Vouching,
    asked: Option<(Arc<Checks>, Subject)>,
    /// Why it was no caller last: each reason is told once.
    told: Mutex<Option<NoCaller>>,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer(redacted)")
    }
}

impl Peer {
    /// The peer of a new connection; nobody where it bears no certificate.
    pub fn of(stream: &TlsStream<Socket>, vouching: &Vouching, at: Timestamp) -> Option<Self> {
        let from = stream.get_ref().0.peer_addr().ok();
        let peer = tls::Peer::of(stream.get_ref().1).ok()?;
        let certificate = certificate_id(peer.leaf());
        let read = vouching.recognise(peer.leaf());
        // A resumed session was verified when it was made, not now: the chain is verified here whichever it is.
        let standing = vouching.trust.current().verify(&peer.chain, at);
        let checks = vouching.ocsp.as_ref().zip(standing.as_ref().ok());
        let asked = checks.map(|(checks, standing)| (Arc::clone(checks), checks.subject(peer.leaf(), standing)));
        let vouching = vouching.clone();
        let found = Self { certificate, from, read, standing, vouching, asked, told: Mutex::new(None) };
        let caller = found.caller_at(at).map_err(|nobody| found.tell(nobody));
        metrics::counter!("dmp_connections_total", "protocol" => peer.protocol, "resumed" => peer.resumed.to_string(),
            "caller" => caller.err().map_or("identified", NoCaller::word))
        .increment(1);
        Some(found)
    }

    /// Says in the log why the peer is no caller: once for each reason.
    pub fn tell(&self, nobody: NoCaller) -> NoCaller {
        let before = self.told().replace(nobody);
        if before != Some(nobody) {
            accept::tell_unidentified(&self.certificate, self.from, nobody);
        }
        nobody
    }

    /// Whether the certificate was found not to stand while the connection was open.
    pub fn is_over(&self) -> bool {
        self.told().is_some_and(NoCaller::is_of_certificate)
    }

    fn told(&self) -> MutexGuard<'_, Option<NoCaller>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The caller of [`Peer::caller_at`], as long as the authority's responder stands by the certificate too. It is asked
    /// here, before the first request is answered and again when its answer ends, for the handshake cannot wait.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn vouched_at(&self, at: Timestamp) -> Result<Caller, NoCaller> {
        let caller = self.caller_at(at)?;
        if let Some((checks, subject)) = &self.asked {
            checks.check(subject, at).await?;
        }
        Ok(caller)
    }

    /// The caller, as long as the certificate is neither expired nor revoked and the revocation lists are current.
    ///
    /// # Errors
    /// Why there is none.
    pub fn caller_at(&self, at: Timestamp) -> Result<Caller, NoCaller> {
        let standing = self.standing.as_ref().map_err(|distrust| *distrust)?;
        self.vouching.trust.current().still_good(standing, at)?;
        self.identified()
    }

    /// Whom directory and front ends of now see in the certificate: who was struck off is nobody on an open connection too.
    fn identified(&self) -> Result<Caller, NoCaller> {
        let certificate = self.read.as_ref().map_err(|unidentified| *unidentified)?;
        Ok(self.vouching.identify(certificate)?)
    }

    /// Reads another certificate than the connection's, which must be of an authority that issues its kind.
    ///
    /// # Errors
    /// Why it can be nobody's.
    pub fn recognise(&self, leaf: &[u8]) -> Result<Certificate, Unidentified> {
        self.vouching.recognise(leaf)
    }

    /// Whether the authorities that vouch for callers vouch for that chain too, leaf first, now: by their lists and, where callers are
    /// asked about, by their responders.
    pub async fn trusts(&self, chain: &[CertificateDer<'_>], at: Timestamp) -> bool {
        let (Some(leaf), Ok(standing)) = (chain.first(), self.vouching.trust.current().verify(chain, at)) else {
            return false;
        };
        match &self.vouching.ocsp {
            Some(checks) => checks.check(&checks.subject(leaf, &standing), at).await.is_ok(),
            None => true,
        }
    }
}
