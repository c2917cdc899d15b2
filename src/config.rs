//! The whole configuration as types, read from one TOML file and checked once. Paths are relative to that file.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

mod ocsp;

use serde::Deserialize;

pub use ocsp::{Ocsp, OcspDigest, OcspPolicy};

use crate::record::{code::Code, identity::StructIdNat};

/// The configuration of a gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where callers connect, over mutual TLS only.
    pub listen: SocketAddr,
    /// Where the operator asks `/live`, `/ready` and `/metrics`; a loopback address.
    pub admin: SocketAddr,
    /// The address under which callers know the gateway, such as `https://dmp.example/fhir`.
    pub base_url: String,
    /// Whose identities are taken: real people's or test identities, never both.
    pub environment: Environment,
    /// By which rules submissions are judged.
    pub rule_set: RuleSetName,
    /// Certificates and trust.
    pub tls: Tls,
    /// Directory and front ends.
    pub identity: Identity,
    /// The health-data host.
    pub host: HostConfig,
    /// What the gateway states of itself as a source of documents.
    #[serde(default)]
    pub source: Source,
    /// Limits.
    #[serde(default)]
    pub limits: Limits,
    /// Files of law that replace the embedded ones.
    #[serde(default)]
    pub law: LawFiles,
    /// The profiles that are installed.
    #[serde(default)]
    pub profiles: Profiles,
}

/// Whose identities are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Real people's (INS-NIR, INS-NIA).
    Production,
    /// Test and demonstration identities.
    Test,
}

/// The named rule sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleSetName {
    /// PDSm 3.1.1 to the letter.
    Pdsm,
    /// PDSm as the DMP's own examples use it.
    Dmp,
}

/// Certificates and trust; PEM files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The server's chain, leaf first.
    pub certificate: PathBuf,
    /// The server's private key.
    pub key: PathBuf,
    /// The authorities that are trusted by themselves.
    pub anchors: PathBuf,
    /// The authorities below them that callers may leave out of their chains.
    #[serde(default)]
    pub intermediates: Option<PathBuf>,
    /// The revocation lists of all those authorities.
    pub revocation: Vec<PathBuf>,
    /// What the authorities' responders are asked, beside the lists.
    #[serde(default)]
    pub ocsp: Ocsp,
}

/// Directory and front ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The national directory's free-access extraction, pipe-separated.
    pub directory: PathBuf,
    /// The structures that run the holder's front end (ENS), Struct_IdNat.
    #[serde(default)]
    pub front_ends: Vec<StructIdNat>,
}

/// The health-data host.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "kebab-case")]
pub enum HostConfig {
    /// One machine: SQLite and files under a folder.
    Embedded {
        /// The folder.
        path: PathBuf,
    },
}

/// What the gateway states of itself as a source of documents (ITI-105).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// The OID of the gateway as a document source, `urn:oid:…`.
    pub id: String,
    /// The practice setting (TRE_A01) of documents that state none.
    pub practice_setting: Option<Code>,
}

impl Default for Source {
    fn default() -> Self {
        // 2.25 is the arc of OIDs made from UUIDs: it needs no registration.
        Self { id: "urn:oid:2.25.329800735698586629295641978511506172918".to_owned(), practice_setting: None }
    }
}

/// Limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of one request body.
    pub body_bytes: u64,
    /// Bytes of one decoded document.
    pub content_bytes: u64,
    /// Uploads at once; more wait.
    pub uploads: usize,
    /// Connections at once.
    pub connections: usize,
    /// Seconds for a TLS handshake.
    pub handshake_seconds: u64,
    /// Seconds for a request's head to arrive, and for a connection to stay idle.
    pub idle_seconds: u64,
    /// Seconds that a body may stand still; after twice as many it must have come at 8 KiB a second.
    pub stall_seconds: u64,
    /// Seconds to let requests end when the gateway stops.
    pub drain_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1_500_000_000,
            content_bytes: 1_073_741_824,
            uploads: 64,
            connections: 10_000,
            handshake_seconds: 10,
            idle_seconds: 75,
            stall_seconds: 30,
            drain_seconds: 30,
        }
    }
}

/// Files of law that replace the embedded ones.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LawFiles {
    /// The habilitation matrix, in the columns of `src/policy/habilitation.csv`.
    pub matrix: Option<PathBuf>,
}

/// The profiles that are installed; without packages those of the project rule.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profiles {
    /// Compiled FHIR packages (`.tgz`): PDSm, MHD, and others.
    pub packages: Vec<PathBuf>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be; the message tells line and member.
    #[error("{path}: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A value cannot be.
    #[error("{member}: {why}")]
    Wrong {
        /// The member.
        member: &'static str,
        /// Why.
        why: &'static str,
    },
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Malformed { path: path.to_owned(), message: error.to_string() })?;
        config.anchor(path.parent().unwrap_or(Path::new(".")));
        config.check()?;
        Ok(config)
    }

    /// The paths, relative to the file's folder until now, become paths from here.
    fn anchor(&mut self, folder: &Path) {
        let HostConfig::Embedded { path: host } = &mut self.host;
        let tls = &mut self.tls;
        let single = [&mut tls.certificate, &mut tls.key, &mut tls.anchors, &mut self.identity.directory, host];
        let all =
            single.into_iter().chain(&mut tls.intermediates).chain(&mut tls.revocation).chain(&mut self.law.matrix);
        let all = all.chain(&mut self.profiles.packages);
        for path in all {
            *path = folder.join(&*path);
        }
    }

    /// Checks what a file, or a command line over it, says.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |member, why| Err(ConfigError::Wrong { member, why });
        if !self.admin.ip().is_loopback() {
            return wrong("admin", "must be a loopback address");
        }
        if !self.base_url.starts_with("https://") || self.base_url.ends_with('/') {
            return wrong("base_url", "must begin with https:// and not end with a slash");
        }
        if self.tls.revocation.is_empty() {
            return wrong("tls.revocation", "must name at least one revocation list: without one nobody can be let in");
        }
        self.tls.ocsp.check()?;
        if self.limits.uploads == 0 || self.limits.connections == 0 {
            return wrong("limits", "uploads and connections must be at least 1");
        }
        Ok(())
    }
}
