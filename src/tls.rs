//! Mutual TLS by rustls: trust anchors, revocation, the verifier of clients, the server's configuration.
//!
//! A connection is trusted once, by [`Trust::verify`], full handshake or resumed alike; each request asks
//! [`Trust::still_good`] again, so that an end or a revocation stops connections that are already open. [`LiveTrust`] takes new lists while the server runs.

mod anchors;
mod check;
mod connection;
mod distrust;
mod fault;
mod live;
#[cfg(feature = "openssl")]
pub mod ocsp;
#[cfg(not(feature = "openssl"))]
#[path = "tls/without_ocsp.rs"]
pub mod ocsp;
mod revocation;
mod server;
mod trust;
mod verifier;

pub use anchors::{Authorities, AuthorityId};
pub use check::{Finding, Severity, check, check_trust, server_ends};
pub use connection::{NoPeer, Peer};
pub use distrust::Distrust;
pub use fault::TlsFault;
pub use live::LiveTrust;
pub use revocation::RevocationIndex;
pub use server::{ServerFiles, own_key, provider, server_config, server_config_with, system_clock};
pub use trust::{Standing, Trust, TrustFiles};
pub use verifier::CallerVerifier;

#[cfg(test)]
mod tests;
