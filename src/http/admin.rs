//! The operator's listener, on loopback or a Unix socket and without TLS: `/live`, `/ready`, `/metrics`. Nothing of any record passes here.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::header,
    middleware::DefaultHeaders,
    web::{self, Data},
};
use metrics_exporter_prometheus::PrometheusHandle;

mod socket;

pub use socket::{AdminSocket, SocketFile};

use super::{edge::Edge, visit::chain};
use crate::tls::{LiveKey, LiveTrust, Severity, check_trust};

/// What makes the gateway ready.
pub struct Readiness {
    /// What requests share.
    pub edge: Data<Edge>,
    /// Authorities and revocation lists.
    pub trust: Arc<LiveTrust>,
    /// The server's own certificate.
    pub key: Arc<LiveKey>,
    /// Whether the gateway is stopping.
    pub stopping: AtomicBool,
}

impl Readiness {
    /// Why callers cannot be served now; nothing where they can.
    async fn hindrances(&self) -> Vec<String> {
        let now = self.edge.clock.now();
        let mut hindrances = Vec::new();
        if self.stopping.load(Ordering::Relaxed) {
            hindrances.push("the gateway is stopping".to_owned());
        }
        let ends = self.key.ends();
        if ends < now {
            hindrances.push(format!("the server's certificate ended at {ends}"));
        }
        let findings = check_trust(&self.trust.current(), now).into_iter();
        hindrances.extend(findings.filter(|finding| finding.severity == Severity::Fatal).map(|finding| finding.text));
        if let Err(fault) = self.edge.gateway.host().check().await {
            hindrances.push(chain(&fault));
        }
        hindrances
    }
}

/// The operator's server, over an already bound socket.
///
/// # Errors
/// The socket cannot be used.
pub fn server(socket: &AdminSocket, readiness: Data<Readiness>, metrics: PrometheusHandle) -> std::io::Result<Server> {
    let metrics = Data::from(Arc::new(metrics));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(readiness.clone())
            .app_data(metrics.clone())
            .wrap(sealed())
            .route("/live", web::get().to(live))
            .route("/ready", web::get().to(ready))
            .route("/metrics", web::get().to(exposition))
    });
    let server = server.workers(1).disable_signals();
    let server = match socket {
        AdminSocket::Loopback(listener) => server.listen(listener.try_clone()?)?,
        AdminSocket::Unix(listener, _) => server.listen_uds(listener.try_clone()?)?,
    };
    Ok(server.run())
}

/// What every answer bears, those to unknown addresses too.
fn sealed() -> DefaultHeaders {
    DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store")).add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().body("live\n")
}

/// Ready where callers can be served; else 503 with every reason.
async fn ready(readiness: Data<Readiness>) -> HttpResponse {
    let hindrances = readiness.hindrances().await;
    if hindrances.is_empty() {
        return HttpResponse::Ok().body("ready\n");
    }
    HttpResponse::ServiceUnavailable().body(format!("not ready: {}\n", hindrances.join("; ")))
}

async fn exposition(metrics: Data<PrometheusHandle>) -> HttpResponse {
    metrics.run_upkeep();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.render())
}
