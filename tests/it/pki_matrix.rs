//! Kinds of certificates by states, in both versions of TLS, with a full handshake and by resumption: who is let in, and what the
//! log says of who is not.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use dmp_gateway::tls::provider;
use rustls::{
    AlertDescription, ClientConfig, ClientConnection, HandshakeKind, RootCertStore, SupportedProtocolVersion,
    pki_types::ServerName,
    version::{TLS12, TLS13},
};
use serde_json::Value;

use crate::support::{
    Served,
    demo::run,
    pki::{Card, KINDS, Kind, REVOKED_AUTHORITY, State},
};

/// What becomes of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Identified.
    In,
    /// Refused by TLS, under that rule.
    Tls(&'static str),
    /// Let through by TLS and nobody behind it (403), under that rule.
    Nobody(&'static str),
}

use Outcome::{In, Nobody, Tls};

/// The table: for each state what becomes of CPS, CPE, ORG and SERV, with the rule by which it is so.
pub const TABLE: [(State, [Outcome; 4]); 17] = [
    (State::Valid, [In; 4]),
    (State::None, [Tls("no-certificate"); 4]),
    (State::Untrusted, [Tls("unknown-authority"); 4]),
    (State::Expired, [Tls("expired"); 4]),
    (State::NotYetValid, [Tls("not-yet-valid"); 4]),
    (State::RevokedLeaf, [Tls("revoked"); 4]),
    (State::RevokedIntermediate, [Tls("revoked-authority"); 4]),
    (State::WrongUsage, [Tls("wrong-purpose"); 4]),
    (State::WrongName, [NAME, NAME, NAME, Nobody("server-certificate")]),
    (State::WrongUnit, [Nobody("wrong-organisational-unit"); 4]),
    (State::WrongIssuer, [Nobody("wrong-issuer"); 4]),
    (State::OtherHierarchy, [Tls("wrong-hierarchy"); 4]),
    (State::WeakKey, [Tls("weak-key"); 4]),
    (State::LongChain, [Tls("long-chain"); 4]),
    (State::UnlistedAuthority, [Tls("no-revocation-list"); 4]),
    (State::ForbiddenName, [Tls("forbidden-name"); 4]),
    (State::PermittedName, [In; 4]),
];

const NAME: Outcome = Nobody("wrong-common-name");

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];
const PATIENCE: Option<Duration> = Some(Duration::from_secs(20));

/// A look-up that any caller may make; who is nobody is told so.
pub const SEARCH: &str = "/fhir/Patient?identifier=urn:oid:1.2.250.1.213.1.4.8%7C279035121518989";
/// The code that tells a caller who is nobody.
pub const UNIDENTIFIED: &str = "DMP-0405";

/// Status and code of the answer for who is let in, whatever the kind of certificate: nobody has such a record, which all may hear.
pub const LET_IN: (u16, &str) = (200, "-");

/// The mode of access by which the journal knows a caller of that kind who shows no token.
pub const fn mode_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Cps => "direct-cps",
        Kind::Cpe => "direct-cpe",
        Kind::Org | Kind::Serv => "indirect",
    }
}

/// The modes of access of all who were let in, in order, as the journal has them.
pub fn modes(served: &Served) -> Vec<String> {
    let (code, export) = run(&["journal", "export"], &served.path("gateway.toml"));
    assert_eq!(code, 0, "{export}");
    let lines = export.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let looked_up = lines.map(|link| link["line"].clone()).filter(|line| line["outcome"]["is"] == "done");
    looked_up.map(|line| line["actor"]["mode"].as_str().unwrap().to_owned()).collect()
}

/// What a client heard, and whether its session was resumed.
struct Heard {
    answer: String,
    resumed: bool,
}

fn client(served: &Served, card: Option<&Card>, version: &'static SupportedProtocolVersion) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(served.pki.root.der.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(provider()).with_protocol_versions(&[version]).unwrap();
    let builder = builder.with_root_certificates(roots);
    Arc::new(match card {
        Some(card) => builder.with_client_auth_cert(card.chain.clone(), card.key()).unwrap(),
        None => builder.with_no_client_auth(),
    })
}

