//! What `check` says of the members of the configuration that name no file.

use crate::{
    cli::serve,
    config::{Config, Environment, Limits, OcspPolicy},
    tls::{self, Credentials, Finding, Severity, ocsp::responder_of},
};

/// Checks names, issuers and limits.
pub fn check(config: &Config) -> Vec<Finding> {
    host_name(config)
        .into_iter()
        .chain(issuers(config))
        .chain(servers(config))
        .chain(source(config))
        .chain(limits(&config.limits))
        .chain(responders(config))
        .chain(staple(config))
        .chain(software(config))
        .collect()
}

/// The server's certificate must bear the name under which callers know the server.
fn host_name(config: &Config) -> Option<Finding> {
    let host = host_of(&config.base_url);
    let bears = tls::bears_name(&serve::server_files(config), host).ok()?;
    let text = || format!("base_url: the server's certificate does not bear the name {host:?}: clients will refuse it");
    (!bears).then(|| Finding { severity: Severity::Warning, text: text() })
}

/// The host of an address `https://HOST[:PORT]/…`.
fn host_of(base: &str) -> &str {
    let place = base.trim_start_matches("https://").split('/').next().unwrap_or_default();
    match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => place.rsplit_once(':').map_or(place, |(host, _)| host),
    }
}

/// Some configured authority must issue cards, and some certificates of organisations: else nobody of that kind is let in.
fn issuers(config: &Config) -> Vec<Finding> {
    let Ok(trust) = tls::Trust::read(&serve::trust_files(config), &tls::provider()) else { return Vec::new() };
    let names: Vec<&str> = trust.authorities().known().iter().map(|known| known.authority.name.as_str()).collect();
    let hierarchy = serve::hierarchy(config);
    let unknown = |issuers: &[String]| !issuers.iter().any(|name| names.contains(&hierarchy.name_of(name).as_str()));
    let members = [
        ("identity.person_issuers", &config.identity.person_issuers, "no card (CPS, CPE)"),
        ("identity.organisation_issuers", &config.identity.organisation_issuers, "no organisation"),
    ];
    let lacking = members.into_iter().filter(|(_, issuers, _)| unknown(issuers));
    let text = |member, what| {
        format!("{member}: none of them is among the {} authorities of tls: {what} is recognised", hierarchy.word())
    };
    lacking.map(|(member, _, what)| Finding { severity: Severity::Warning, text: text(member, what) }).collect()
}

fn servers(config: &Config) -> Option<Finding> {
    let count = config.identity.servers.len();
    let text = format!("identity.servers: {count} server certificates may call as their structures");
    (count > 0).then_some(Finding { severity: Severity::Note, text })
}

fn source(config: &Config) -> Option<Finding> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_oid = config.source.id.strip_prefix("urn:oid:").is_some_and(|oid| oid.split('.').all(digits));
    let text = "source.id: must be an OID, urn:oid:1.2.…".to_owned();
    (!is_oid).then_some(Finding { severity: Severity::Fatal, text })
}

/// Who must have an answer and has nobody to ask is refused.
fn responders(config: &Config) -> Option<Finding> {
    let ocsp = &config.tls.ocsp;
    let by_certificate = ocsp.enabled && ocsp.policy == OcspPolicy::Require && ocsp.url.is_none();
    let text =
        "tls.ocsp.url: none: a caller whose certificate names no responder is refused (tls.ocsp.policy)".to_owned();
    by_certificate.then_some(Finding { severity: Severity::Note, text })
}

/// Without a responder nothing is ever stapled. A build without OpenSSL is told that it cannot.
fn staple(config: &Config) -> Option<Finding> {
    let ocsp = &config.tls.ocsp;
    if !ocsp.staple || ocsp.staple_url.is_some() || !cfg!(feature = "openssl") {
        return None;
    }
    let leaf = Credentials::read(&serve::server_files(config)).ok()?.chain.into_iter().next()?;
    let text =
        "tls.ocsp.staple_url: none, and the server's certificate names no responder over http: nothing is stapled";
    responder_of(&leaf).is_none().then(|| Finding { severity: Severity::Warning, text: text.to_owned() })
}

/// The law lets approved software in alone; whether a list of it is kept is configured.
fn software(config: &Config) -> Option<Finding> {
    let text = match (&config.tokens.approved_software, config.environment) {
        (Some(list), _) if list.is_empty() => "the list is empty: the software of every structure is refused",
        (None, Environment::Production) => {
            "no list: any software may call, and CSP R1111-44 al. 2 (approved software, A05) is not enforced"
        }
        (Some(_), _) | (None, Environment::Test) => return None,
    };
    Some(Finding { severity: Severity::Warning, text: format!("tokens.approved_software: {text}") })
}

/// Base64 makes four bytes of three.
fn limits(limits: &Limits) -> Option<Finding> {
    let text = "limits.body_bytes: a document of limits.content_bytes does not fit into a body of that size".to_owned();
    let fits = limits.body_bytes >= limits.content_bytes / 3 * 4;
    (!fits).then_some(Finding { severity: Severity::Warning, text })
}

#[cfg(test)]
mod tests;
