//! How a certificate is named to a responder, and the question itself. Source: RFC 6960 section 4.1; RFC 9654 (nonces).

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

use super::{
    der::{INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, around, element, integer},
    issuer::Issuer,
};
use crate::identity::{Serial, serial_of};

/// So many bytes has a nonce (RFC 9654 section 2.1).
pub const NONCE_BYTES: usize = 32;

/// What a question bears, and its answer if the responder makes answers for each question.
pub type Nonce = [u8; NONCE_BYTES];

const SHA1_OID: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
const SHA256_OID: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// id-pkix-ocsp-nonce.
pub(super) const NONCE_OID: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02];

/// The digest by which an issuer is named. It names and proves nothing, which is why SHA-1 does here: every responder knows it, and
/// only newer ones know the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// SHA-1, what most responders expect (RFC 5019 knows no other).
    Sha1,
    /// SHA-256.
    Sha256,
}

impl NamedBy {
    const fn oid(self) -> &'static [u8] {
        match self {
            Self::Sha1 => SHA1_OID,
            Self::Sha256 => SHA256_OID,
        }
    }

    fn algorithm(self) -> &'static Algorithm {
        match self {
            Self::Sha1 => &SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &SHA256,
        }
    }
}

/// The name of one certificate: digests of its issuer's name and key, and its serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertId {
    by: NamedBy,
    name: Vec<u8>,
    key: Vec<u8>,
    serial: Serial,
}

impl CertId {
    /// Names the certificate of that serial number.
    pub fn of(issuer: &Issuer, serial: Serial, by: NamedBy) -> Self {
        let hash = |bytes: &[u8]| digest(by.algorithm(), bytes).as_ref().to_vec();
        Self { by, name: hash(&issuer.subject), key: hash(&issuer.key), serial }
    }

    /// The question about that certificate, DER.
    pub fn request(&self, nonce: &Nonce) -> Vec<u8> {
        let asked = element(SEQUENCE, &[&element(SEQUENCE, &[&self.der()])]);
        // The value of the extension is itself an octet string in an octet string.
        let value = element(OCTET_STRING, &[&element(OCTET_STRING, &[nonce])]);
        let extension = element(SEQUENCE, &[&element(OID, &[NONCE_OID]), &value]);
        let extensions = element(around(2), &[&element(SEQUENCE, &[&extension])]);
        element(SEQUENCE, &[&element(SEQUENCE, &[&asked, &extensions])])
    }

    fn der(&self) -> Vec<u8> {
        let algorithm = element(SEQUENCE, &[&element(OID, &[self.by.oid()]), &[0x05, 0x00]]);
        let (name, key) = (element(OCTET_STRING, &[&self.name]), element(OCTET_STRING, &[&self.key]));
        element(SEQUENCE, &[&algorithm, &name, &key, &integer(&self.serial)])
    }

    /// Whether the content of another `CertID` names the same certificate in the same way. Parameters of the digest are not
    /// compared: some write a NULL and some nothing.
    pub(super) fn is_named_by(&self, other: &[u8]) -> bool {
        self.compare(other).unwrap_or(false)
    }

    fn compare(&self, other: &[u8]) -> Option<bool> {
        let mut other = Reader(other);
        let oid = Reader(other.expect(SEQUENCE)?).expect(OID)?;
        let (name, key) = (other.expect(OCTET_STRING)?, other.expect(OCTET_STRING)?);
        let serial = serial_of(other.expect(INTEGER)?)?;
        let same = oid == self.by.oid() && name == self.name && key == self.key && serial == self.serial;
        Some(same && other.is_empty())
    }
}
