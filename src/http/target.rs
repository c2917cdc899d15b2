//! What a reading request is about: an interaction with a type, an id, a version. One parser for addresses and for the entries of a batch.

use super::problem::Shape;

/// The types of resources that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// DocumentReference.
    DocumentReference,
    /// List.
    List,
    /// Consent.
    Consent,
    /// CareTeam.
    CareTeam,
    /// AuditEvent.
    AuditEvent,
    /// Patient.
    Patient,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::DocumentReference, Self::List, Self::Consent, Self::CareTeam, Self::AuditEvent, Self::Patient];

    /// The name of the type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentReference => "DocumentReference",
            Self::List => "List",
            Self::Consent => "Consent",
            Self::CareTeam => "CareTeam",
            Self::AuditEvent => "AuditEvent",
            Self::Patient => "Patient",
        }
    }

    /// The type of that name, where it is searched.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether versions of it are kept and told.
    pub const fn has_versions(self) -> bool {
        match self {
            Self::DocumentReference | Self::Consent | Self::CareTeam => true,
            Self::List | Self::AuditEvent | Self::Patient => false,
        }
    }
}

/// A reading interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Search one type.
    Search(Kind),
    /// Read one resource.
    Read(Kind, String),
    /// Read one version of a resource.
    Version(Kind, String, String),
    /// Read all versions of a resource.
    History(Kind, String),
    /// Retrieve content.
    Content(String),
}

impl Target {
    /// What a path below the base means; nothing where it means no reading interaction.
    pub fn of_path(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let kind = Kind::named(parts.first()?);
        let id = |text: &&str| (*text).to_owned();
        match (parts.as_slice(), kind) {
            (["Binary", name], _) => Some(Self::Content(id(name))),
            ([_], Some(kind)) | ([_, "_search"], Some(kind)) => Some(Self::Search(kind)),
            ([_, name], Some(Kind::Patient)) if !name.is_empty() => Some(Self::Read(Kind::Patient, id(name))),
            ([_, name], Some(kind)) => Some(Self::Read(kind, id(name))),
            ([_, name, "_history"], Some(kind)) if kind.has_versions() => Some(Self::History(kind, id(name))),
            ([_, name, "_history", version], Some(kind)) if kind.has_versions() || kind == Kind::List => {
                Some(Self::Version(kind, id(name), id(version)))
            }
            _ => None,
        }
    }

    /// The name of the transaction in journal and metrics.
    pub const fn transaction(&self) -> &'static str {
        match self {
            Self::Search(Kind::DocumentReference) => "ITI-67",
            Self::Search(Kind::List) => "ITI-66",
            Self::Content(_) => "ITI-68",
            Self::Search(Kind::AuditEvent) => "ITI-81",
            Self::Search(Kind::Consent) | Self::Read(Kind::Consent, _) => "ITI-108",
            Self::Search(Kind::Patient) => "TD0.2",
            Self::Search(Kind::CareTeam) => "search",
            Self::Read(..) => "read",
            Self::Version(..) => "vread",
            Self::History(..) => "history",
        }
    }

    /// On what the status of its faults depends.
    pub const fn shape(&self) -> Shape {
        match self {
            Self::Search(_) => Shape::Search,
            Self::Read(..) | Self::Version(..) | Self::History(..) | Self::Content(_) => Shape::OfDocument,
        }
    }
}

#[cfg(test)]
mod tests;
