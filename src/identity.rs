//! Certificate and directory to [`Caller`](crate::record::caller::Caller): pure, and the only module that reads X.509.

mod caller;
mod certificate;
mod directory;
mod hierarchy;
mod infrastructure;
mod revocation;
mod strength;
mod unidentified;

pub use caller::{FrontEnds, identify};
pub use certificate::{Authority, Certificate, CertificateKind, MalformedAuthority, authority_name, certificate_id};
pub use directory::{COLUMNS, Directory, DirectoryFault, Reading};
pub use hierarchy::{Hierarchy, TEST_PREFIX};
pub use infrastructure::Infrastructure;
pub use revocation::{MalformedList, RevocationList, SERIAL_BYTES, Serial, serial_of};
pub use strength::Key;
pub use unidentified::Unidentified;
