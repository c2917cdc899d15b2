//! The matrix again: the same certificates in the hands of other TLS libraries. In CI they have to be installed.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    pki_matrix::{Outcome, TABLE},
    support::{
        Served,
        pki::{Card, KINDS, Kind, State},
    },
};

/// The versions of TLS, as the clients' programs are told them.
const VERSIONS: [&str; 2] = ["1.2", "1.3"];

/// Whether a program is there; a notice where it is not, and a failure in CI, where none may be left out.
fn is_installed(program: &str, argument: &str) -> bool {
    let there = Command::new(program).arg(argument).output().is_ok_and(|out| out.status.success());
    if !there {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{program} is missing, and this is CI");
        eprintln!("notice: no {program} here: its column of the matrix is left out");
    }
    there
}

/// The files of a card.
struct Files {
    cert: PathBuf,
    key: PathBuf,
}

fn files(served: &Served, name: &str, card: &Card) -> Files {
    let (cert, key) = (served.path(&format!("{name}.pem")), served.path(&format!("{name}.key")));
    fs::write(&cert, card.pem()).unwrap();
    fs::write(&key, &card.key_pem).unwrap();
    Files { cert, key }
}

/// Goes down the table for those kinds with a client that tells whether it got an answer, and compares what the log says. Who is
/// nobody gets an answer too: the capability statement is everybody's, but the log says who was not identified.
fn descend(served: &Served, kinds: &[Kind], unable: &[State], call: impl Fn(&str, Option<&Files>) -> bool) {
    let mut refused = served.refusals(0).len();
    for (state, outcomes) in TABLE.into_iter().filter(|(state, _)| !unable.contains(state)) {
        for (kind, outcome) in KINDS.into_iter().zip(outcomes).filter(|(kind, _)| kinds.contains(kind)) {
            let card = served.pki.card(kind, state);
            let files = card.map(|card| files(served, "client", &card));
            for version in VERSIONS {
                let what = format!("{kind:?} {state:?} TLS {version}");
                let answered = call(version, files.as_ref());
                assert_eq!(answered, !matches!(outcome, Outcome::Tls(_)), "{what}");
                let (Outcome::Tls(rule) | Outcome::Nobody(rule)) = outcome else { continue };
                refused += 1;
                let line = served.refusals(refused).swap_remove(refused - 1);
                assert_eq!(line["rule"], rule, "{what}: {line}");
            }
        }
    }
    assert_eq!(served.refusals(refused).len(), refused, "one line for each, and none for who is let in");
}

fn is_answered(output: &[u8]) -> bool {
    String::from_utf8_lossy(output).contains("HTTP/1.1 200")
}

// requirement: TL-01 TL-02
#[test]
fn openssl_gets_the_outcomes_of_the_table() {
    if !is_installed("openssl", "version") {
        return;
    }
    let served = Served::start();
    descend(&served, &KINDS, &[], |version, files| is_answered(&s_client(&served, version, files, &[])));
}

fn s_client(served: &Served, version: &str, files: Option<&Files>, more: &[&str]) -> Vec<u8> {
    let mut command = Command::new("openssl");
    command.args([
        "s_client",
        "-nocommands",
        "-ign_eof",
        "-servername",
        "localhost",
        "-connect",
        &served.address.to_string(),
    ]);
    command.arg(format!("-tls{}", version.replace('.', "_"))).arg("-CAfile").arg(served.path("ca.pem")).args(more);
    if let Some(files) = files {
        command.arg("-cert").arg(&files.cert).arg("-key").arg(&files.key).arg("-cert_chain").arg(&files.cert);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let request = b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    // A refused handshake closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(request);
    child.wait_with_output().unwrap().stdout
}

// requirement: TL-01 TL-02
#[test]
fn openssl_resumes_the_session_of_who_is_let_in_and_gets_none_otherwise() {
    if !is_installed("openssl", "version") {
        return;
    }
    let served = Served::start();
    for (state, [outcome, ..]) in TABLE {
        let card = served.pki.card(Kind::Cps, state);
        let files = card.map(|card| files(&served, "client", &card));
        for version in VERSIONS {
            let kept = served.path(&format!("{state:?}-{version}.session"));
            s_client(&served, version, files.as_ref(), &["-sess_out", kept.to_str().unwrap()]);
            let is_kept = fs::metadata(&kept).is_ok_and(|file| file.len() > 0);
            assert_eq!(is_kept, !matches!(outcome, Outcome::Tls(_)), "{state:?} TLS {version}: a session");
            if is_kept {
                let said = s_client(&served, version, files.as_ref(), &["-sess_in", kept.to_str().unwrap()]);
                assert!(String::from_utf8_lossy(&said).contains("Reused, "), "{state:?} TLS {version}: resumed");
                assert!(is_answered(&said), "{state:?} TLS {version}");
            }
        }
    }
}

/// RSA of 1024 bits, which our own library would not even send.
// requirement: TL-02
#[test]
fn openssl_with_a_key_of_1024_bits_is_refused() {
    if !is_installed("openssl", "version") {
        return;
    }
    let served = Served::start();
    let (key, public) = (served.path("weak.key"), served.path("weak.pub"));
    let ran = |arguments: &[&str], out: &Path| {
        let status = Command::new("openssl").args(arguments).arg("-out").arg(out).output().unwrap().status;
        assert!(status.success(), "{arguments:?}");
    };
    ran(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], &key);
    ran(&["pkey", "-pubout", "-in", key.to_str().unwrap()], &public);
    let public = rcgen::SubjectPublicKeyInfo::from_pem(&fs::read_to_string(public).unwrap()).unwrap();
    let card = served.pki.card_for(Kind::Cps, 77, &public, fs::read_to_string(&key).unwrap());
    let files = files(&served, "weak", &card);
    // The program itself takes such a key only at its lowest level of security.
    let lax = ["-cipher", "DEFAULT@SECLEVEL=0"];
    for (at, version) in VERSIONS.into_iter().enumerate() {
        assert!(!is_answered(&s_client(&served, version, Some(&files), &lax)));
        let line = served.refusals(at + 1).swap_remove(at);
        assert_eq!(line["rule"], "weak-key", "TLS {version}: {line}");
    }
}

