//! What can go wrong while the toy infrastructure is made.

use std::{io, path::PathBuf};

/// Why it was not made.
#[derive(Debug, thiserror::Error)]
pub enum PkiFault {
    /// A file cannot be read or written.
    #[error("{path} cannot be read or written", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A certificate or list cannot be made.
    #[error("a certificate or revocation list cannot be made")]
    Certificate(#[from] rcgen::Error),
    /// A PKCS#12 file cannot be made.
    #[error("a PKCS#12 file cannot be made")]
    Pkcs12(#[from] p12_keystore::error::Error),
}
