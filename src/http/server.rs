//! The callers' server: mutual TLS, HTTP/1.1, the routes.

use std::{any::Any, net::TcpListener, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::{Extensions, Server},
    middleware::from_fn,
    web::{self, Data},
};

use super::{
    edge::Edge,
    envelope,
    peer::{Peer, Vouching},
    routes,
};

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
    let (limits, clock) = (edge.limits.clone(), edge.clock.clone());
    let path = edge.path().to_owned();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(edge.clone())
            .wrap(from_fn(envelope::wrap))
            .service(web::scope(&path).configure(routes::configure).default_service(web::to(routes::nowhere)))
            .default_service(web::to(routes::nowhere))
    });
    let server = server
        .on_connect(move |io: &dyn Any, extensions: &mut Extensions| {
            if let Some(peer) = Peer::of(io, &vouching, clock.now()) {
                extensions.insert(peer);
            }
        })
        .max_connections(limits.connections)
        // Each upload holds a thread; reads need some too.
        .worker_max_blocking_threads(limits.uploads + 64)
        // Nagle's wait for the client's delayed acknowledgement would cost 40 ms on each new connection.
        .tcp_nodelay(true)
        .tls_handshake_timeout(Duration::from_secs(limits.handshake_seconds))
        .client_request_timeout(Duration::from_secs(limits.idle_seconds))
        .keep_alive(Duration::from_secs(limits.idle_seconds))
        .shutdown_timeout(limits.drain_seconds)
        .disable_signals();
    Ok(server.listen_rustls_0_23(socket, tls)?.run())
}
