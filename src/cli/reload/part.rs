//! The parts that are taken over, each whole or not at all.

use std::path::PathBuf;

use crate::config::Config;

/// One part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The members of the configuration that may change.
    Configuration,
    /// The server's own certificate and key.
    Certificate,
    /// Authorities and revocation lists.
    Trust,
    /// The directory of professionals.
    Directory,
    /// The structures that run the holder's front end.
    FrontEnds,
    /// The habilitation matrix.
    Matrix,
    /// The issuers of tokens, their keys in files, and the software that is approved.
    Tokens,
}

impl Part {
    /// All of them, in the order in which they are taken.
    pub const ALL: [Self; 7] = [
        Self::Configuration,
        Self::Certificate,
        Self::Trust,
        Self::Directory,
        Self::FrontEnds,
        Self::Matrix,
        Self::Tokens,
    ];

    /// The word in metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Certificate => "certificate",
            Self::Trust => "trust",
            Self::Directory => "directory",
            Self::FrontEnds => "front-ends",
            Self::Matrix => "matrix",
            Self::Tokens => "tokens",
        }
    }

    /// The files from which it is read.
    pub fn files(self, config: &Config) -> Vec<PathBuf> {
        let tls = &config.tls;
        match self {
            Self::Configuration => config.origin.path.iter().cloned().collect(),
            Self::Certificate => [&tls.certificate, &tls.key].into_iter().chain(&tls.password_file).cloned().collect(),
            Self::Trust => {
                std::iter::once(&tls.anchors).chain(&tls.intermediates).chain(&tls.revocation).cloned().collect()
            }
            Self::Directory => vec![config.identity.directory.file().to_owned()],
            Self::FrontEnds => Vec::new(),
            Self::Matrix => config.law.matrix.iter().cloned().collect(),
            Self::Tokens => config.tokens.files(),
        }
    }

    /// Whether two configurations make it of different things: other files, or other values of the members that it is made of.
    /// Each member of [`MAY_CHANGE`](crate::config::MAY_CHANGE) belongs to a part.
    pub fn differs(self, one: &Config, other: &Config) -> bool {
        let of_members = match self {
            Self::Configuration => one.reload != other.reload,
            Self::Trust => one.tls.rsa_bits != other.tls.rsa_bits,
            Self::FrontEnds => one.identity.front_ends != other.identity.front_ends,
            Self::Tokens => one.tokens != other.tokens,
            Self::Certificate | Self::Directory | Self::Matrix => false,
        };
        of_members || self.files(one) != self.files(other)
    }
}
