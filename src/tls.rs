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
mod doubt;
mod expiry;
mod fault;
mod fetch;
mod hints;
mod judge;
mod live;
#[cfg(feature = "openssl")]
pub mod ocsp;
#[cfg(not(feature = "openssl"))]
#[path = "tls/without_ocsp.rs"]
pub mod ocsp;
mod own;
mod refusal;
mod revocation;
mod server;
mod sessions;
mod trust;
mod verifier;

pub use anchors::{Authorities, AuthorityId};
pub use blame::Blame;
pub use check::{Finding, Severity, bears_name, check, check_authorities, check_server, check_succession, check_trust};
pub use client::{Answer, Attempt, Missed, Target, attempt};
pub use connection::{NoPeer, Peer};
pub use credentials::Credentials;
pub use demands::{Demands, RSA_FLOOR};
pub use distrust::Distrust;
pub use doubt::Doubt;
pub use expiry::{Ending, Term, Warner, Warning, terms};
pub use fault::TlsFault;
pub use fetch::{FetchFault, FetchRules, Fetched, Fetcher, News, kept_lists, list_addresses};
pub use judge::{judge_client, judge_hints};
pub use live::LiveTrust;
pub use own::LiveKey;
pub use refusal::{Refusal, Rule, watch};
pub use revocation::RevocationIndex;
pub use server::{ServerFiles, provider, server_config, server_config_with, system_clock};
pub use trust::{Standing, Trust, TrustFiles};
pub use verifier::CallerVerifier;

#[cfg(test)]
mod tests;
