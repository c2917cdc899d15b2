//! Logs and metrics. What is never logged: an INS, a name, a professional's number, a body, an address with its query, a certificate.

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// The buckets of the request histogram, in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Starts logging to standard error, as JSON lines or for people. `RUST_LOG` chooses what; by default what the gateway says itself.
pub fn log(for_people: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,dmp_gateway=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = if for_people { log.with_ansi(false).compact().try_init() } else { log.json().try_init() };
}

/// Starts counting.
///
/// # Errors
/// Metrics were started before.
pub fn count() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()
}
