//! `check tls`: a handshake as a caller makes it, and which rule fails; and whom the gateway then takes the caller for.

mod answer;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::Args;
use jiff::Timestamp;
use rustls::{AlertDescription, CertificateError};

use crate::{
    cli::{Ended, whole},
    tls::{self, Attempt, Credentials, Finding, Missed, ServerFiles, Severity, Target, TlsFault},
};
use answer::Question;

/// What could not even be tried.
const UNTRIED: u8 = 2;

/// What `check tls` is told.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The server, HOST:PORT
    #[arg(long, value_parser = target_of)]
    connect: (String, u16),
    /// The certificate and its chain, PEM, leaf first; or PKCS#12
    #[arg(long)]
    cert: Option<PathBuf>,
    /// The private key, PEM; in the certificate's own file where this is left out
    #[arg(long, requires = "cert")]
    key: Option<PathBuf>,
    /// The file that holds the password of a PKCS#12 certificate
    #[arg(long, requires = "cert")]
    password_file: Option<PathBuf>,
    /// The authorities that the server's certificate may come from, PEM
    #[arg(long)]
    ca: PathBuf,
    /// The path of the gateway's base address; below it `/metadata` is asked for, and `/Patient`, which tells whether the certificate
    /// makes a caller
    #[arg(long, default_value = "/fhir", value_parser = path_of)]
    base: String,
    /// What is asked for instead of these two, once the handshake is done
    #[arg(long, conflicts_with = "base")]
    path: Option<String>,
}

/// A path from the root, without the slash at its end.
fn path_of(text: &str) -> Result<String, String> {
    let path = text.trim_end_matches('/');
    if path.is_empty() || path.starts_with('/') {
        Ok(path.to_owned())
    } else {
        Err("must begin with a slash".to_owned())
    }
}

/// HOST:PORT; an address of IPv6 stands in brackets.
fn target_of(text: &str) -> Result<(String, u16), String> {
    let (host, port) = text.rsplit_once(':').ok_or("HOST:PORT is expected")?;
    let port = port.parse().map_err(|_| "the port is no number")?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() { Err("the host is missing".to_owned()) } else { Ok((host.to_owned(), port)) }
}

/// Makes the handshake and says what came of it: exits with 0 where the gateway knows the caller, 1 where a rule fails or it knows nobody
/// by that certificate, 2 where it could not be tried.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Ended {
    let (findings, tried) = findings(arguments, Timestamp::now());
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    let failed = findings.iter().any(|finding| finding.severity == Severity::Fatal);
    let (code, verdict) = match (tried, failed) {
        (false, _) => (ExitCode::from(UNTRIED), "not tried"),
        (true, true) => (ExitCode::FAILURE, "a rule fails"),
        (true, false) => (ExitCode::SUCCESS, "let in"),
    };
    writeln!(out, "{verdict}")?;
    Ok(code)
}

/// What is found, and whether a server was there to try.
fn findings(arguments: &Arguments, now: Timestamp) -> (Vec<Finding>, bool) {
    let own = match arguments.cert.as_ref().map(|cert| Credentials::read(&files(arguments, cert))).transpose() {
        Ok(own) => own,
        Err(fault) => return (vec![fatal(whole(&fault))], false),
    };
    let mut findings = own.as_ref().map(|own| tls::judge_client(own, now)).unwrap_or_default();
    match ask_all(arguments, own.as_ref()) {
        Ok((told, tried)) => {
            findings.extend(told);
            (findings, tried)
        }
        Err(fault) => (vec![fatal(whole(&fault))], false),
    }
}

/// Asks one question after the other, until one is answered as it should not be.
fn ask_all(arguments: &Arguments, own: Option<&Credentials>) -> Result<(Vec<Finding>, bool), TlsFault> {
    let (mut findings, mut tried) = (Vec::new(), true);
    for question in Question::all(&arguments.base, arguments.path.as_deref()) {
        let (host, port) = arguments.connect.clone();
        let target = Target { host, port, path: question.path().to_owned() };
        let attempt = tls::attempt(&target, own, &arguments.ca, &tls::provider())?;
        let hints = own.and_then(|own| tls::judge_hints(own, &attempt.accepted));
        findings.extend(hints.filter(|hint| !findings.contains(hint)));
        tried = !matches!(attempt.ended, Err(Missed::Unreachable(_) | Missed::NoName));
        let told = told(&attempt, &question);
        let is_over = told.iter().any(|finding| finding.severity == Severity::Fatal);
        findings.extend(told);
        if is_over {
            break;
        }
    }
    Ok((findings, tried))
}

