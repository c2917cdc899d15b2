//! Mutual TLS by rustls: trust anchors, revocation, the verifier of clients, the server's configuration.
//!
//! A connection is trusted once, by [`Trust::verify`], full handshake or resumed alike; each request asks
//! [`Trust::still_good`] again, so that an end or a revocation stops connections that are already open. [`LiveTrust`] takes new lists while the server runs.

mod anchors;
mod check;
mod connection;
mod distrust;
mod expiry;
mod fault;
mod fetch;
mod hints;
mod live;
mod own;
mod revocation;
mod server;
mod sessions;
mod trust;
mod verifier;

pub use anchors::{Authorities, AuthorityId};
pub use check::{Finding, Severity, check, check_authorities, check_server, check_succession, check_trust};
pub use connection::{NoPeer, Peer};
pub use distrust::Distrust;
pub use expiry::{Ending, Term, Warner, Warning, terms};
pub use fault::TlsFault;
pub use fetch::{FetchFault, FetchRules, Fetched, Fetcher, News, kept_lists};
pub use live::LiveTrust;
pub use own::LiveKey;
pub use revocation::RevocationIndex;
pub use server::{ServerFiles, live_server_config, provider, server_config, system_clock};
pub use trust::{Standing, Trust, TrustFiles};
pub use verifier::CallerVerifier;

#[cfg(test)]
mod tests;
