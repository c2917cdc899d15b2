//! How a reload is told: one line in the log, and metrics.

use jiff::Timestamp;

use super::Part;

/// Why it was reloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Files may have changed.
    Change,
    /// The operator asked for it by SIGHUP: everything is read again.
    Signal,
    /// A revocation list was fetched.
    Fetched,
}

impl Cause {
    const fn word(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Signal => "signal",
            Self::Fetched => "fetched",
        }
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// The parts that were taken.
    pub taken: Vec<Part>,
    /// Those that were not, with the reason: what was in use stays.
    pub failed: Vec<(Part, String)>,
    /// The members of the configuration that changed and may not until the gateway is started again.
    pub fixed: Vec<String>,
}

impl Report {
    /// Adds what came of one part.
    pub fn add(&mut self, part: Part, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.taken.push(part),
            Err(reason) => self.failed.push((part, reason)),
        }
    }

    /// Tells log and metrics, if there is anything to tell.
    pub fn announce(&self, cause: Cause, now: Timestamp) {
        self.taken.iter().for_each(|part| taken(*part, now));
        self.failed.iter().for_each(|(part, _)| count(*part, "failed"));
        let words: Vec<&str> = self.taken.iter().map(|part| part.word()).collect();
        let (cause, taken, fixed) = (cause.word(), words.join(", "), self.fixed.join(", "));
        let failed: Vec<String> =
            self.failed.iter().map(|(part, reason)| format!("{}: {reason}", part.word())).collect();
        let failed = failed.join("; ");
        if !failed.is_empty() || !fixed.is_empty() {
            tracing::warn!(
                reload.cause = cause,
                reload.taken = taken,
                reload.failed = failed,
                reload.needs_restart = fixed,
                "reloaded in part: what failed stays as it was"
            );
        } else if !taken.is_empty() {
            tracing::info!(reload.cause = cause, reload.taken = taken, "reloaded");
        }
    }
}

/// The start counts as a success of every part.
pub fn begin(now: Timestamp) {
    for part in Part::ALL {
        succeeded(part, now);
        for outcome in ["taken", "failed"] {
            metrics::counter!("dmp_reloads_total", "part" => part.word(), "outcome" => outcome).absolute(0);
        }
    }
}

fn taken(part: Part, now: Timestamp) {
    count(part, "taken");
    succeeded(part, now);
}

fn count(part: Part, outcome: &'static str) {
    metrics::counter!("dmp_reloads_total", "part" => part.word(), "outcome" => outcome).increment(1);
}

fn succeeded(part: Part, now: Timestamp) {
    let seconds = now.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64();
    metrics::gauge!("dmp_reload_last_success_timestamp_seconds", "part" => part.word()).set(seconds);
}
