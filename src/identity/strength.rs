//! How strong a certificate is: the size of its key and the algorithm that signed it. Source: ANSSI, guide of cryptographic
//! mechanisms; RGS B1.

use x509_parser::{
    certificate::X509Certificate,
    der_parser::Oid,
    oid_registry::{
        OID_EC_P256, OID_NIST_EC_P384, OID_NIST_EC_P521, OID_PKCS1_RSASSAPSS, OID_PKCS1_SHA256WITHRSA,
        OID_PKCS1_SHA384WITHRSA, OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA256, OID_SIG_ECDSA_WITH_SHA384,
        OID_SIG_ECDSA_WITH_SHA512, OID_SIG_ED25519,
    },
    public_key::PublicKey,
};

/// The key of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// RSA.
    Rsa {
        /// The bits of the modulus.
        bits: usize,
    },
    /// An elliptic curve of at least 256 bits that is known here: P-256, P-384, P-521, Ed25519.
    Curve,
    /// Anything else.
    Other,
}

impl Key {
    /// Whether the key is strong enough, RSA from so many bits on.
    pub const fn is_strong(self, rsa_bits: usize) -> bool {
        match self {
            Self::Rsa { bits } => bits >= rsa_bits,
            Self::Curve => true,
            Self::Other => false,
        }
    }

    pub(super) fn of(certificate: &X509Certificate<'_>) -> Self {
        let key = certificate.public_key();
        if key.algorithm.algorithm == OID_SIG_ED25519 {
            return Self::Curve;
        }
        match key.parsed() {
            Ok(PublicKey::RSA(rsa)) => Self::Rsa { bits: bits_of(rsa.modulus) },
            Ok(PublicKey::EC(_)) if is_known(key.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok())) => {
                Self::Curve
            }
            Ok(_) | Err(_) => Self::Other,
        }
    }
}

/// The significant bits of a big-endian number.
fn bits_of(number: &[u8]) -> usize {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let leading = number.get(start).map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() - start) * 8 - leading
}

fn is_known(curve: Option<Oid<'_>>) -> bool {
    curve.is_some_and(|curve| [OID_EC_P256, OID_NIST_EC_P384, OID_NIST_EC_P521].contains(&curve))
}

/// Whether the algorithm that signed the certificate is one that may: SHA-256 or longer, never SHA-1 or MD5.
pub(super) fn is_strongly_signed(certificate: &X509Certificate<'_>) -> bool {
    let strong = [
        OID_PKCS1_SHA256WITHRSA,
        OID_PKCS1_SHA384WITHRSA,
        OID_PKCS1_SHA512WITHRSA,
        OID_SIG_ECDSA_WITH_SHA256,
        OID_SIG_ECDSA_WITH_SHA384,
        OID_SIG_ECDSA_WITH_SHA512,
        OID_SIG_ED25519,
    ];
    let algorithm = &certificate.signature_algorithm;
    strong.contains(&algorithm.algorithm)
        || (algorithm.algorithm == OID_PKCS1_RSASSAPSS && !is_pss_with_sha1(certificate))
}

/// RSASSA-PSS names its hash in its parameters, and means SHA-1 where it names none (RFC 4055 section 3.1).
fn is_pss_with_sha1(certificate: &X509Certificate<'_>) -> bool {
    /// The arc of SHA-2, 2.16.840.1.101.3.4.2, as it is encoded.
    const SHA2: [u8; 8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
    let parameters = certificate.signature_algorithm.parameters.as_ref();
    parameters.is_none_or(|parameters| !parameters.data.windows(SHA2.len()).any(|window| window == SHA2))
}

#[cfg(test)]
mod tests;
