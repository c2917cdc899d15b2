//! The members of a configuration by name, to tell which of them changed.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::{Config, Identity, LawFiles, Tls};

/// The members that may change while the gateway runs. All others keep their value until it is started again.
pub const MAY_CHANGE: [&str; 15] = [
    "tls.certificate",
    "tls.key",
    "tls.anchors",
    "tls.intermediates",
    "tls.revocation",
    "tls.password_file",
    "tls.rsa_bits",
    "identity.directory",
    "identity.front_ends",
    "law.matrix",
    "tokens.issuers",
    "tokens.cache",
    "tokens.anchors",
    "tokens.approved_software",
    "reload.poll_seconds",
];

/// The members of one configuration file, as they stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members(Table);

impl Members {
    pub(super) fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text).map(Self)
    }

    /// The members that differ and may not while the gateway runs, by their dotted names.
    pub fn fixed_that_differ(&self, other: &Self) -> Vec<String> {
        let mut differing = BTreeSet::new();
        compare(&self.0, &other.0, "", &mut differing);
        differing.into_iter().filter(|name| !MAY_CHANGE.contains(&name.as_str())).collect()
    }
}

impl Config {
    /// Puts back the members that may not change while the gateway runs: all but those of [`MAY_CHANGE`] become what they were.
    pub fn keep_fixed(&mut self, before: &Self) {
        let newer = std::mem::replace(self, before.clone());
        self.tls = Tls { fetch: before.tls.fetch.clone(), ocsp: before.tls.ocsp.clone(), ..newer.tls };
        let Identity { directory, front_ends, .. } = newer.identity;
        self.identity = Identity { directory, front_ends, ..before.identity.clone() };
        self.law = LawFiles { matrix: newer.law.matrix };
        self.tokens = newer.tokens;
        self.reload = newer.reload;
    }
}

fn compare(ours: &Table, theirs: &Table, prefix: &str, differing: &mut BTreeSet<String>) {
    let nothing = Table::new();
    for name in ours.keys().chain(theirs.keys()) {
        let dotted = format!("{prefix}{name}");
        match (ours.get(name), theirs.get(name)) {
            (Some(Value::Table(one)), Some(Value::Table(other))) => {
                compare(one, other, &format!("{dotted}."), differing);
            }
            (Some(Value::Table(one)), None) | (None, Some(Value::Table(one))) => {
                compare(one, &nothing, &format!("{dotted}."), differing);
            }
            (one, other) if one != other => {
                differing.insert(dotted);
            }
            (_, _) => {}
        }
    }
}

#[cfg(test)]
mod tests;
