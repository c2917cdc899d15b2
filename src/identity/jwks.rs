//! The keys of issuers: which algorithms are taken, which key fits which, and sets of keys (JWKS, RFC 7517).

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use super::{once::states_each_member_once, public_key, untrusted::Untrusted};

/// The algorithms that an issuer may use. There is no symmetric one and no `none`: what is not here cannot be configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSASSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA on P-384 with SHA-384.
    #[serde(rename = "ES384")]
    Es384,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::Es384];

    /// The algorithm that a token or key names.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Its name (RFC 7518).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }

    const fn shape(self) -> Shape {
        match self {
            Self::Rs256 | Self::Ps256 => Shape::Rsa,
            Self::Es256 => Shape::P256,
            Self::Es384 => Shape::P384,
        }
    }

    const fn jose(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Ps256 => jsonwebtoken::Algorithm::PS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Es384 => jsonwebtoken::Algorithm::ES384,
        }
    }
}

/// The sorts of public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// RSA of at least 2048 bits.
    Rsa,
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
}

/// The bytes of the smallest RSA modulus that is taken.
pub(super) const RSA_BYTES: usize = 256;

/// One public key that verifies signatures.
#[derive(Clone)]
pub struct VerifyingKey {
    shape: Shape,
    key: DecodingKey,
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:?})", self.shape)
    }
}

impl VerifyingKey {
    /// The key of a certificate, DER.
    ///
    /// # Errors
    /// It cannot be read, or its key is of no sort that is taken.
    pub fn of_certificate(der: &[u8]) -> Result<Self, Untrusted> {
        let (shape, bytes) = public_key::of_certificate(der).ok_or(Untrusted::Certificate)?;
        let key = match shape {
            Shape::Rsa => DecodingKey::from_rsa_der(&bytes),
            Shape::P256 | Shape::P384 => DecodingKey::from_ec_der(&bytes),
        };
        Ok(Self { shape, key })
    }

    /// Verifies a signature over a message, both as they stand in a token.
    ///
    /// # Errors
    /// The key is not for that algorithm, or the signature does not hold.
    pub fn verify(&self, algorithm: Algorithm, message: &str, signature: &str) -> Result<(), Untrusted> {
        if algorithm.shape() != self.shape {
            return Err(Untrusted::UnknownKey);
        }
        match jsonwebtoken::crypto::verify(signature, message.as_bytes(), &self.key, algorithm.jose()) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Untrusted::Signature),
        }
    }
}

/// The keys of an issuer.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<SetKey>);

#[derive(Debug, Clone)]
struct SetKey {
    kid: Option<String>,
    algorithm: Option<Algorithm>,
    key: VerifyingKey,
}

/// The bytes are no key set, or one without any key that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no key set, or none of its keys can be used")]
pub struct MalformedKeySet;

#[derive(Deserialize)]
struct WrittenSet {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct WrittenKey {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// So many keys of a set are looked at: an issuer has two or three.
    pub const KEYS: usize = 32;

    /// Reads a key set. Keys of other sorts, for other uses and for other algorithms are passed over, as RFC 7517 says.
    ///
    /// # Errors
    /// It is none, or has no key that can be used.
    pub fn read(json: &[u8]) -> Result<Self, MalformedKeySet> {
        if !states_each_member_once(json) {
            return Err(MalformedKeySet);
        }
        let set: WrittenSet = serde_json::from_slice(json).map_err(|_| MalformedKeySet)?;
        let keys: Vec<SetKey> = set.keys.into_iter().take(Self::KEYS).filter_map(SetKey::read).collect();
        if keys.is_empty() { Err(MalformedKeySet) } else { Ok(Self(keys)) }
    }

    /// The key that a token names. A token that names none is verified only where a single key fits.
    ///
    /// # Errors
    /// There is none, or nobody could tell which.
    pub fn key(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<&VerifyingKey, Untrusted> {
        let mut fitting = self.0.iter().filter(|key| key.fits(kid, algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(&key.key),
            (Some(_), Some(_)) | (None, _) => Err(Untrusted::UnknownKey),
        }
    }
}

impl SetKey {
    fn read(value: serde_json::Value) -> Option<Self> {
        let written: WrittenKey = serde_json::from_value(value).ok()?;
        if written.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        let algorithm = match &written.alg {
            None => None,
            Some(name) => Some(Algorithm::of_name(name)?),
        };
        let key = written.key()?;
        let fits = algorithm.is_none_or(|algorithm| algorithm.shape() == key.shape);
        fits.then_some(Self { kid: written.kid, algorithm, key })
    }

    fn fits(&self, kid: Option<&str>, algorithm: Algorithm) -> bool {
        let named = kid.is_none_or(|kid| self.kid.as_deref() == Some(kid));
        named && self.key.shape == algorithm.shape() && self.algorithm.is_none_or(|own| own == algorithm)
    }
}

impl WrittenKey {
    fn key(&self) -> Option<VerifyingKey> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => self.rsa(),
            ("EC", Some("P-256")) => self.point(Shape::P256, 32),
            ("EC", Some("P-384")) => self.point(Shape::P384, 48),
            _ => None,
        }
    }

    fn rsa(&self) -> Option<VerifyingKey> {
        let (modulus, exponent) = (decoded(self.n.as_deref()?)?, decoded(self.e.as_deref()?)?);
        let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
        (modulus.len() >= RSA_BYTES).then_some(VerifyingKey { shape: Shape::Rsa, key })
    }

    fn point(&self, shape: Shape, size: usize) -> Option<VerifyingKey> {
        let (x, y) = (self.x.as_deref()?, self.y.as_deref()?);
        let whole = decoded(x)?.len() == size && decoded(y)?.len() == size;
        let key = DecodingKey::from_ec_components(x, y).ok()?;
        whole.then_some(VerifyingKey { shape, key })
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
pub(crate) mod tests;
