//! Signed checkpoints: without the key nobody can forge the chain anew. That it was not cut back to an earlier checkpoint is proven by
//! a head that was kept elsewhere ([`super::Verifier::expecting`]).

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use jiff::Timestamp;

use super::chain::Head;

/// A signed head of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The head at that moment.
    pub head: Head,
    /// The time of the line at the head; signed in microseconds.
    pub at: Timestamp,
    /// Ed25519 (RFC 8032) over the name of the form, number (8 bytes, big-endian), hash, and time (8 bytes, big-endian).
    pub signature: Vec<u8>,
}

impl Checkpoint {
    /// At each line whose number is a multiple of this one a checkpoint is signed, in the same commit; its absence is a break.
    pub const EVERY: u64 = 256;

    /// Whether the holder of that public key (32 bytes) signed it.
    pub fn is_signed_by(&self, public_key: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, public_key).verify(&message(&self.head, self.at), &self.signature).is_ok()
    }
}

/// Why there is no key to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The machine gives no randomness.
    #[error("no key could be made")]
    NotMade,
    /// The bytes are no Ed25519 key in PKCS#8.
    #[error("the journal's key cannot be read")]
    Unreadable,
}

/// The signer of checkpoints.
#[derive(Debug)]
pub struct Notary {
    key: Ed25519KeyPair,
}

impl Notary {
    /// Makes a new key, in PKCS#8 (DER); a secret.
    ///
    /// # Errors
    /// No randomness.
    pub fn new_key() -> Result<Vec<u8>, KeyFault> {
        let key = Ed25519KeyPair::generate().and_then(|key| key.to_pkcs8v1()).map_err(|_| KeyFault::NotMade)?;
        Ok(key.as_ref().to_vec())
    }

    /// The signer with that key, in PKCS#8 (DER).
    ///
    /// # Errors
    /// Not such a key.
    pub fn with_key(pkcs8: &[u8]) -> Result<Self, KeyFault> {
        Ok(Self { key: Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyFault::Unreadable)? })
    }

    /// The public key, 32 bytes.
    pub fn public_key(&self) -> Vec<u8> {
        self.key.public_key().as_ref().to_vec()
    }

    /// Signs the head, given the time of its line.
    pub fn sign(&self, head: Head, at: Timestamp) -> Checkpoint {
        Checkpoint { head, at, signature: self.key.sign(&message(&head, at)).as_ref().to_vec() }
    }
}

fn message(head: &Head, at: Timestamp) -> Vec<u8> {
    let mut message = b"dmp-gateway journal checkpoint 1\n".to_vec();
    message.extend(head.number.to_be_bytes());
    message.extend(head.hash);
    message.extend(at.as_microsecond().to_be_bytes());
    message
}
