//! Who is calling, as the verified certificate and the directory tell.

use super::{
    identity::{PsIdNat, StructIdNat},
    professional::Professional,
};

/// The verified caller of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub who: Who,
    /// The certificate that proved it.
    pub certificate: CertificateId,
}

/// The kinds of callers. Anything else is refused before a question is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A registered professional with a personal certificate (CPS).
    Professional(Professional),
    /// Someone working under a professional's responsibility (CSP R1111-46 al. 7), with an employee's certificate (CPE).
    Delegate {
        /// The identifier that the structure gave.
        id: PsIdNat,
        /// The structure.
        structure: StructIdNat,
    },
    /// A structure's software with an organisation certificate; no person is authenticated.
    Organisation {
        /// The structure.
        structure: StructIdNat,
    },
    /// The front end of the digital health space (espace numérique de santé, ENS), acting for the holder.
    HolderFrontEnd {
        /// The structure that runs it.
        structure: StructIdNat,
    },
}

impl Who {
    /// The person, where one is authenticated.
    pub const fn person(&self) -> Option<&PsIdNat> {
        match self {
            Self::Professional(professional) => Some(&professional.id),
            Self::Delegate { id, .. } => Some(id),
            Self::Organisation { .. } | Self::HolderFrontEnd { .. } => None,
        }
    }

    /// The professional, where one with a personal certificate asks.
    pub const fn professional(&self) -> Option<&Professional> {
        match self {
            Self::Professional(professional) => Some(professional),
            Self::Delegate { .. } | Self::Organisation { .. } | Self::HolderFrontEnd { .. } => None,
        }
    }

    /// The structures in whose name the caller acts.
    pub fn structures(&self) -> &[StructIdNat] {
        match self {
            Self::Professional(professional) => &professional.structures,
            Self::Delegate { structure, .. }
            | Self::Organisation { structure }
            | Self::HolderFrontEnd { structure } => std::slice::from_ref(structure),
        }
    }
}

/// What names a certificate in the journal: never its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateId {
    /// SHA-256 of the DER bytes.
    pub fingerprint: [u8; 32],
    /// The serial number, hexadecimal.
    pub serial: String,
    /// The issuer's common name.
    pub issuer: String,
}
