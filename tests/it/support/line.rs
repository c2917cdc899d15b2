//! One connection, kept open, whose handshake can be looked at.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use rustls::{ClientConfig, ClientConnection, HandshakeKind, StreamOwned, pki_types::ServerName};

use super::Demo;

/// One open connection.
pub struct Line(StreamOwned<ClientConnection, TcpStream>);

impl Line {
    /// Connects, and shakes hands with the first request.
    pub fn open(demo: &Demo, config: &Arc<ClientConfig>) -> io::Result<Self> {
        let address = demo.base.trim_start_matches("https://").trim_end_matches("/fhir");
        let socket = TcpStream::connect(address)?;
        socket.set_read_timeout(Some(Duration::from_secs(30)))?;
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
        Ok(Self(StreamOwned::new(connection, socket)))
    }

    /// The status of the answer to a GET of a path under the base; the connection stays open.
    pub fn get(&mut self, path: &str) -> io::Result<u16> {
        write!(self.0, "GET /fhir{path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/fhir+json\r\n\r\n")?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte)?;
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        self.0.read_exact(&mut vec![0; length.parse().unwrap()])?;
        Ok(head[9..12].parse().unwrap())
    }

    /// Whether an earlier session was resumed.
    pub fn is_resumed(&self) -> bool {
        self.0.conn.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// The certificate that the server showed.
    pub fn shown(&self) -> Vec<u8> {
        self.0.conn.peer_certificates().unwrap()[0].as_ref().to_vec()
    }
}
