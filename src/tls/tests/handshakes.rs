//! Real handshakes over real sockets.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use rustls::{
    AlertDescription, ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection,
    SupportedProtocolVersion,
    pki_types::{ServerName, UnixTime},
    time_provider::TimeProvider,
    version::{TLS12, TLS13},
};

use super::lab::{Ca, EC, Lab, Leaf, RSA, for_servers, hours, now, set_validity};
use crate::tls::{Peer, provider, server_config};

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];
const PATIENCE: Option<Duration> = Some(Duration::from_secs(20));

#[derive(Debug)]
struct Clock;

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(now().as_second() as u64)))
    }
}

fn server_of(lab: &Lab) -> Arc<ServerConfig> {
    Arc::new(server_config(&lab.server_files(), lab.live(), provider(), Arc::new(Clock)).unwrap())
}

fn client_of(lab: &Lab, leaf: Option<&Leaf>, version: &'static SupportedProtocolVersion) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(lab.root.der.clone()).unwrap();
    let builder = ClientConfig::builder_with_details(provider(), Arc::new(Clock))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots);
    match leaf {
        Some(leaf) => builder.with_client_auth_cert(leaf.chain.clone(), leaf.key.clone_key()).unwrap(),
        None => builder.with_no_client_auth(),
    }
}

/// A server for one connection: greets, or is refused; tells its peer.
fn serve_one(config: Arc<ServerConfig>) -> (SocketAddr, JoinHandle<io::Result<Peer>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (address, thread::spawn(move || greet(listener.accept()?.0, config)))
}

fn greet(mut socket: TcpStream, config: Arc<ServerConfig>) -> io::Result<Peer> {
    socket.set_read_timeout(PATIENCE)?;
    let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let greeted = shake(&mut connection, &mut socket);
    // What the client still sends is read, so that closing does not reset the connection before it has the alert.
    let mut rest = [0; 1024];
    while socket.read(&mut rest).is_ok_and(|count| count > 0) {}
    greeted.and_then(|()| Peer::of(&connection).map_err(io::Error::other))
}

fn shake(connection: &mut ServerConnection, socket: &mut TcpStream) -> io::Result<()> {
    while connection.is_handshaking() {
        connection.complete_io(socket)?;
    }
    connection.writer().write_all(b"hello")?;
    connection.send_close_notify();
    while connection.wants_write() {
        connection.write_tls(socket)?;
    }
    Ok(())
}

/// What the client sees: the greeting, or an error.
fn call(address: SocketAddr, config: Arc<ClientConfig>) -> io::Result<String> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(PATIENCE)?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(config, name).map_err(io::Error::other)?;
    let mut greeting = String::new();
    rustls::Stream::new(&mut connection, &mut socket).read_to_string(&mut greeting)?;
    Ok(greeting)
}

fn meet(server: Arc<ServerConfig>, client: Arc<ClientConfig>) -> (io::Result<Peer>, io::Result<String>) {
    let (address, serving) = serve_one(server);
    let seen = call(address, client);
    (serving.join().unwrap(), seen)
}

fn alert_of(seen: &io::Result<String>) -> Option<AlertDescription> {
    let error = seen.as_ref().err()?.get_ref()?.downcast_ref::<rustls::Error>()?;
    if let rustls::Error::AlertReceived(alert) = error { Some(*alert) } else { None }
}

/// The leaf is refused in both versions, and the client is told why.
fn assert_refused(lab: &Lab, leaf: Option<&Leaf>, expected: &[AlertDescription]) {
    let server = server_of(lab);
    for version in VERSIONS {
        let (peer, seen) = meet(Arc::clone(&server), Arc::new(client_of(lab, leaf, version)));
        assert!(peer.is_err(), "{:?}", version.version);
        let alert = alert_of(&seen).unwrap_or_else(|| panic!("no alert but {seen:?}"));
        assert!(expected.contains(&alert), "{alert:?}");
    }
}

