//! `check`: everything that is wrong before one serves; and `check tls`, what is wrong before one calls.

mod addresses;
pub mod connect;
mod folders;
mod members;
mod secrets;
mod trust;

use std::{fs::File, io::Write, path::Path, process::ExitCode};

use jiff::{SignedDuration, Timestamp};

use super::{Ended, serve, whole};
use crate::{
    config::{Config, HostConfig, tokens::TokenKind},
    hds::embedded::Embedded,
    http::bearer::Bearer,
    identity::{Directory, Reading},
    journal::Line,
    policy::Matrix,
    tls::{self, Finding, Severity},
};

/// How far the journal's last line may lie in the future before the clock is doubted.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(60);

/// Says everything that is wrong; fails where any of it must be mended before one serves.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(path: &Path, out: &mut dyn Write) -> Ended {
    let findings = findings(path, Timestamp::now());
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    let fatal = findings.iter().filter(|finding| finding.severity == Severity::Fatal).count();
    if fatal > 0 {
        writeln!(out, "not fit to serve: {fatal} fatal")?;
        return Ok(ExitCode::FAILURE);
    }
    writeln!(out, "fit to serve")?;
    Ok(ExitCode::SUCCESS)
}

fn findings(path: &Path, now: Timestamp) -> Vec<Finding> {
    let config = match Config::read(path) {
        Ok(config) => config,
        Err(error) => return vec![fatal(&error)],
    };
    let mut findings = tls::check_server(&serve::server_files(&config), &tls::provider(), now);
    findings.extend(secrets::check(&config));
    findings.extend(trust::check(&config, now));
    findings.extend(addresses::check(&config));
    findings.extend(members::check(&config));
    findings.extend(folders::check(&config));
    findings.extend(ocsp(&config));
    findings.push(directory(&config));
    findings.extend(matrix(&config));
    findings.push(profiles(&config));
    findings.push(tokens(&config));
    findings.extend(host(&config, now));
    findings
}

/// A build without OpenSSL serves nobody by a configuration that asks responders.
fn ocsp(config: &Config) -> Option<Finding> {
    let cannot = config.tls.ocsp.asks() && !cfg!(feature = "openssl");
    cannot.then(|| fatal(&serve::Unservable::WithoutOcsp))
}

fn directory(config: &Config) -> Finding {
    let path = config.identity.directory.file();
    let read = File::open(path).map_err(|error| whole(&error));
    match read.and_then(|file| Directory::read(file).map_err(|error| whole(&error))) {
        Ok(directory) => read_directory(path, directory.reading()),
        Err(error) => Finding { severity: Severity::Fatal, text: format!("{}: {error}", path.display()) },
    }
}

fn read_directory(path: &Path, reading: &Reading) -> Finding {
    let text = format!("{}: {} activities read, {} lines skipped", path.display(), reading.activities, reading.skipped);
    if reading.activities == 0 {
        return Finding { severity: Severity::Fatal, text: format!("{text}: nobody could be identified") };
    }
    if reading.skipped == 0 {
        return note(text);
    }
    let named: Vec<String> = reading.first_skipped.iter().map(ToString::to_string).collect();
    Finding { severity: Severity::Warning, text: format!("{text}; {}", named.join("; ")) }
}

fn matrix(config: &Config) -> Option<Finding> {
    let path = config.law.matrix.as_ref()?;
    let read = File::open(path).map_err(|error| whole(&error));
    Some(match read.and_then(|file| Matrix::read(file).map_err(|error| whole(&error))) {
        Err(error) => Finding { severity: Severity::Fatal, text: format!("{}: {error}", path.display()) },
        Ok(matrix) => {
            let embedded = Matrix::embedded().map_or(0, |embedded| embedded.len());
            let text =
                format!("{}: {} types of documents, {embedded} in the embedded matrix", path.display(), matrix.len());
            let severity = if matrix.len() < embedded { Severity::Warning } else { Severity::Note };
            Finding { severity, text }
        }
    })
}

fn profiles(config: &Config) -> Finding {
    match serve::profiles(config) {
        Err(error) => fatal(&error),
        Ok(library) if config.profiles.packages.is_empty() => {
            note(format!("no profile is installed: {} of the gateway's own rule", library.profiles().count()))
        }
        Ok(library) => {
            let packages = config.profiles.packages.len();
            note(format!("{} profiles, of {packages} packages and of the gateway's own", library.profiles().count()))
        }
    }
}

/// The issuers of tokens: their files, and whether the front ends that are configured could call at all.
fn tokens(config: &Config) -> Finding {
    if let Err(error) = Bearer::of(&config.tokens) {
        return fatal(&error);
    }
    let issuers = &config.tokens.issuers;
    let serves_holders = issuers.iter().any(|issuer| issuer.kind == TokenKind::Holder);
    if !config.identity.front_ends.is_empty() && !serves_holders {
        let text = "no issuer vouches for holders: the front ends cannot call".to_owned();
        return Finding { severity: Severity::Warning, text };
    }
    note(format!("{} issuers of tokens", issuers.len()))
}

/// The host, its journal, and the clock: which must not lie before the journal's last line.
fn host(config: &Config, now: Timestamp) -> Vec<Finding> {
    let HostConfig::Embedded { path } = &config.host;
    if !path.exists() {
        return vec![note(format!("{} will be made at the first start", path.display()))];
    }
    let verdict = match Embedded::verify(path, None) {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(broken)) => return vec![fatal(&broken)],
        Err(error) => return vec![fatal(&error)],
    };
    let last = Embedded::read_lines(path, verdict.count, 1).ok().and_then(|links| links.into_iter().next());
    let last: Option<Line> = last.and_then(|link| serde_json::from_slice(&link.bytes).ok());
    let mut findings = vec![note(format!("the journal is whole: {verdict}"))];
    if last.is_some_and(|line| line.at.duration_since(now) > CLOCK_SLACK) {
        let text = "the clock is wrong: the journal's last line lies in the future".to_owned();
        findings.push(Finding { severity: Severity::Fatal, text });
    }
    findings
}

const fn note(text: String) -> Finding {
    Finding { severity: Severity::Note, text }
}

fn fatal(error: &dyn std::error::Error) -> Finding {
    Finding { severity: Severity::Fatal, text: whole(error) }
}
