//! The public key of a certificate.

use x509_parser::{certificate::X509Certificate, prelude::FromDer, public_key::PublicKey};

use super::jwks::{RSA_BYTES, Shape};

/// The key of a certificate, DER: an RSA key as PKCS#1, a point as it stands. None where it cannot be read, or is of no sort that is taken.
pub(super) fn of_certificate(der: &[u8]) -> Option<(Shape, Vec<u8>)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let info = certificate.public_key();
    let bytes = info.subject_public_key.data.to_vec();
    let shape = match info.parsed().ok()? {
        PublicKey::RSA(key) if key.key_size() >= RSA_BYTES * 8 => Shape::Rsa,
        PublicKey::EC(point) => match point.data().len() {
            65 => Shape::P256,
            97 => Shape::P384,
            _ => return None,
        },
        PublicKey::RSA(_)
        | PublicKey::DSA(_)
        | PublicKey::GostR3410(_)
        | PublicKey::GostR3410_2012(_)
        | PublicKey::Unknown(_) => return None,
    };
    Some((shape, bytes))
}