// requirement: TL-01
#[test]
fn good_certificates_of_both_sorts_are_accepted_in_both_versions() {
    let lab = Lab::new();
    let server = server_of(&lab);
    for leaf in [EC, RSA].map(|sort| lab.below.leaf_with(10, sort, |_| {})) {
        for version in VERSIONS {
            let (peer, seen) = meet(Arc::clone(&server), Arc::new(client_of(&lab, Some(&leaf), version)));
            assert_eq!(seen.unwrap(), "hello");
            let peer = peer.unwrap();
            assert_eq!(peer.leaf(), leaf.chain[0].as_ref());
            assert!(!peer.resumed);
        }
    }
}

// requirement: TL-01
#[test]
fn the_protocol_is_told() {
    let lab = Lab::new();
    let leaf = lab.below.leaf(10);
    for (version, word) in [(&TLS12, "TLSv1.2"), (&TLS13, "TLSv1.3")] {
        let (peer, _) = meet(server_of(&lab), Arc::new(client_of(&lab, Some(&leaf), version)));
        assert_eq!(peer.unwrap().protocol, word);
    }
}

#[test]
fn no_certificate_is_refused() {
    assert_refused(&Lab::new(), None, &[AlertDescription::CertificateRequired, AlertDescription::HandshakeFailure]);
}

#[test]
fn an_unknown_authority_is_refused() {
    let stranger = Ca::root("elsewhere").leaf(10);
    assert_refused(&Lab::new(), Some(&stranger), &[AlertDescription::UnknownCA]);
}

#[test]
fn an_expired_certificate_is_refused() {
    let lab = Lab::new();
    let leaf = lab.below.leaf_with(10, EC, |params| set_validity(params, hours(-48), hours(-1)));
    assert_refused(&lab, Some(&leaf), &[AlertDescription::CertificateExpired]);
}

#[test]
fn a_certificate_of_tomorrow_is_refused() {
    let lab = Lab::new();
    let leaf = lab.below.leaf_with(10, EC, |params| set_validity(params, hours(1), hours(48)));
    assert_refused(&lab, Some(&leaf), &[AlertDescription::CertificateExpired]);
}

#[test]
fn a_revoked_certificate_is_refused() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[]) + &lab.below.list(&[10]));
    assert_refused(&lab, Some(&lab.below.leaf(10)), &[AlertDescription::CertificateRevoked]);
}

#[test]
fn a_certificate_of_a_revoked_authority_is_refused() {
    let lab = Lab::new();
    let fallen = lab.root.below("fallen", 3);
    let lab = lab.with_lists(|lab| lab.root.list(&[3]) + &lab.below.list(&[]));
    assert_refused(&lab, Some(&fallen.leaf(10)), &[AlertDescription::CertificateRevoked]);
}

#[test]
fn a_stale_or_missing_list_refuses() {
    let stale = Lab::new().with_lists(|lab| lab.root.list(&[]) + &lab.below.list_of(1, &[], hours(-9), hours(-1)));
    assert_refused(&stale, Some(&stale.below.leaf(10)), &[AlertDescription::UnknownCA]);
    let missing = Lab::new().with_lists(|lab| lab.root.list(&[]));
    assert_refused(&missing, Some(&missing.below.leaf(10)), &[AlertDescription::UnknownCA]);
}

#[test]
fn a_server_certificate_is_refused() {
    let lab = Lab::new();
    let leaf = lab.below.leaf_with(10, EC, for_servers);
    assert_refused(&lab, Some(&leaf), &[AlertDescription::UnsupportedCertificate]);
}

#[test]
fn another_protocol_than_http_1_1_is_refused() {
    let lab = Lab::new();
    let mut client = client_of(&lab, Some(&lab.below.leaf(10)), &TLS13);
    client.alpn_protocols = vec![b"h2".to_vec()];
    let (peer, seen) = meet(server_of(&lab), Arc::new(client));
    assert!(peer.is_err());
    assert_eq!(alert_of(&seen), Some(AlertDescription::NoApplicationProtocol));
}

