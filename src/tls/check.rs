//! What `dmp-gateway check` says of TLS: everything that is wrong, and everything that soon will be.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use rustls::crypto::CryptoProvider;

use super::{
    anchors::Known,
    fault::TlsFault,
    server::{ServerFiles, certified_key},
    trust::{Trust, TrustFiles},
};
use crate::identity::Authority;

/// How long before its end a certificate is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long before its end a revocation list is warned of.
const LIST_SOON: SignedDuration = SignedDuration::from_hours(24);

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// It will soon be wrong.
    Warning,
    /// The server would not serve, or would refuse everyone.
    Fatal,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is and what to do.
    pub text: String,
}

impl Finding {
    fn new(severity: Severity, text: impl Into<String>) -> Self {
        Self { severity, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Fatal => "fatal",
        };
        write!(f, "{word}: {}", self.text)
    }
}

/// Checks the server's own identity, the trust and the lists.
pub fn check(server: &ServerFiles, trust: &TrustFiles, provider: &Arc<CryptoProvider>, now: Timestamp) -> Vec<Finding> {
    let mut findings = check_server(server, provider, now);
    match Trust::read(trust, provider) {
        Ok(trust) => {
            findings.extend(trust.authorities().known().iter().flat_map(|known| check_authority(&trust, known, now)));
        }
        Err(fault) => findings.push(fatal(&fault)),
    }
    findings
}

fn check_server(files: &ServerFiles, provider: &CryptoProvider, now: Timestamp) -> Vec<Finding> {
    let key = match certified_key(files, provider) {
        Ok(key) => key,
        Err(fault) => return vec![fatal(&fault)],
    };
    let read: Option<Vec<Authority>> = key.cert.iter().map(|der| Authority::read(der).ok()).collect();
    let Some(chain) = read else {
        let text = format!("{} holds a certificate that cannot be read", files.certificate.display());
        return vec![Finding::new(Severity::Fatal, text)];
    };
    let links = chain.windows(2).all(|pair| matches!(pair, [below, above] if below.issuer == above.subject));
    let broken = (!links).then(|| {
        let text = format!("{} is no chain: each certificate must be issued by the next", files.certificate.display());
        Finding::new(Severity::Fatal, text)
    });
    let ends = chain.iter().filter_map(|one| {
        check_period(&format!("the server's certificate {:?}", one.name), one.not_before, one.not_after, SOON, now)
    });
    broken.into_iter().chain(ends).collect()
}

fn check_authority(trust: &Trust, known: &Known, now: Timestamp) -> Vec<Finding> {
    let name = &known.authority.name;
    let period = check_period(
        &format!("the authority {name:?}"),
        known.authority.not_before,
        known.authority.not_after,
        SOON,
        now,
    );
    let list = match trust.revocation().period_of(&known.id) {
        Some((from, until)) => check_period(&format!("the revocation list of {name:?}"), from, until, LIST_SOON, now),
        None => Some(Finding::new(
            Severity::Fatal,
            format!("the authority {name:?} has no revocation list: all its certificates are refused"),
        )),
    };
    period.into_iter().chain(list).collect()
}

fn check_period(
    what: &str,
    from: Timestamp,
    until: Timestamp,
    soon: SignedDuration,
    now: Timestamp,
) -> Option<Finding> {
    let warned = now.saturating_add(soon).unwrap_or(Timestamp::MAX);
    if now < from {
        Some(Finding::new(Severity::Fatal, format!("{what} is valid only from {from}: check the clock ({now})")))
    } else if until < now {
        Some(Finding::new(Severity::Fatal, format!("{what} ended at {until}: renew it")))
    } else if until < warned {
        Some(Finding::new(Severity::Warning, format!("{what} ends at {until}: renew it")))
    } else {
        None
    }
}

fn fatal(fault: &TlsFault) -> Finding {
    Finding::new(Severity::Fatal, told(fault))
}

/// A fault with all its causes.
fn told(fault: &TlsFault) -> String {
    let mut text = fault.to_string();
    let mut cause = std::error::Error::source(fault);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
