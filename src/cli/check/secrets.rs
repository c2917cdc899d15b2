//! What `check` says of the files that hold keys, passwords and secrets: whether others than the gateway's account may read them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::{
    config::Config,
    tls::{Finding, Severity},
};

/// The bits by which the group and all others read.
const READ_BY_OTHERS: u32 = 0o044;

/// Warns of each file that others may read. One that is missing is told elsewhere.
pub fn check(config: &Config) -> Vec<Finding> {
    files(config).into_iter().filter_map(|(member, path)| open_to_others(member, &path)).collect()
}

/// The files, with the members that name them.
fn files(config: &Config) -> Vec<(&'static str, PathBuf)> {
    let tls = &config.tls;
    let chain = holds_key(&tls.certificate).then(|| ("tls.certificate", tls.certificate.clone()));
    let key = (tls.key != tls.certificate).then(|| ("tls.key", tls.key.clone()));
    let password = tls.password_file.iter().map(|path| ("tls.password_file", path.clone()));
    let asked = config.tokens.issuers.iter().filter_map(|issuer| issuer.introspection.as_ref());
    let secrets = asked.map(|asked| ("tokens.issuers.introspection.secret", asked.secret.clone()));
    chain.into_iter().chain(key).chain(password).chain(secrets).collect()
}

/// Whether the file of a certificate holds a key too: PEM with one, or anything but PEM, which is PKCS#12.
fn holds_key(path: &Path) -> bool {
    let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    fs::read(path).is_ok_and(|bytes| has(&bytes, b"PRIVATE KEY-----") || !has(&bytes, b"-----BEGIN"))
}

fn open_to_others(member: &str, path: &Path) -> Option<Finding> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let text = || {
        let path = path.display();
        format!(
            "{member}: {path} may be read by its group or by others (mode {mode:04o}): leave it to the gateway's account alone, 0600"
        )
    };
    (mode & READ_BY_OTHERS != 0).then(|| Finding { severity: Severity::Warning, text: text() })
}

#[cfg(test)]
mod tests;
