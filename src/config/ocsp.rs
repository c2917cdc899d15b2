//! `[tls.ocsp]`: what responders are asked.

use serde::Deserialize;

use super::ConfigError;

/// What the responders of authorities are asked, beside the lists. Needs a build with the feature `openssl`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ocsp {
    /// Whether callers' certificates are checked.
    pub enabled: bool,
    /// What counts where no responder answers.
    pub policy: OcspPolicy,
    /// The responder of all callers' certificates, `http://…`; without it the one that each certificate names.
    pub url: Option<String>,
    /// A proxy for http, such as `http://proxy.example:3128`.
    pub proxy: Option<String>,
    /// Seconds for an answer to come.
    pub timeout_seconds: u64,
    /// Seconds for which an answer counts after it came, at most.
    pub max_age_seconds: u64,
    /// Questions under way at once.
    pub in_flight: usize,
    /// By which digest certificates are named to responders.
    pub named_by: OcspDigest,
    /// Whether the answer about the server's own certificate is stapled to handshakes.
    pub staple: bool,
    /// The responder of the server's own certificate; without it the one that the certificate names.
    pub staple_url: Option<String>,
}

/// What counts where no responder gives an answer that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OcspPolicy {
    /// Whoever has no good answer is refused.
    Require,
    /// Current lists are enough.
    PreferLists,
}

/// A digest by which certificates are named to responders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OcspDigest {
    /// SHA-1, which every responder knows.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl Default for Ocsp {
    fn default() -> Self {
        Self {
            enabled: false,
            policy: OcspPolicy::Require,
            url: None,
            proxy: None,
            timeout_seconds: 5,
            max_age_seconds: 3600,
            in_flight: 32,
            named_by: OcspDigest::Sha1,
            staple: false,
            staple_url: None,
        }
    }
}

impl Ocsp {
    /// Whether anything is asked at all.
    pub const fn asks(&self) -> bool {
        self.enabled || self.staple
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |member, why| Err(ConfigError::Wrong { member, why });
        let urls = [("tls.ocsp.url", &self.url), ("tls.ocsp.staple_url", &self.staple_url)];
        for (member, url) in urls {
            if url.as_ref().is_some_and(|url| !url.starts_with("http://")) {
                return wrong(member, "must begin with http://: an answer is trusted by its signature alone");
            }
        }
        if self.timeout_seconds == 0 || self.max_age_seconds == 0 || self.in_flight == 0 {
            return wrong("tls.ocsp", "timeout_seconds, max_age_seconds and in_flight must be at least 1");
        }
        if self.timeout_seconds > 60 || self.max_age_seconds > 7 * 86_400 {
            return wrong("tls.ocsp", "timeout_seconds must be at most 60, max_age_seconds at most a week");
        }
        Ok(())
    }
}
