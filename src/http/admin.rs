//! The operator's listener, on loopback and without TLS: `/live`, `/ready`, `/metrics`. Nothing of any record passes here.

use std::sync::Arc;

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    web::{self, Data},
};
use metrics_exporter_prometheus::PrometheusHandle;

use super::edge::Edge;

/// The operator's server, over an already bound socket.
///
/// # Errors
/// The socket cannot be used.
pub fn server(socket: std::net::TcpListener, edge: Data<Edge>, metrics: PrometheusHandle) -> std::io::Result<Server> {
    let metrics = Data::from(Arc::new(metrics));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(edge.clone())
            .app_data(metrics.clone())
            .route("/live", web::get().to(live))
            .route("/ready", web::get().to(ready))
            .route("/metrics", web::get().to(exposition))
    });
    Ok(server.workers(1).disable_signals().listen(socket)?.run())
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().body("live\n")
}

/// Ready where the host can be read and written; else 503 with the reason.
async fn ready(edge: Data<Edge>) -> HttpResponse {
    match edge.gateway.host().check().await {
        Ok(()) => HttpResponse::Ok().body("ready\n"),
        Err(fault) => HttpResponse::ServiceUnavailable().body(format!("not ready: {fault}\n")),
    }
}

async fn exposition(metrics: Data<PrometheusHandle>) -> HttpResponse {
    metrics.run_upkeep();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.render())
}
