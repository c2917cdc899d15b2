//! Why a certificate that the lists allow does not stand by what its responder says.

/// Why a certificate that the lists allow does not stand by what its responder says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Doubt {
    /// The responder says that it is revoked.
    #[error("the responder says that the certificate is revoked")]
    Revoked,
    /// The responder does not know it.
    #[error("the responder does not know the certificate")]
    Unknown,
    /// No answer of a responder counts, and one is required.
    #[error("there is no answer of a responder about the certificate that counts")]
    NoAnswer,
}

impl Doubt {
    /// The permanent word for journal, metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Unknown => "unknown-to-responder",
            Self::NoAnswer => "no-ocsp-answer",
        }
    }

    /// What whoever reads the log can do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Revoked => "the client needs another certificate",
            Self::Unknown => "ask the authority: its responder must know what it issued",
            Self::NoAnswer => {
                "look at the responder: the log and dmp_ocsp_answers_total tell what is wrong with its answers"
            }
        }
    }
}
