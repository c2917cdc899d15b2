//! The whole configuration as types, read from one TOML file and checked once. Paths are relative to that file.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

mod fetch;
mod limits;
mod members;
mod ocsp;

use serde::Deserialize;

pub mod tokens;

pub use fetch::Fetch;
pub use members::{MAY_CHANGE, Members};
pub use ocsp::{Ocsp, OcspDigest, OcspPolicy};
use tokens::Tokens;

use crate::record::{code::Code, identity::StructIdNat};

/// The configuration of a gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where callers connect, over mutual TLS only.
    pub listen: SocketAddr,
    /// Where the operator asks `/live`, `/ready` and `/metrics`; a loopback address, or `unix:` and the path of a socket.
    pub admin: AdminAddress,
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
    /// The issuers of tokens.
    #[serde(default)]
    pub tokens: Tokens,
    /// How changes are taken over while the gateway runs.
    #[serde(default)]
    pub reload: Reload,
    /// Where this was read.
    #[serde(skip)]
    pub origin: Origin,
}

/// The file of a configuration, and what it said.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The file; nothing where there is none.
    pub path: Option<PathBuf>,
    /// Its members.
    pub members: Members,
}

/// How changes are taken over while the gateway runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reload {
    /// Seconds between two looks at the files. A change counts when it has stood still for one of them.
    pub poll_seconds: u64,
}

impl Default for Reload {
    fn default() -> Self {
        Self { poll_seconds: 10 }
    }
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

/// Certificates and trust; PEM files, and for the server's own certificate PKCS#12 as well.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The server's chain, leaf first.
    pub certificate: PathBuf,
    /// The server's private key; in the certificate's own file where this is left out.
    #[serde(default)]
    pub key: PathBuf,
    /// The authorities that are trusted by themselves.
    pub anchors: PathBuf,
    /// The authorities below them that callers may leave out of their chains.
    #[serde(default)]
    pub intermediates: Option<PathBuf>,
    /// The revocation lists of all those authorities; none where all of them are fetched.
    #[serde(default)]
    pub revocation: Vec<PathBuf>,
    /// The revocation lists that are fetched from http distribution points.
    #[serde(default)]
    pub fetch: Option<Fetch>,
    /// The file that holds the password of the server's certificate, where that is PKCS#12.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// The fewest bits of an RSA key in any chain.
    #[serde(default = "rsa_bits")]
    pub rsa_bits: usize,
    /// What the authorities' responders are asked, beside the lists.
    #[serde(default)]
    pub ocsp: Ocsp,
}

const fn rsa_bits() -> usize {
    RSA_FLOOR
}

/// RSA keys are never shorter, whatever is configured. Source: ANSSI, guide of cryptographic mechanisms; RGS B1.
pub const RSA_FLOOR: usize = 2048;

/// Directory and front ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The directory of professionals.
    pub directory: DirectorySource,
    /// The structures that run the holder's front end (ENS), Struct_IdNat.
    #[serde(default)]
    pub front_ends: Vec<StructIdNat>,
    /// The authorities that issue persons' cards (CPS, CPE), by common name as in production, without `TEST `.
    #[serde(default = "issuers_of_persons")]
    pub person_issuers: Vec<String>,
    /// The authorities that issue organisations' certificates (ORG, SERV), likewise.
    #[serde(default = "issuers_of_organisations")]
    pub organisation_issuers: Vec<String>,
    /// The servers (SERV) that may call, as their structures.
    #[serde(default)]
    pub servers: Vec<CallingServer>,
}

/// A server whose certificate (SERV) may call although it is made to serve.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallingServer {
    /// The structure: the certificate's organisational unit.
    pub structure: StructIdNat,
    /// The host name: its common name.
    pub name: String,
}

/// The authorities of IGC-Santé that issue cards.
fn issuers_of_persons() -> Vec<String> {
    ["ELEMENTAIRE", "FORT", "STANDARD"].map(|level| format!("AC IGC-SANTE {level} PERSONNES")).to_vec()
}

/// The authority of IGC-Santé that issues certificates of organisations.
fn issuers_of_organisations() -> Vec<String> {
    vec!["AC IGC-SANTE ELEMENTAIRE ORGANISATIONS".to_owned()]
}

/// Where the directory of professionals comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "DirectoryMember")]
pub enum DirectorySource {
    /// The file of the national directory's free-access extraction, pipe-separated.
    Extraction(PathBuf),
}

impl DirectorySource {
    /// The file.
    pub fn file(&self) -> &Path {
        let Self::Extraction(path) = self;
        path
    }
}

/// What the member may be: a path alone is that of an extraction.
#[derive(Deserialize)]
#[serde(untagged)]
enum DirectoryMember {
    Path(PathBuf),
    Named(NamedDirectory),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedDirectory {
    extraction: PathBuf,
}

impl From<DirectoryMember> for DirectorySource {
    fn from(member: DirectoryMember) -> Self {
        match member {
            DirectoryMember::Path(path) | DirectoryMember::Named(NamedDirectory { extraction: path }) => {
                Self::Extraction(path)
            }
        }
    }
}

/// Where the operator connects.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum AdminAddress {
    /// An address of this machine's own, such as `127.0.0.1:9090`.
    Loopback(SocketAddr),
    /// A Unix socket, such as `unix:/run/dmp/admin.sock`.
    Unix(PathBuf),
}

