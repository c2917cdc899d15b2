//! Who is at the other end of a connection: the chain is verified once, when it is made; trust and directory are asked again with
//! every request.

use std::{fmt, sync::Arc};

use actix_tls::accept::rustls_0_23::TlsStream;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;

use super::{accept, socket::Socket};
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
    read: Result<Certificate, Unidentified>,
    standing: Result<Standing, &'static str>,
    vouching: Vouching,
    asked: Option<(Arc<Checks>, Subject)>,
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
        let unidentified = read.as_ref().map_err(Clone::clone).and_then(|read| vouching.identify(read)).err();
        if let Err(distrust) = &standing {
            let reason = distrust.to_string();
            accept::tell_unidentified(&certificate, from, distrust.word(), &reason, distrust.remedy());
        } else if let Some(unidentified) = &unidentified {
            let reason = unidentified.to_string();
            accept::tell_unidentified(&certificate, from, unidentified.word(), &reason, unidentified.remedy());
        }
        let standing = standing.map_err(Distrust::word);
        let checks = vouching.ocsp.as_ref().zip(standing.as_ref().ok());
        let asked = checks.map(|(checks, standing)| (Arc::clone(checks), checks.subject(peer.leaf(), standing)));
        let found = Self { certificate, read, standing, vouching: vouching.clone(), asked };
        metrics::counter!("dmp_connections_total", "protocol" => peer.protocol, "resumed" => peer.resumed.to_string(),
            "caller" => found.identified().err().unwrap_or("identified"))
        .increment(1);
        Some(found)
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
        self.vouching.trust.current().still_good(standing, at).map_err(|distrust| distrust.word())?;
        self.identified()
    }

    /// Whom directory and front ends of now see in the certificate: who was struck off is nobody on an open connection too.
    fn identified(&self) -> Result<Caller, &'static str> {
        let certificate = self.read.as_ref().map_err(|unidentified| unidentified.word())?;
        self.vouching.identify(certificate).map_err(|unidentified| unidentified.word())
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