fn files(arguments: &Arguments, cert: &std::path::Path) -> ServerFiles {
    ServerFiles {
        certificate: cert.to_owned(),
        key: arguments.key.clone().unwrap_or_else(|| cert.to_owned()),
        password: arguments.password_file.clone(),
    }
}

fn told(attempt: &Attempt, question: &Question) -> Vec<Finding> {
    match &attempt.ended {
        Ok(answer) => question.judge(answer),
        Err(missed) => vec![fatal(match missed {
            Missed::Unreachable(error) => format!("unreachable: {missed}: {error}; check host, port and firewall"),
            Missed::NoName => format!("no-host: {missed}"),
            Missed::KeyMismatch => format!("not-its-key: {missed}: both must come from one request"),
            Missed::Server(why) => of_server(why),
            Missed::Alert(alert) => of_alert(*alert),
            Missed::Protocol(error) => format!("protocol: {missed}: {error}; check that the port is one of TLS"),
            Missed::Closed(_) => format!("closed: {missed}: the operator's log tells the rule"),
        })],
    }
}

/// Why this client does not trust the server.
fn of_server(why: &CertificateError) -> String {
    use CertificateError as E;
    if matches!(why, E::UnknownIssuer | E::BadSignature) {
        "server-untrusted: the server's certificate comes from an authority that --ca does not hold: put the root there"
            .to_owned()
    } else if matches!(why, E::NotValidForName | E::NotValidForNameContext { .. }) {
        "server-name: the server's certificate does not bear the host of --connect: use the name that it bears"
            .to_owned()
    } else if matches!(why, E::Expired | E::ExpiredContext { .. }) {
        "server-expired: the server's certificate has expired: its operator must renew it, unless this clock is wrong"
            .to_owned()
    } else if matches!(why, E::NotValidYet | E::NotValidYetContext { .. }) {
        "server-not-yet-valid: the server's certificate has not begun: check the clock".to_owned()
    } else {
        format!("server-certificate: the server's certificate is not accepted: {why}")
    }
}

/// Why the server refuses this client, as far as an alert tells. The number is that of the alert in RFC 8446.
fn of_alert(alert: AlertDescription) -> String {
    let meaning = MEANINGS.iter().find(|(known, ..)| *known == alert);
    let number = u8::from(alert);
    match meaning {
        Some((_, rule, text)) => format!("{rule}: {text} (alert {number})"),
        None => format!("alert: the server refuses with the alert {number}: its operator's log tells the rule"),
    }
}

const MEANINGS: [(AlertDescription, &str, &str); 12] = [
    (
        AlertDescription::CertificateRequired,
        "certificate_required",
        "the server demands a certificate, and none was given: give --cert and --key",
    ),
    (
        AlertDescription::UnknownCA,
        "unknown_ca",
        "the server does not know the authority of the certificate, or has no current revocation list of it: check test against \
         production, send the whole chain, and ask the operator, whose log tells which",
    ),
    (
        AlertDescription::CertificateExpired,
        "certificate_expired",
        "the certificate, or one above it, has expired or has not begun: renew it, unless a clock is wrong",
    ),
    (
        AlertDescription::CertificateRevoked,
        "certificate_revoked",
        "the certificate, or an authority above it, is revoked: ask for another one",
    ),
    (
        AlertDescription::BadCertificate,
        "bad_certificate",
        "the certificate is not as demanded: a weak key or signature, a name that its authority may not issue, or a broken chain",
    ),
    (
        AlertDescription::UnsupportedCertificate,
        "unsupported_certificate",
        "the certificate is not made for client authentication: an AUTH_CLI certificate or a card is needed",
    ),
    (
        AlertDescription::CertificateUnknown,
        "certificate_unknown",
        "the server does not accept the certificate: its operator's log tells the rule",
    ),
    (
        AlertDescription::AccessDenied,
        "access_denied",
        "the certificate is valid, and the server does not let it in: ask its operator",
    ),
    (
        AlertDescription::HandshakeFailure,
        "handshake_failure",
        "no certificate was given (TLS 1.2), or there is no common cipher suite: TLS 1.3 tells more",
    ),
    (AlertDescription::ProtocolVersion, "protocol_version", "the server speaks neither TLS 1.3 nor TLS 1.2"),
    (
        AlertDescription::DecryptError,
        "decrypt_error",
        "the key does not belong to the certificate, or its algorithm is not taken",
    ),
    (AlertDescription::UnrecognisedName, "unrecognized_name", "the server does not serve the host of --connect"),
];

fn fatal(text: String) -> Finding {
    Finding { severity: Severity::Fatal, text }
}

#[cfg(test)]
mod tests;
