//! The certificates of the demonstration, and lists of any length by its authorities.

use std::{
    fmt::Write,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateRevocationListParams, Issuer, KeyIdMethod, KeyPair, RevokedCertParams, SerialNumber};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use time::OffsetDateTime;

use crate::{
    Outcome,
    client::{Client, Identity, anchors},
    settings::Settings,
};

/// The authorities that must have a list; that of persons issued the caller's certificate.
const AUTHORITIES: [&str; 4] = ["ca", "persons", "organisations", "withdrawn"];
/// Whose handshakes are counted.
const CALLER: &str = "treating-physician";

/// A folder that the demonstration filled.
pub struct Infrastructure {
    /// The folder.
    pub folder: PathBuf,
    anchors: RootCertStore,
    caller: Identity,
}

impl Infrastructure {
    /// Lets the demonstration make its certificates and its configuration, and ends it.
    pub fn make(settings: &Settings, folder: &Path) -> Outcome<Self> {
        let folder = folder.join("demo");
        let mut demo = Command::new(&settings.gateway)
            .args(["demo", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--dir"])
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(demo.stdout.take().ok_or("no output")?).lines();
        let ready = lines.any(|line| line.is_ok_and(|line| line.starts_with("ready ")));
        demo.kill()?;
        demo.wait()?;
        if !ready {
            return Err("the demonstration ended before it was ready".into());
        }
        let clients = folder.join("pki/clients");
        let caller = Identity::read(&clients.join(format!("{CALLER}.pem")), &clients.join(format!("{CALLER}.key")))?;
        Ok(Self { anchors: anchors(&folder.join("pki/ca.pem"))?, caller, folder })
    }

    /// A client of that server.
    pub fn client(&self, server: std::net::SocketAddr) -> Outcome<Client> {
        Client::new(server, &self.caller, &self.anchors)
    }

    /// A file with the lists of all authorities; that of the caller's has so many serial numbers, the caller's not among them.
    pub fn lists(&self, revoked: u64) -> Outcome<PathBuf> {
        let mut lists = String::new();
        for authority in AUTHORITIES {
            let count = if authority == "persons" { revoked } else { 0 };
            write!(lists, "{}", self.list(authority, count)?)?;
        }
        let path = self.folder.join(format!("crl-{revoked}.pem"));
        fs::write(&path, lists)?;
        Ok(path)
    }

    fn list(&self, authority: &str, revoked: u64) -> Outcome<String> {
        let pki = self.folder.join("pki");
        let certificate = CertificateDer::from_pem_file(pki.join(format!("{authority}.pem")))?;
        let key = KeyPair::from_pem(&fs::read_to_string(pki.join(format!("{authority}.key")))?)?;
        let issuer = Issuer::from_ca_cert_der(&certificate, key)?;
        let now = Timestamp::now();
        let entry = |_| RevokedCertParams {
            serial_number: SerialNumber::from_slice(uuid::Uuid::new_v4().as_bytes()),
            revocation_time: OffsetDateTime::UNIX_EPOCH,
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date(now, -1)?,
            next_update: date(now, 24)?,
            crl_number: SerialNumber::from(1_u64 << 40),
            issuing_distribution_point: None,
            revoked_certs: (0..revoked).map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(params.signed_by(&issuer)?.pem()?)
    }
}

fn date(now: Timestamp, hours: i64) -> Outcome<OffsetDateTime> {
    let at = now.checked_add(SignedDuration::from_hours(hours))?;
    Ok(OffsetDateTime::from_unix_timestamp(at.as_second())?)
}
