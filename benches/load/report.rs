//! The figures, as a table for people and as JSON for the rest.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{Outcome, burst::Tally};

/// Whose figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contender {
    /// The gateway.
    Ours,
    /// nginx, mutual TLS to mutual TLS.
    Proxy,
    /// nginx, from its disk.
    File,
}

impl Contender {
    const fn name(self) -> &'static str {
        match self {
            Self::Ours => "dmp-gateway",
            Self::Proxy => "nginx proxy",
            Self::File => "nginx file",
        }
    }
}

/// One case on one server.
#[derive(Debug)]
pub struct Row {
    /// The case.
    pub case: &'static str,
    /// Whose.
    pub contender: Contender,
    /// What came of the burst.
    pub tally: Tally,
    /// CPU time of the server, microseconds per successful request.
    pub cpu: f64,
    /// Resident memory before, KiB.
    pub resident: u64,
    /// The highest during the case, KiB.
    pub peak: u64,
}

impl Row {
    fn per_second(&self) -> f64 {
        self.tally.done() as f64 / self.tally.elapsed.as_secs_f64()
    }

    fn p50(&self) -> f64 {
        self.tally.quantile(500).as_secs_f64() * 1e3
    }

    fn p99(&self) -> f64 {
        self.tally.quantile(990).as_secs_f64() * 1e3
    }

    fn json(&self) -> Value {
        json!({
            "case": self.case, "server": self.contender.name(), "requests": self.tally.done(),
            "failed": self.tally.failed, "failure": self.tally.failure, "resumed": self.tally.resumed,
            "seconds": self.tally.elapsed.as_secs_f64(), "per_second": self.per_second(),
            "p50_ms": self.p50(), "p99_ms": self.p99(), "cpu_us": self.cpu,
            "rss_before_kib": self.resident, "rss_peak_kib": self.peak,
        })
    }
}

/// All that was measured.
#[derive(Debug, Default)]
pub struct Report {
    /// The machine and the circumstances, name by name.
    pub circumstances: Vec<(&'static str, Value)>,
    /// The rows, case by case.
    pub rows: Vec<Row>,
}

impl Report {
    /// A Markdown table. The ratios are ours to nginx: throughput, and CPU per request.
    pub fn table(&self) -> String {
        let mut text = String::from("\n");
        for (name, value) in &self.circumstances {
            text.push_str(&format!("{name}: {value}\n"));
        }
        text.push_str("\n| case | server | requests | req/s | p50 ms | p99 ms | CPU µs/req | RSS MiB before → peak | req/s ratio | CPU ratio |\n|---|---|---|---|---|---|---|---|---|---|\n");
        for row in &self.rows {
            text.push_str(&self.line(row));
        }
        text
    }

    fn line(&self, row: &Row) -> String {
        let ours = self.rows.iter().find(|other| other.case == row.case && other.contender == Contender::Ours);
        let ratios = match (row.contender, ours) {
            (Contender::Proxy | Contender::File, Some(ours)) => {
                format!("{:.2} | {:.2}", ours.per_second() / row.per_second(), ours.cpu / row.cpu)
            }
            (Contender::Ours, _) | (Contender::Proxy | Contender::File, None) => " | ".to_owned(),
        };
        format!(
            "| {} | {} | {} | {:.1} | {:.2} | {:.2} | {:.0} | {:.1} → {:.1} | {ratios} |{}\n",
            row.case,
            row.contender.name(),
            row.tally.done(),
            row.per_second(),
            row.p50(),
            row.p99(),
            row.cpu,
            mib(row.resident),
            mib(row.peak),
            failures(&row.tally),
        )
    }

    /// Writes everything as JSON under cargo's target folder.
    pub fn write(&self) -> Outcome<PathBuf> {
        let circumstances: serde_json::Map<String, Value> =
            self.circumstances.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("load.json");
        fs::write(&path, serde_json::to_vec_pretty(&json!({"circumstances": circumstances, "rows": rows}))?)?;
        Ok(path)
    }
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn failures(tally: &Tally) -> String {
    match &tally.failure {
        Some(failure) => format!(" {} FAILED: {failure}", tally.failed),
        None => String::new(),
    }
}
