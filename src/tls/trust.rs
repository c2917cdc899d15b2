//! Whom this server trusts: chain and revocation together.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rustls::{
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms},
    pki_types::{CertificateDer, UnixTime},
};
use webpki::{Cert, EndEntityCert, KeyUsage, VerifiedPath};

use super::{
    anchors::{Authorities, AuthorityId},
    distrust::Distrust,
    fault::TlsFault,
    revocation::RevocationIndex,
};
use crate::identity::{Authority, Serial, serial_of};

/// A client presents at most so many certificates above its own: each one more makes the search for a path longer.
const PRESENTED: usize = 10;

/// The files of trust.
#[derive(Debug, Clone)]
pub struct TrustFiles {
    /// The trust anchors, PEM.
    pub anchors: PathBuf,
    /// The intermediates, PEM.
    pub intermediates: Option<PathBuf>,
    /// The revocation lists of anchors and intermediates, PEM or DER.
    pub revocation_lists: Vec<PathBuf>,
}

/// Whom this server trusts.
#[derive(Debug)]
pub struct Trust {
    authorities: Authorities,
    revocation: RevocationIndex,
    algorithms: WebPkiSupportedAlgorithms,
}

/// What was verified of one certificate, to be asked again at each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    links: Vec<Link>,
    leaf: (AuthorityId, Serial),
}

impl Standing {
    /// Who issued the leaf on the verified path, and its serial number.
    pub const fn leaf(&self) -> (AuthorityId, Serial) {
        self.leaf
    }
}

/// One certificate of a verified path, and who issued it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    issuer: AuthorityId,
    serial: Serial,
    not_after: Timestamp,
}

impl Trust {
    /// Reads anchors, intermediates and lists, and verifies every list.
    ///
    /// # Errors
    /// What is wrong with which file.
    pub fn read(files: &TrustFiles, provider: &CryptoProvider) -> Result<Self, TlsFault> {
        let algorithms = provider.signature_verification_algorithms;
        let authorities = Authorities::read(&files.anchors, files.intermediates.as_deref())?;
        let lists = files.revocation_lists.iter().map(PathBuf::as_path);
        let revocation = RevocationIndex::read(lists.collect::<Vec<&Path>>(), &authorities, &algorithms)?;
        Ok(Self { authorities, revocation, algorithms })
    }

    /// Verifies a chain as a client presented it, leaf first. The path is built from the presented and the configured
    /// intermediates; each certificate on it, leaf and intermediates, is checked against the list of the very authority that
    /// issued it on this path. A path that does not stand is left for another, if there is one.
    ///
    /// # Errors
    /// Why no path stands.
    pub fn verify(&self, chain: &[CertificateDer<'_>], now: Timestamp) -> Result<Standing, Distrust> {
        let (leaf, presented) = chain.split_first().ok_or(Distrust::Absent)?;
        let end_entity = EndEntityCert::try_from(leaf).map_err(|_| Distrust::Malformed)?;
        let intermediates = self.intermediates(presented)?;
        let found = RefCell::new(None);
        let stands = |path: &VerifiedPath<'_>| {
            let standing = self.standing_of(path, now);
            let stands = standing.is_ok();
            found.replace(Some(standing));
            if stands { Ok(()) } else { Err(webpki::Error::CertRevoked) }
        };
        let built = end_entity.verify_for_usage(
            self.algorithms.all,
            self.authorities.anchors(),
            &intermediates,
            unix_time(now),
            KeyUsage::client_auth(),
            None,
            Some(&stands),
        );
        // What is known of a complete path says more than why another could not be completed.
        match (built, found.take()) {
            (Ok(_), Some(found)) | (Err(_), Some(found @ Err(_))) => found,
            (Err(error), Some(Ok(_)) | None) => Err(Distrust::of(&error)),
            (Ok(_), None) => Err(Distrust::Malformed),
        }
    }

    /// The configured intermediates, then those presented that are not among them.
    fn intermediates<'a>(&'a self, presented: &'a [CertificateDer<'_>]) -> Result<Vec<CertificateDer<'a>>, Distrust> {
        if presented.len() > PRESENTED {
            return Err(Distrust::Malformed);
        }
        let configured = self.authorities.intermediates();
        let others =
            presented.iter().map(AsRef::as_ref).filter(|der| configured.iter().all(|known| known.as_ref() != *der));
        Ok(configured.iter().map(AsRef::as_ref).chain(others).map(CertificateDer::from).collect())
    }

    fn standing_of(&self, path: &VerifiedPath<'_>, now: Timestamp) -> Result<Standing, Distrust> {
        let certificates: Vec<&Cert<'_>> =
            std::iter::once::<&Cert<'_>>(path.end_entity()).chain(path.intermediate_certificates()).collect();
        let mut issuer = AuthorityId::of(path.anchor());
        let mut links = Vec::with_capacity(certificates.len());
        for certificate in certificates.into_iter().rev() {
            links.push(link_of(certificate, issuer)?);
            issuer = AuthorityId::of_certificate(&certificate.der()).ok_or(Distrust::Malformed)?;
        }
        let leaf = links.last().map(|link| (link.issuer, link.serial)).ok_or(Distrust::Malformed)?;
        let standing = Standing { links, leaf };
        self.still_good(&standing, now).map(|()| standing)
    }

    /// Whether a verified certificate still stands: no certificate of its path is over or revoked, and all lists are current.
    /// Cheap enough for each request.
    ///
    /// # Errors
    /// Why it no longer stands.
    pub fn still_good(&self, standing: &Standing, now: Timestamp) -> Result<(), Distrust> {
        standing.links.iter().try_for_each(|link| {
            if link.not_after < now {
                return Err(Distrust::NotValidNow);
            }
            self.revocation.check(&link.issuer, &link.serial, now)
        })
    }

    /// The authorities.
    pub const fn authorities(&self) -> &Authorities {
        &self.authorities
    }

    /// The lists.
    pub const fn revocation(&self) -> &RevocationIndex {
        &self.revocation
    }

    pub(super) const fn algorithms(&self) -> &WebPkiSupportedAlgorithms {
        &self.algorithms
    }
}

fn link_of(certificate: &Cert<'_>, issuer: AuthorityId) -> Result<Link, Distrust> {
    let read = Authority::read(&certificate.der()).map_err(|_| Distrust::Malformed)?;
    let serial = serial_of(&read.serial).ok_or(Distrust::Malformed)?;
    Ok(Link { issuer, serial, not_after: read.not_after })
}

/// The time as the TLS library has it. An instant before 1970 is 1970: nothing was valid then.
pub(super) fn unix_time(now: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now.as_second()).unwrap_or(0)))
}
