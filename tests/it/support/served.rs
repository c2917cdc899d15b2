//! A gateway run as `serve`, with the infrastructure of [`super::pki`] in production, and its log at hand.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use dmp_gateway::identity::COLUMNS;
use serde_json::Value;
use tempfile::TempDir;

use super::pki::{PROFESSIONAL, Pki, SERVER, STRUCTURE};

/// How long a line of the log may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running gateway.
pub struct Served {
    folder: TempDir,
    child: Child,
    /// Where callers connect.
    pub address: SocketAddr,
    /// The operator's address.
    pub admin: String,
    /// Its infrastructure.
    pub pki: Pki,
}

impl Served {
    /// Starts one: RSA keys of 3072 bits are demanded, and one server may call.
    pub fn start() -> Self {
        Self::waiting(20)
    }

    /// Starts one that waits so many seconds for a handshake.
    pub fn waiting(seconds: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::new();
        pki.write(folder.path());
        fs::write(folder.path().join("directory.txt"), directory()).unwrap();
        fs::write(folder.path().join("gateway.toml"), configuration(seconds)).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_dmp-gateway"))
            .args(["serve", "--config"])
            .arg(folder.path().join("gateway.toml"))
            .env("RUST_LOG", "warn,dmp_gateway=info")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = |start: &str| {
            let line = lines.find_map(|line| line.unwrap().strip_prefix(start).map(str::to_owned));
            line.unwrap_or_else(|| panic!("no {start}: {}", fs::read_to_string(folder.path().join("log")).unwrap()))
        };
        let admin = told("operator ");
        let ready = told("ready ");
        let address = ready.split(' ').next_back().unwrap().parse().unwrap();
        Self { folder, child, address, admin, pki }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// A file of the folder.
    pub fn path(&self, file: &str) -> PathBuf {
        self.dir().join(file)
    }

    /// The lines of the log that say why somebody was refused or not identified, when there are so many.
    pub fn refusals(&self, count: usize) -> Vec<Value> {
        let patience = Instant::now() + PATIENCE;
        loop {
            let log = fs::read_to_string(self.path("log")).unwrap();
            let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            let refusals: Vec<Value> =
                lines.into_iter().map(|mut line| line["fields"].take()).filter(is_refusal).collect();
            if refusals.len() >= count {
                return refusals;
            }
            assert!(Instant::now() < patience, "{} refusals instead of {count}:\n{log}", refusals.len());
            std::thread::yield_now();
        }
    }

    /// The whole log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_refusal(fields: &Value) -> bool {
    ["handshake refused", "caller not identified"].iter().any(|message| fields["message"] == *message)
}

fn directory() -> String {
    let fields = [
        ("Type d'identifiant PP", "8"),
        ("Identifiant PP", &PROFESSIONAL[1..]),
        ("Identification nationale PP", PROFESSIONAL),
        ("Code profession", "10"),
        ("Ancien identifiant de la structure", STRUCTURE),
    ];
    let value = |column: &&str| fields.iter().find(|(name, _)| name == column).map_or("", |(_, value)| *value);
    let line: Vec<&str> = COLUMNS.iter().map(value).collect();
    format!("{}\n{}\n", COLUMNS.join("|"), line.join("|"))
}

fn configuration(handshake_seconds: u64) -> String {
    format!(
        r#"listen = "127.0.0.1:0"
admin = "127.0.0.1:0"
base_url = "https://localhost/fhir"
environment = "production"
rule_set = "dmp"

[tls]
certificate = "server.pem"
key = "server.key"
anchors = "ca.pem"
intermediates = "intermediates.pem"
revocation = ["crl.pem"]
rsa_bits = 3072

[identity]
directory = "directory.txt"
person_issuers = ["AC IGC-SANTE FORT PERSONNES", "AC IGC-SANTE CONTRAINTE"]
organisation_issuers = ["AC IGC-SANTE ELEMENTAIRE ORGANISATIONS", "AC IGC-SANTE CONTRAINTE"]
servers = [{{ structure = "{STRUCTURE}", name = "{SERVER}" }}]

[limits]
handshake_seconds = {handshake_seconds}

[reload]
poll_seconds = 1

[host]
kind = "embedded"
path = "host"
"#
    )
}
