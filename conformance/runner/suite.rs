//! Declarative cases against any FHIR base over mutual TLS: read, run one after the other, reported.
//!
//! The files are described in `conformance/README.md`. This module is compiled into the example `conformance` and into the
//! integration tests: neither knows the gateway from inside.

mod case;
mod check;
mod client;
mod fault;
mod json;
mod mutation;
mod report;
mod roles;
mod run;
mod scope;
mod template;
mod xml;

pub use case::{Case, Suite};
pub use client::Clients;
pub use fault::Fault;
pub use report::Report;
pub use roles::Roles;
pub use run::Runner;

#[cfg(test)]
mod tests;
