//! What stands for OCSP in a build without the feature `openssl`: things that cannot be, so that nobody can take them for checks.

use jiff::Timestamp;

use super::{Doubt, Standing};

/// Checks of callers' certificates: this build has none.
#[derive(Debug)]
pub enum Checks {}

/// What would be asked about a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {}

/// The responder that a certificate names: this build asks none.
pub const fn responder_of(_: &[u8]) -> Option<String> {
    None
}

impl Checks {
    /// What is to be asked about a verified leaf, DER.
    pub fn subject(&self, _: &[u8], _: &Standing) -> Subject {
        match *self {}
    }

    /// Whether the certificate stands by what its responder says.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn check(&self, _: &Subject, _: Timestamp) -> Result<(), Doubt> {
        match *self {}
    }
}
