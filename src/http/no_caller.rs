//! Why a certificate makes no caller now.

use actix_web::http::StatusCode;

use super::{diagnoses, problem::Problem};
use crate::{
    identity::Unidentified,
    tls::{Distrust, Doubt},
};

/// Why a certificate makes no caller now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCaller {
    /// It is not trusted, or not any more.
    #[error(transparent)]
    Distrusted(#[from] Distrust),
    /// Its responder does not stand by it.
    #[error(transparent)]
    Doubted(#[from] Doubt),
    /// It is trusted, and nobody vouches for its bearer.
    #[error(transparent)]
    Unidentified(#[from] Unidentified),
}

impl NoCaller {
    /// The permanent word for journal, metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Distrusted(distrust) => distrust.word(),
            Self::Doubted(doubt) => doubt.word(),
            Self::Unidentified(unidentified) => unidentified.word(),
        }
    }

    /// What whoever reads the log can do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Distrusted(distrust) => distrust.remedy(),
            Self::Doubted(doubt) => doubt.remedy(),
            Self::Unidentified(unidentified) => unidentified.remedy(),
        }
    }

    /// Whether it is the certificate that does not stand: then its connection ends.
    pub const fn is_of_certificate(self) -> bool {
        match self {
            Self::Distrusted(_) | Self::Doubted(_) => true,
            Self::Unidentified(_) => false,
        }
    }

    /// What the caller is told: 403.
    pub fn problem(self) -> Problem {
        let diagnosis =
            if self.is_of_certificate() { diagnoses::CERTIFICATE_DISTRUSTED } else { diagnoses::UNIDENTIFIED };
        Problem::of(StatusCode::FORBIDDEN, diagnosis)
    }
}
