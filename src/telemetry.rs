//! Logs and metrics. What is never logged: an INS, a name, a professional's number, a body, an address with its query, a certificate.

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// The buckets of the request histogram, in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Starts logging to standard error, as JSON lines or for people. `RUST_LOG` chooses what; by default what the gateway says itself. Of what
/// libraries say, nothing below `info` is logged.
pub fn log(for_people: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,dmp_gateway=info"));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> =
        if for_people { lines.with_ansi(false).compact().boxed() } else { lines.json().boxed() };
    let log = Registry::default().with(lines.with_filter(filter_fn(may_be_logged))).with(filter);
    // A second start in one process (tests) keeps the first.
    let _ = log.try_init();
}

/// Whether what is said may be logged at all, whatever `RUST_LOG` asks for: libraries tell of header fields and other bytes of callers
/// where they are most talkative.
fn may_be_logged(said: &Metadata<'_>) -> bool {
    *said.level() <= Level::INFO || said.target().split("::").next() == Some("dmp_gateway")
}

/// Starts counting.
///
/// # Errors
/// Metrics were started before.
pub fn count() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()
}
