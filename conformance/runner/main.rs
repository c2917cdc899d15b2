//! Runs the cases of `conformance/cases` against any server. Exit status: 0 all passed, 1 some failed, 2 nothing could be run.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use jiff::Timestamp;

#[path = "suite.rs"]
mod suite;

use suite::{Clients, Fault, Report, Roles, Runner, Suite};

/// Runs conformance cases against a FHIR base over mutual TLS.
#[derive(Debug, Parser)]
#[command(name = "conformance")]
struct Arguments {
    /// The FHIR base, such as https://dmp.example/fhir.
    #[arg(long)]
    base: String,
    /// The authority of the server's certificate, PEM; that of the demonstration with --demo.
    #[arg(long)]
    ca: Option<PathBuf>,
    /// Who is who: names to certificates, keys and identifiers.
    #[arg(long, conflicts_with = "demo", required_unless_present = "demo")]
    roles: Option<PathBuf>,
    /// The folder of a demonstration, which has all of that.
    #[arg(long)]
    demo: Option<PathBuf>,
    /// The folder of the cases.
    #[arg(long, default_value = "conformance/cases")]
    cases: PathBuf,
    /// Only this group, case, or cases whose ids begin so; may be repeated.
    #[arg(long)]
    only: Vec<String>,
    /// How many seconds a request may take.
    #[arg(long, default_value_t = 30)]
    patience: u64,
    /// Where to write the report for build servers.
    #[arg(long)]
    junit: Option<PathBuf>,
    /// Where to write the report for machines.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(fault) => {
            let _ = writeln!(io::stderr(), "{fault}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, Fault> {
    let roles = roles(arguments)?;
    let demo_authority = arguments.demo.as_ref().map(|folder| folder.join("pki/ca.pem"));
    let authority = arguments.ca.clone().or(demo_authority).ok_or_else(|| Fault::at("--ca", "is missing"))?;
    let suite = Suite::load(&arguments.cases)?.only(&arguments.only);
    let clients = Clients::of(&roles, &authority, Duration::from_secs(arguments.patience))?;
    let base = arguments.base.trim_end_matches('/');
    let runner = Runner { base, roles: &roles, clients: &clients, suite: &suite };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Fault::at("the runtime", error))?;
    let report = runtime.block_on(runner.run(Timestamp::now()));
    write_reports(arguments, &report)?;
    writeln!(io::stdout(), "{report}").map_err(|error| Fault::at("the standard output", error))?;
    if report.cases.is_empty() { Err(Fault::at("--only", "names no case")) } else { Ok(report.is_good()) }
}

fn roles(arguments: &Arguments) -> Result<Roles, Fault> {
    match (&arguments.roles, &arguments.demo) {
        (Some(path), _) => Roles::read(path),
        (None, Some(folder)) => Roles::of_demo(folder),
        (None, None) => Err(Fault::at("--roles", "is missing")),
    }
}

fn write_reports(arguments: &Arguments, report: &Report) -> Result<(), Fault> {
    let write = |path: &Path, text: String| fs::write(path, text).map_err(|error| Fault::at(path.display(), error));
    if let Some(path) = &arguments.json {
        write(path, report.json().map_err(|error| Fault::at(path.display(), error))?)?;
    }
    if let Some(path) = &arguments.junit {
        write(path, report.junit().map_err(|error| Fault::at(path.display(), error))?)?;
    }
    Ok(())
}
