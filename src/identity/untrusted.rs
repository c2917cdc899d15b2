//! Why a token vouches for nobody.

/// Why a token vouches for nobody. Never carries a value of the token, at most the name of one of its claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Untrusted {
    /// It is no signed JWT in compact form.
    #[error("the token is no signed JWT")]
    Malformed,
    /// It is longer than any token needs to be.
    #[error("the token is too long")]
    Oversize,
    /// Its issuer is not configured, or not for such a certificate.
    #[error("the issuer of the token is not trusted for this certificate")]
    UnknownIssuer,
    /// Its algorithm is not one that its issuer may use.
    #[error("the algorithm of the token is not one that its issuer may use")]
    Algorithm,
    /// Its issuer has no such key, or none that fits the algorithm.
    #[error("the issuer of the token has no such key")]
    UnknownKey,
    /// The signature does not hold.
    #[error("the signature of the token does not hold")]
    Signature,
    /// The certificate that it brings is not one of the calling structure, or is not trusted.
    #[error("the certificate that signed the token is not a good one of the calling structure")]
    Certificate,
    /// A claim is missing.
    #[error("the token has no {0}")]
    Missing(&'static str),
    /// A claim is not what it must be.
    #[error("the token's {0} is not what it must be")]
    Wrong(&'static str),
    /// It is over.
    #[error("the token has expired")]
    Expired,
    /// It is not valid yet.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It lives longer than tokens of its issuer may.
    #[error("the token lives too long")]
    TooLongLived,
    /// It is bound to another certificate, or to none.
    #[error("the token is not bound to this certificate")]
    Unbound,
    /// It was used before.
    #[error("the token was used before")]
    Replayed,
    /// Its issuer says that it is not active.
    #[error("the token is not active")]
    Inactive,
    /// It lacks a scope.
    #[error("the token has not the scope that this calls for")]
    Scope,
}

impl Untrusted {
    /// The permanent word for journal, metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Malformed => "token-malformed",
            Self::Oversize => "token-oversize",
            Self::UnknownIssuer => "token-issuer",
            Self::Algorithm => "token-algorithm",
            Self::UnknownKey => "token-key",
            Self::Signature => "token-signature",
            Self::Certificate => "token-certificate",
            Self::Missing(_) | Self::Wrong(_) => "token-claim",
            Self::Expired => "token-expired",
            Self::NotYetValid => "token-not-yet-valid",
            Self::TooLongLived => "token-too-long-lived",
            Self::Unbound => "token-unbound",
            Self::Replayed => "token-replayed",
            Self::Inactive => "token-inactive",
            Self::Scope => "token-scope",
        }
    }

    /// The claim that it is about, where it is about one.
    pub const fn claim(self) -> Option<&'static str> {
        match self {
            Self::Missing(claim) | Self::Wrong(claim) => Some(claim),
            Self::Malformed
            | Self::Oversize
            | Self::UnknownIssuer
            | Self::Algorithm
            | Self::UnknownKey
            | Self::Signature
            | Self::Certificate
            | Self::Expired
            | Self::NotYetValid
            | Self::TooLongLived
            | Self::Unbound
            | Self::Replayed
            | Self::Inactive
            | Self::Scope => None,
        }
    }
}
