//! Professionals as the national directory (Annuaire Santé) knows them.

use serde::{Deserialize, Serialize};

use super::identity::{PsIdNat, StructIdNat};

/// A profession code of TRE_G15, such as `10` (physician) or `60` (nurse). OID `1.2.250.1.71.1.2.7`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Profession(pub String);

/// A speciality code (savoir-faire) of TRE_R38 and its kin, such as `SM26`, or a pharmacists' section of TRE_G05, such as `A`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Speciality(pub String);

/// One professional with what the directory says today. Never built from what a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Professional {
    /// The national identifier.
    pub id: PsIdNat,
    /// The profession in which the person acts.
    pub profession: Profession,
    /// The specialities and pharmacists' sections.
    pub specialities: Vec<Speciality>,
    /// The structures where the person practises. Never empty: nobody without one is a caller.
    pub structures: Vec<StructIdNat>,
}