impl TryFrom<String> for AdminAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.strip_prefix("unix:") {
            Some("") => Err("unix: needs the path of a socket"),
            Some(path) => Ok(Self::Unix(path.into())),
            None => {
                text.parse().map(Self::Loopback).map_err(|_| "neither an address with a port nor unix: with a path")
            }
        }
    }
}

impl AdminAddress {
    /// The address as a client asks it: `http://127.0.0.1:9090`, `unix:/run/dmp/admin.sock`.
    pub fn base(&self) -> String {
        match self {
            Self::Loopback(address) => format!("http://{address}"),
            Self::Unix(_) => self.to_string(),
        }
    }
}

impl fmt::Display for AdminAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loopback(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
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
    /// Downloads at once; more wait.
    pub downloads: usize,
    /// Connections at once of one client certificate.
    pub connections_per_peer: usize,
    /// Handshakes at once from one address.
    pub handshakes_per_address: usize,
    /// Requests a second of one structure's software in the long run.
    pub requests_per_second: u32,
    /// Filings a second of one structure in the long run, whatever its software calls itself.
    pub filings_per_second: u32,
    /// Filings at once of one structure after a rest.
    pub filings_burst: u32,
    /// Requests at once of one structure's software after a rest.
    pub burst: u32,
    /// Bytes of a request's address, with its query.
    pub url_bytes: usize,
    /// Header fields of a request.
    pub headers: usize,
    /// Bytes of all header fields of a request.
    pub header_bytes: usize,
    /// Entries of a transaction.
    pub entries: usize,
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
            downloads: 256,
            connections_per_peer: 256,
            handshakes_per_address: 256,
            requests_per_second: 100,
            // The reprise guide's figure (K13).
            filings_per_second: 5,
            filings_burst: 10,
            burst: 200,
            url_bytes: 16 * 1024,
            headers: 64,
            header_bytes: 32 * 1024,
            entries: 500,
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
        let malformed =
            |error: toml::de::Error| ConfigError::Malformed { path: path.to_owned(), message: error.to_string() };
        let mut config: Self = toml::from_str(&text).map_err(malformed)?;
        config.origin = Origin { path: Some(path.to_owned()), members: Members::read(&text).map_err(malformed)? };
        config.anchor(path.parent().unwrap_or(Path::new(".")));
        config.check()?;
        Ok(config)
    }

    /// The paths, relative to the file's folder until now, become paths from here.
    fn anchor(&mut self, folder: &Path) {
        let HostConfig::Embedded { path: host } = &mut self.host;
        let tls = &mut self.tls;
        if tls.key.as_os_str().is_empty() {
            tls.key.clone_from(&tls.certificate);
        }
        let DirectorySource::Extraction(directory) = &mut self.identity.directory;
        if let AdminAddress::Unix(path) = &mut self.admin {
            *path = folder.join(&*path);
        }
        let single = [&mut tls.certificate, &mut tls.key, &mut tls.anchors, directory, host];
        let all =
            single.into_iter().chain(&mut tls.intermediates).chain(&mut tls.revocation).chain(&mut self.law.matrix);
        let all = all.chain(&mut self.profiles.packages).chain(&mut tls.password_file);
        let all = all.chain(tls.fetch.as_mut().map(|fetch| &mut fetch.folder));
        for path in all.chain(self.tokens.paths()) {
            *path = folder.join(&*path);
        }
        // The keys of an issuer are a file or an address.
        for keys in self.tokens.issuers.iter_mut().filter_map(|issuer| issuer.keys.as_mut()) {
            if !tokens::is_address(keys) {
                *keys = folder.join(&*keys).to_string_lossy().into_owned();
            }
        }
    }

    /// Checks what a file, or a command line over it, says.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |member, why| Err(ConfigError::Wrong { member, why });
        if matches!(self.admin, AdminAddress::Loopback(address) if !address.ip().is_loopback()) {
            return wrong("admin", "must be a loopback address, or unix: with the path of a socket");
        }
        if !self.base_url.starts_with("https://") || self.base_url.ends_with('/') {
            return wrong("base_url", "must begin with https:// and not end with a slash");
        }
        if self.tls.revocation.is_empty() && self.tls.fetch.is_none() {
            return wrong("tls.revocation", "must name at least one revocation list: without one nobody can be let in");
        }
        self.tls.fetch.as_ref().map_or(Ok(()), Fetch::check)?;
        self.tls.ocsp.check()?;
        if self.reload.poll_seconds == 0 {
            return wrong("reload.poll_seconds", "must be at least 1");
        }
        if self.tls.rsa_bits < RSA_FLOOR {
            return wrong("tls.rsa_bits", "must be at least 2048");
        }
        self.limits.check()?;
        self.tokens.check(self.environment == Environment::Production)
    }
}
