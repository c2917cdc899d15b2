//! The callers' server: a door that counts, mutual TLS, HTTP/1.1, the routes.

use std::{
    io,
    net::TcpListener,
    num::NonZero,
    rc::Rc,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use actix_http::HttpService;
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_tls::accept::{max_concurrent_tls_connect, rustls_0_23::TlsStream};
use actix_web::{
    App, Error,
    dev::{AppConfig, Extensions, Server},
    middleware::from_fn,
    rt::net::TcpStream,
    web::{self, Data},
};

use super::{
    accept::{self, Accepted, Refused},
    edge::Edge,
    envelope,
    peer::{Peer, Vouching},
    quotas::network,
    routes,
    socket::{Patience, Socket, Watch},
};

/// How long a client may take to close a connection that is over.
const CLOSING: Duration = Duration::from_secs(1);

/// How long a connection too many is kept to be told so.
const CROWDED: Duration = Duration::from_secs(1);

/// What is done where one network has too many handshakes under way.
const TOO_MANY: &str = "find out what at that address opens connections and leaves them; behind a load balancer all come from one address: \
                        raise limits.handshakes_per_address";

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
    let builder = ServerBuilder::new()
        .workers(workers)
        .max_concurrent_connections(connections)
        // Each upload holds a thread; reads need some too.
        .worker_max_blocking_threads(limits.uploads + 64)
        .shutdown_timeout(limits.drain_seconds)
        .disable_signals();
    let ending = builder.graceful_shutdown_signal();
    let handshake = Duration::from_secs(limits.handshake_seconds);
    let service = move || {
        let door = edge.clone();
        let requests = requests(edge.clone(), vouching.clone(), ending.clone());
        fn_service(move |stream: TcpStream| {
            let admitted = admit(stream, &door);
            async move { admitted.map_err(|_| Refused) }
        })
        .and_then(accept::handshakes(tls.clone(), handshake))
        .and_then(requests)
    };
    Ok(builder.listen("callers", socket, service)?.run())
}

/// Lets a connection begin its handshake, unless its network has too many under way; then it is closed without a word, which could
/// only be said in TLS.
fn admit(stream: TcpStream, edge: &Edge) -> io::Result<Socket> {
    // Nagle's wait for the client's delayed acknowledgement would cost 40 ms on each new connection.
    stream.set_nodelay(true)?;
    let from = network(stream.peer_addr()?.ip());
    let Some(seat) = edge.quotas.handshakes.enter(from) else {
        metrics::counter!("dmp_connections_ended_total", "why" => "too-many-handshakes").increment(1);
        if let Some(times) = edge.quotas.crowded.happened(Instant::now()) {
            tracing::warn!(peer.address = %from, rule = "too-many-handshakes", times, remedy = TOO_MANY, "handshake refused");
        }
        return Err(io::ErrorKind::ConnectionRefused.into());
    };
    // The library answers a first head that is late with 408; the socket comes after it.
    let head = Duration::from_secs(edge.limits.idle_seconds.saturating_add(1));
    Ok(Socket::of(stream, Patience { head, stall: Duration::from_secs(edge.limits.stall_seconds) }, seat))
}

/// The requests of a connection.
fn requests(
    edge: Data<Edge>,
    vouching: Vouching,
    ending: GracefulShutdownSignal,
) -> impl ServiceFactory<Accepted, Config = (), Response = (), Error = Refused, InitError = ()> {
    let idle = Duration::from_secs(edge.limits.idle_seconds);
    let path = edge.path().to_owned();
    let app = App::new()
        .app_data(edge.clone())
        .wrap(from_fn(envelope::wrap))
        .service(web::scope(&path).configure(routes::configure).default_service(web::to(routes::nowhere)))
        .default_service(web::to(routes::nowhere));
    let app = app.into_factory().map_err(|error: Error| error.error_response());
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let ending = ending.clone();
            async move { ending.notified().await }
        })
        .client_request_timeout(idle)
        .client_disconnect_timeout(CLOSING)
        .keep_alive(idle)
        .secure()
        .on_connect_ext(move |stream: &TlsStream<Socket>, extensions: &mut Extensions| {
            greet(stream, extensions, &edge, &vouching);
        })
        .h1(map_config(app, |()| AppConfig::default()))
        .map_err(|_| Refused)
}

/// What a connection bears whose handshake is over.
fn greet(stream: &TlsStream<Socket>, extensions: &mut Extensions, edge: &Edge, vouching: &Vouching) {
    let watch = stream.get_ref().0.shake();
    if let Some(peer) = Peer::of(stream, vouching, edge.clock.now()) {
        match edge.quotas.connections.enter(peer.certificate.fingerprint) {
            Some(seat) => {
                extensions.insert(seat);
            }
            None => {
                watch.hurry(CROWDED);
                extensions.insert(Crowded);
            }
        }
        extensions.insert(Arc::new(peer));
    }
    extensions.insert::<Rc<Watch>>(watch);
}
