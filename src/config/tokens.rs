//! The issuers of tokens, and the software that is approved.

use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;
use crate::record::identity::StructIdNat;

/// The issuers of tokens, and the software that is approved. Without issuers no token is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tokens {
    /// The issuers.
    pub issuers: Vec<TokenIssuer>,
    /// Where the last good keys of issuers are kept; a folder. Without it they are kept in memory alone.
    pub cache: Option<PathBuf>,
    /// The authorities of issuers that are reached by https; a PEM file.
    pub anchors: Option<PathBuf>,
    /// The software that may call (CSP R1111-44): numbers of homologation or identifiers of software. Without it no list is kept.
    pub approved_software: Option<Vec<String>>,
}

/// For whom an issuer vouches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// Pro Santé Connect.
    ProSanteConnect,
    /// The holder's front end.
    Holder,
    /// A structure; all of them, with the keys of their certificates, where it has neither name nor keys.
    Structure,
}

/// One issuer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenIssuer {
    /// For whom it vouches.
    pub kind: TokenKind,
    /// Its name in tokens (`iss`).
    #[serde(default)]
    pub issuer: Option<String>,
    /// Of these audiences a token must name one.
    pub audiences: Vec<String>,
    /// The algorithms that it may use, of RS256, PS256, ES256, ES384.
    #[serde(default = "every_algorithm")]
    pub algorithms: Vec<String>,
    /// Its key set (JWKS): a file, or an http(s) address.
    #[serde(default)]
    pub keys: Option<String>,
    /// Whose assertions they are, where a structure signs with keys of its own.
    #[serde(default)]
    pub structure: Option<StructIdNat>,
    /// Scopes that its tokens must have.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// How many seconds its tokens may live; never longer than their kind may.
    #[serde(default)]
    pub life_seconds: Option<u32>,
    /// Where opaque tokens are asked about.
    #[serde(default)]
    pub introspection: Option<Introspection>,
}

fn every_algorithm() -> Vec<String> {
    ["RS256", "PS256", "ES256", "ES384"].map(str::to_owned).to_vec()
}

/// Where opaque tokens are asked about (RFC 7662).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Introspection {
    /// The address.
    pub url: String,
    /// The gateway's name there.
    pub client_id: String,
    /// The file of the gateway's secret there.
    pub secret: PathBuf,
    /// For how many seconds an answer serves; 1800 at most.
    #[serde(default = "five_minutes")]
    pub serves_seconds: u32,
}

const fn five_minutes() -> u32 {
    300
}

/// The longest for which an answer serves: opaque tokens are asked about at least every half hour.
const HALF_AN_HOUR: u32 = 1800;

/// Whether keys are at an address rather than in a file.
pub fn is_address(keys: &str) -> bool {
    keys.starts_with("https://") || keys.starts_with("http://")
}

impl Tokens {
    /// Every path in this part.
    pub fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let secrets = self.issuers.iter_mut().filter_map(|issuer| issuer.introspection.as_mut());
        secrets.map(|introspection| &mut introspection.secret).chain(&mut self.cache).chain(&mut self.anchors)
    }

    /// The files that are read: keys, secrets, authorities.
    pub fn files(&self) -> Vec<PathBuf> {
        let keys = self.issuers.iter().filter_map(|issuer| issuer.keys.as_ref()).filter(|keys| !is_address(keys));
        let secrets =
            self.issuers.iter().filter_map(|issuer| issuer.introspection.as_ref()).map(|it| it.secret.clone());
        keys.map(PathBuf::from).chain(secrets).chain(self.anchors.clone()).collect()
    }

    /// Checks what cannot be.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, production: bool) -> Result<(), ConfigError> {
        let wrong = |member, why| Err(ConfigError::Wrong { member, why });
        for (at, issuer) in self.issuers.iter().enumerate() {
            issuer.check()?;
            let before = self.issuers.iter().take(at).filter(|before| before.is_beside(issuer));
            if let Err(why) = self.check_addresses(issuer, production).and_then(|()| issuer.check_beside(before)) {
                return wrong("tokens.issuers", why);
            }
        }
        Ok(())
    }

    fn check_addresses(&self, issuer: &TokenIssuer, production: bool) -> Result<(), &'static str> {
        let addresses = issuer.addresses();
        if production && addresses.iter().any(|address| address.starts_with("http://")) {
            return Err("in production an issuer is reached by https");
        }
        if self.anchors.is_none() && addresses.iter().any(|address| address.starts_with("https://")) {
            return Err("an issuer that is reached by https needs tokens.anchors");
        }
        Ok(())
    }
}

impl TokenIssuer {
    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |member, why| Err(ConfigError::Wrong { member, why });
        if self.audiences.is_empty() || self.algorithms.is_empty() {
            return wrong("tokens.issuers", "audiences and algorithms must name at least one");
        }
        if self.life_seconds == Some(0) {
            return wrong("tokens.issuers.life_seconds", "must be at least 1: no token could live");
        }
        if self.introspection.as_ref().is_some_and(|ask| ask.serves_seconds > HALF_AN_HOUR) {
            return wrong("tokens.issuers", "an answer of introspection serves 1800 seconds at most");
        }
        self.check_keys().or_else(|why| wrong("tokens.issuers", why))
    }

    /// Whether the same certificates bring the tokens of both: the front end's, or those of structures.
    fn is_beside(&self, other: &Self) -> bool {
        (self.kind == TokenKind::Holder) == (other.kind == TokenKind::Holder)
    }

    /// A token goes to the first issuer of its name, and an opaque one, which tells none, to the first that can be asked: a second would
    /// never be.
    fn check_beside<'a>(&self, before: impl Iterator<Item = &'a Self>) -> Result<(), &'static str> {
        for other in before {
            if other.issuer == self.issuer {
                return Err("two of them have one name: the second would never be asked");
            }
            if other.introspection.is_some() && self.introspection.is_some() {
                return Err(
                    "two of them have introspection: opaque tokens tell no issuer, and the second would never be asked",
                );
            }
        }
        Ok(())
    }

    fn check_keys(&self) -> Result<(), &'static str> {
        match (self.kind, &self.issuer, &self.keys, &self.structure) {
            (TokenKind::Structure, None, None, None) | (TokenKind::Structure, Some(_), Some(_), Some(_)) => Ok(()),
            (TokenKind::Structure, _, _, _) => {
                Err("a structure has issuer, keys and structure, or none of them and signs with its certificate's key")
            }
            (TokenKind::ProSanteConnect | TokenKind::Holder, Some(_), keys, None) => {
                let is_asked = self.introspection.is_some() && self.kind == TokenKind::ProSanteConnect;
                if keys.is_some() || is_asked { Ok(()) } else { Err("an issuer needs keys") }
            }
            (TokenKind::ProSanteConnect | TokenKind::Holder, _, _, _) => {
                Err("an issuer has a name, and only a structure's names a structure")
            }
        }
    }

    fn addresses(&self) -> Vec<&str> {
        let introspection = self.introspection.as_ref().map(|ask| ask.url.as_str());
        self.keys.as_deref().filter(|keys| is_address(keys)).into_iter().chain(introspection).collect()
    }
}

#[cfg(test)]
mod tests;
