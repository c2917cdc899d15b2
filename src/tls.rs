//! Mutual TLS by rustls: trust anchors, revocation, the verifier of clients, the server's configuration.
//!
//! A connection is trusted once, by [`Trust::verify`], full handshake or resumed alike; each request asks
//! [`Trust::still_good`] again, so that an end or a revocation stops connections that are already open. [`LiveTrust`] takes new lists while the server runs.

mod anchors;
mod blame;
mod check;
mod client;
mod connection;
mod credentials;
mod demands;
mod distrust;
mod fault;
mod judge;
mod live;
mod refusal;
mod revocation;
mod server;
mod trust;
mod verifier;

pub use anchors::{Authorities, AuthorityId};
pub use blame::Blame;
pub use check::{Finding, Severity, bears_name, check, check_trust, server_ends};
pub use client::{Answer, Attempt, Missed, Target, attempt};
pub use connection::{NoPeer, Peer};
pub use credentials::Credentials;
pub use demands::{Demands, RSA_FLOOR};
pub use distrust::Distrust;
pub use fault::TlsFault;
pub use judge::{judge_client, judge_hints};
pub use live::LiveTrust;
pub use refusal::{Refusal, Rule, watch};
pub use revocation::RevocationIndex;
pub use server::{ServerFiles, provider, server_config, system_clock};
pub use trust::{Standing, Trust, TrustFiles};
pub use verifier::CallerVerifier;

#[cfg(test)]
mod tests;
