//! The server's own certificate of now.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use rustls::{
    crypto::CryptoProvider,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use super::{
    fault::TlsFault,
    server::{ServerFiles, certified_key},
};
use crate::{identity::Authority, live::Live};

/// The server's certificate and key, which can be replaced while connections go on: the next handshake shows the new one.
pub struct LiveKey(Live<CertifiedKey>);

impl LiveKey {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// What is wrong with either.
    pub fn read(files: &ServerFiles, provider: &CryptoProvider) -> Result<Self, TlsFault> {
        certified_key(files, provider).map(|key| Self(Live::of(key)))
    }

    /// Takes what another one holds.
    pub fn take(&self, other: &Self) {
        self.0.replace(other.current());
    }

    /// The current certificate and key.
    pub fn current(&self) -> Arc<CertifiedKey> {
        self.0.current()
    }

    /// When the chain ends: the first of its certificates to do so.
    pub fn ends(&self) -> Timestamp {
        let key = self.current();
        let ends = key.cert.iter().filter_map(|der| Authority::read(der).ok()).map(|one| one.not_after);
        ends.min().unwrap_or(Timestamp::MIN)
    }

    /// When the chain begins: the last of its certificates to do so.
    pub fn begins(&self) -> Timestamp {
        let key = self.current();
        let begins = key.cert.iter().filter_map(|der| Authority::read(der).ok()).map(|one| one.not_before);
        begins.max().unwrap_or(Timestamp::MAX)
    }
}

impl ResolvesServerCert for LiveKey {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl fmt::Debug for LiveKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LiveKey")
    }
}
