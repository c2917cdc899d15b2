//! Certificate, token and directory to [`Caller`](crate::record::caller::Caller): pure, and the only module that reads X.509 and verifies tokens.

mod assertion;
mod caller;
mod certificate;
mod claims;
mod directory;
mod hierarchy;
mod infrastructure;
mod issuer;
mod jwks;
mod once;
mod public_key;
mod revocation;
mod strength;
mod token;
mod unidentified;
mod untrusted;

pub use assertion::{Assertion, Subject};
pub use caller::{FrontEnds, identify, identify_by_token};
pub use certificate::{Authority, Certificate, CertificateKind, MalformedAuthority, authority_name, certificate_id};
pub use directory::{COLUMNS, Directory, DirectoryFault, Reading, Skip, Skipped};
pub use hierarchy::{Hierarchy, TEST_PREFIX};
pub use infrastructure::Infrastructure;
pub use issuer::{Issuer, IssuerKind, Presenter, thumbprint};
#[cfg(test)]
pub(crate) use jwks::tests as jwks_tests;
pub use jwks::{Algorithm, KeySet, MalformedKeySet, VerifyingKey};
pub use revocation::{MalformedList, RevocationList, SERIAL_BYTES, Serial, distribution_points, serial_of};
pub use strength::Key;
pub use token::{LONGEST, Presented, Verified, is_jwt, token_id};
pub use unidentified::Unidentified;
pub use untrusted::Untrusted;
