//! A caller with a client certificate: blocking rustls over TCP, one connection per thread.

use std::{
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, HandshakeKind, RootCertStore, StreamOwned,
    client::Resumption,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};

use crate::Outcome;

/// A wire that stands still for that long is broken.
const STALL: Duration = Duration::from_secs(120);

/// The files that prove who a caller is.
#[derive(Debug)]
pub struct Identity {
    /// The chain, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key.
    pub key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads two PEM files.
    pub fn read(chain: &Path, key: &Path) -> Outcome<Self> {
        let chain = CertificateDer::pem_file_iter(chain)?.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { chain, key: PrivateKeyDer::from_pem_file(key)? })
    }
}

/// The authorities in a PEM file.
pub fn anchors(path: &Path) -> Outcome<RootCertStore> {
    let mut anchors = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path)? {
        anchors.add(certificate?)?;
    }
    Ok(anchors)
}

/// One caller of one server.
#[derive(Debug, Clone)]
pub struct Client {
    config: Arc<ClientConfig>,
    server: SocketAddr,
}

/// An open connection.
pub type Wire = StreamOwned<ClientConnection, TcpStream>;

impl Client {
    /// A caller that shows that certificate and trusts those authorities.
    pub fn new(server: SocketAddr, identity: &Identity, anchors: &RootCertStore) -> Outcome<Self> {
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(anchors.clone())
            .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())?;
        Ok(Self { config: Arc::new(config), server })
    }

    /// The same caller of another server.
    pub fn of(&self, server: SocketAddr) -> Self {
        Self { config: Arc::clone(&self.config), server }
    }

    /// The same caller with sessions of its own, or none.
    #[must_use]
    pub fn with_sessions(&self, kept: bool) -> Self {
        let mut config = ClientConfig::clone(&self.config);
        config.resumption = if kept { Resumption::in_memory_sessions(64) } else { Resumption::disabled() };
        Self { config: Arc::new(config), server: self.server }
    }

    /// Connects. The handshake happens with the first bytes.
    pub fn connect(&self) -> Outcome<Wire> {
        let socket = TcpStream::connect(self.server)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(STALL))?;
        socket.set_write_timeout(Some(STALL))?;
        let name = ServerName::from(self.server.ip());
        Ok(StreamOwned::new(ClientConnection::new(Arc::clone(&self.config), name)?, socket))
    }
}

/// Whether the connection goes on with an earlier session.
pub fn is_resumed(wire: &Wire) -> bool {
    wire.conn.handshake_kind() == Some(HandshakeKind::Resumed)
}
