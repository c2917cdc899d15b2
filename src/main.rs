//! The program: reads the command, runs it, ends.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    dmp_gateway::cli::run(dmp_gateway::cli::Cli::parse())
}
