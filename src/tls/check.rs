//! What `dmp-gateway check` says of TLS: everything that is wrong, and everything that soon will be.

use std::{fmt, path::Path, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use rustls::{
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName},
};
use webpki::{EndEntityCert, KeyUsage};

use super::{
    anchors::Known,
    credentials::Credentials,
    distrust::Distrust,
    fault::TlsFault,
    server::{ServerFiles, certified_key},
    trust::{Trust, TrustFiles, unix_time},
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
        Ok(trust) => findings.extend(check_trust(&trust, now)),
        Err(fault) => findings.push(fatal(&fault)),
    }
    findings
}

/// Checks authorities and lists that are already loaded.
pub fn check_trust(trust: &Trust, now: Timestamp) -> Vec<Finding> {
    let known = trust.authorities().known().iter();
    known.flat_map(|known| check_authority(known, now).into_iter().chain(check_list(trust, known, now))).collect()
}

/// Checks authorities alone, where their lists are still to come.
pub fn check_authorities(trust: &Trust, now: Timestamp) -> Vec<Finding> {
    trust.authorities().known().iter().filter_map(|known| check_authority(known, now)).collect()
}

/// Checks a trust that is to follow another one: what was already wrong before is no reason to refuse it. Where lists come by
/// themselves, a new authority may be without one for now.
pub fn check_succession(current: &Trust, next: &Trust, lists_come: bool, now: Timestamp) -> Vec<Finding> {
    let is_fatal = |found: Option<Finding>| found.is_some_and(|found| found.severity == Severity::Fatal);
    let checked = next.authorities().known().iter().flat_map(|known| {
        let before = current.authorities().known().iter().find(|one| one.id == known.id);
        let waits = lists_come && before.is_none();
        let authority = check_authority(known, now);
        let list = check_list(next, known, now).filter(|_| !waits);
        let ended = before.is_some_and(|before| is_fatal(check_authority(before, now)));
        let lacked = before.is_some_and(|before| is_fatal(check_list(current, before, now)));
        authority.filter(|_| !ended).into_iter().chain(list.filter(|_| !lacked))
    });
    checked.collect()
}

/// Checks the server's own identity.
pub fn check_server(files: &ServerFiles, provider: &CryptoProvider, now: Timestamp) -> Vec<Finding> {
    let key = match certified_key(files, provider) {
        Ok(key) => key,
        Err(fault) => return vec![fatal(&fault)],
    };
    let read: Option<Vec<Authority>> = key.cert.iter().map(|der| Authority::read(der).ok()).collect();
    let Some(chain) = read else {
        let text = format!("{} holds a certificate that cannot be read", files.certificate.display());
        return vec![Finding::new(Severity::Fatal, text)];
    };
    let ends = chain.iter().filter_map(|one| {
        check_period(&format!("the server's certificate {:?}", one.name), one.not_before, one.not_after, SOON, now)
    });
    check_chain(&chain, &files.certificate)
        .into_iter()
        .chain(check_leaf(&key.cert, provider, now))
        .chain(ends)
        .collect()
}

/// Whether the server's certificate bears a name or an address.
///
/// # Errors
/// What is wrong with the server's key or certificate.
pub fn bears_name(files: &ServerFiles, host: &str) -> Result<bool, TlsFault> {
    let chain = Credentials::read(files)?.chain;
    let leaf = chain.first().and_then(|leaf| EndEntityCert::try_from(leaf).ok());
    let name = ServerName::try_from(host).ok();
    Ok(leaf.zip(name).is_some_and(|(leaf, name)| leaf.verify_is_valid_for_subject_name(&name).is_ok()))
}

fn check_chain(chain: &[Authority], path: &Path) -> Option<Finding> {
    let linked = chain.windows(2).all(|pair| matches!(pair, [below, above] if below.issuer == above.subject));
    let text = || format!("{} is no chain: each certificate must be issued by the next", path.display());
    (!linked).then(|| Finding::new(Severity::Fatal, text()))
}

/// Whether the issuer that stands next in the file signed the leaf, for servers. A leaf alone cannot be checked here.
fn check_leaf(chain: &[CertificateDer<'_>], provider: &CryptoProvider, now: Timestamp) -> Option<Finding> {
    let [leaf, issuer, ..] = chain else { return None };
    let issuer = webpki::anchor_from_trusted_cert(issuer).ok()?;
    let verified = EndEntityCert::try_from(leaf).and_then(|leaf| {
        let algorithms = provider.signature_verification_algorithms.all;
        let (anchors, usage) = ([issuer], KeyUsage::server_auth());
        leaf.verify_for_usage(algorithms, &anchors, &[], unix_time(now), usage, None, None).map(|_| ())
    });
    let reason = match Distrust::of(&verified.err()?) {
        // Told with its date elsewhere.
        Distrust::Expired | Distrust::NotYetValid => return None,
        Distrust::WrongPurpose => "is not made for servers",
        Distrust::UnknownAuthority => "was not signed by the certificate that follows it",
        Distrust::WeakKey | Distrust::WeakSignature => "has a weak key or signature",
        Distrust::ForbiddenName => "bears a name that its authority may not issue",
        Distrust::Absent
        | Distrust::Malformed
        | Distrust::Revoked
        | Distrust::RevokedAuthority
        | Distrust::NoList
        | Distrust::StaleList
        | Distrust::WrongHierarchy
        | Distrust::LongChain => "is not well formed",
    };
    Some(Finding::new(Severity::Fatal, format!("the server's certificate {reason}: clients will refuse it")))
}

fn check_authority(known: &Known, now: Timestamp) -> Option<Finding> {
    let (name, from, until) = (&known.authority.name, known.authority.not_before, known.authority.not_after);
    check_period(&format!("the authority {name:?}"), from, until, SOON, now)
}

fn check_list(trust: &Trust, known: &Known, now: Timestamp) -> Option<Finding> {
    let name = &known.authority.name;
    match trust.revocation().period_of(&known.id) {
        Some((from, until)) => check_period(&format!("the revocation list of {name:?}"), from, until, LIST_SOON, now),
        None => Some(Finding::new(
            Severity::Fatal,
            format!("the authority {name:?} has no revocation list: all its certificates are refused"),
        )),
    }
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
