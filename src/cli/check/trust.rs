//! What `check` says of authorities and revocation lists, and of where lists come from.

use jiff::Timestamp;

use crate::{
    cli::{serve, whole},
    config::{Config, Fetch},
    tls::{self, Credentials, Finding, Severity, Trust},
};

/// Checks authorities and lists. A list that is to be fetched may be missing: the gateway starts, and refuses whom it covers until it is
/// there. Where nobody says from where it could come, it never is.
pub fn check(config: &Config, now: Timestamp) -> Vec<Finding> {
    let trust = match serve::read_trust(config, &tls::provider()) {
        Ok(trust) => trust,
        Err(fault) => return vec![Finding { severity: Severity::Fatal, text: whole(&fault) }],
    };
    let findings = tls::check_trust(&trust, now);
    match &config.tls.fetch {
        None => findings,
        Some(fetch) if has_address(config, fetch, &trust) => {
            let authorities = tls::check_authorities(&trust, now);
            findings.into_iter().map(|finding| soften(finding, &authorities)).collect()
        }
        Some(_) => without_address(findings),
    }
}

fn has_address(config: &Config, fetch: &Fetch, trust: &Trust) -> bool {
    // Of a certificate that cannot be read more is said elsewhere.
    let own = Credentials::read(&serve::server_files(config)).map_or_else(|_| Vec::new(), |own| own.chain);
    !tls::list_addresses(&fetch.urls, fetch.from_certificates, trust, &own).is_empty()
}

/// Unless it is of an authority itself, what is wrong may be mended by a list that comes.
fn soften(finding: Finding, authorities: &[Finding]) -> Finding {
    match finding.severity {
        Severity::Fatal if !authorities.contains(&finding) => {
            let text = format!("{}, until one is fetched", finding.text);
            Finding { severity: Severity::Warning, text }
        }
        Severity::Fatal | Severity::Warning | Severity::Note => finding,
    }
}

/// No list ever comes: what lacks one lacks it for good, and what has one loses it at its end.
fn without_address(mut findings: Vec<Finding>) -> Vec<Finding> {
    let lacks = findings.iter().any(|finding| finding.severity == Severity::Fatal);
    let severity = if lacks { Severity::Fatal } else { Severity::Warning };
    let text = "tls.fetch.urls: no address of a revocation list is known, neither here nor by a configured certificate: none is fetched";
    findings.push(Finding { severity, text: text.to_owned() });
    findings
}
