//! A certificate with its key, from PEM files or from one PKCS#12 file, modern or legacy.

use std::{fmt, path::Path};

use p12_keystore::{KeyStore, Pkcs12ImportPolicy, error::Error as P12Error};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{
    fault::{TlsFault, read_file, read_pem},
    server::ServerFiles,
};

/// A chain, leaf first, with the leaf's key.
pub struct Credentials {
    /// The chain.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key.
    pub key: PrivateKeyDer<'static>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(redacted)")
    }
}

impl Credentials {
    /// Reads the files: the certificate's file is PKCS#12 where it is no PEM, and then holds the key too.
    ///
    /// # Errors
    /// What is wrong with which file. Neither a password nor a key is ever told.
    pub fn read(files: &ServerFiles) -> Result<Self, TlsFault> {
        let bytes = read_file(&files.certificate)?;
        if is_der(&bytes) {
            return open(&bytes, &files.certificate, &password(files)?);
        }
        let chain = read_pem::<CertificateDer<'static>>(&files.certificate, "certificate")?;
        let key = read_pem::<PrivateKeyDer<'static>>(&files.key, "private key")?.into_iter().next();
        let key = key.ok_or_else(|| TlsFault::Nothing { path: files.key.clone(), what: "private key" })?;
        Ok(Self { chain, key })
    }
}

/// DER begins with a SEQUENCE, whose byte is also the character 0: such a text may still be PEM.
fn is_der(bytes: &[u8]) -> bool {
    const PEM: &[u8] = b"-----BEGIN";
    bytes.first() == Some(&0x30) && !bytes.windows(PEM.len()).any(|window| window == PEM)
}

/// The password as its file has it, without the end of the line.
fn password(files: &ServerFiles) -> Result<String, TlsFault> {
    let none = || TlsFault::NoPassword { path: files.certificate.clone() };
    let path = files.password.as_ref().ok_or_else(none)?;
    let text = String::from_utf8(read_file(path)?).map_err(|_| TlsFault::NoText { path: path.clone() })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn open(bytes: &[u8], path: &Path, password: &str) -> Result<Credentials, TlsFault> {
    let fault = |source: P12Error| {
        // A digest that does not hold: with another password, or in a file that was changed.
        if matches!(source, P12Error::MacError(_)) {
            TlsFault::WrongPassword { path: path.to_owned() }
        } else {
            TlsFault::Pkcs12 { path: path.to_owned(), source }
        }
    };
    let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Strict).map_err(fault)?;
    let nothing = |what| TlsFault::Nothing { path: path.to_owned(), what };
    let (_, entry) = store.private_key_chain().ok_or_else(|| nothing("private key with its certificate"))?;
    let chain: Vec<_> = entry.certs().iter().map(|one| CertificateDer::from(one.as_der().to_vec())).collect();
    let key = PrivateKeyDer::try_from(entry.key().as_der().to_vec()).map_err(|_| nothing("private key in PKCS#8"))?;
    if chain.is_empty() { Err(nothing("certificate")) } else { Ok(Credentials { chain, key }) }
}
