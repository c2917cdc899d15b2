//! New connections: the handshake, and what is told of one that is refused. One line in the log and one count for each, with a
//! reason that a person understands; no subject of a certificate.

use std::{convert::Infallible, io, net::SocketAddr, time::Duration};

use super::{no_caller::NoCaller, socket::Socket};
use crate::{
    record::caller::CertificateId,
    tls::{self, Refusal, Rule},
};
use actix_service::{Service, ServiceFactory, ServiceFactoryExt, apply_fn_factory};
use actix_tls::accept::{
    TlsError,
    rustls_0_23::{Acceptor, AcceptorService, TlsStream},
};

/// A connection after its handshake, and where it comes from.
pub type Accepted = (TlsStream<Socket>, Option<SocketAddr>);

/// The connection ended with its handshake; everything has been said.
#[derive(Debug)]
pub struct Refused;

/// Makes the handshakes.
pub fn handshakes(
    config: rustls::ServerConfig,
    limit: Duration,
) -> impl ServiceFactory<Socket, Config = (), Response = Accepted, Error = Refused, InitError = ()> {
    let mut acceptor = Acceptor::new(config);
    acceptor.set_handshake_timeout(limit);
    let service =
        apply_fn_factory::<_, _, _, _, Socket, Socket, _, _>(acceptor, |io: Socket, acceptor: &AcceptorService| {
            let from = io.peer_addr().ok();
            let shaking = acceptor.call(io);
            shake(shaking, from)
        });
    service.map_err(|_| Refused)
}

/// How a handshake fails.
type Failed = TlsError<io::Error, Infallible>;

async fn shake(
    shaking: impl Future<Output = Result<TlsStream<Socket>, Failed>>,
    from: Option<SocketAddr>,
) -> Result<Accepted, Failed> {
    let failed = match tls::watch(shaking).await {
        (Ok(stream), _) => return Ok((stream, from)),
        (Err(failed), blame) => (failed, blame),
    };
    match &failed {
        (TlsError::Tls(error), blame) => tell(&Refusal::of(error, blame.clone()), from),
        (TlsError::Timeout, _) => tell(&Refusal::TIMEOUT, from),
        (TlsError::Service(never), _) => match *never {},
    }
    Err(failed.0)
}

fn tell(refusal: &Refusal, from: Option<SocketAddr>) {
    let rule = refusal.rule.word();
    metrics::counter!("dmp_handshakes_refused_total", "rule" => rule).increment(1);
    let (peer, remedy) = (address(from), refusal.rule.remedy());
    if refusal.rule == Rule::Closed {
        // Load balancers look in like that every second: no refusal of ours.
        tracing::debug!(peer.address = peer, rule, remedy, "handshake not made");
        return;
    }
    let (serial, issuer) = named(refusal.certificate.as_ref());
    tracing::warn!(
        peer.address = peer,
        rule,
        certificate.serial = serial,
        certificate.issuer = issuer,
        reason = %refusal,
        remedy,
        "handshake refused"
    );
}

/// Says that whoever made a good handshake is no caller here, or not any more.
pub fn tell_unidentified(certificate: &CertificateId, from: Option<SocketAddr>, nobody: NoCaller) {
    let (serial, issuer) = named(Some(certificate));
    tracing::warn!(
        peer.address = address(from),
        rule = nobody.word(),
        certificate.serial = serial,
        certificate.issuer = issuer,
        reason = %nobody,
        remedy = nobody.remedy(),
        "caller not identified"
    );
}

fn address(from: Option<SocketAddr>) -> String {
    from.map(|from| from.to_string()).unwrap_or_default()
}

/// Serial number and issuer. The issuer of a certificate that is not trusted may be any text: it is cut, and kept on one line.
fn named(certificate: Option<&CertificateId>) -> (&str, String) {
    const LONGEST: usize = 80;
    let Some(certificate) = certificate else { return ("", String::new()) };
    let issuer = certificate.issuer.chars().filter(|one| !one.is_control()).take(LONGEST).collect();
    (&certificate.serial, issuer)
}
