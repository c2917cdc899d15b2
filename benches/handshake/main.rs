//! The handshake bench: the gateway beside nginx, both with mutual TLS, the same certificates and the same revocation list, on
//! this machine, in one run. Full and resumed handshakes with no revoked serial number and with 300 000; then the memory of idle
//! connections. It asserts nothing: it prints tables with ratios and writes `target/tmp/handshake.json`.
//!
//! `cargo bench --bench handshake`. It binds 127.0.0.1 only, bounds every case in time and in count, and stops what it started.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to the terminal")]

#[path = "../load/client.rs"]
#[allow(dead_code, reason = "shared with the load bench, which uses all of it")]
mod client;
mod contender;
mod idle;
mod infrastructure;
#[path = "../load/machine.rs"]
mod machine;
#[path = "../load/process.rs"]
#[allow(dead_code, reason = "shared with the load bench, which uses all of it")]
mod process;
mod report;
mod settings;
mod shake;

use contender::{Contender, Kind};
use infrastructure::Infrastructure;
use report::Report;
use settings::Settings;

/// What can go wrong in a bench is told to whoever runs it, in words.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    // `cargo test --benches` runs bench targets without this argument: no load then.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("the handshake bench runs under `cargo bench --bench handshake`");
        return Ok(());
    }
    let settings = Settings::of_environment()?;
    let folder = tempfile::tempdir_in(&settings.folder)?;
    let mut report = Report::of(machine::describe(folder.path())?);
    let infrastructure = Infrastructure::make(&settings, folder.path())?;
    handshakes(&settings, &infrastructure, &mut report)?;
    connections(&settings, &infrastructure, &mut report)?;
    println!("{}", report.table());
    println!("written to {}", report.write()?.display());
    Ok(())
}

/// Handshakes with few and with many revoked serial numbers, full and resumed.
fn handshakes(settings: &Settings, infrastructure: &Infrastructure, report: &mut Report) -> Outcome<()> {
    for revoked in [0, settings.revoked] {
        let lists = infrastructure.lists(revoked)?;
        for kind in Kind::ALL {
            let Some(contender) = Contender::start(kind, settings, infrastructure, &lists)? else { continue };
            for resumed in [false, true] {
                let shakes = shake::run(settings, infrastructure, &contender, resumed)?;
                report.shaken(kind, revoked, resumed, &shakes);
            }
        }
    }
    Ok(())
}

/// The memory of connections that do nothing.
fn connections(settings: &Settings, infrastructure: &Infrastructure, report: &mut Report) -> Outcome<()> {
    let lists = infrastructure.lists(0)?;
    for kind in Kind::ALL {
        let Some(contender) = Contender::start(kind, settings, infrastructure, &lists)? else { continue };
        report.idled(kind, &idle::run(settings, infrastructure, &contender)?);
    }
    Ok(())
}
