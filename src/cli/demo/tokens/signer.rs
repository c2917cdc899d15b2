//! Signs tokens with a key of the demonstration. It writes any head and any claims: tests make bad tokens with it.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
        RSA_PSS_SHA256, RsaKeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::identity::Algorithm;

/// A key that signs with one algorithm.
pub struct Signer {
    algorithm: Algorithm,
    key: Key,
}

enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// The key cannot be used with that algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key cannot sign")]
pub struct CannotSign;

impl Signer {
    /// A key, PKCS#8 in DER.
    ///
    /// # Errors
    /// It is none for that algorithm.
    pub fn of(pkcs8: &[u8], algorithm: Algorithm) -> Result<Self, CannotSign> {
        let point = |curve| EcdsaKeyPair::from_pkcs8(curve, pkcs8).map(Key::Ec);
        let key = match algorithm {
            Algorithm::Es256 => point(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => point(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::Rs256 | Algorithm::Ps256 => RsaKeyPair::from_pkcs8(pkcs8).map(Key::Rsa),
        };
        Ok(Self { algorithm, key: key.map_err(|_| CannotSign)? })
    }

    /// A token with these members in its head beside `alg` and `typ`, and these claims.
    ///
    /// # Errors
    /// The cryptographic library fails.
    pub fn token(&self, head: &Value, claims: &Value) -> Result<String, CannotSign> {
        let mut whole = json!({"alg": self.algorithm.name(), "typ": "JWT"});
        if let (Some(whole), Some(head)) = (whole.as_object_mut(), head.as_object()) {
            whole.extend(head.clone());
        }
        let message = message(&whole, claims);
        let signature = self.sign(message.as_bytes())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The bare signature of a message.
    ///
    /// # Errors
    /// The cryptographic library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Ec(key) => key.sign(&random, message).map(|signed| signed.as_ref().to_vec()).map_err(|_| CannotSign),
            Key::Rsa(key) => {
                let mut signed = vec![0; key.public_modulus_len()];
                let padding = if self.algorithm == Algorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                key.sign(padding, &random, message, &mut signed).map_err(|_| CannotSign)?;
                Ok(signed)
            }
        }
    }

    /// The public key as a member of a key set.
    pub fn jwk(&self, kid: &str) -> Value {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.key {
            Key::Ec(key) => {
                let point = key.public_key().as_ref().get(1..).unwrap_or_default();
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if self.algorithm == Algorithm::Es384 { "P-384" } else { "P-256" };
                json!({"kty": "EC", "use": "sig", "kid": kid, "crv": curve, "x": encoded(x), "y": encoded(y)})
            }
            Key::Rsa(key) => {
                let (n, e) = (key.public_key().modulus(), key.public_key().exponent());
                let number = |bytes: &[u8]| encoded(bytes);
                json!({"kty": "RSA", "use": "sig", "kid": kid, "n": number(n.big_endian_without_leading_zero()),
                    "e": number(e.big_endian_without_leading_zero())})
            }
        }
    }
}

/// The part of a token that is signed.
pub fn message(head: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(head), part(claims))
}