fn call(address: SocketAddr, config: Arc<ClientConfig>, path: &str) -> io::Result<Heard> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(PATIENCE)?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(config, name).map_err(io::Error::other)?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    await_verdict(&mut connection, &mut socket)?;
    let mut stream = rustls::Stream::new(&mut connection, &mut socket);
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => return Err(error),
        Ok(_) | Err(_) => {}
    }
    let resumed = connection.handshake_kind() == Some(HandshakeKind::Resumed);
    Ok(Heard { answer: String::from_utf8_lossy(&answer).into_owned(), resumed })
}

/// Ends the handshake and reads what the server says of it. In TLS 1.3 the client is done before the server has judged its
/// certificate: then come the tickets of who is let in, or the alert. A request that crosses the alert would reset the connection,
/// and the alert would be lost; so nothing is asked before.
fn await_verdict(connection: &mut ClientConnection, socket: &mut TcpStream) -> io::Result<()> {
    while connection.is_handshaking() || connection.wants_write() {
        connection.complete_io(socket)?;
    }
    if connection.protocol_version() == Some(rustls::ProtocolVersion::TLSv1_3) {
        if connection.read_tls(socket)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        connection.process_new_packets().map_err(io::Error::other)?;
    }
    Ok(())
}

/// The alert by which TLS tells that a certificate is refused under a rule, the same in both versions. Source: RFC 8446 section 6.2.
fn alert_of(rule: &str) -> AlertDescription {
    match rule {
        "no-certificate" => AlertDescription::CertificateRequired,
        "unknown-authority" | "wrong-hierarchy" | "no-revocation-list" => AlertDescription::UnknownCA,
        "expired" | "not-yet-valid" => AlertDescription::CertificateExpired,
        "revoked" | "revoked-authority" => AlertDescription::CertificateRevoked,
        "wrong-purpose" => AlertDescription::UnsupportedCertificate,
        "weak-key" | "long-chain" | "forbidden-name" => AlertDescription::BadCertificate,
        other => panic!("no alert is known for {other}"),
    }
}

/// The alert that came.
fn alert_in(error: &io::Error) -> Option<AlertDescription> {
    let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    if let rustls::Error::AlertReceived(alert) = error { Some(*alert) } else { None }
}

/// Whether what was heard is that outcome; in words where it is not.
fn compare(heard: &io::Result<Heard>, expected: Outcome) -> Result<(), String> {
    match (heard, expected) {
        (Err(error), Tls(rule)) if alert_in(error) == Some(alert_of(rule)) => Ok(()),
        (Ok(heard), In) if is_answer(heard, LET_IN) => Ok(()),
        (Ok(heard), Nobody(_)) if is_answer(heard, (403, UNIDENTIFIED)) => Ok(()),
        (Ok(heard), _) => Err(format!("heard {}", heard.answer)),
        (Err(error), Tls(rule)) => Err(format!("got {error} instead of {:?}", alert_of(rule))),
        (Err(error), _) => Err(format!("got {error}")),
    }
}

/// Whether an answer has that status and that code, or with `-` none.
fn is_answer(heard: &Heard, (status, code): (u16, &str)) -> bool {
    let said = heard.answer.find("DMP-").map_or("-", |start| &heard.answer[start..start + UNIDENTIFIED.len()]);
    heard.answer.starts_with(&format!("HTTP/1.1 {status} ")) && said == code
}

/// Calls twice, by a full handshake and, where TLS let the first through, by resumption.
fn call_twice(
    served: &Served,
    card: Option<&Card>,
    version: &'static SupportedProtocolVersion,
) -> [io::Result<Heard>; 2] {
    let config = client(served, card, version);
    [(); 2].map(|()| call(served.address, Arc::clone(&config), SEARCH))
}

