//! The files of the toy infrastructure: written whole or not at all, keys readable by their owner alone.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::PkiFault;
use crate::cli::demo::cast::KeySort;

/// One directory.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens a directory, made where it is missing.
    pub fn open(path: &Path) -> Result<Self, PkiFault> {
        fs::create_dir_all(path).map_err(|source| PkiFault::File { path: path.to_owned(), source })?;
        Ok(Self(path.to_owned()))
    }

    /// Where a file is.
    pub fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }

    /// Whether a file is there.
    pub fn holds(&self, file: &str) -> bool {
        self.path(file).is_file()
    }

    /// Writes a file that everyone may read.
    pub fn write(&self, file: &str, content: &str) -> Result<(), PkiFault> {
        self.put(file, content.as_bytes(), 0o644)
    }

    /// Writes a file that only its owner may read.
    pub fn write_secret(&self, file: &str, content: &[u8]) -> Result<(), PkiFault> {
        self.put(file, content, 0o600)
    }

    fn put(&self, file: &str, content: &[u8], mode: u32) -> Result<(), PkiFault> {
        let (path, draft) = (self.path(file), self.path(&format!(".{file}.new")));
        write_new(&draft, content, mode)
            .and_then(|()| fs::rename(&draft, &path))
            .map_err(|source| PkiFault::File { path, source })
    }

    /// The certificates of a PEM file; nothing where there is none that can be read.
    pub fn chain(&self, file: &str) -> Option<Vec<CertificateDer<'static>>> {
        let bytes = fs::read(self.path(file)).ok()?;
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().ok()?;
        (!chain.is_empty()).then_some(chain)
    }

    /// The key of a file, and whether it was already there; one that is missing or cannot be read is made.
    pub fn key(&self, file: &str, sort: KeySort) -> Result<(KeyPair, bool), PkiFault> {
        let known = fs::read_to_string(self.path(file)).ok().and_then(|pem| KeyPair::from_pem(&pem).ok());
        if let Some(key) = known {
            return Ok((key, true));
        }
        let key = KeyPair::generate_for(match sort {
            KeySort::Ec => &PKCS_ECDSA_P256_SHA256,
            KeySort::Rsa => &PKCS_RSA_SHA256,
        })?;
        self.write_secret(file, key.serialize_pem().as_bytes())?;
        Ok((key, false))
    }
}

fn write_new(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
        Ok(()) | Err(_) => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Certificates in PEM, in that order.
pub fn pem_chain<'a>(chain: impl IntoIterator<Item = &'a CertificateDer<'static>>) -> String {
    chain.into_iter().map(|der| pem("CERTIFICATE", der)).collect()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let body: String = lines.map(|line| format!("{line}\n")).collect();
    format!("-----BEGIN {label}-----\n{body}-----END {label}-----\n")
}
