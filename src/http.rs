//! The edge: actix-web stops here. One file per interaction, one mapping from faults to status and OperationOutcome.

pub mod admin;
pub mod body;
pub mod cursor;
pub mod diagnoses;
pub mod edge;
mod envelope;
pub mod form;
pub mod format;
pub mod metadata;
pub mod peer;
pub mod problem;
pub mod read;
pub mod retrieve;
pub mod routes;
pub mod search;
pub mod server;
pub mod submit;
pub mod uploads;
pub mod visit;
