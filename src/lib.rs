//! **dmp-gateway**: a FHIR R4 gateway to France's shared medical record (dossier médical partagé, DMP).
//!
//! The map, in import order; each module names only what stands below it in this list.
//!
//! - [`cli`]: the commands, one file each.
//! - [`http`]: the edge. Routes, negotiation, faults to status; actix-web stops there.
//! - [`gateway`]: the story of one request on one page: facts, decision, storage, journal, release.
//! - [`hds`]: the certified health-data host, one contract, several hosts.
//! - [`journal`]: lines, hash chain, seals, notices, verification.
//! - [`policy`]: the law as pure functions, one file per article; the only maker of a permit.
//! - [`fhir`]: FHIR R4 to and from the record model; the gates for untrusted bytes; the only module that names fhirbolt.
//! - [`tls`]: server configuration, trust, revocation.
//! - [`identity`]: certificate and directory to caller; the only module that names x509-parser.
//! - [`record`]: the record model: what a DMP is, in the words of the law.
//! - [`live`]: a value that is replaced whole while it is read. [`config`]: the whole configuration as types. [`telemetry`]: logs and metrics, and what is never in them.

pub mod cli;
pub mod config;
pub mod fhir;
pub mod gateway;
pub mod hds;
pub mod http;
pub mod identity;
pub mod journal;
pub mod live;
pub mod policy;
pub mod record;
pub mod telemetry;
pub mod tls;
