//! What the holder agreed to and what the holder refuses. Source: CSP L1110-4, L1111-17, R1111-46, R1111-47, R1111-54.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    care_team::Span,
    identity::{PsIdNat, StructIdNat},
};

/// The information given before consent was asked, and its proof (CSP D1110-3-1, D1110-3-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Whether the holder was told the categories of data and of professionals, the medium and the security measures.
    pub information_given: bool,
    /// Who collected the consent; nobody where the holder recorded it directly.
    #[serde(default)]
    pub collected_by: Option<PsIdNat>,
    /// When.
    pub at: Timestamp,
}

/// To what the holder agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Grant {
    /// The record opens to a care team (R1111-46 al. 2; Conseil d'Etat no 490409).
    InitialForTeam {
        /// The team.
        team: String,
    },
    /// One professional outside the team may read (R1111-46 al. 3).
    Professional {
        /// Who.
        professional: PsIdNat,
    },
    /// A member of the team collected consent for another identified professional (R1111-46 al. 4, L1111-17 II).
    EntrustedProfessional {
        /// Who may read.
        professional: PsIdNat,
    },
    /// The rights of the treating physician (R1111-54 al. 2).
    TreatingPhysicianRights {
        /// Who.
        professional: PsIdNat,
    },
}

/// One consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Its identifier.
    pub id: String,
    /// To what.
    pub grant: Grant,
    /// How the holder was informed.
    pub evidence: Evidence,
    /// While it holds; a withdrawal ends it.
    pub period: Span,
}

/// Someone to whom the holder forbids access (R1111-46 al. 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "id", deny_unknown_fields)]
pub enum Blocked {
    /// A professional, wherever they practise.
    Professional(PsIdNat),
    /// A structure, with all who act in its name.
    Structure(StructIdNat),
}

/// One line of the holder's list of forbidden professionals and structures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Its identifier.
    #[serde(default)]
    pub id: String,
    /// Who.
    pub blocked: Blocked,
    /// While it holds.
    pub period: Span,
}

impl Block {
    /// Whether the person is forbidden by name at that instant.
    pub fn forbids_person(&self, id: &PsIdNat, at: Timestamp) -> bool {
        self.period.holds_at(at) && self.blocked.names_person(id)
    }
}

impl Blocked {
    /// Whether that is the person.
    pub fn names_person(&self, id: &PsIdNat) -> bool {
        match self {
            Self::Professional(blocked) => blocked == id,
            Self::Structure(_) => false,
        }
    }

    /// Whether that is the structure.
    pub fn names_structure(&self, id: &StructIdNat) -> bool {
        match self {
            Self::Structure(blocked) => blocked == id,
            Self::Professional(_) => false,
        }
    }
}

/// The holder's opposition to feeding for a legitimate reason (R1111-47).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedOpposition {
    /// Its identifier.
    #[serde(default)]
    pub id: String,
    /// Against whom; nobody named means everyone.
    #[serde(default)]
    pub against: Option<Blocked>,
    /// Whether a professional recorded a legitimate reason; without one the opposition is not valid.
    pub legitimate_reason: bool,
    /// While it holds.
    pub period: Span,
}
