//! The matrix again: the same certificates in the hands of other TLS libraries. In CI they have to be installed.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::{
    pki_matrix::{LET_IN, Outcome, SEARCH, TABLE, UNIDENTIFIED, mode_of, modes},
    support::{
        Served,
        pki::{Card, KINDS, Kind},
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

/// What a client heard on one connection.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// No answer: TLS ended it.
    Nothing,
    /// An answer: its status, the code in its body or `-`, and `full` or `resumed`.
    Answer(String),
}

impl Heard {
    /// From the line of a client's program: `refused WHY`, or status, code and handshake.
    fn of(line: &str) -> Self {
        if line.starts_with("refused ") { Self::Nothing } else { Self::Answer(line.to_owned()) }
    }
}

/// What is to be heard of a caller, by a full handshake and by resumption.
fn expected(outcome: Outcome) -> [Heard; 2] {
    let (status, code) = match outcome {
        Outcome::Tls(_) => return [Heard::Nothing, Heard::Nothing],
        Outcome::Nobody(_) => (403, UNIDENTIFIED),
        Outcome::In => LET_IN,
    };
    ["full", "resumed"].map(|handshake| Heard::Answer(format!("{status} {code} {handshake}")))
}

/// Goes down the table with a client that connects twice, the second time with the session of the first where it got one; compares
/// what it heard, and what the log says.
fn descend(served: &Served, mut call: impl FnMut(&str, Option<&Files>) -> [Heard; 2]) {
    let (mut refused, mut let_in) = (0, Vec::new());
    for (state, outcomes) in TABLE {
        for (kind, outcome) in KINDS.into_iter().zip(outcomes) {
            let card = served.pki.card(kind, state);
            let files = card.map(|card| files(served, "client", &card));
            for version in VERSIONS {
                let what = format!("{kind:?} {state:?} TLS {version}");
                assert_eq!(call(version, files.as_ref()), expected(outcome), "{what}");
                let (Outcome::Tls(rule) | Outcome::Nobody(rule)) = outcome else {
                    let_in.extend([mode_of(kind); 2]);
                    continue;
                };
                refused += 2;
                for line in &served.refusals(refused)[refused - 2..] {
                    assert_eq!(line["rule"], rule, "{what}: {line}");
                }
            }
        }
    }
    assert_eq!(served.refusals(refused).len(), refused, "one line for each, and none for who is let in");
    assert_eq!(modes(served), let_in);
}

// requirement: TL-01 TL-02 TL-05
#[test]
fn openssl_gets_the_outcomes_of_the_table_in_full_and_resumed() {
    if !is_installed("openssl", "version") {
        return;
    }
    let served = Served::start();
    descend(&served, |version, files| {
        let kept = served.path("session");
        let _ = fs::remove_file(&kept);
        let first = heard_of(&s_client(&served, version, files, &["-sess_out", kept.to_str().unwrap()]));
        let is_kept = fs::metadata(&kept).is_ok_and(|file| file.len() > 0);
        assert_eq!(is_kept, first != Heard::Nothing, "who is refused gets no session");
        let more: &[&str] = if is_kept { &["-sess_in", kept.to_str().unwrap()] } else { &[] };
        [first, heard_of(&s_client(&served, version, files, more))]
    });
}

/// What the program says of the handshake stands before the answer, or after it.
fn heard_of(output: &[u8]) -> Heard {
    let output = String::from_utf8_lossy(output);
    let after = |mark: &str, length| output.split_once(mark).map(|(_, rest)| rest[..length].to_owned());
    let Some(status) = after("HTTP/1.1 ", 3) else { return Heard::Nothing };
    let code = after("DMP-", 4).map_or_else(|| "-".to_owned(), |number| format!("DMP-{number}"));
    let handshake = if output.contains("Reused, ") { "resumed" } else { "full" };
    Heard::Answer(format!("{status} {code} {handshake}"))
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
    let request = format!("GET {SEARCH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    // A refused handshake closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(request.as_bytes());
    child.wait_with_output().unwrap().stdout
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
        assert_eq!(heard_of(&s_client(&served, version, Some(&files), &lax)), Heard::Nothing);
        let line = served.refusals(at + 1).swap_remove(at);
        assert_eq!(line["rule"], "weak-key", "TLS {version}: {line}");
    }
}

/// A client's program that is told case after case, and answers each with a line for each of its two connections.
struct Program {
    child: Child,
    cases: ChildStdin,
    lines: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it with host, port and authorities.
    fn start(command: &mut Command, served: &Served) -> Self {
        let address = served.address;
        command.args([address.ip().to_string(), address.port().to_string()]).arg(served.path("ca.pem"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (cases, lines) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, cases, lines }
    }

    /// Tells it a case.
    fn call(&mut self, version: &str, files: Option<&Files>) -> [Heard; 2] {
        let own = files.map(|files| format!(" {} {}", files.cert.display(), files.key.display()));
        writeln!(self.cases, "{version} {SEARCH}{}", own.unwrap_or_default()).unwrap();
        [(); 2].map(|()| {
            let mut line = String::new();
            self.lines.read_line(&mut line).unwrap();
            assert!(line.ends_with('\n'), "the program ended");
            // Shown where a test fails.
            eprintln!("{}", line.trim_end());
            Heard::of(line.trim_end())
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// requirement: TL-01 TL-02 TL-05
#[test]
fn node_gets_the_outcomes_of_the_table_in_full_and_resumed() {
    if !is_installed("node", "--version") {
        return;
    }
    let served = Served::start();
    let script = served.path("client.js");
    fs::write(&script, include_str!("pki_clients/client.js")).unwrap();
    let mut node = Program::start(Command::new("node").arg(&script), &served);
    descend(&served, |version, files| node.call(version, files));
}

// requirement: TL-01 TL-02 TL-05
#[test]
fn java_gets_the_outcomes_of_the_table_in_full_and_resumed() {
    if !is_installed("java", "-version") || !is_installed("javac", "-version") {
        return;
    }
    let served = Served::start();
    let source = served.path("Client.java");
    fs::write(&source, include_str!("pki_clients/Client.java")).unwrap();
    let compiled = Command::new("javac").arg("-d").arg(served.dir()).arg(&source).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let mut java = Program::start(Command::new("java").arg("-cp").arg(served.dir()).arg("Client"), &served);
    descend(&served, |version, files| java.call(version, files));
}
