//! Authorities, leaves and responders of now: the responder is the program `openssl`, which knows no other time.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Read, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber,
};
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use time::OffsetDateTime;

use crate::{
    identity::Hierarchy,
    tls::{
        Demands, LiveTrust, Trust, TrustFiles,
        ocsp::{Checks, Inquirer, NamedBy, Nonce, Policy, Settings, der},
        provider,
    },
};

/// The nonce of all questions of these tests.
pub const NONCE: Nonce = [7; 32];

/// The time: that of the machine, for so is that of the responder.
pub fn now() -> Timestamp {
    Timestamp::now()
}

pub fn later(seconds: i64) -> Timestamp {
    now().saturating_add(SignedDuration::from_secs(seconds)).unwrap()
}

fn date(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.as_second()).unwrap()
}

/// Whether the program is there; a notice where it is not.
pub fn has_openssl() -> bool {
    let there = Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_ok();
    if !there {
        eprintln!("NOT RUN: there is no program openssl to answer as a responder");
    }
    there
}

/// A certificate with its key.
pub struct Card {
    pub der: CertificateDer<'static>,
    pub pem: String,
    pub key_pem: String,
    pub serial: u64,
}

/// An authority.
pub struct Ca {
    pub card: Card,
    issuer: Issuer<'static, KeyPair>,
}

fn params(name: &str, serial: u64) -> CertificateParams {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = date(later(-86_400));
    params.not_after = date(later(30 * 86_400));
    params
}

fn of_authority(name: &str, serial: u64) -> CertificateParams {
    let mut params = params(name, serial);
    params.subject_alt_names.clear();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    params
}

/// The extension that names a responder (authority information access).
pub fn names_responder(params: &mut CertificateParams, url: &str) {
    let method = der::element(der::OID, &[&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01]]);
    let description = der::element(der::SEQUENCE, &[&method, &der::element(der::bare(6), &[url.as_bytes()])]);
    let content = der::element(der::SEQUENCE, &[&description]);
    let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content);
    params.custom_extensions.push(extension);
}

