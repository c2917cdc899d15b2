//! Why a certificate is not trusted, and how the peer is told.

use rustls::{CertificateError, Error};

/// Why a certificate is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Distrust {
    /// None was presented.
    #[error("no certificate was presented")]
    Absent,
    /// It cannot be read, or its chain is broken.
    #[error("the certificate or its chain is not well formed")]
    Malformed,
    /// No path leads to a trust anchor.
    #[error("the certificate comes from an unknown authority")]
    UnknownAuthority,
    /// The certificate, or one above it, is over or has not begun.
    #[error("the certificate, or one above it, is not valid now")]
    NotValidNow,
    /// It is not made for clients.
    #[error("the certificate is not made for client authentication")]
    WrongPurpose,
    /// The certificate, or one above it, is revoked.
    #[error("the certificate, or one above it, is revoked")]
    Revoked,
    /// An authority in its chain has no revocation list.
    #[error("an authority in the chain has no revocation list")]
    NoList,
    /// The revocation list of an authority in its chain is over or has not begun.
    #[error("the revocation list of an authority in the chain is not valid now")]
    StaleList,
}

impl Distrust {
    /// The permanent word for journal, metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Absent => "no-certificate",
            Self::Malformed => "malformed-chain",
            Self::UnknownAuthority => "unknown-authority",
            Self::NotValidNow => "not-valid-now",
            Self::WrongPurpose => "wrong-purpose",
            Self::Revoked => "revoked",
            Self::NoList => "no-revocation-list",
            Self::StaleList => "stale-revocation-list",
        }
    }

    pub(super) fn of(error: &webpki::Error) -> Self {
        use webpki::Error as E;
        if matches!(error, E::CertExpired { .. } | E::CertNotValidYet { .. } | E::InvalidCertValidity) {
            Self::NotValidNow
        } else if matches!(error, E::UnknownIssuer | E::InvalidSignatureForPublicKey) {
            Self::UnknownAuthority
        } else if matches!(error, E::RequiredEkuNotFoundContext(_) | E::EmptyEkuExtension) {
            Self::WrongPurpose
        } else {
            Self::Malformed
        }
    }
}

/// The alert that the peer gets follows from the error: revoked, expired, unknown authority and so on.
impl From<Distrust> for Error {
    fn from(distrust: Distrust) -> Self {
        match distrust {
            Distrust::Absent => Self::NoCertificatesPresented,
            Distrust::Malformed => CertificateError::BadEncoding.into(),
            Distrust::UnknownAuthority => CertificateError::UnknownIssuer.into(),
            Distrust::NotValidNow => CertificateError::Expired.into(),
            Distrust::WrongPurpose => CertificateError::InvalidPurpose.into(),
            Distrust::Revoked => CertificateError::Revoked.into(),
            Distrust::NoList => CertificateError::UnknownRevocationStatus.into(),
            Distrust::StaleList => CertificateError::ExpiredRevocationList.into(),
        }
    }
}
