//! A connection over mutual TLS whose every byte the test sends and reads itself.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use serde_json::Value;

use super::{Demo, client::trusting};

/// The connection.
pub struct Raw(StreamOwned<ClientConnection, TcpStream>);

/// An answer as it came.
#[derive(Debug)]
pub struct Told {
    /// The status.
    pub status: u16,
    /// Status line and header fields, in small letters.
    pub head: String,
    /// The body, as far as its length was told.
    pub body: Vec<u8>,
}

impl Told {
    /// The code of the first issue.
    pub fn code(&self) -> String {
        let outcome: Value = serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.head));
        assert_eq!(outcome["resourceType"], "OperationOutcome", "{outcome}");
        outcome["issue"][0]["details"]["coding"][0]["code"].as_str().unwrap().to_owned()
    }
}

/// The host and port of a demonstration.
pub fn address(demo: &Demo) -> &str {
    demo.base.trim_start_matches("https://").trim_end_matches("/fhir")
}

impl Raw {
    /// Connects as that caller. Nothing is waited for longer than a minute.
    pub fn connect(demo: &Demo, caller: &str) -> Self {
        let file = |member: &str| demo.dir().join(demo.caller(caller)[member].as_str().unwrap());
        let chain = CertificateDer::pem_file_iter(file("certificate")).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(file("key")).unwrap();
        let config = trusting(demo).with_client_auth_cert(chain, key).unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let socket = TcpStream::connect(address(demo)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = socket;
        while connection.is_handshaking() {
            connection.complete_io(&mut stream).unwrap();
        }
        Self(StreamOwned::new(connection, stream))
    }

    /// Sends these bytes.
    pub fn send(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())?;
        self.0.flush()
    }

    /// Asks with GET, with more header fields, each ended by a line break.
    pub fn get(&mut self, path: &str, more: &str) -> Told {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n")).unwrap();
        self.answer()
    }

    /// The next answer.
    pub fn answer(&mut self) -> Told {
        let head = self.head();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).unwrap();
        Told { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head, body }
    }

    /// The head of the next answer, whose body is left where it is.
    pub fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            assert_eq!(self.0.read(&mut byte).unwrap(), 1, "closed after {}", String::from_utf8_lossy(&head));
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap().to_ascii_lowercase()
    }

    /// Whether the other end closes, or has closed, without another byte. Waits for it.
    pub fn is_closed(&mut self) -> bool {
        match self.0.read(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
        }
    }

    /// Goes away without a word.
    pub fn hang_up(self) {
        let _ = self.0.sock.shutdown(Shutdown::Both);
    }
}
