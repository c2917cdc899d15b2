//! Who issued a certificate, as a responder must be told.

use rustls::pki_types::CertificateDer;

use super::{
    super::{
        AuthorityId,
        anchors::{Authorities, Known},
    },
    der::{BIT_STRING, Reader, SEQUENCE},
};
use crate::identity::Authority;

/// The authority that issued a certificate.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// Its id.
    pub id: AuthorityId,
    /// Its certificate.
    pub der: CertificateDer<'static>,
    /// Its raw subject, a DER `Name` with its header.
    pub subject: Vec<u8>,
    /// Its public key: the bits of `subjectPublicKey`.
    pub key: Vec<u8>,
}

impl Issuer {
    /// Reads the certificate of an authority; nothing where it is none.
    pub fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let anchor = webpki::anchor_from_trusted_cert(der).ok()?;
        Some(Self {
            id: AuthorityId::of(&anchor),
            subject: Authority::read(der).ok()?.subject,
            key: key_of(anchor.subject_public_key_info.as_ref())?,
            der: der.clone().into_owned(),
        })
    }

    /// The configured authority of that id.
    pub(super) fn known(authorities: &Authorities, id: &AuthorityId) -> Option<Self> {
        authorities.known().iter().find(|known| known.id == *id).and_then(Self::of_known)
    }

    /// The issuer of a server's own certificate: the next of its chain, else the configured authority of that name.
    pub(super) fn above(chain: &[CertificateDer<'_>], authorities: &Authorities) -> Option<Self> {
        let own = Authority::read(chain.first()?).ok()?;
        let next = chain.get(1).and_then(Self::read).filter(|issuer| issuer.subject == own.issuer);
        let named = || authorities.known().iter().find(|known| known.authority.subject == own.issuer);
        next.or_else(|| named().and_then(Self::of_known))
    }

    fn of_known(known: &Known) -> Option<Self> {
        Self::read(&known.der)
    }
}

/// The bits of `subjectPublicKey` of the content of a `SubjectPublicKeyInfo`.
fn key_of(info: &[u8]) -> Option<Vec<u8>> {
    let mut info = Reader(info);
    info.expect(SEQUENCE)?;
    let bits = info.expect(BIT_STRING)?;
    Some(bits.get(1..)?.to_vec())
}
