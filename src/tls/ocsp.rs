//! OCSP (RFC 6960): the responder of an authority is asked whether one certificate stands, beside the lists and never in their place.
//!
//! rustls verifies certificates synchronously, so nothing is asked in the handshake: a caller's certificate is asked about before the
//! first request of a connection is answered ([`Checks`]), our own in the background, for stapling ([`Stapler`], [`StapledKey`]).
//! Questions and answers go over clear http: what is believed of an answer is what its signature covers. [`verify`] judges it,
//! with OpenSSL, the only complete verifier there is.

mod answer;
mod basic;
mod cache;
mod certid;
mod checks;
mod der;
mod fault;
mod inquirer;
mod issuer;
mod staple;

use std::time::Duration;

use jiff::SignedDuration;

pub use answer::{Answer, Question, Status, verify};
pub use certid::{CertId, NONCE_BYTES, NamedBy, Nonce};
pub use checks::{Checks, Policy, Subject, responder_of};
pub use fault::OcspFault;
pub use inquirer::{Inquirer, WrongSettings};
pub use issuer::Issuer;
pub use staple::{StapledKey, Stapler};

/// How responders are asked, and how long their answers count.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The responder to ask, `http://…`, whichever the certificates name; without it the one that a certificate names.
    pub url: Option<String>,
    /// A proxy for http; without it responders are reached directly, whatever the environment says.
    pub proxy: Option<String>,
    /// How long an answer may take, the wait for a place included.
    pub timeout: Duration,
    /// How long an answer counts after it came, at most; also the greatest age of an answer that names no end.
    pub max_age: SignedDuration,
    /// So many questions may be under way at once; more wait.
    pub in_flight: usize,
    /// By which digest certificates are named.
    pub named_by: NamedBy,
    /// The source of nonces, a new one at each call.
    pub nonces: fn() -> Nonce,
}

#[cfg(test)]
mod tests;
