//! What one accepted connection tells of its peer.

use std::fmt;

use rustls::{HandshakeKind, ProtocolVersion, ServerConnection, pki_types::CertificateDer};

/// The peer of one connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Peer {
    /// The certificates as presented, leaf first, DER; those of the first handshake where the session was resumed.
    pub chain: Vec<CertificateDer<'static>>,
    /// `TLSv1.2` or `TLSv1.3`.
    pub protocol: &'static str,
    /// Whether an earlier session was resumed: then the handshake verified no certificate, and [`super::Trust::verify`] must.
    pub resumed: bool,
}

/// The connection has no verified peer: the handshake is not over, or nobody presented a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection has no verified peer")]
pub struct NoPeer;

impl Peer {
    /// The peer of a connection whose handshake is over.
    ///
    /// # Errors
    /// The handshake is not over, or nobody presented a certificate.
    pub fn of(connection: &ServerConnection) -> Result<Self, NoPeer> {
        let chain = connection.peer_certificates().filter(|chain| !chain.is_empty()).ok_or(NoPeer)?;
        Ok(Self {
            chain: chain.to_vec(),
            protocol: protocol_of(connection.protocol_version()).ok_or(NoPeer)?,
            resumed: connection.handshake_kind().ok_or(NoPeer)? == HandshakeKind::Resumed,
        })
    }

    /// The leaf, DER.
    pub fn leaf(&self) -> &[u8] {
        self.chain.first().map(AsRef::as_ref).unwrap_or_default()
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").field("protocol", &self.protocol).field("resumed", &self.resumed).finish_non_exhaustive()
    }
}

fn protocol_of(version: Option<ProtocolVersion>) -> Option<&'static str> {
    if version == Some(ProtocolVersion::TLSv1_3) {
        Some("TLSv1.3")
    } else if version == Some(ProtocolVersion::TLSv1_2) {
        Some("TLSv1.2")
    } else {
        None
    }
}
