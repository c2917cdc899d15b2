//! Care teams (équipes de soins) as evidence of membership. Source: CSP L1110-12, R1111-46 al. 2.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::identity::{PsIdNat, StructIdNat};

/// A span of time; an open end lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it, where it ends.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Span {
    /// Whether the instant lies in the span.
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|end| at < end)
    }
}

/// The three ways of L1110-12 in which people form a care team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeamPath {
    /// They practise in the same establishment or listed structure.
    SameEstablishment,
    /// The patient recognises them as members.
    RecognisedByPatient,
    /// They form a group with a formalised organisation.
    FormalisedGroup,
}

/// One care team around the holder during one episode of care.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CareTeam {
    /// The identifier of the team, to which the initial consent refers.
    pub id: String,
    /// How it is formed.
    pub path: TeamPath,
    /// The establishments whose professionals belong to it.
    #[serde(default)]
    pub structures: Vec<StructIdNat>,
    /// The members named one by one.
    #[serde(default)]
    pub members: Vec<PsIdNat>,
    /// The episode of care.
    pub episode: Span,
}
