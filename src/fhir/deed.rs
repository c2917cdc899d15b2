//! Deeds: Consents and CareTeams to and from the record model. What both have in common stands here; what each says, in `consent` and
//! `care_team`.
//!
//! Whatever a deed says is held by the record or refused by name: a condition that nobody applies would be a promise broken.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    care_team, consent,
    issue::{Issue, Issues},
    tree::Node,
};
use crate::record::{
    deed::{Deed, DeedId, DeedKind, DeedStatus, Effect},
    identity::Ins,
};

pub mod diagnoses;
pub(in crate::fhir) mod elements;
pub(in crate::fhir) mod findings;
pub(in crate::fhir) mod party;
pub(in crate::fhir) mod period;
mod print;
pub(in crate::fhir) mod rendition;

pub use print::print;

use findings::Findings;

/// The system of identifiers of care teams that the operator named.
pub const TEAM_SYSTEM: &str = "https://dmp-gateway.example/fhir/NamingSystem/dmp-care-team";

/// What a deed is read with.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// Whether real identities are expected, or those of the test ranges.
    pub production: bool,
    /// The address of the server without a final slash: references that begin with it are to resources here.
    pub base: &'a str,
    /// When it arrived.
    pub received: Timestamp,
    /// The id of the deed: a fresh one, or that of the deed that gets a new version. It becomes the identifier of the effect.
    pub id: DeedId,
    /// The holder whose Patient has that id here, where the id is one of ours.
    pub patient: &'a dyn Fn(&str) -> Option<Ins>,
}

/// A deed in the terms of the record model.
#[derive(Debug)]
pub struct ReadDeed {
    /// Whose record.
    pub holder: Ins,
    /// Whether it shall be in force.
    pub status: DeedStatus,
    /// What it does.
    pub effect: Effect,
    /// The resource as [`Deed::rendition`] has it.
    pub rendition: Vec<u8>,
    /// What was taken with a remark.
    pub warnings: Vec<Issue>,
}

/// Reads a resource of that kind that passed the gates; see [`consent::read`] and [`care_team::read`].
///
/// # Errors
/// Everything that is wrong, with its place.
pub fn read(kind: DeedKind, tree: &Value, setting: &Setting<'_>) -> Result<ReadDeed, Issues> {
    match kind {
        DeedKind::Consent => consent::read(tree, setting),
        DeedKind::CareTeam => care_team::read(tree, setting),
    }
}

/// Reads a resource of that name; what it says, `part` reads.
pub(in crate::fhir) fn read_as(
    name: &'static str,
    tree: &Value,
    setting: &Setting<'_>,
    part: fn(&Node<'_>, &Setting<'_>, &mut Findings) -> Option<ReadDeed>,
) -> Result<ReadDeed, Issues> {
    let mut findings = Findings::default();
    let root = Node::new(tree, name);
    let read = if root.kind() == name {
        part(&root, setting, &mut findings)
    } else {
        findings.refuse(diagnoses::NOT_THIS_RESOURCE, "", "");
        None
    };
    let (deed, warnings) = findings.conclude(read, (diagnoses::PART_MISSING, name))?;
    Ok(ReadDeed { warnings, ..deed })
}

/// The name of the resource type.
pub const fn type_name(kind: DeedKind) -> &'static str {
    match kind {
        DeedKind::Consent => "Consent",
        DeedKind::CareTeam => "CareTeam",
    }
}

/// The code of a status.
pub const fn status_code(status: DeedStatus) -> &'static str {
    match status {
        DeedStatus::Active => "active",
        DeedStatus::Inactive => "inactive",
        DeedStatus::EnteredInError => "entered-in-error",
    }
}

/// The profile that a deed is of.
pub fn profile(deed: &Deed) -> &'static str {
    match consent::Kind::of(&deed.effect) {
        Some(kind) => kind.profile(),
        None => care_team::PROFILE,
    }
}
