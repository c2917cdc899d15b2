//! Why there is no answer that counts.

/// Why there is no answer that counts. None names a certificate or its bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OcspFault {
    /// Neither the certificate nor the configuration names a responder that can be asked.
    #[error("no responder over http is named for the certificate")]
    NoResponder,
    /// The issuer of the certificate is not at hand.
    #[error("the authority that issued the certificate is not at hand")]
    NoIssuer,
    /// The responder cannot be reached, or breaks off.
    #[error("the responder cannot be reached")]
    Unreachable,
    /// The answer takes too long.
    #[error("the responder does not answer in time")]
    Late,
    /// The responder answers with an error of HTTP.
    #[error("the responder answers with HTTP status {0}")]
    Http(u16),
    /// The answer is longer than any may be.
    #[error("the answer is too long")]
    TooLong,
    /// The answer is not DER, or not of this form.
    #[error("the answer cannot be read")]
    Malformed,
    /// The responder says that it does not answer; its own word for why is a number (RFC 6960 section 4.2.1).
    #[error("the responder declines to answer, status {0}")]
    Declined(u8),
    /// The signature is by an algorithm that is no longer good.
    #[error("the answer is signed by an algorithm that is not good enough")]
    WeakSignature,
    /// The answer is signed neither by the issuer nor by whom it delegated, or has been changed.
    #[error("the answer is not signed by the issuer or by a responder that it delegated")]
    NotSigned,
    /// The delegated responder's own certificate is revoked.
    #[error("the certificate of the delegated responder is revoked")]
    RevokedResponder,
    /// The answer bears the nonce of another question.
    #[error("the answer bears the nonce of another question")]
    OtherNonce,
    /// The answer is about other certificates, or twice about this one.
    #[error("the answer does not speak of the certificate, or speaks of it twice")]
    OtherCertificate,
    /// The answer is of the future.
    #[error("the answer is not valid yet")]
    NotYet,
    /// The answer is over.
    #[error("the answer is no longer valid")]
    Over,
}

impl OcspFault {
    /// The permanent word for metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoResponder => "no-responder",
            Self::NoIssuer => "no-issuer",
            Self::Unreachable => "unreachable",
            Self::Late => "late",
            Self::Http(_) => "http-error",
            Self::TooLong => "too-long",
            Self::Malformed => "malformed",
            Self::Declined(_) => "declined",
            Self::WeakSignature => "weak-signature",
            Self::NotSigned => "not-signed",
            Self::RevokedResponder => "revoked-responder",
            Self::OtherNonce => "other-nonce",
            Self::OtherCertificate => "other-certificate",
            Self::NotYet => "not-yet",
            Self::Over => "over",
        }
    }
}
