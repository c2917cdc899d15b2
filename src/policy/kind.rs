//! Types of documents as the law tells them apart: in the matrix, the holder's own, and the insurer's.

use crate::record::code::Code;

/// The systems of the types that the order knows (JDV_J07).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TypeSystem {
    /// LOINC.
    Loinc,
    /// TRE_A05, the complement of the French nomenclature.
    TreA05,
}

impl TypeSystem {
    /// The system that a URI names, in the spelling of FHIR, of the nomenclature server, or by OID.
    pub fn of_uri(uri: &str) -> Option<Self> {
        match uri {
            "http://loinc.org" | "urn:oid:2.16.840.1.113883.6.1" => Some(Self::Loinc),
            "urn:oid:1.2.250.1.213.1.1.4.12"
            | "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire" => {
                Some(Self::TreA05)
            }
            _ => None,
        }
    }
}

/// The patient's questionnaire (LOINC).
const QUESTIONNAIRE: &str = "74465-6";

/// Whether documents of this type are the holder's to file (CSP R1111-42, R1111-45): what the patient deposits, the patient's
/// wishes and rights, the patient's questionnaire.
pub fn is_of_holder(kind: &Code) -> bool {
    match TypeSystem::of_uri(&kind.system) {
        Some(TypeSystem::TreA05) => kind.code.starts_with("DOCPAT") || kind.code.starts_with("EXPPAT_"),
        Some(TypeSystem::Loinc) => kind.code == QUESTIONNAIRE,
        None => false,
    }
}

/// Whether documents of this type come from the holder alone, so that nobody else can pass for the patient nor
/// write the patient's wishes. By the code, whatever
/// its system: a reservation is not evaded by a spelling.
pub fn is_of_holder_alone(kind: &Code) -> bool {
    kind.code.starts_with("DOCPAT") || kind.code.starts_with("EXPPAT") || kind.code == QUESTIONNAIRE
}

/// Whether documents of this type come from the health insurance alone (CSP R1111-42): reimbursement data. Dispensation is left
/// to pharmacists, who file it by the published specifications.
pub fn is_of_insurer(kind: &Code) -> bool {
    kind.code == "REMB"
}
