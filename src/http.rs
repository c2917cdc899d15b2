//! The edge: actix-web stops here. One file per interaction, one mapping from faults to status and OperationOutcome.

pub mod admin;
pub mod amend;

pub mod batch;
pub mod body;
pub mod crowd;
pub mod cursor;
pub mod deeds;
pub mod diagnoses;
pub mod edge;
mod envelope;
pub mod find;
pub mod form;
pub mod format;
pub mod gates;
pub mod head;
pub mod inquiry;
pub mod metadata;
pub mod patient_id;
pub mod peer;
pub mod preference;
pub mod problem;
mod quarantine;
pub mod quotas;
pub mod rate;
pub mod read;
mod recast;
pub mod reply;
pub mod retrieve;
pub mod routes;
pub mod server;
pub mod socket;
pub mod streams;
pub mod submit;
pub mod target;
pub mod validate;
pub mod visit;
