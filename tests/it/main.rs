//! The gateway from outside: one module per promise.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop at the first thing that is not as it should be, and say so"
)]

mod admin;
mod amend;
mod architecture;
mod bad_input;
mod batches;
mod capability;
mod care_teams;
mod cases;
mod cast;
mod check_tls;
mod commands;
mod conformance;
mod consents;
mod durability;
mod encodings;
mod examples;
mod faults;
mod fetches;
mod fhir_documents;
mod handshakes;
mod identities;
mod inferno;
mod interruptions;
mod journal;
mod leaks;
mod limits;
mod lists;
mod masks;
#[cfg(feature = "openssl")]
mod ocsp;
mod operations;
mod outcomes;
mod patients;
mod pki_clients;
mod pki_matrix;
mod profiles;
mod prose;
mod queries;
mod races;
mod reloads;
mod security_doc;
mod sources;
mod support;
mod tokens;
mod traces;
mod wire;
