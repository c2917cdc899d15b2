//! Which authorities of the health public-key infrastructure (IGC-Santé) issue whose certificates, and which servers may call.
//! Source: IGC-Santé naming; pdsm-dmp 13.2.

use std::collections::HashSet;

use super::{
    certificate::{Certificate, CertificateKind},
    hierarchy::Hierarchy,
    unidentified::Unidentified,
};
use crate::record::identity::StructIdNat;

/// What the configuration says of the infrastructure. Common names of authorities are those of production; in the test hierarchy
/// each begins with `TEST `.
#[derive(Debug, Clone)]
pub struct Infrastructure {
    persons: HashSet<String>,
    organisations: HashSet<String>,
    servers: HashSet<(StructIdNat, String)>,
}

impl Infrastructure {
    /// The authorities that issue persons' cards (CPS, CPE) and organisations' certificates (ORG, SERV), by common name, as they
    /// are named in production.
    pub fn new<'a>(
        hierarchy: Hierarchy,
        persons: impl IntoIterator<Item = &'a String>,
        organisations: impl IntoIterator<Item = &'a String>,
    ) -> Self {
        let named = |name: &String| hierarchy.name_of(name);
        Self {
            persons: persons.into_iter().map(named).collect(),
            organisations: organisations.into_iter().map(named).collect(),
            servers: HashSet::new(),
        }
    }

    /// With servers that may call, each by structure and common name.
    #[must_use]
    pub fn admitting(mut self, servers: impl IntoIterator<Item = (StructIdNat, String)>) -> Self {
        self.servers.extend(servers);
        self
    }

    /// Recognises a certificate whose chain was verified: its issuer must be one that issues its kind. A server's certificate that
    /// the configuration admits becomes that of its organisation.
    ///
    /// # Errors
    /// Another authority issued it, or a server is not admitted.
    pub fn recognise(&self, certificate: Certificate) -> Result<Certificate, Unidentified> {
        let issuers = match &certificate.kind {
            CertificateKind::Person { .. } | CertificateKind::Employee { .. } => &self.persons,
            CertificateKind::Organisation { .. } | CertificateKind::Server { .. } => &self.organisations,
        };
        if !issuers.contains(&certificate.id.issuer) {
            return Err(Unidentified::WrongIssuer);
        }
        match certificate.kind {
            CertificateKind::Server { structure, name } => {
                let admitted = self.servers.contains(&(structure.clone(), name));
                let kind = CertificateKind::Organisation { structure };
                if admitted { Ok(Certificate { kind, ..certificate }) } else { Err(Unidentified::ServerCertificate) }
            }
            CertificateKind::Person { .. }
            | CertificateKind::Employee { .. }
            | CertificateKind::Organisation { .. } => Ok(certificate),
        }
    }
}

#[cfg(test)]
mod tests;
