//! What is wrong with the files of TLS, each with the file and with what to do about it.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use rustls::pki_types::pem::{self, PemObject};

use crate::identity::MalformedList;

/// Why TLS cannot be configured.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// A file cannot be read.
    #[error("{path} cannot be read: check that it exists and that this user may read it", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no PEM file.
    #[error("{path} is not PEM: {reason}", path = path.display())]
    NotPem {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        reason: String,
    },
    /// A file holds none of what it is for.
    #[error("{path} holds no {what}: put it there in PEM form", path = path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
        /// What is missing.
        what: &'static str,
    },
    /// A PKCS#12 file without a password.
    #[error("{path} is PKCS#12, which needs a password: name the file that holds it (password_file)", path = path.display())]
    NoPassword {
        /// The file.
        path: PathBuf,
    },
    /// A password that is no text.
    #[error("{path} holds no password: it must be one line of UTF-8", path = path.display())]
    NoText {
        /// The file.
        path: PathBuf,
    },
    /// The password of a PKCS#12 file is wrong.
    #[error("{path} does not open with the password in the password file: check both", path = path.display())]
    WrongPassword {
        /// The file.
        path: PathBuf,
    },
    /// A PKCS#12 file cannot be read.
    #[error("{path} is neither PEM nor PKCS#12 that can be read: export it again", path = path.display())]
    Pkcs12 {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        source: p12_keystore::error::Error,
    },
    /// A certificate is no authority's.
    #[error("{path} holds a certificate that is no authority's: only authorities belong there", path = path.display())]
    NoAuthority {
        /// The file.
        path: PathBuf,
    },
    /// An authority is of the hierarchy that this server does not serve.
    #[error(
        "the authority {name:?} is of the {found} hierarchy, and this server is one of {expected}: test and production \
         certificates are never mixed; remove it, or change `environment`"
    )]
    WrongHierarchy {
        /// The authority.
        name: String,
        /// Its hierarchy.
        found: &'static str,
        /// The hierarchy that is served.
        expected: &'static str,
    },
    /// The key of an authority is too weak.
    #[error(
        "the key of the authority {name:?} is too weak: an elliptic curve, or RSA of at least {bits} bits, is demanded"
    )]
    WeakAuthority {
        /// The authority.
        name: String,
        /// The fewest bits of an RSA key.
        bits: usize,
    },
    /// A list is not taken.
    #[error("{path} holds a revocation list that is not taken", path = path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// Why.
        source: MalformedList,
    },
    /// No configured authority signed a list.
    #[error(
        "{path} holds a revocation list of {issuer:?} that no configured authority of that name signed: add its certificate \
         to the intermediates, or remove the list",
        path = path.display()
    )]
    ForeignList {
        /// The file.
        path: PathBuf,
        /// The name of the issuer that the list states.
        issuer: String,
    },
    /// A new list is older than the one in use.
    #[error("the new revocation list of {issuer:?} is older than the one in use: fetch it again")]
    OlderList {
        /// The name of the issuer.
        issuer: String,
    },
    /// Key and certificate of the server do not fit, or the key is of no use.
    #[error("the key {key} does not fit the certificate {certificate}: they must come from one request", key = key.display(), certificate = certificate.display())]
    KeyMismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What rustls says.
        source: rustls::Error,
    },
    /// The TLS library refuses the configuration.
    #[error("the TLS configuration is refused")]
    Rustls(#[from] rustls::Error),
}

/// All objects of one kind in a PEM file.
pub(super) fn read_pem<T: PemObject>(path: &Path, what: &'static str) -> Result<Vec<T>, TlsFault> {
    let objects: Vec<T> = T::pem_slice_iter(&read_file(path)?)
        .collect::<Result<_, pem::Error>>()
        .map_err(|fault| TlsFault::NotPem { path: path.to_owned(), reason: fault.to_string() })?;
    if objects.is_empty() { Err(TlsFault::Nothing { path: path.to_owned(), what }) } else { Ok(objects) }
}

/// The bytes of a file.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, TlsFault> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(|source| TlsFault::Unreadable { path: path.to_owned(), source })?;
    Ok(bytes)
}