const NODE: &str = r#"
const [, , host, port, ca, version, cert, key] = process.argv;
const fs = require("fs");
const options = { host, port, path: "/fhir/metadata", servername: "localhost", ca: fs.readFileSync(ca), agent: false,
    minVersion: "TLSv" + version, maxVersion: "TLSv" + version, headers: { connection: "close" } };
if (cert) Object.assign(options, { cert: fs.readFileSync(cert), key: fs.readFileSync(key) });
const request = require("https").request(options, (answer) => { console.log("HTTP/1.1 " + answer.statusCode); answer.resume(); });
request.on("error", (error) => console.log("refused: " + error.code));
request.end();
"#;

// requirement: TL-01 TL-02
#[test]
fn node_gets_the_outcomes_of_the_table() {
    if !is_installed("node", "--version") {
        return;
    }
    let served = Served::start();
    let script = served.path("client.js");
    fs::write(&script, NODE).unwrap();
    descend(&served, &[Kind::Cps], &[], |version, files| {
        is_answered(&told(served_by(Command::new("node").arg(&script), &served, version, files)))
    });
}

const JAVA: &str = r#"
import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.util.*;
import javax.net.ssl.*;

public class Client {
    public static void main(String[] args) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", factory.generateCertificate(new FileInputStream(args[2])));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManager[] keys = null;
        if (args.length > 4) {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            java.security.cert.Certificate[] chain = factory.generateCertificates(new FileInputStream(args[4])).toArray(new java.security.cert.Certificate[0]);
            String pem = Files.readString(Path.of(args[5])).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
            byte[] der = Base64.getDecoder().decode(pem);
            String kind = chain[0].getPublicKey().getAlgorithm();
            Key key = KeyFactory.getInstance(kind).generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(der));
            own.setKeyEntry("own", key, "x".toCharArray(), chain);
            KeyManagerFactory made = KeyManagerFactory.getInstance("PKIX");
            made.init(own, "x".toCharArray());
            // The certificate is sent whatever the server hints at: what it says of a wrong one is the question here.
            X509ExtendedKeyManager all = (X509ExtendedKeyManager) made.getKeyManagers()[0];
            keys = new KeyManager[] { new X509ExtendedKeyManager() {
                public String chooseClientAlias(String[] k, Principal[] i, java.net.Socket s) { return all.chooseClientAlias(k, null, s); }
                public String chooseEngineClientAlias(String[] k, Principal[] i, SSLEngine e) { return all.chooseEngineClientAlias(k, null, e); }
                public String[] getClientAliases(String k, Principal[] i) { return all.getClientAliases(k, null); }
                public String chooseServerAlias(String k, Principal[] i, java.net.Socket s) { return null; }
                public String[] getServerAliases(String k, Principal[] i) { return null; }
                public java.security.cert.X509Certificate[] getCertificateChain(String a) { return all.getCertificateChain(a); }
                public PrivateKey getPrivateKey(String a) { return all.getPrivateKey(a); }
            } };
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(args[0], Integer.parseInt(args[1]))) {
            socket.setEnabledProtocols(new String[] { "TLSv" + args[3] });
            socket.getOutputStream().write("GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes());
            socket.getOutputStream().flush();
            System.out.println(new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine());
        } catch (IOException refused) {
            System.out.println("refused: " + refused.getMessage());
        }
    }
}
"#;

// requirement: TL-01 TL-02
#[test]
fn java_gets_the_outcomes_of_the_table() {
    if !is_installed("java", "-version") || !is_installed("javac", "-version") {
        return;
    }
    let served = Served::start();
    let source = served.path("Client.java");
    fs::write(&source, JAVA).unwrap();
    let compiled = Command::new("javac").arg("-d").arg(served.dir()).arg(&source).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let program = || {
        let mut java = Command::new("java");
        java.arg("-cp").arg(served.dir()).arg("Client");
        java
    };
    // Its store of keys takes no chain in which a certificate stands twice: such a client cannot show one.
    descend(&served, &[Kind::Cps], &[State::LongChain], |version, files| {
        is_answered(&told(served_by(&mut program(), &served, version, files)))
    });
}

/// The program with host, port, authorities, version, and where there are any certificate and key.
fn served_by<'a>(program: &'a mut Command, served: &Served, version: &str, files: Option<&Files>) -> &'a mut Command {
    program.args([served.address.ip().to_string(), served.address.port().to_string()]);
    program.arg(served.path("ca.pem")).arg(version);
    if let Some(files) = files {
        program.arg(&files.cert).arg(&files.key);
    }
    program
}

fn told(program: &mut Command) -> Vec<u8> {
    let out = program.output().unwrap();
    assert!(!out.stdout.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    // Shown where a test fails.
    eprintln!("{}", String::from_utf8_lossy(&out.stdout).trim_end());
    out.stdout
}
