//! The command line: one file per command.

pub mod check;
pub mod demo;
pub mod import;
pub mod journal;
pub mod lists;
pub mod reload;
pub mod serve;

use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// A FHIR R4 gateway to France's shared medical record (DMP).
///
/// Hospital software speaks FHIR to it over mutual TLS. It decides by law who may see or file what, and keeps an access journal that
/// cannot lose or change a line.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  dmp-gateway demo                         a whole gateway with made-up people, in ./dmp-demo
  dmp-gateway check --config gateway.toml  everything that is wrong before you serve
  dmp-gateway check tls --connect dmp.example:8443 --cert me.pem --key me.key --ca ca.pem
                                           why a server refuses your certificate
  dmp-gateway serve --config gateway.toml
  dmp-gateway journal verify --config gateway.toml";

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a demonstration in a folder (authority, certificates, people, records, documents) and serve it
    ///
    /// What exists already is kept: a second run goes on with the same data. All identities come from reserved test ranges.
    #[command(args_conflicts_with_subcommands = true)]
    Demo {
        #[command(subcommand)]
        command: Option<DemoCommand>,
        /// The folder
        #[arg(long, default_value = "./dmp-demo")]
        dir: PathBuf,
        /// Where callers connect, over mutual TLS
        #[arg(long, default_value = "127.0.0.1:8443")]
        listen: SocketAddr,
        /// Where the operator asks /live, /ready and /metrics; loopback only
        #[arg(long, default_value = "127.0.0.1:9443")]
        admin: SocketAddr,
    },
    /// Serve callers until SIGTERM or SIGINT, then let the requests in hand end
    Serve {
        /// The configuration
        #[arg(long)]
        config: PathBuf,
    },
    /// Say everything that is wrong with configuration, certificates, trust, revocation lists, host and clock
    ///
    /// Exits with 1 if any of it must be mended before the gateway serves.
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Check {
        #[command(subcommand)]
        command: Option<CheckCommand>,
        /// The configuration
        #[arg(long, required = true)]
        config: Option<PathBuf>,
    },
    /// Look after the access journal
    Journal {
        #[command(subcommand)]
        command: JournalCommand,
    },
    /// Look after records
    Record {
        #[command(subcommand)]
        command: RecordCommand,
    },
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Print a fresh token: a holder's behind the front end's certificate, or one of a professional behind a structure's
    Token(demo::Wanted),
}

#[derive(Debug, Subcommand)]
enum CheckCommand {
    /// Make a handshake as a caller does, and say which rule fails and what to do
    ///
    /// Judges the certificate first, then connects to any server of mutual TLS. Exits with 0 if the server answered, 1 if a rule fails, 2
    /// if it could not be tried.
    Tls(check::connect::Arguments),
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Prove that no line was changed, removed or inserted; print how many there are, and the head
    ///
    /// Exits with 1 and tells the first bad line otherwise. May run beside a serving gateway.
    Verify {
        /// The configuration
        #[arg(long)]
        config: PathBuf,
        /// A head that was kept elsewhere, as this command printed it, NUMBER:HASH: proves that nobody cut the journal back beyond it
        #[arg(long, value_parser = journal::head_of)]
        head: Option<crate::journal::Head>,
    },
    /// Print all lines as JSON, one a line, oldest first
    Export {
        /// The configuration
        #[arg(long)]
        config: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum RecordCommand {
    /// Open records and load facts from a file: the operator's channel
    ///
    /// The file is {"records": [{"holder": "system|matricule", "facts": {...}}]}; see docs/operations.md.
    Import {
        /// The configuration
        #[arg(long)]
        config: PathBuf,
        /// The records
        file: PathBuf,
    },
}

/// Runs the command that the arguments name.
pub fn run(cli: Cli) -> ExitCode {
    let out = &mut io::stdout();
    let ended = match cli.command {
        Command::Demo { command: Some(DemoCommand::Token(wanted)), .. } => demo::token(&wanted, out),
        Command::Demo { command: None, dir, listen, admin } => demo::run(&dir, listen, admin, out),
        Command::Serve { config } => serve::run(&config, out),
        Command::Check { command: Some(CheckCommand::Tls(arguments)), .. } => check::connect::run(&arguments, out),
        Command::Check { command: None, config } => check::run(&config.unwrap_or_default(), out),
        Command::Journal { command: JournalCommand::Verify { config, head } } => journal::verify(&config, head, out),
        Command::Journal { command: JournalCommand::Export { config } } => journal::export(&config, out),
        Command::Record { command: RecordCommand::Import { config, file } } => import::run(&config, &file, out),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "dmp-gateway: {}", whole(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// How a command ends.
type Ended = Result<ExitCode, Box<dyn Error>>;

/// An error with all that lies beneath it.
fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
