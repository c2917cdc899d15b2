//! Deeds (actes): what is put on file about who may reach the record. A deed is a FHIR Consent (PCF ITI-108) or a CareTeam (CDS); each is
//! versioned, none is ever deleted, and the facts on which the law decides follow from those in force.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    care_team::{CareTeam, Span},
    consent::{Block, Consent, FeedOpposition},
    identity::PsIdNat,
    matcher::Matcher,
    query::PageMark,
};

/// The identity of a deed: the `id` of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeedId(pub Uuid);

impl fmt::Display for DeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The kinds of resources that deeds are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeedKind {
    /// A Consent.
    Consent,
    /// A CareTeam.
    CareTeam,
}

/// Whether a deed is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeedStatus {
    /// In force, within its period.
    Active,
    /// Withdrawn or ended.
    Inactive,
    /// Recorded by mistake.
    EnteredInError,
}

/// The three choices of the holder for emergencies. Source: law.md part H; CSP L1111-17 I.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmergencyChoice {
    /// Access by break-glass (bris de glace).
    BreakGlass,
    /// Access by the regulating physician of an emergency call centre (centre 15).
    Regulation,
    /// Whether what is masked to professionals opens in an emergency.
    MaskedDocuments,
}

/// One choice for emergencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// Which.
    pub choice: EmergencyChoice,
    /// Whether the holder allows it.
    pub allowed: bool,
    /// While it holds.
    pub period: Span,
}

/// What a deed does while it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "effect", content = "of")]
pub enum Effect {
    /// A consent to reading.
    Consent(Consent),
    /// A forbidden professional or structure.
    Block(Block),
    /// An opposition to feeding.
    FeedOpposition(FeedOpposition),
    /// A choice for emergencies.
    Emergency(Emergency),
    /// A care team.
    Team(CareTeam),
}

impl Effect {
    /// The kind of resource that has this effect.
    pub const fn kind(&self) -> DeedKind {
        match self {
            Self::Consent(_) | Self::Block(_) | Self::FeedOpposition(_) | Self::Emergency(_) => DeedKind::Consent,
            Self::Team(_) => DeedKind::CareTeam,
        }
    }
}

/// Who put a deed on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "id")]
pub enum Recorder {
    /// The holder, through the digital health space.
    Holder,
    /// A professional.
    Person(PsIdNat),
    /// The operator of the host, who loaded it.
    Operator,
}

/// One version of a deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Its identity.
    pub id: DeedId,
    /// The version, from 1.
    pub version: u32,
    /// When this version was accepted.
    pub updated: Timestamp,
    /// Whether it is in force.
    pub status: DeedStatus,
    /// Its effect. The identifiers inside it (`Consent::id`, `Block::id`, `CareTeam::id`) are the text of [`Deed::id`] where it came over
    /// FHIR, and what the operator gave where it was loaded.
    pub effect: Effect,
    /// Who put the first version on file.
    pub recorder: Recorder,
    /// The resource as canonical JSON members, without `resourceType`, `id`, `meta` and `status`, which are printed from here, and
    /// without braces; empty where it was loaded: it is then printed from the effect.
    #[serde(skip)]
    pub rendition: Vec<u8>,
}

/// A deed to be put on file: a first version, or the next of one that is there.
#[derive(Debug, Clone)]
pub struct DeedFiling {
    /// The identity: new, or of the deed that gets a new version.
    pub id: DeedId,
    /// Whether it is the first version.
    pub is_new: bool,
    /// The versions of which one must be the current (`If-Match`); any where the request names none.
    pub if_version: Option<Vec<u32>>,
    /// Whether it shall be in force.
    pub status: DeedStatus,
    /// Its effect.
    pub effect: Effect,
    /// The resource, as in [`Deed::rendition`].
    pub rendition: Vec<u8>,
    /// When it arrived.
    pub received: Timestamp,
}

/// A search among the deeds of one record; answers come last changed first.
#[derive(Debug, Clone)]
pub struct DeedQuery {
    /// Of which kind.
    pub kind: DeedKind,
    /// Which of them.
    pub matches: Matcher<Deed>,
    /// At most so many; zero asks for the count alone.
    pub page_size: usize,
    /// Where to go on.
    pub after: Option<PageMark>,
}
