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
    /// The certificate, or one above it, is over.
    #[error("the certificate, or one above it, has expired")]
    Expired,
    /// The certificate, or one above it, has not begun.
    #[error("the certificate, or one above it, is not valid yet")]
    NotYetValid,
    /// It is not made for clients.
    #[error("the certificate is not made for client authentication")]
    WrongPurpose,
    /// The certificate is revoked.
    #[error("the certificate is revoked")]
    Revoked,
    /// An authority above the certificate is revoked.
    #[error("an authority above the certificate is revoked")]
    RevokedAuthority,
    /// An authority in its chain has no revocation list.
    #[error("an authority in the chain has no revocation list")]
    NoList,
    /// The revocation list of an authority in its chain is over or has not begun.
    #[error("the revocation list of an authority in the chain is not valid now")]
    StaleList,
    /// The key of the certificate, or of one above it, is too weak.
    #[error("the key of the certificate, or of one above it, is too weak")]
    WeakKey,
    /// The certificate, or one above it, is signed by an algorithm that may not.
    #[error("the certificate, or one above it, is signed by a weak algorithm")]
    WeakSignature,
    /// An authority of the chain is of the hierarchy that this server does not serve: test or production.
    #[error("the chain is of the other hierarchy: test and production are never mixed")]
    WrongHierarchy,
    /// An authority may not issue such names.
    #[error("an authority in the chain may not issue certificates for that name")]
    ForbiddenName,
    /// The chain is longer than it may be.
    #[error("the chain is longer than it may be")]
    LongChain,
}

impl Distrust {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Absent,
        Self::Malformed,
        Self::UnknownAuthority,
        Self::Expired,
        Self::NotYetValid,
        Self::WrongPurpose,
        Self::Revoked,
        Self::RevokedAuthority,
        Self::NoList,
        Self::StaleList,
        Self::WeakKey,
        Self::WeakSignature,
        Self::WrongHierarchy,
        Self::ForbiddenName,
        Self::LongChain,
    ];

    /// The permanent word for journal, metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Absent => "no-certificate",
            Self::Malformed => "malformed-chain",
            Self::UnknownAuthority => "unknown-authority",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::WrongPurpose => "wrong-purpose",
            Self::Revoked => "revoked",
            Self::RevokedAuthority => "revoked-authority",
            Self::NoList => "no-revocation-list",
            Self::StaleList => "stale-revocation-list",
            Self::WeakKey => "weak-key",
            Self::WeakSignature => "weak-signature",
            Self::WrongHierarchy => "wrong-hierarchy",
            Self::ForbiddenName => "forbidden-name",
            Self::LongChain => "long-chain",
        }
    }

    /// What whoever reads the log can do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Absent => "the client must present its certificate: configure it there",
            Self::Malformed => "the client must send its certificate first, then those above it, unchanged",
            Self::UnknownAuthority => {
                "the client needs a certificate of a configured authority, or that authority belongs in tls.intermediates"
            }
            Self::Expired => "the certificate must be renewed",
            Self::NotYetValid => "wait for its beginning, or check both clocks",
            Self::WrongPurpose => "the client needs a certificate for client authentication (AUTH_CLI)",
            Self::Revoked => "the client needs another certificate",
            Self::RevokedAuthority => "the client needs a certificate of another authority",
            Self::NoList => "add the authority to tls.intermediates and its list to tls.revocation",
            Self::StaleList => "fetch the authority's revocation list again",
            Self::WeakKey => "the certificate must be issued anew for a stronger key (tls.rsa_bits)",
            Self::WeakSignature => "the certificate must be issued anew, signed with SHA-256 or stronger",
            Self::WrongHierarchy => {
                "test certificates call test servers, real ones real servers: check which was meant"
            }
            Self::ForbiddenName => "the authority must issue a certificate for a name that it may issue",
            Self::LongChain => "the client must send only the certificates between its own and the anchor",
        }
    }

    pub(super) fn of(error: &webpki::Error) -> Self {
        use webpki::Error as E;
        if matches!(error, E::CertExpired { .. } | E::InvalidCertValidity) {
            Self::Expired
        } else if matches!(error, E::CertNotValidYet { .. }) {
            Self::NotYetValid
        } else if matches!(error, E::UnknownIssuer | E::InvalidSignatureForPublicKey) {
            Self::UnknownAuthority
        } else if matches!(error, E::RequiredEkuNotFoundContext(_) | E::EmptyEkuExtension) {
            Self::WrongPurpose
        } else if is_of_algorithm(error) {
            Self::WeakSignature
        } else if matches!(error, E::NameConstraintViolation) {
            Self::ForbiddenName
        } else if is_of_length(error) {
            Self::LongChain
        } else {
            Self::Malformed
        }
    }
}

const fn is_of_algorithm(error: &webpki::Error) -> bool {
    use webpki::Error as E;
    matches!(error, E::UnsupportedSignatureAlgorithmContext(_) | E::UnsupportedSignatureAlgorithmForPublicKeyContext(_))
}

const fn is_of_length(error: &webpki::Error) -> bool {
    use webpki::Error as E;
    matches!(
        error,
        E::PathLenConstraintViolated
            | E::MaximumPathDepthExceeded
            | E::MaximumPathBuildCallsExceeded
            | E::MaximumSignatureChecksExceeded
    )
}

/// The alert that the peer gets follows from the error: revoked, expired, unknown authority and so on.
impl From<Distrust> for Error {
    fn from(distrust: Distrust) -> Self {
        match distrust {
            Distrust::Absent => Self::NoCertificatesPresented,
            Distrust::Malformed | Distrust::LongChain => CertificateError::BadEncoding.into(),
            Distrust::UnknownAuthority | Distrust::WrongHierarchy => CertificateError::UnknownIssuer.into(),
            Distrust::Expired => CertificateError::Expired.into(),
            Distrust::NotYetValid => CertificateError::NotValidYet.into(),
            Distrust::WrongPurpose => CertificateError::InvalidPurpose.into(),
            Distrust::Revoked | Distrust::RevokedAuthority => CertificateError::Revoked.into(),
            Distrust::NoList => CertificateError::UnknownRevocationStatus.into(),
            Distrust::StaleList => CertificateError::ExpiredRevocationList.into(),
            // The alert bad_certificate, whose text is as near as the protocol has one.
            Distrust::WeakKey | Distrust::WeakSignature | Distrust::ForbiddenName => {
                CertificateError::NotValidForName.into()
            }
        }
    }
}
