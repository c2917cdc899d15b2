//! `tls.fetch`: revocation lists from http distribution points.

use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;

/// Revocation lists from http distribution points.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// The folder where the last good lists are kept.
    pub folder: PathBuf,
    /// Distribution points, beside those that the certificates of the configured authorities and of the server name.
    #[serde(default)]
    pub urls: Vec<String>,
    /// Whether those of the certificates are asked too.
    #[serde(default = "yes")]
    pub from_certificates: bool,
    /// A proxy for http, such as `http://proxy.example:3128`.
    #[serde(default)]
    pub proxy: Option<String>,
    /// Minutes between two fetches of one list, at most.
    #[serde(default = "refresh_minutes")]
    pub refresh_minutes: u32,
    /// Bytes of one list, at most.
    #[serde(default = "list_bytes")]
    pub list_bytes: u64,
    /// Seconds for one list to arrive.
    #[serde(default = "fetch_seconds")]
    pub fetch_seconds: u64,
}

impl Fetch {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |member, why| Err(ConfigError::Wrong { member, why });
        if self.urls.iter().chain(&self.proxy).any(|url| !url.starts_with("http://")) {
            return wrong(
                "tls.fetch",
                "urls and proxy must begin with http://: a list is trusted by its signature alone",
            );
        }
        if self.refresh_minutes == 0 || self.fetch_seconds == 0 || self.list_bytes == 0 {
            return wrong("tls.fetch", "refresh_minutes, fetch_seconds and list_bytes must be at least 1");
        }
        Ok(())
    }
}

const fn yes() -> bool {
    true
}

const fn refresh_minutes() -> u32 {
    60
}

const fn list_bytes() -> u64 {
    64 * 1024 * 1024
}

const fn fetch_seconds() -> u64 {
    60
}
