//! What can be set, by environment variables.

use std::{env, path::PathBuf, time::Duration};

use crate::Outcome;

/// The settings of one run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The gateway's binary (`LOAD_GATEWAY`; by default the one that cargo built for the bench).
    pub gateway: PathBuf,
    /// nginx's binary (`LOAD_NGINX`; by default what the search path has, or `/usr/sbin/nginx`).
    pub nginx: PathBuf,
    /// Where data, certificates and configurations go while it runs (`LOAD_DIR`; by default the temporary folder).
    pub folder: PathBuf,
    /// How long one case loads one server (`LOAD_SECONDS`).
    pub time: Duration,
    /// Handshakes of one case, at most (`LOAD_HANDSHAKES`): closed connections hold their ports for a minute.
    pub handshakes: u64,
    /// Connections at once (`LOAD_CONNECTIONS`).
    pub connections: usize,
    /// Serial numbers on the long list (`LOAD_REVOKED`).
    pub revoked: u64,
    /// Idle connections (`LOAD_IDLE`).
    pub idle: usize,
}

impl Settings {
    /// Reads the environment.
    pub fn of_environment() -> Outcome<Self> {
        Ok(Self {
            gateway: path("LOAD_GATEWAY", env!("CARGO_BIN_EXE_dmp-gateway").into()),
            nginx: path("LOAD_NGINX", nginx()),
            folder: path("LOAD_DIR", env::temp_dir()),
            time: Duration::from_secs(number("LOAD_SECONDS", 5)?),
            handshakes: number("LOAD_HANDSHAKES", 10_000)?,
            connections: usize::try_from(number("LOAD_CONNECTIONS", 16)?)?,
            revoked: number("LOAD_REVOKED", 300_000)?,
            idle: usize::try_from(number("LOAD_IDLE", 10_000)?)?,
        })
    }
}

/// Debian's place for it is in no ordinary user's search path.
fn nginx() -> PathBuf {
    let place = PathBuf::from("/usr/sbin/nginx");
    if place.exists() { place } else { "nginx".into() }
}

fn path(name: &str, otherwise: PathBuf) -> PathBuf {
    env::var_os(name).map_or(otherwise, PathBuf::from)
}

fn number(name: &str, otherwise: u64) -> Outcome<u64> {
    match env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("{name} is not a number").into()),
        Err(_) => Ok(otherwise),
    }
}
