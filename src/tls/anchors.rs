//! The authorities that are trusted: the anchors, where a chain may end, and the intermediates below them.
//!
//! Intermediates are configured here rather than taken from clients alone: only an authority whose certificate is at hand can
//! have its revocation list verified, and without its list none of its certificates is trusted.

use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use rustls::{
    DistinguishedName,
    pki_types::{CertificateDer, TrustAnchor},
};

use super::{
    demands::Demands,
    distrust::Distrust,
    fault::{TlsFault, read_pem},
};
use crate::identity::Authority;

/// What names an authority: SHA-256 over its subject and its public key. Two authorities of one name are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AuthorityId([u8; 32]);

impl AuthorityId {
    /// The id of an anchor, or of any authority seen as one.
    pub fn of(authority: &TrustAnchor<'_>) -> Self {
        let subject = authority.subject.as_ref();
        let mut context = Context::new(&SHA256);
        context.update(&subject.len().to_be_bytes());
        context.update(subject);
        context.update(authority.subject_public_key_info.as_ref());
        let mut id = [0; 32];
        id.copy_from_slice(context.finish().as_ref());
        Self(id)
    }

    /// The id of an authority by its certificate; nothing where it cannot be read.
    pub fn of_certificate(der: &CertificateDer<'_>) -> Option<Self> {
        webpki::anchor_from_trusted_cert(der).ok().map(|authority| Self::of(&authority))
    }
}

/// One configured authority.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its id.
    pub id: AuthorityId,
    /// Its certificate.
    pub der: CertificateDer<'static>,
    /// What the certificate says.
    pub authority: Authority,
}

/// The configured authorities.
#[derive(Debug, Clone, Default)]
pub struct Authorities {
    anchors: Vec<TrustAnchor<'static>>,
    anchor_ids: Vec<AuthorityId>,
    intermediates: Vec<CertificateDer<'static>>,
    known: Vec<Known>,
}

impl Authorities {
    /// Reads the anchors, at least one, and the intermediates, if any, from PEM files.
    ///
    /// # Errors
    /// A file cannot be read, is empty, or holds the certificate of no authority.
    pub fn read(anchors: &Path, intermediates: Option<&Path>) -> Result<Self, TlsFault> {
        let mut authorities = Self::default();
        for der in read_pem::<CertificateDer<'static>>(anchors, "certificate")? {
            let anchor = authorities.know(der, anchors)?;
            authorities.anchor_ids.push(AuthorityId::of(&anchor));
            authorities.anchors.push(anchor);
        }
        if let Some(path) = intermediates {
            for der in read_pem::<CertificateDer<'static>>(path, "certificate")? {
                authorities.know(der.clone(), path)?;
                authorities.intermediates.push(der);
            }
        }
        Ok(authorities)
    }

    fn know(&mut self, der: CertificateDer<'static>, path: &Path) -> Result<TrustAnchor<'static>, TlsFault> {
        let fault = || TlsFault::NoAuthority { path: path.to_owned() };
        let authority = Authority::read(&der).map_err(|_| fault())?;
        let anchor = webpki::anchor_from_trusted_cert(&der).map_err(|_| fault())?.to_owned();
        if !authority.is_authority {
            return Err(fault());
        }
        self.known.push(Known { id: AuthorityId::of(&anchor), der, authority });
        Ok(anchor)
    }

    /// Checks that all of them are as demanded: none of the other hierarchy, none with a weak key.
    pub(super) fn check(&self, demands: Demands) -> Result<(), TlsFault> {
        self.known.iter().try_for_each(|known| {
            let name = known.authority.name.clone();
            match demands.check_anchor(&known.authority) {
                Ok(()) => Ok(()),
                Err(Distrust::WrongHierarchy) => Err(TlsFault::WrongHierarchy {
                    name,
                    found: known.authority.hierarchy.word(),
                    expected: demands.hierarchy.word(),
                }),
                Err(_) => Err(TlsFault::WeakAuthority { name, bits: demands.rsa_bits }),
            }
        })
    }

    /// Where a chain may end.
    pub fn anchors(&self) -> &[TrustAnchor<'static>] {
        &self.anchors
    }

    /// Whether a chain may end there.
    pub fn ends_at(&self, authority: &AuthorityId) -> bool {
        self.anchor_ids.contains(authority)
    }

    /// The intermediates.
    pub fn intermediates(&self) -> &[CertificateDer<'static>] {
        &self.intermediates
    }

    /// All of them.
    pub fn known(&self) -> &[Known] {
        &self.known
    }

    /// The subjects of the anchors: a hint to clients, by which some choose their certificate.
    pub fn hints(&self) -> Vec<DistinguishedName> {
        self.anchors.iter().map(|anchor| DistinguishedName::in_sequence(&anchor.subject)).collect()
    }
}
