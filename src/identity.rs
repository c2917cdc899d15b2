//! Certificate and directory to [`Caller`](crate::record::caller::Caller): pure, and the only module that reads X.509.

mod caller;
mod certificate;
mod directory;
mod revocation;
mod unidentified;

pub use caller::{FrontEnds, identify};
pub use certificate::{Authority, Certificate, CertificateKind, MalformedAuthority};
pub use directory::{COLUMNS, Directory, DirectoryFault, Reading, Skip, Skipped};
pub use revocation::{MalformedList, RevocationList, SERIAL_BYTES, Serial, serial_of};
pub use unidentified::Unidentified;
