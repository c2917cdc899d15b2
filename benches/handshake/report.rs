//! The figures, as tables for people and as JSON for the rest.

use std::{fmt::Write, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{Outcome, contender::Kind, idle::Idle, machine, shake::Shakes};

/// All figures of one run.
#[derive(Debug)]
pub struct Report {
    machine: Value,
    handshakes: Vec<Handshakes>,
    idle: Vec<(Kind, Idle)>,
}

#[derive(Debug)]
struct Handshakes {
    kind: Kind,
    revoked: u64,
    resumed: bool,
    shakes: Shakes,
}

impl Handshakes {
    fn rate(&self) -> f64 {
        self.shakes.done as f64 / self.shakes.elapsed.as_secs_f64()
    }

    /// Microseconds of the server's CPU for one handshake with its answer.
    fn cpu(&self) -> f64 {
        self.shakes.cpu.as_secs_f64() * 1e6 / self.shakes.done.max(1) as f64
    }

    fn case(&self) -> String {
        format!("{}, {} revoked", if self.resumed { "resumed" } else { "full" }, self.revoked)
    }
}

impl Report {
    /// A report of that machine.
    pub const fn of(machine: Value) -> Self {
        Self { machine, handshakes: Vec::new(), idle: Vec::new() }
    }

    /// Takes the figures of a case of handshakes.
    pub fn shaken(&mut self, kind: Kind, revoked: u64, resumed: bool, shakes: &Shakes) {
        self.handshakes.push(Handshakes { kind, revoked, resumed, shakes: *shakes });
    }

    /// Takes the figures of idle connections.
    pub fn idled(&mut self, kind: Kind, idle: &Idle) {
        self.idle.push((kind, idle.clone()));
    }

    /// The tables.
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = self.write_handshakes(&mut text).and_then(|()| self.write_ratios(&mut text));
        let _ = self.write_idle(&mut text);
        text
    }

    fn write_handshakes(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "\n{:<26} {:<12} {:>10} {:>12} {:>8} {:>7}",
            "handshakes", "", "per s", "CPU us each", "resumed", "failed"
        )?;
        for row in &self.handshakes {
            let Shakes { resumed, failed, .. } = row.shakes;
            let (case, name) = (row.case(), row.kind.name());
            writeln!(text, "{case:<26} {name:<12} {:>10.0} {:>12.0} {resumed:>8} {failed:>7}", row.rate(), row.cpu())?;
        }
        Ok(())
    }

    fn write_ratios(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text)?;
        for row in self.handshakes.iter().filter(|row| row.kind == Kind::Ours) {
            if let Some(theirs) = self.find(Kind::Nginx, row.revoked, row.resumed) {
                let (rate, cpu) = (row.rate() / theirs.rate(), row.cpu() / theirs.cpu());
                writeln!(text, "{}: {rate:.2} x the rate of nginx, {cpu:.2} x its CPU", row.case())?;
            }
            if let Some(few) = self.find(Kind::Ours, 0, row.resumed).filter(|_| row.revoked > 0) {
                let (rate, cpu) = (row.rate() / few.rate(), row.cpu() / few.cpu());
                writeln!(text, "{}: {rate:.3} x the rate with none, {cpu:.3} x the CPU", row.case())?;
            }
        }
        Ok(())
    }

    fn find(&self, kind: Kind, revoked: u64, resumed: bool) -> Option<&Handshakes> {
        self.handshakes.iter().find(|row| (row.kind, row.revoked, row.resumed) == (kind, revoked, resumed))
    }

    fn write_idle(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "\n{:<26} {:>12} {:>12} {:>12} {:>10}",
            "idle connections", "number", "KiB before", "KiB after", "KiB each"
        )?;
        for (kind, idle) in &self.idle {
            let Idle { connections, before, after, .. } = idle;
            writeln!(text, "{:<26} {connections:>12} {before:>12} {after:>12} {:>10.1}", kind.name(), each(idle))?;
            if let Some(why) = &idle.shortfall {
                writeln!(text, "  fewer than asked for: {why}")?;
            }
        }
        Ok(())
    }

    /// Writes `target/tmp/handshake.json`.
    pub fn write(&self) -> Outcome<PathBuf> {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("handshake.json");
        let handshakes: Vec<Value> = self.handshakes.iter().map(of_handshakes).collect();
        let idle: Vec<Value> = self.idle.iter().map(of_idle).collect();
        let all = json!({
            "machine": self.machine, "load_after": machine::load(), "handshakes": handshakes, "idle": idle,
        });
        fs::write(&path, serde_json::to_vec_pretty(&all)?)?;
        Ok(path)
    }
}

fn of_handshakes(row: &Handshakes) -> Value {
    json!({
        "server": row.kind.name(), "revoked": row.revoked, "kind": if row.resumed { "resumed" } else { "full" },
        "per_second": row.rate(), "cpu_us": row.cpu(), "done": row.shakes.done, "resumed": row.shakes.resumed,
        "failed": row.shakes.failed,
    })
}

fn of_idle((kind, idle): &(Kind, Idle)) -> Value {
    json!({
        "server": kind.name(), "connections": idle.connections, "before_kib": idle.before, "after_kib": idle.after,
        "each_kib": each(idle), "shortfall": idle.shortfall,
    })
}

fn each(idle: &Idle) -> f64 {
    idle.after.saturating_sub(idle.before) as f64 / idle.connections.max(1) as f64
}
