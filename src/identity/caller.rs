//! From a verified certificate to the caller of the connection.

use std::collections::HashSet;

use super::{
    certificate::{Certificate, CertificateKind},
    directory::Directory,
    unidentified::Unidentified,
};
use crate::record::{
    caller::{Caller, Who},
    identity::StructIdNat,
};

/// The structures that run the holder's front end (espace numérique de santé, ENS), from the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontEnds(HashSet<StructIdNat>);

impl FrontEnds {
    /// Whether the structure runs the holder's front end.
    pub fn holds(&self, structure: &StructIdNat) -> bool {
        self.0.contains(structure)
    }
}

impl FromIterator<StructIdNat> for FrontEnds {
    fn from_iter<I: IntoIterator<Item = StructIdNat>>(structures: I) -> Self {
        Self(structures.into_iter().collect())
    }
}

/// Who calls, by certificate and directory alone. The chain of the certificate must have been verified, and the certificate
/// recognised ([`super::Infrastructure::recognise`]).
///
/// An employee stays a delegate even where the directory knows the same person as a professional: an employee's card never
/// reads. A front end need not be in the directory, for the configuration vouches for it.
///
/// # Errors
/// The directory does not know the person or structure, or not in one way.
pub fn identify(
    certificate: &Certificate,
    directory: &Directory,
    front_ends: &FrontEnds,
) -> Result<Caller, Unidentified> {
    let who = match &certificate.kind {
        CertificateKind::Person { id } => Who::Professional(directory.professional(id)?),
        CertificateKind::Employee { id, structure } => {
            Who::Delegate { id: id.clone(), structure: known(structure, directory)? }
        }
        CertificateKind::Organisation { structure } if front_ends.holds(structure) => {
            Who::HolderFrontEnd { structure: structure.clone() }
        }
        CertificateKind::Organisation { structure } => Who::Organisation { structure: known(structure, directory)? },
        CertificateKind::Server { .. } => return Err(Unidentified::ServerCertificate),
    };
    Ok(Caller { who, certificate: certificate.id.clone() })
}

fn known(structure: &StructIdNat, directory: &Directory) -> Result<StructIdNat, Unidentified> {
    if directory.knows_structure(structure) { Ok(structure.clone()) } else { Err(Unidentified::UnknownStructure) }
}

#[cfg(test)]
mod tests;
