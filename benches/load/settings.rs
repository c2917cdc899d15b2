//! What can be set, by environment variables.

use std::{env, path::PathBuf, time::Duration};

use crate::Outcome;

/// The settings of one run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The gateway's binary (`LOAD_GATEWAY`; by default the one that cargo built for the bench).
    pub gateway: PathBuf,
    /// nginx's binary (`LOAD_NGINX`; by default what the search path has).
    pub nginx: PathBuf,
    /// Where data, certificates and configurations go while it runs (`LOAD_DIR`; by default the temporary folder).
    pub folder: PathBuf,
    /// How long one case loads one server (`LOAD_SECONDS`).
    pub time: Duration,
    /// Connections of the cases that are not about single large documents (`LOAD_CONNECTIONS`).
    pub connections: usize,
    /// Whether 1 GiB goes in and out too (`LOAD_BIG=1`).
    pub big: bool,
}

impl Settings {
    /// Reads the environment.
    pub fn of_environment() -> Outcome<Self> {
        Ok(Self {
            gateway: path("LOAD_GATEWAY", env!("CARGO_BIN_EXE_dmp-gateway").into()),
            nginx: path("LOAD_NGINX", "nginx".into()),
            folder: path("LOAD_DIR", env::temp_dir()),
            time: Duration::from_secs(number("LOAD_SECONDS", 5)?),
            connections: usize::try_from(number("LOAD_CONNECTIONS", 16)?)?,
            big: flag("LOAD_BIG"),
        })
    }
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

fn flag(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| value == "1")
}