impl Ca {
    pub fn root(name: &str) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let made = of_authority(name, 1).self_signed(&key).unwrap();
        Self::of(&made, key, 1)
    }

    pub fn below(&self, name: &str, serial: u64) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let made = of_authority(name, serial).signed_by(&key, &self.issuer).unwrap();
        Self::of(&made, key, serial)
    }

    fn of(made: &rcgen::Certificate, key: KeyPair, serial: u64) -> Self {
        let card = Card { der: made.der().clone(), pem: made.pem(), key_pem: key.serialize_pem(), serial };
        Self { issuer: Issuer::from_ca_cert_der(made.der(), key).unwrap(), card }
    }

    pub fn card(&self, serial: u64, change: impl FnOnce(&mut CertificateParams)) -> Card {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let mut params = params("leaf", serial);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let made = params.signed_by(&key, &self.issuer).unwrap();
        Card { der: made.der().clone(), pem: made.pem(), key_pem: key.serialize_pem(), serial }
    }

    /// A responder that this authority delegated.
    pub fn delegate(&self, serial: u64) -> Card {
        self.card(serial, |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning])
    }

    fn list(&self, revoked: &[u64]) -> String {
        let entry = |serial: &u64| rcgen::RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date(later(-3600)),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date(later(-3600)),
            next_update: date(later(30 * 86_400)),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: revoked.iter().map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

/// A root, an authority below it, and a folder.
pub struct Lab {
    pub dir: TempDir,
    pub root: Ca,
    pub below: Ca,
}

impl Lab {
    pub fn new() -> Self {
        let root = Ca::root("root");
        Self { dir: TempDir::new().unwrap(), below: root.below("below", 2), root }
    }

    pub fn put(&self, file: &str, content: &str) -> PathBuf {
        put(self.dir.path(), file, content)
    }

    pub fn trust(&self) -> Arc<LiveTrust> {
        self.trust_without(&[])
    }

    /// Trust with those serial numbers on the lower authority's list.
    pub fn trust_without(&self, revoked: &[u64]) -> Arc<LiveTrust> {
        let files = TrustFiles {
            anchors: self.put("ca.pem", &self.root.card.pem),
            intermediates: Some(self.put("intermediates.pem", &self.below.card.pem)),
            revocation_lists: vec![self.put("crl.pem", &(self.root.list(&[]) + &self.below.list(revoked)))],
            demands: Demands::of(Hierarchy::Production),
        };
        Arc::new(LiveTrust::of(Trust::read(&files, &provider()).unwrap()))
    }

    /// The lower authority's responder, signing by itself, if the program is there.
    pub fn responder(&self, known: &[(u64, char)]) -> Option<Responder> {
        Responder::start(&self.below.card, &self.below.card, known, &[])
    }

    pub fn checks(&self, url: &str, policy: Policy) -> Arc<Checks> {
        Arc::new(Checks::new(&settings(Some(url)), policy, self.trust()).unwrap())
    }
}

pub fn settings(url: Option<&str>) -> Settings {
    Settings {
        url: url.map(str::to_owned),
        proxy: None,
        timeout: Duration::from_secs(20),
        max_age: SignedDuration::from_hours(1),
        in_flight: 4,
        named_by: NamedBy::Sha1,
        nonces: || NONCE,
    }
}

pub fn inquirer() -> Inquirer {
    Inquirer::by(&settings(None)).unwrap()
}

/// A running responder; it ends with this value.
pub struct Responder {
    dir: TempDir,
    child: Child,
    pub url: String,
}

impl Responder {
    /// Answers for an authority about those serial numbers, `V`alid or `R`evoked; nothing where the program is not there.
    pub fn start(authority: &Card, signer: &Card, known: &[(u64, char)], arguments: &[&str]) -> Option<Self> {
        if !has_openssl() {
            return None;
        }
        let dir = TempDir::new().unwrap();
        let file = |name: &str, content: &str| put(dir.path(), name, content);
        let mut command = Command::new("openssl");
        command.arg("ocsp").arg("-index").arg(file("index.txt", &index(known)));
        command.arg("-CA").arg(file("ca.pem", &authority.pem));
        command
            .arg("-rsigner")
            .arg(file("signer.pem", &signer.pem))
            .arg("-rkey")
            .arg(file("signer.key", &signer.key_pem));
        let end = if arguments.contains(&"-nmin") { &[][..] } else { &["-ndays", "1"] };
        command.args(["-port", "0", "-ignore_err"]).args(end).args(arguments);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
        let address = said.split_whitespace().nth(1).unwrap_or_else(|| panic!("the responder says {said:?}"));
        let port = address.rsplit(':').next().unwrap();
        Some(Self { dir, child, url: format!("http://127.0.0.1:{port}/") })
    }

    /// What it knows from now on.
    pub fn knows(&self, known: &[(u64, char)]) {
        let new = put(self.dir.path(), "index.new", &index(known));
        fs::rename(new, self.dir.path().join("index.txt")).unwrap();
        // It looks for changes after a question and before the next: this one is none.
        let mut socket = TcpStream::connect(self.url.trim_start_matches("http://").trim_end_matches('/')).unwrap();
        socket.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
        let _ = socket.read_to_end(&mut Vec::new());
    }

    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The database of `openssl ca`: status, end, revocation, serial number, file, subject.
fn index(known: &[(u64, char)]) -> String {
    let utc = |at: Timestamp| at.strftime("%y%m%d%H%M%SZ").to_string();
    known.iter().fold(String::new(), |mut text, (serial, status)| {
        let revoked = if *status == 'R' { utc(later(-600)) } else { String::new() };
        writeln!(text, "{status}\t{}\t{revoked}\t{serial:04X}\tunknown\t/CN={serial}", utc(later(30 * 86_400)))
            .unwrap();
        text
    })
}

fn put(folder: &Path, file: &str, content: &str) -> PathBuf {
    let path = folder.join(file);
    fs::write(&path, content).unwrap();
    path
}
