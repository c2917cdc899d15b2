//! Responders are asked about callers, by the very program: `openssl ocsp` answers.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use dmp_gateway::{
    cli::demo::{
        cast::Cast,
        tokens::{Mint, signer_of},
    },
    identity::Algorithm,
};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    support::{Client, Demo, toy_pki::ToyAuthority},
    tokens::claims_of,
};

/// How long a change may take until it is seen; it takes a second or two.
const PATIENCE: Duration = Duration::from_secs(30);

/// A responder for one authority of a demonstration.
struct Responder {
    child: Child,
    dir: TempDir,
    port: u16,
}

impl Responder {
    /// Answers with the authority's own key; nothing, with a notice, where the program is not there.
    fn start(pki: &Path, authority: &str, known: &[(&str, char)]) -> Option<Self> {
        if Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_err() {
            eprintln!("NOT RUN: there is no program openssl to answer as a responder");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let index = dir.path().join("index.txt");
        fs::write(&index, lines(known)).unwrap();
        let (certificate, key) = (pki.join(format!("{authority}.pem")), pki.join(format!("{authority}.key")));
        let mut command = Command::new("openssl");
        command.args(["ocsp", "-port", "0", "-ignore_err", "-ndays", "1", "-index"]).arg(index);
        command.arg("-CA").arg(&certificate).arg("-rsigner").arg(&certificate).arg("-rkey").arg(key);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
        let address = said.split_whitespace().nth(1).unwrap_or_else(|| panic!("the responder says {said:?}"));
        let port = address.rsplit(':').next().unwrap().parse().unwrap();
        Some(Self { child, dir, port })
    }

    fn knows(&self, known: &[(&str, char)]) {
        let new = self.dir.path().join("index.new");
        fs::write(&new, lines(known)).unwrap();
        fs::rename(new, self.dir.path().join("index.txt")).unwrap();
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The database of `openssl ca`. Its dates are of no account to a responder.
fn lines(known: &[(&str, char)]) -> String {
    let line = |(serial, status): &(&str, char)| {
        let revoked = if *status == 'R' { "250101000000Z" } else { "" };
        format!("{status}\t491231235959Z\t{revoked}\t{serial}\tunknown\t/CN={serial}\n")
    };
    known.iter().map(line).collect()
}

fn serial(certificate: &Path) -> String {
    let output = Command::new("openssl").args(["x509", "-noout", "-serial", "-in"]).arg(certificate).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().strip_prefix("serial=").unwrap().to_owned()
}

/// A demonstration with these settings more, which are made once its certificates are there.
fn asking(settings: impl FnOnce(&Path) -> String) -> Demo {
    Demo::configured_by(|folder, text| text + &settings(folder))
}

fn path_to(folder: &Path, caller: &str) -> PathBuf {
    folder.join(format!("pki/clients/{caller}.pem"))
}

async fn status(client: &Client, demo: &Demo) -> StatusCode {
    let path = format!("/DocumentReference?{}&status=current", demo.patient("open"));
    client.request(Method::GET, &path).send().await.unwrap().status()
}

// requirement: TL-02
#[tokio::test]
async fn a_caller_whom_the_responder_revokes_is_refused_on_the_open_connection() {
    let mut started = None;
    let demo = asking(|folder| {
        let own = serial(&path_to(folder, "treating-physician"));
        started = Responder::start(&folder.join("pki"), "persons", &[(&own, 'V')]);
        let url = started.as_ref().map_or_else(String::new, |responder| format!("url = \"{}\"\n", responder.url()));
        format!("\n[tls.ocsp]\nenabled = true\npolicy = \"require\"\nmax_age_seconds = 1\n{url}")
    });
    let Some(responder) = started else { return };
    let client = demo.client("treating-physician");
    assert_eq!(status(&client, &demo).await, 200);
    assert_eq!(status(&demo.client("team-nurse"), &demo).await, 403, "the responder does not know her");
    let own = serial(&path_to(demo.dir(), "treating-physician"));
    responder.knows(&[(&own, 'R')]);
    let patience = Instant::now() + PATIENCE;
    while status(&client, &demo).await != 403 {
        assert!(Instant::now() < patience, "the revocation is not seen");
    }
    let words: Vec<String> = demo.journal().iter().map(ToString::to_string).collect();
    assert!(words.iter().any(|line| line.contains("\"revoked\"")), "the journal tells why");
    assert!(words.iter().any(|line| line.contains("\"unknown-to-responder\"")));
}

// requirement: TL-02
#[tokio::test]
async fn without_a_responder_require_refuses_and_prefer_lists_relies_on_the_lists() {
    for (policy, expected) in [("require", 403), ("prefer-lists", 200)] {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let demo =
            asking(|_| format!("\n[tls.ocsp]\nenabled = true\npolicy = \"{policy}\"\nurl = \"http://{closed}/\"\n"));
        assert_eq!(status(&demo.client("treating-physician"), &demo).await, expected, "{policy}");
    }
}

#[test]
fn the_servers_certificate_is_shown_with_the_responders_answer() {
    let mut started = None;
    let demo = asking(|folder| {
        let own = serial(&folder.join("pki/server.pem"));
        started = Responder::start(&folder.join("pki"), "organisations", &[(&own, 'V')]);
        let url =
            started.as_ref().map_or_else(String::new, |responder| format!("staple_url = \"{}\"\n", responder.url()));
        format!("\n[tls.ocsp]\nstaple = true\n{url}")
    });
    let Some(_responder) = started else { return };
    let address = demo.base.trim_start_matches("https://").trim_end_matches("/fhir");
    let patience = Instant::now() + PATIENCE;
    loop {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-status", "-connect", address, "-CAfile"]).arg(demo.dir().join("pki/ca.pem"));
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        if said.contains("OCSP Response Status: successful") && said.contains("Cert Status: good") {
            break;
        }
        assert!(Instant::now() < patience, "no answer is stapled: {said}");
    }
}

// requirement: TL-02 TK-02
#[tokio::test]
async fn whom_the_responder_revokes_signs_no_assertions_either() {
    let folder = tempfile::tempdir().unwrap();
    let (signer, key) = (folder.path().join("signer.pem"), folder.path().join("signer.key"));
    let (mut started, mut serials) = (None, [String::new(), String::new()]);
    let demo = asking(|dir| {
        let (leaf, private) = ToyAuthority::in_folder(&dir.join("pki"), "organisations").organisation("10B0999001");
        fs::write(&signer, leaf).unwrap();
        fs::write(&key, private).unwrap();
        serials = [serial(&path_to(dir, "hospital")), serial(&signer)];
        let known = [(serials[0].as_str(), 'V'), (serials[1].as_str(), 'V')];
        started = Responder::start(&dir.join("pki"), "organisations", &known);
        let url = started.as_ref().map_or_else(String::new, |responder| format!("url = \"{}\"\n", responder.url()));
        format!("\n[tls.ocsp]\nenabled = true\npolicy = \"require\"\nmax_age_seconds = 1\n{url}")
    });
    let Some(responder) = started else { return };
    let leaf = CertificateDer::from_pem_file(&signer).unwrap();
    let chain = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, leaf.as_ref());
    let by_signer = signer_of(&key, Algorithm::Es256).unwrap();
    let asked = async || {
        let cast = Cast::assemble().unwrap();
        let good = Mint::of(demo.dir(), &cast).structure("hospital", Some("team-nurse"), "open", Timestamp::now());
        let token = by_signer.token(&json!({ "x5c": [chain] }), &claims_of(&good.unwrap())).unwrap();
        status(&demo.client("hospital").with_token(&token), &demo).await
    };
    assert_eq!(asked().await, 200);
    responder.knows(&[(&serials[0], 'V'), (&serials[1], 'R')]);
    let patience = Instant::now() + PATIENCE;
    while asked().await != 401 {
        assert!(Instant::now() < patience, "the revocation is not seen");
    }
    let own = Mint::of(demo.dir(), &Cast::assemble().unwrap()).structure(
        "hospital",
        Some("team-nurse"),
        "open",
        Timestamp::now(),
    );
    assert_eq!(status(&demo.client("hospital").with_token(&own.unwrap()), &demo).await, 200, "its own still signs");
}
