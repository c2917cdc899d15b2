//! The callers' server: a door that counts, mutual TLS, HTTP/1.1, the routes.

use std::{any::Any, io, net::TcpListener, num::NonZero, rc::Rc, thread, time::Duration};

use actix_http::{HttpService, Protocol, error::DispatchError};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_tls::accept::{
    TlsError, max_concurrent_tls_connect,
    rustls_0_23::{Acceptor, TlsStream},
};
use actix_web::{
    App, Error,
    dev::{AppConfig, Extensions, Server},
    middleware::from_fn,
    rt::net::TcpStream,
    web::{self, Data},
};

use super::{
    edge::Edge,
    envelope,
    peer::{Peer, Vouching},
    quotas::network,
    routes,
    socket::{Patience, Socket, Watch},
};

/// Why a connection came to nothing.
type Lost = TlsError<io::Error, DispatchError>;

/// What every connection passes through.
#[derive(Clone)]
struct Door {
    tls: rustls::ServerConfig,
    edge: Data<Edge>,
    vouching: Vouching,
}

/// A connection of a certificate that has too many: it is told so, and no more.
#[derive(Debug, Clone, Copy)]
pub struct Crowded;

/// The callers' server, over an already bound socket.
///
/// # Errors
/// The socket cannot be used.
pub fn server(
    socket: TcpListener,
    tls: rustls::ServerConfig,
    edge: Data<Edge>,
    vouching: Vouching,
) -> io::Result<Server> {
    let limits = edge.limits.clone();
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    // The library counts for each of its workers.
    let connections = limits.connections.div_ceil(workers);
    max_concurrent_tls_connect(connections);
    let builder = Server::build()
        .workers(workers)
        .max_concurrent_connections(connections)
        // Each upload holds a thread; reads need some too.
        .worker_max_blocking_threads(limits.uploads + 64)
        .shutdown_timeout(limits.drain_seconds)
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let door = Door { tls, edge, vouching };
    let service = move || {
        let stopping = stopping.clone();
        door.clone().service(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
    };
    Ok(builder.listen("callers", socket, service)?.run())
}

impl Door {
    /// From a socket to answers, in one worker.
    fn service<F, S>(
        self,
        stopping: F,
    ) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = Lost, InitError = ()>
    where
        F: Fn() -> S + 'static,
        S: Future<Output = ()> + 'static,
    {
        let mut acceptor = Acceptor::new(self.tls.clone());
        acceptor.set_handshake_timeout(Duration::from_secs(self.edge.limits.handshake_seconds));
        let acceptor = acceptor.map_err(TlsError::into_service_error);
        let edge = self.edge.clone();
        fn_service(move |stream: TcpStream| {
            let admitted = admit(stream, &edge);
            async move { admitted.map_err(Lost::Tls) }
        })
        .and_then(acceptor)
        .and_then(fn_service(|stream: TlsStream<Socket>| async move {
            let peer = stream.get_ref().0.peer_addr().ok();
            Ok::<_, Lost>((stream, Protocol::Http1, peer))
        }))
        .and_then(self.http(stopping).map_err(TlsError::Service))
    }

    fn http<F, S>(
        self,
        stopping: F,
    ) -> impl ServiceFactory<
        (TlsStream<Socket>, Protocol, Option<std::net::SocketAddr>),
        Config = (),
        Response = (),
        Error = DispatchError,
        InitError = (),
    >
    where
        F: Fn() -> S + 'static,
        S: Future<Output = ()> + 'static,
    {
        let idle = Duration::from_secs(self.edge.limits.idle_seconds);
        let edge = self.edge.clone();
        let path = edge.path().to_owned();
        let app = App::new()
            .app_data(edge)
            .wrap(from_fn(envelope::wrap))
            .service(web::scope(&path).configure(routes::configure).default_service(web::to(routes::nowhere)))
            .default_service(web::to(routes::nowhere));
        let app = app.into_factory().map_err(|error: Error| error.error_response());
        HttpService::build()
            .graceful_shutdown_signal(stopping)
            .client_request_timeout(idle)
            .keep_alive(idle)
            .client_disconnect_timeout(Duration::from_secs(1))
            .on_connect_ext(move |stream: &TlsStream<Socket>, extensions| self.greet(stream, extensions))
            .finish(map_config(app, |()| AppConfig::default()))
    }

    /// What a connection bears whose handshake is over.
    fn greet(&self, stream: &TlsStream<Socket>, extensions: &mut Extensions) {
        let watch = stream.get_ref().0.shake();
        if let Some(peer) = Peer::of(stream as &dyn Any, &self.vouching, self.edge.clock.now()) {
            match self.edge.quotas.connections.enter(peer.certificate.fingerprint) {
                Some(seat) => {
                    extensions.insert(seat);
                }
                None => {
                    watch.hurry(Duration::from_secs(self.edge.limits.handshake_seconds));
                    extensions.insert(Crowded);
                }
            }
            extensions.insert(peer);
        }
        extensions.insert::<Rc<Watch>>(watch);
    }
}

/// Lets a connection begin its handshake, unless its network has too many under way; then it is closed without a word, which could
/// only be said in TLS.
fn admit(stream: TcpStream, edge: &Edge) -> io::Result<Socket> {
    // Nagle's wait for the client's delayed acknowledgement would cost 40 ms on each new connection.
    stream.set_nodelay(true)?;
    let from = network(stream.peer_addr()?.ip());
    let Some(seat) = edge.quotas.handshakes.enter(from) else {
        metrics::counter!("dmp_connections_ended_total", "why" => "too-many-handshakes").increment(1);
        return Err(io::ErrorKind::ConnectionRefused.into());
    };
    // The library answers a first head that is late with 408; the socket comes after it.
    let head = Duration::from_secs(edge.limits.idle_seconds.saturating_add(1));
    Ok(Socket::of(stream, Patience { head, stall: Duration::from_secs(edge.limits.stall_seconds) }, seat))
}
