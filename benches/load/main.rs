//! The load bench: the gateway of `dmp-gateway demo` beside nginx, both with mutual TLS on the same certificates, on this
//! machine, in one run. It asserts nothing: it prints a table and writes `target/tmp/load.json`.
//!
//! `cargo bench --bench load`, then read `docs/performance.md`. It binds 127.0.0.1 only, bounds every case in time and in
//! requests, and stops what it started.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to the terminal")]

mod burst;
mod cases;
mod client;
mod document;
mod exchange;
mod gateway;
mod machine;
mod mirror;
mod process;
mod report;
mod settings;
mod sink;
mod stage;

use settings::Settings;

/// What can go wrong in a bench is told to whoever runs it, in words.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    // `cargo test --benches` runs bench targets without this argument: no load then.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("the load bench runs under `cargo bench --bench load`");
        return Ok(());
    }
    let settings = Settings::of_environment()?;
    let report = cases::all(&settings)?;
    println!("{}", report.table());
    let path = report.write()?;
    println!("written to {}", path.display());
    Ok(())
}