// requirement: TL-01 TL-02 TL-03 TL-05
#[test]
fn each_kind_in_each_state_gets_its_outcome_in_both_versions_in_full_and_resumed() {
    let served = Served::start();
    let (mut wrong, mut refused, mut let_in) = (Vec::new(), 0, Vec::new());
    for (state, outcomes) in TABLE {
        for (kind, expected) in KINDS.into_iter().zip(outcomes) {
            let card = served.pki.card(kind, state);
            for version in VERSIONS {
                for (times, heard) in call_twice(&served, card.as_ref(), version).into_iter().enumerate() {
                    let what = format!("{kind:?} {state:?} {:?} number {times}", version.version);
                    wrong.extend(
                        compare(&heard, expected).err().map(|why| format!("{what}: expected {expected:?}, {why}")),
                    );
                    let resumed = heard.is_ok_and(|heard| heard.resumed);
                    assert_eq!(resumed, times == 1 && !matches!(expected, Tls(_)), "{what}: resumed");
                    let (Tls(rule) | Nobody(rule)) = expected else {
                        let_in.push(mode_of(kind));
                        continue;
                    };
                    refused += 1;
                    wrong.extend(
                        misdiagnosed(&served, refused, rule, card.as_ref()).map(|why| format!("{what}: {why}")),
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of the cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(served.refusals(refused).len(), refused, "one line for each, and none for who is let in");
    no_personal_datum(&served.log());
    assert_eq!(modes(&served), let_in);
}

/// What is wrong with the last line of the log.
fn misdiagnosed(served: &Served, count: usize, rule: &str, card: Option<&Card>) -> Option<String> {
    let line = served.refusals(count).swap_remove(count - 1);
    let serial = line["certificate.serial"].as_str().map(|serial| u64::from_str_radix(serial, 16).ok());
    let to_blame = match rule {
        "no-certificate" => None,
        "revoked-authority" => Some(REVOKED_AUTHORITY),
        _ => card.map(|card| card.serial),
    };
    let address = line["peer.address"].as_str().is_some_and(|peer| peer.starts_with("127.0.0.1:"));
    let helpful = line["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty());
    let right = line["rule"] == rule && serial == Some(to_blame) && address && helpful;
    (!right).then(|| format!("expected {rule} of {to_blame:?}, the log says {line}"))
}

fn no_personal_datum(log: &str) {
    use crate::support::pki::{EMPLOYEE, PROFESSIONAL, SERVER};
    for datum in [PROFESSIONAL, &PROFESSIONAL[1..], EMPLOYEE, SERVER, "DRIMbox", "279035121518989", "899700218895"] {
        assert!(!log.contains(datum), "the log tells {datum}");
    }
}

// requirement: TL-02
#[test]
fn each_refusal_is_counted_under_its_rule() {
    let served = Served::start();
    for state in [State::Expired, State::None, State::RevokedLeaf, State::Expired] {
        let card = served.pki.card(Kind::Cps, state);
        assert!(call(served.address, client(&served, card.as_ref(), &TLS13), SEARCH).is_err());
    }
    served.refusals(4);
    let metrics = asked(&served.admin);
    for (rule, count) in [("expired", 2), ("no-certificate", 1), ("revoked", 1)] {
        let line = format!("dmp_handshakes_refused_total{{rule=\"{rule}\"}} {count}");
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    }
}

fn asked(admin: &str) -> String {
    let mut socket = TcpStream::connect(admin.trim_start_matches("http://")).unwrap();
    socket.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_floor_of_keys_that_moves_in_the_configuration_counts_without_a_signal() {
    let served = Served::start();
    let weak = served.pki.card(Kind::Cps, State::WeakKey).unwrap();
    let is_let_in = || call(served.address, client(&served, Some(&weak), &TLS13), "/fhir/metadata").is_ok();
    assert!(!is_let_in());
    let file = served.path("gateway.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    for (times, bits) in [(1, 2048), (2, 3072)] {
        std::fs::write(&file, text.replace("rsa_bits = 3072", &format!("rsa_bits = {bits}"))).unwrap();
        until_reloaded(&served, times);
        assert_eq!(is_let_in(), bits == 2048, "{bits}");
    }
}

/// Waits until configuration and trust were taken over so many times.
fn until_reloaded(served: &Served, times: usize) {
    let patience = Instant::now() + Duration::from_secs(20);
    while served.log().matches("\"reload.taken\":\"configuration, trust\"").count() < times {
        assert!(Instant::now() < patience, "{}", served.log());
        std::thread::yield_now();
    }
}

#[test]
fn who_is_let_in_reads_the_capability_statement() {
    let served = Served::start();
    for kind in KINDS {
        let card = served.pki.card(kind, State::Valid).unwrap();
        let heard = call(served.address, client(&served, Some(&card), &TLS13), "/fhir/metadata").unwrap();
        assert!(heard.answer.starts_with("HTTP/1.1 200"), "{kind:?}: {}", heard.answer);
    }
}

// requirement: TL-01
#[test]
fn what_is_no_handshake_of_ours_is_told_by_its_rule() {
    let served = Served::start();
    let speak = |bytes: &[u8]| {
        let mut socket = TcpStream::connect(served.address).unwrap();
        socket.set_read_timeout(PATIENCE).unwrap();
        socket.write_all(bytes).unwrap();
        let _ = socket.read_to_end(&mut Vec::new());
    };
    speak(b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(served.refusals(1)[0]["rule"], "not-tls");
    speak(&hello(&[3, 2], &[0xc0, 0x2c], true));
    assert_eq!(served.refusals(2)[1]["rule"], "protocol-version");
    // TLS_RSA_WITH_AES_128_CBC_SHA.
    speak(&hello(&[3, 3], &[0, 0x2f], true));
    assert_eq!(served.refusals(3)[2]["rule"], "no-common-cipher");
    speak(&hello(&[3, 3], &[0xc0, 0x2c], false));
    assert_eq!(served.refusals(4)[3]["rule"], "no-extended-master-secret");
    let stranger = Served::start();
    let card = served.pki.card(Kind::Cps, State::Valid).unwrap();
    assert!(call(served.address, client(&stranger, Some(&card), &TLS13), SEARCH).is_err());
    assert_eq!(served.refusals(5)[4]["rule"], "refused-by-client");
    let mut other = (*client(&served, Some(&card), &TLS13)).clone();
    other.alpn_protocols = vec![b"h2".to_vec()];
    assert!(call(served.address, Arc::new(other), SEARCH).is_err());
    assert_eq!(served.refusals(6)[5]["rule"], "no-application-protocol");
}

// requirement: TL-06
#[test]
fn who_never_ends_the_handshake_is_cut_off_and_told() {
    let served = Served::waiting(2);
    let sockets: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(served.address).unwrap()).collect();
    let mut slow = TcpStream::connect(served.address).unwrap();
    slow.write_all(&hello(&[3, 3], &[0xc0, 0x2c], true)[..20]).unwrap();
    let card = served.pki.card(Kind::Cps, State::Valid).unwrap();
    let heard = call(served.address, client(&served, Some(&card), &TLS13), "/fhir/metadata").unwrap();
    assert!(heard.answer.starts_with("HTTP/1.1 200"), "others are served meanwhile");
    let refusals = served.refusals(51);
    assert!(refusals.iter().all(|line| line["rule"] == "handshake-timeout"), "{refusals:?}");
    for mut socket in sockets.into_iter().chain([slow]) {
        socket.set_read_timeout(PATIENCE).unwrap();
        let ended = socket.read(&mut [0; 64]);
        assert!(ended.is_ok_and(|count| count == 0), "the connection is closed");
    }
}

/// The beginning of a handshake by a client that knows no newer version and no other suite.
fn hello(version: &[u8; 2], suite: &[u8; 2], master_secret: bool) -> Vec<u8> {
    let groups = [0, 0x0a, 0, 6, 0, 4, 0, 0x17, 0, 0x1d];
    let signatures = [0, 0x0d, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1];
    let secret: &[u8] = if master_secret { &[0, 0x17, 0, 0] } else { &[] };
    let extensions = [groups.as_slice(), &signatures, secret].concat();
    let mut body = version.to_vec();
    body.extend([7; 32]);
    body.extend([0, 0, 2]);
    body.extend(suite);
    body.extend([1, 0, 0, u8::try_from(extensions.len()).unwrap()]);
    body.extend(extensions);
    let length = u8::try_from(body.len()).unwrap();
    [vec![22, 3, 1, 0, length + 4, 1, 0, 0, length], body].concat()
}
