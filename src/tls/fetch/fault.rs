//! Why a list was not fetched.

use std::io;

use crate::identity::MalformedList;

/// Why a list was not fetched. The list in use stays, until it ends.
#[derive(Debug, thiserror::Error)]
pub enum FetchFault {
    /// The address is none.
    #[error("the address is not of the form http://HOST[:PORT]/PATH")]
    BadAddress,
    /// The folder of kept lists cannot be written.
    #[error("the folder of kept lists cannot be written")]
    Unkept(#[from] io::Error),
    /// Nobody answers, or the answer broke off.
    #[error("the server cannot be reached, or its answer broke off")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took too long.
    #[error("the list did not come in time")]
    Slow,
    /// It is too long.
    #[error("the list has more bytes than are taken")]
    TooBig,
    /// The server sends elsewhere: nobody follows.
    #[error("the server answers with a redirection: name the new address in the configuration")]
    Redirected,
    /// The server answers with an error.
    #[error("the server answers with the status {0}")]
    Status(u16),
    /// What came is no list.
    #[error("what came is no revocation list")]
    NoList,
    /// The list is of a sort that is not taken.
    #[error("the list is not taken")]
    Malformed(#[from] MalformedList),
    /// No configured authority signed it.
    #[error("no configured authority signed the list of {issuer:?}: add the certificate of that authority")]
    Foreign {
        /// The name of the issuer that the list states.
        issuer: String,
    },
    /// It is older than the one in use.
    #[error("the list of {issuer:?} is older than the one in use")]
    Older {
        /// The name of the issuer.
        issuer: String,
    },
    /// Its time is over.
    #[error("the list that the server has is over")]
    Over,
    /// Its time has not begun.
    #[error("the list is only valid later: check the clock")]
    Early,
}

impl FetchFault {
    /// The word for metrics and logs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::BadAddress => "bad-address",
            Self::Unkept(_) => "not-kept",
            Self::Unreachable(_) => "unreachable",
            Self::Slow => "slow",
            Self::TooBig => "too-big",
            Self::Redirected => "redirected",
            Self::Status(_) => "status",
            Self::NoList => "no-list",
            Self::Malformed(_) => "not-taken",
            Self::Foreign { .. } => "foreign",
            Self::Older { .. } => "older",
            Self::Over => "over",
            Self::Early => "early",
        }
    }
}
