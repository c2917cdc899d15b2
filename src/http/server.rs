//! The callers' server: mutual TLS, HTTP/1.1, the routes.

use std::{net::TcpListener, time::Duration};

use actix_http::HttpService;
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, map_config};
use actix_tls::accept::rustls_0_23::TlsStream;
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
    routes,
};

/// How long a client may take to close a connection that is over.
const CLOSING: Duration = Duration::from_secs(1);

/// The callers' server, over an already bound socket.
///
/// # Errors
/// The socket cannot be used.
pub fn server(
    socket: TcpListener,
    tls: rustls::ServerConfig,
    edge: Data<Edge>,
    vouching: Vouching,
) -> std::io::Result<Server> {
    let limits = edge.limits.clone();
    let builder = ServerBuilder::new()
        .max_concurrent_connections(limits.connections)
        // Each upload holds a thread; reads need some too.
        .worker_max_blocking_threads(limits.uploads + 64)
        .shutdown_timeout(limits.drain_seconds)
        .disable_signals();
    let ending = builder.graceful_shutdown_signal();
    let handshake = Duration::from_secs(limits.handshake_seconds);
    let service = move || {
        let requests = requests(edge.clone(), vouching.clone(), ending.clone());
        accept::handshakes(tls.clone(), handshake).and_then(requests)
    };
    Ok(builder.listen("callers", socket, service)?.run())
}

/// The requests of a connection.
fn requests(
    edge: Data<Edge>,
    vouching: Vouching,
    ending: GracefulShutdownSignal,
) -> impl ServiceFactory<Accepted, Config = (), Response = (), Error = Refused, InitError = ()> {
    let (idle, clock) = (Duration::from_secs(edge.limits.idle_seconds), edge.clock.clone());
    let path = edge.path().to_owned();
    let app = App::new()
        .app_data(edge)
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
        .on_connect_ext(move |io: &TlsStream<TcpStream>, extensions: &mut Extensions| {
            if let Some(peer) = Peer::of(io, &vouching, clock.now()) {
                extensions.insert(peer);
            }
        })
        .h1(map_config(app, |()| AppConfig::default()))
        .map_err(|_| Refused)
}
