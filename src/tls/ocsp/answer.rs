//! Whether an answer counts, and what it says. Source: RFC 6960 sections 3.2 and 4.2.2.

use jiff::{SignedDuration, Timestamp};
use openssl::{
    error::ErrorStack,
    ocsp::{OcspFlag, OcspResponse},
    stack::Stack,
    x509::{
        X509,
        store::{X509Store, X509StoreBuilder},
        verify::{X509VerifyFlags, X509VerifyParam},
    },
};

use super::{
    super::{Distrust, RevocationIndex},
    basic::{Basic, Single},
    certid::{CertId, Nonce},
    fault::OcspFault,
    issuer::Issuer,
};
use crate::identity::{Authority, serial_of};

/// An answer is at most so long; responders of the field send 2 to 5 KiB.
pub const ANSWER_BYTES: usize = 64 * 1024;
/// A responder's clock may be ahead by so much. No answer counts longer for any clock.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// At least 112 bits of strength in the certificates: RSA 2048, SHA-256.
const LEVEL: i32 = 2;

/// The signature algorithms that are good: RSA (PKCS #1) and ECDSA with SHA-256, SHA-384 and SHA-512, and Ed25519.
const ALGORITHMS: [&[u8]; 7] = [
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d],
    &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
    &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03],
    &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04],
    &[0x2b, 0x65, 0x70],
];

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// About which certificate.
    pub id: &'a CertId,
    /// Who issued it.
    pub issuer: &'a Issuer,
    /// With which nonce.
    pub nonce: &'a Nonce,
}

/// What a responder says of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is not revoked.
    Good,
    /// It is revoked, for good or for a time.
    Revoked,
    /// The responder does not know it.
    Unknown,
}

impl Status {
    /// The permanent word for metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }
}

/// An answer that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What it says.
    pub status: Status,
    /// Until when.
    pub until: Timestamp,
}

/// Judges an answer, DER: it must be signed by the issuer, or by a responder with the usage OCSPSigning that the issuer itself
/// certified and whose certificate is in none of the `lists`; it must speak of the certificate once, be of now, and bear the nonce if it bears
/// any. It counts until its end, at most for `max_age`.
///
/// # Errors
/// Why it does not count.
pub fn verify(
    der: &[u8],
    question: &Question<'_>,
    lists: &RevocationIndex,
    max_age: SignedDuration,
    at: Timestamp,
) -> Result<Answer, OcspFault> {
    if der.len() > ANSWER_BYTES {
        return Err(OcspFault::TooLong);
    }
    let basic = Basic::read(der)?;
    if !ALGORITHMS.contains(&basic.algorithm) {
        return Err(OcspFault::WeakSignature);
    }
    let signed = signed_by(der, &question.issuer.der, at).map_err(|_| OcspFault::NotSigned)?;
    if !signed {
        return Err(OcspFault::NotSigned);
    }
    if basic.certificates.iter().any(|certificate| is_revoked(certificate, question.issuer, lists, at)) {
        return Err(OcspFault::RevokedResponder);
    }
    if basic.nonce.is_some_and(|nonce| nonce != question.nonce) {
        return Err(OcspFault::OtherNonce);
    }
    let single = only(&basic, question.id)?;
    Ok(Answer { status: single.status, until: until(single, max_age, at)? })
}

/// Whether the issuer, or its delegate, signed. The one anchor is the issuer: whoever else may sign certificates, it cannot answer for it.
fn signed_by(der: &[u8], issuer: &[u8], at: Timestamp) -> Result<bool, ErrorStack> {
    let basic = OcspResponse::from_der(der)?.basic()?;
    let issuer = X509::from_der(issuer)?;
    let store = store_of(&issuer, at)?;
    let mut known = Stack::new()?;
    known.push(issuer)?;
    // NO_EXPLICIT: an authority that is merely marked as a signer of answers for all is no delegate.
    Ok(basic.verify(&known, &store, OcspFlag::NO_EXPLICIT).is_ok())
}

fn store_of(issuer: &X509, at: Timestamp) -> Result<X509Store, ErrorStack> {
    let mut rules = X509VerifyParam::new()?;
    rules.set_time(at.as_second());
    rules.set_auth_level(LEVEL);
    // The issuer need not be a root.
    rules.set_flags(X509VerifyFlags::PARTIAL_CHAIN)?;
    let mut store = X509StoreBuilder::new()?;
    store.set_param(&rules)?;
    store.add_cert(issuer.clone())?;
    Ok(store.build())
}

/// Whether the issuer's list names a certificate that came with an answer. One that the issuer did not make signs nothing here.
fn is_revoked(der: &[u8], issuer: &Issuer, lists: &RevocationIndex, at: Timestamp) -> bool {
    let Ok(certificate) = Authority::read(der) else { return false };
    let Some(serial) = serial_of(&certificate.serial) else { return false };
    certificate.issuer == issuer.subject && lists.check(&issuer.id, &serial, at) == Err(Distrust::Revoked)
}

fn only<'a, 'b>(basic: &'b Basic<'a>, id: &CertId) -> Result<&'b Single<'a>, OcspFault> {
    let mut named = basic.singles.iter().filter(|single| id.is_named_by(single.id));
    match (named.next(), named.next()) {
        (Some(single), None) => Ok(single),
        (None, _) | (Some(_), Some(_)) => Err(OcspFault::OtherCertificate),
    }
}

/// Until when it counts. An answer without an end counts from when it was made: newer knowledge may be had at any time.
fn until(single: &Single<'_>, max_age: SignedDuration, at: Timestamp) -> Result<Timestamp, OcspFault> {
    let after = |begin: Timestamp, time| begin.saturating_add(time).unwrap_or(Timestamp::MAX);
    if single.this_update > after(at, AHEAD) {
        return Err(OcspFault::NotYet);
    }
    let end = single.next_update.unwrap_or_else(|| after(single.this_update, max_age));
    if end < at || end < single.this_update {
        return Err(OcspFault::Over);
    }
    Ok(end.min(after(at, max_age)))
}
