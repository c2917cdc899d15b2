//! From a verified certificate to the caller of the connection.

use std::collections::HashSet;

use super::{
    assertion::{Assertion, Subject},
    certificate::{Certificate, CertificateKind},
    directory::Directory,
    issuer::IssuerKind,
    unidentified::Unidentified,
};
use crate::record::{
    caller::{Asserted, Asserter, Caller, Who},
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
    Ok(Caller::by_certificate(who, certificate.id.clone()))
}

/// Who calls, by certificate, token and directory. The certificate must be one with which such tokens may come
/// ([`IssuerKind::is_for`](super::issuer::IssuerKind::is_for)).
///
/// A professional acts at the structure whose certificate calls: that names the situation of practice among several. Of several
/// professions at that structure, Pro Santé Connect may name one; a structure may not.
///
/// # Errors
/// The directory does not know the person at that structure, or not in one way.
pub fn identify_by_token(caller: Caller, assertion: Assertion, directory: &Directory) -> Result<Caller, Unidentified> {
    let Assertion { kind, issuer, id: token, subject, patient, purpose, software, issued: _, expires: _ } = assertion;
    let by = match kind {
        IssuerKind::ProSanteConnect => Asserter::ProSanteConnect,
        IssuerKind::Structure => Asserter::Structure,
        IssuerKind::Holder => Asserter::FrontEnd,
    };
    let acting = if let Subject::Holder { actor } = &subject { Some(actor.clone()) } else { None };
    let who = match (subject, caller.who) {
        (Subject::Professional { id, structure, professions }, Who::Organisation { structure: caller }) => {
            if structure.is_some_and(|named| !directory.are_one_place(&id, &named, &caller)) {
                return Err(Unidentified::NotAtStructure);
            }
            Who::Professional(directory.professional_at(&id, &caller, &professions)?)
        }
        (Subject::Professional { .. } | Subject::Structure | Subject::Holder { .. }, who) => who,
    };
    let asserted = Asserted { by, issuer, token, patient, acting, purpose, software };
    Ok(Caller { who, certificate: caller.certificate, asserted: Some(Box::new(asserted)) })
}

fn known(structure: &StructIdNat, directory: &Directory) -> Result<StructIdNat, Unidentified> {
    if directory.knows_structure(structure) { Ok(structure.clone()) } else { Err(Unidentified::UnknownStructure) }
}

#[cfg(test)]
mod tests;