// requirement: TL-01
#[test]
fn clear_text_on_the_tls_port_is_refused() {
    let lab = Lab::new();
    let (address, serving) = serve_one(server_of(&lab));
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(PATIENCE).unwrap();
    socket.write_all(b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    assert!(serving.join().unwrap().is_err());
    assert!(!answer.starts_with(b"HTTP"), "nothing is answered in clear");
    assert_eq!(answer.first(), Some(&21), "an alert record");
}

// requirement: TL-05
#[test]
fn a_resumed_session_is_told_and_can_be_verified_again() {
    for version in VERSIONS {
        let lab = Lab::new();
        let leaf = lab.below.leaf(10);
        let (server, client) = (server_of(&lab), Arc::new(client_of(&lab, Some(&leaf), version)));
        let (first, _) = meet(Arc::clone(&server), Arc::clone(&client));
        assert!(!first.unwrap().resumed);
        let (second, seen) = meet(server, client);
        let second = second.unwrap();
        assert_eq!(seen.unwrap(), "hello");
        assert!(second.resumed, "{:?}", version.version);
        assert!(lab.trust().verify(&second.chain, now()).is_ok());
        let revoked = lab.with_lists(|lab| lab.root.list(&[]) + &lab.below.list(&[10]));
        assert!(
            revoked.trust().verify(&second.chain, now()).is_err(),
            "resumption does not save a revoked certificate"
        );
    }
}

#[test]
fn a_new_list_is_taken_without_a_new_server() {
    let lab = Lab::new();
    let leaf = lab.below.leaf(10);
    let live = lab.live();
    let server =
        server_config(&lab.server_files(), Arc::clone(&live), provider(), Arc::new(Clock)).map(Arc::new).unwrap();
    let client = || Arc::new(client_of(&lab, Some(&leaf), &TLS13));
    assert_eq!(meet(Arc::clone(&server), client()).1.unwrap(), "hello");
    let newer = lab.below.list_of(2, &[10], hours(-1), hours(9));
    live.replace(lab.trust_with(&(lab.root.list(&[]) + &newer))).unwrap();
    let (peer, seen) = meet(server, client());
    assert!(peer.is_err());
    assert_eq!(alert_of(&seen), Some(AlertDescription::CertificateRevoked));
}

#[test]
fn aes_256_is_taken_whatever_the_client_prefers() {
    let lab = Lab::new();
    let mut preferring = (*provider()).clone();
    preferring.cipher_suites.reverse();
    let mut roots = RootCertStore::empty();
    roots.add(lab.root.der.clone()).unwrap();
    let leaf = lab.below.leaf(10);
    for version in VERSIONS {
        let client = ClientConfig::builder_with_details(Arc::new(preferring.clone()), Arc::new(Clock))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots.clone())
            .with_client_auth_cert(leaf.chain.clone(), leaf.key.clone_key())
            .unwrap();
        let (address, serving) = serve_one(server_of(&lab));
        let mut socket = TcpStream::connect(address).unwrap();
        let mut connection =
            ClientConnection::new(Arc::new(client), ServerName::try_from("localhost").unwrap()).unwrap();
        rustls::Stream::new(&mut connection, &mut socket).read_to_string(&mut String::new()).unwrap();
        let suite = format!("{:?}", connection.negotiated_cipher_suite().unwrap().suite());
        assert!(suite.contains("AES_256_GCM"), "{suite}");
        drop(socket);
        serving.join().unwrap().unwrap();
    }
}

#[test]
fn nothing_can_be_sent_early_and_no_session_leaves_in_a_ticket() {
    let config = server_of(&Lab::new());
    assert_eq!(config.max_early_data_size, 0);
    assert!(!config.ticketer.enabled());
    assert!(config.require_ems && config.ignore_client_order);
    assert_eq!(config.alpn_protocols, [b"http/1.1"]);
}
