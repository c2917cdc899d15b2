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
    blame::Blame,
    demands::{self, Demands},
    distrust::Distrust,
    fault::TlsFault,
    revocation::{Age, RevocationIndex, signer_of},
};
use crate::identity::{RevocationList, Serial, certificate_id, serial_of};

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
    /// What is demanded of all certificates.
    pub demands: Demands,
}

/// Whom this server trusts.
#[derive(Debug)]
pub struct Trust {
    authorities: Authorities,
    revocation: RevocationIndex,
    algorithms: WebPkiSupportedAlgorithms,
    demands: Demands,
}

/// What was verified of one certificate, to be asked again at each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    anchor: AuthorityId,
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
    is_authority: bool,
}

impl Trust {
    /// Reads anchors, intermediates and lists, and verifies every list.
    ///
    /// # Errors
    /// What is wrong with which file.
    pub fn read(files: &TrustFiles, provider: &CryptoProvider) -> Result<Self, TlsFault> {
        Self::read_with(files, &[], provider)
    }

    /// Reads as [`Self::read`] does, and those of the kept lists that are good under these authorities: lists were fetched for others
    /// before, and what is bad in them refuses by its absence.
    ///
    /// # Errors
    /// What is wrong with which file that is configured.
    pub fn read_with(files: &TrustFiles, kept: &[PathBuf], provider: &CryptoProvider) -> Result<Self, TlsFault> {
        let algorithms = provider.signature_verification_algorithms;
        let authorities = Authorities::read(&files.anchors, files.intermediates.as_deref())?;
        authorities.check(files.demands)?;
        let lists = files.revocation_lists.iter().map(PathBuf::as_path);
        let mut revocation = RevocationIndex::read(lists.collect::<Vec<&Path>>(), &authorities, &algorithms)?;
        for path in kept {
            if let Err(fault) = revocation.add(path, &authorities, &algorithms) {
                tracing::warn!(list.fault = %fault, "a kept revocation list is left out");
            }
        }
        Ok(Self { authorities, revocation, algorithms, demands: files.demands })
    }

    /// How a list compares in age with the one in use; nothing where no configured authority signed it.
    pub(super) fn age_of(&self, list: &RevocationList) -> Option<Age> {
        let issuer = signer_of(list, &self.authorities, &self.algorithms)?;
        Some(self.revocation.age_of(&issuer, list))
    }

    /// Verifies a chain as a client presented it, leaf first. The path is built from the presented and the configured
    /// intermediates; each certificate on it, leaf and intermediates, is checked against the list of the very authority that
    /// issued it on this path, and against what is demanded of all. A path that does not stand is left for another, if there is one.
    ///
    /// # Errors
    /// Why no path stands.
    pub fn verify(&self, chain: &[CertificateDer<'_>], now: Timestamp) -> Result<Standing, Distrust> {
        self.judge(chain, now).map_err(|blame| blame.rule)
    }

    /// [`Trust::verify`], with the certificate that is to blame.
    ///
    /// # Errors
    /// Why no path stands, and because of which certificate.
    pub fn judge(&self, chain: &[CertificateDer<'_>], now: Timestamp) -> Result<Standing, Blame> {
        let (leaf, presented) = chain.split_first().ok_or(Blame { rule: Distrust::Absent, certificate: None })?;
        let of_leaf = |rule| Blame { rule, certificate: Some(certificate_id(leaf)) };
        let end_entity = EndEntityCert::try_from(leaf).map_err(|_| of_leaf(Distrust::Malformed))?;
        let intermediates = self.intermediates(presented).map_err(of_leaf)?;
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
            (Err(error), Some(Ok(_)) | None) => {
                Err(Blame::without_path(&error, leaf, &intermediates, self.demands, now))
            }
            (Ok(_), None) => Err(of_leaf(Distrust::Malformed)),
        }
    }

    /// The configured intermediates, then those presented that are not among them.
    fn intermediates<'a>(&'a self, presented: &'a [CertificateDer<'_>]) -> Result<Vec<CertificateDer<'a>>, Distrust> {
        if presented.len() > PRESENTED {
            return Err(Distrust::LongChain);
        }
        let configured = self.authorities.intermediates();
        let others =
            presented.iter().map(AsRef::as_ref).filter(|der| configured.iter().all(|known| known.as_ref() != *der));
        Ok(configured.iter().map(AsRef::as_ref).chain(others).map(CertificateDer::from).collect())
    }

    fn standing_of(&self, path: &VerifiedPath<'_>, now: Timestamp) -> Result<Standing, Blame> {
        let certificates: Vec<&Cert<'_>> =
            std::iter::once::<&Cert<'_>>(path.end_entity()).chain(path.intermediate_certificates()).collect();
        let anchor = AuthorityId::of(path.anchor());
        let mut issuer = anchor;
        let mut links = Vec::with_capacity(certificates.len());
        for (height, certificate) in certificates.into_iter().enumerate().rev() {
            let der = certificate.der();
            let of_this = |rule| Blame { rule, certificate: Some(certificate_id(&der)) };
            let link = self.link_of(certificate, issuer, height).map_err(of_this)?;
            self.check(&link, now).map_err(of_this)?;
            links.push(link);
            issuer = AuthorityId::of_certificate(&der).ok_or_else(|| of_this(Distrust::Malformed))?;
        }
        let leaf = links.last().map(|link| (link.issuer, link.serial));
        let leaf = leaf.ok_or(Blame { rule: Distrust::Malformed, certificate: None })?;
        Ok(Standing { anchor, links, leaf })
    }

    /// One certificate of a path, so many above the leaf, if it is as demanded.
    fn link_of(&self, certificate: &Cert<'_>, issuer: AuthorityId, height: usize) -> Result<Link, Distrust> {
        let read = demands::read(certificate)?;
        if height == 0 {
            self.demands.check_leaf(&read)?
        } else {
            self.demands.check_authority(&read)?
        }
        let serial = serial_of(&read.serial).ok_or(Distrust::Malformed)?;
        Ok(Link { issuer, serial, not_after: read.not_after, is_authority: height > 0 })
    }

    /// Whether a verified certificate still stands: its path ends at an anchor of now, no certificate on it is over or revoked, and
    /// all lists are current.
    /// Cheap enough for each request.
    ///
    /// # Errors
    /// Why it no longer stands.
    pub fn still_good(&self, standing: &Standing, now: Timestamp) -> Result<(), Distrust> {
        if !self.authorities.ends_at(&standing.anchor) {
            return Err(Distrust::UnknownAuthority);
        }
        standing.links.iter().try_for_each(|link| self.check(link, now))
    }

    fn check(&self, link: &Link, now: Timestamp) -> Result<(), Distrust> {
        if link.not_after < now {
            return Err(Distrust::Expired);
        }
        match self.revocation.check(&link.issuer, &link.serial, now) {
            Err(Distrust::Revoked) if link.is_authority => Err(Distrust::RevokedAuthority),
            other => other,
        }
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

/// The time as the TLS library has it. An instant before 1970 is 1970: nothing was valid then.
pub(super) fn unix_time(now: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now.as_second()).unwrap_or(0)))
}
