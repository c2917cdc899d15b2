//! A handshake as a client makes it, to find out why a server refuses one.

use std::{
    fmt,
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, SignatureScheme,
    client::ResolvesClientCert,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use super::{
    credentials::Credentials,
    fault::{TlsFault, read_pem},
};

/// How long connecting and each answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a server may take to refuse a certificate after a handshake of TLS 1.3, which ends for the client before the server
/// has looked at it.
const VERDICT: Duration = Duration::from_secs(1);
/// How much is read of an answer.
const ANSWER: u64 = 1024 * 1024;

/// Where to.
#[derive(Debug, Clone)]
pub struct Target {
    /// A name or an address: the server's certificate must bear it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What is asked for once the handshake is done, such as `/fhir/metadata`.
    pub path: String,
}

/// What came of it.
#[derive(Debug)]
pub struct Attempt {
    /// The subjects of the authorities that the server accepts, as it says: DER names; none where it says nothing.
    pub accepted: Vec<Vec<u8>>,
    /// The answer, or why there is none.
    pub ended: Result<Answer, Missed>,
}

/// An answer over TLS.
pub struct Answer {
    /// `TLSv1.2` or `TLSv1.3`.
    pub protocol: String,
    /// The cipher suite.
    pub suite: String,
    /// The HTTP status; nothing where what came is no HTTP.
    pub status: Option<u16>,
    /// What came after the head, as it came; at most a mebibyte with the head.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Missed {
    /// Nobody listens there, or the network does not lead there.
    #[error("the server cannot be reached")]
    Unreachable(#[source] io::Error),
    /// The host is no name.
    #[error("the host is neither a name nor an address")]
    NoName,
    /// The certificate and the key do not fit.
    #[error("the key does not fit the certificate")]
    KeyMismatch,
    /// The client's TLS library refuses the server's certificate.
    #[error("the server's certificate is not trusted")]
    Server(CertificateError),
    /// The server refused with an alert.
    #[error("the server refused the handshake")]
    Alert(AlertDescription),
    /// What answers speaks no TLS that is known here.
    #[error("the server speaks no TLS of a version and a suite that are known here")]
    Protocol(Error),
    /// The server closed the connection and said nothing.
    #[error("the server closed the connection without a word")]
    Closed(#[source] io::Error),
}

/// Makes a handshake with these credentials, trusting the authorities of that PEM file, and asks for the path.
///
/// # Errors
/// The file of the authorities is of no use; what happens with the server is in the attempt.
pub fn attempt(
    target: &Target,
    credentials: Option<&Credentials>,
    authorities: &Path,
    provider: &Arc<CryptoProvider>,
) -> Result<Attempt, TlsFault> {
    let mut roots = RootCertStore::empty();
    for der in read_pem::<CertificateDer<'static>>(authorities, "certificate")? {
        roots.add(der).map_err(|_| TlsFault::NoAuthority { path: authorities.to_owned() })?;
    }
    let Ok(key) = credentials.map(|own| certified(own, provider)).transpose() else {
        return Ok(Attempt { accepted: Vec::new(), ended: Err(Missed::KeyMismatch) });
    };
    let own = Arc::new(Own { key, accepted: Mutex::default() });
    let mut config = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::<Own>::clone(&own));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let ended = talk(target, Arc::new(config));
    let accepted = std::mem::take(&mut *own.accepted.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Attempt { accepted, ended })
}

fn certified(own: &Credentials, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, Error> {
    CertifiedKey::from_der(own.chain.clone(), own.key.clone_key(), provider).map(Arc::new)
}

/// Gives our certificate to any server, and remembers whom the server would accept.
#[derive(Debug)]
struct Own {
    key: Option<Arc<CertifiedKey>>,
    accepted: Mutex<Vec<Vec<u8>>>,
}

impl ResolvesClientCert for Own {
    fn resolve(&self, hints: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        *accepted = hints.iter().map(|hint| hint.to_vec()).collect();
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn talk(target: &Target, config: Arc<ClientConfig>) -> Result<Answer, Missed> {
    let name = ServerName::try_from(target.host.clone()).map_err(|_| Missed::NoName)?;
    let mut socket = reach(target).map_err(Missed::Unreachable)?;
    let mut connection = ClientConnection::new(config, name).map_err(Missed::Protocol)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut socket).map_err(missed)?;
    }
    await_verdict(&mut connection, &mut socket)?;
    let answer = ask(target, &mut connection, &mut socket)?;
    let protocol = connection.protocol_version().and_then(|version| version.as_str());
    let suite = connection.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str());
    let told = |text: Option<&'static str>| text.unwrap_or("unknown").to_owned();
    let status = status_of(&answer);
    Ok(Answer { protocol: told(protocol), suite: told(suite), status, body: body_of(answer) })
}

fn reach(target: &Target) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in (target.host.as_str(), target.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(socket) => {
                socket.set_read_timeout(Some(PATIENCE))?;
                socket.set_write_timeout(Some(PATIENCE))?;
                return Ok(socket);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Reads what the server says before anything is asked: an alert that crosses a request may be lost.
fn await_verdict(connection: &mut ClientConnection, socket: &mut TcpStream) -> Result<(), Missed> {
    socket.set_read_timeout(Some(VERDICT)).map_err(Missed::Closed)?;
    let said = connection.read_tls(socket);
    socket.set_read_timeout(Some(PATIENCE)).map_err(Missed::Closed)?;
    match said {
        Ok(0) => Err(Missed::Closed(io::ErrorKind::UnexpectedEof.into())),
        Ok(_) => connection.process_new_packets().map(|_| ()).map_err(|error| of_library(&error)),
        // It says nothing and waits for the request.
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(()),
        Err(error) => Err(Missed::Closed(error)),
    }
}

fn ask(target: &Target, connection: &mut ClientConnection, socket: &mut TcpStream) -> Result<Vec<u8>, Missed> {
    let Target { host, port, path } = target;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/fhir+json\r\nConnection: close\r\n\r\n"
    );
    let mut stream = rustls::Stream::new(connection, socket);
    stream.write_all(request.as_bytes()).map_err(missed)?;
    let mut answer = Vec::new();
    match stream.take(ANSWER).read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => Err(missed(error)),
        Ok(_) | Err(_) => Ok(answer),
    }
}

fn status_of(answer: &[u8]) -> Option<u16> {
    let head = answer.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(head).ok()?.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/1."))?;
    words.next()?.parse().ok()
}

fn body_of(mut answer: Vec<u8>) -> Vec<u8> {
    const END: &[u8] = b"\r\n\r\n";
    let end = answer.windows(END.len()).position(|window| window == END);
    end.map_or_else(Vec::new, |end| answer.split_off(end + END.len()))
}

fn missed(error: io::Error) -> Missed {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(error) => of_library(error),
        None => Missed::Closed(error),
    }
}

fn of_library(error: &Error) -> Missed {
    if let Error::InvalidCertificate(why) = error {
        Missed::Server(why.clone())
    } else if let Error::AlertReceived(alert) = error {
        Missed::Alert(*alert)
    } else {
        Missed::Protocol(error.clone())
    }
}
