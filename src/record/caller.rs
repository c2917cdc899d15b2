//! Who is calling, as the verified certificate, the directory, and a token that is bound to the certificate tell.

use std::fmt;

use super::{
    access::Purpose,
    identity::{Ins, PsIdNat, StructIdNat},
    professional::Professional,
};

/// The verified caller of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub who: Who,
    /// The certificate that proved it, alone or together with a token that is bound to it.
    pub certificate: CertificateId,
    /// What a token asserted, where one came.
    pub asserted: Option<Box<Asserted>>,
}

/// How the caller was authenticated (pdsm-dmp 13.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A professional's own card.
    DirectCps,
    /// An employee's own card.
    DirectCpe,
    /// A structure's certificate; no person is authenticated.
    Indirect,
    /// A structure's certificate, and its assertion of the professional who is present (authentification indirecte renforcée).
    Air,
    /// A structure's certificate, and a professional's token of Pro Santé Connect.
    ProSanteConnect,
    /// The certificate of the holder's front end, and the holder's token.
    Holder,
}

impl Mode {
    /// The word in journal and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DirectCps => "direct-cps",
            Self::DirectCpe => "direct-cpe",
            Self::Indirect => "indirect",
            Self::Air => "air",
            Self::ProSanteConnect => "pro-sante-connect",
            Self::Holder => "holder",
        }
    }
}

/// What a verified token asserted.
#[derive(Clone, PartialEq, Eq)]
pub struct Asserted {
    /// Who signed it.
    pub by: Asserter,
    /// The issuer's name.
    pub issuer: String,
    /// What names the token in the journal: SHA-256 of issuer and identifier.
    pub token: [u8; 32],
    /// The patient to whom it is bound.
    pub patient: Option<Ins>,
    /// Who acts through the holder's front end: the holder, or a representative.
    pub acting: Option<Ins>,
    /// Why the caller acts.
    pub purpose: Purpose,
    /// The software.
    pub software: Option<Software>,
}

impl fmt::Debug for Asserted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asserted").field("by", &self.by).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

/// Who may sign what a caller asserts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asserter {
    /// Pro Santé Connect.
    ProSanteConnect,
    /// The calling structure.
    Structure,
    /// The issuer of the holder's front end.
    FrontEnd,
}

/// The software of a caller (logiciel de professionnel de santé, LPS).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Software {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its identifier (`LPS_ID`).
    pub id: Option<String>,
    /// The number of its homologation for the DMP (`LPS_ID_HOMOLOGATION_DMP`).
    pub homologation: Option<String>,
}

impl Caller {
    /// A caller whom the certificate alone proves.
    pub const fn by_certificate(who: Who, certificate: CertificateId) -> Self {
        Self { who, certificate, asserted: None }
    }

    /// How the caller was authenticated.
    pub fn mode(&self) -> Mode {
        let by = self.asserted.as_ref().map(|asserted| asserted.by);
        match (&self.who, by) {
            (Who::Professional(_), None) => Mode::DirectCps,
            (Who::Professional(_), Some(Asserter::ProSanteConnect)) => Mode::ProSanteConnect,
            (Who::Professional(_), Some(Asserter::Structure | Asserter::FrontEnd)) => Mode::Air,
            (Who::Delegate { .. }, _) => Mode::DirectCpe,
            (Who::Organisation { .. }, _) => Mode::Indirect,
            (Who::HolderFrontEnd { .. }, _) => Mode::Holder,
        }
    }

    /// The patient to whom the token is bound, where one is.
    pub fn bound_to(&self) -> Option<&Ins> {
        self.asserted.as_ref().and_then(|asserted| asserted.patient.as_ref())
    }

    /// The software that the token names.
    pub fn software(&self) -> Option<&Software> {
        self.asserted.as_ref().and_then(|asserted| asserted.software.as_ref())
    }

    /// Why the caller acts: what the token says; without one a caller acts for care.
    pub fn purpose(&self) -> Purpose {
        self.asserted.as_ref().map_or(Purpose::Care, |asserted| asserted.purpose)
    }
}

/// The kinds of callers. Anything else is refused before a question is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A registered professional, authenticated in person: by the card (CPS), or by a token that is bound to the structure's certificate.
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

    /// The professional, where one asks in person.
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
