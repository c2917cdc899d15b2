//! Search parameters into a query on one record: DocumentReference (ITI-67, TD3.1) and List (ITI-66).
//!
//! One table for each resource says which parameters there are; the CapabilityStatement is made from them. Source: pdsm-dmp 5;
//! conformance 6.5.

pub(in crate::fhir) mod asking;
mod care_team;
mod consent;
pub mod deed;
mod document;
mod holder;
pub mod list;
pub(in crate::fhir) mod name;
pub(in crate::fhir) mod parameter;
pub(in crate::fhir) mod reference;
mod result;
pub(in crate::fhir) mod table;
#[cfg(test)]
mod tests;
pub(in crate::fhir) mod value;

pub use document::{SearchAsk, parse};
pub use list::ListAsk;
pub use parameter::printable;
pub use parameter::{Declared, Kind, Parameter};
pub use result::{ResultShape, Summary, TotalWanted};

use super::rules::RuleSet;
use crate::record::identity::Ins;

/// Entries of a page, where the search does not say how many.
pub const PAGE: usize = 50;
/// Entries of a page, at most.
pub const PAGE_MAX: usize = 200;

/// What a search is read with.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The rule set.
    pub rules: RuleSet,
    /// Whether real identities are expected, or those of the test ranges.
    pub production: bool,
    /// Whether what else would be ignored is refused (`Prefer: handling=strict`).
    pub strict: bool,
    /// The address of the server without a final slash: references that begin with it are to resources here.
    pub base: &'a str,
    /// The holder whose Patient has that id here, where the id is one of ours.
    pub patient: &'a dyn Fn(&str) -> Option<Ins>,
}

/// The parameters that are declared for a resource type; none where it is not searched.
pub fn declared(kind: &str) -> Vec<Declared> {
    match kind {
        "DocumentReference" => parameter::declared(document::DOCUMENTS),
        "List" => parameter::declared(list::LISTS),
        "Consent" => parameter::declared(consent::CONSENTS),
        "CareTeam" => parameter::declared(care_team::CARE_TEAMS),
        "Patient" => parameter::declared(super::patient::PATIENTS),
        "AuditEvent" => parameter::declared(super::audit::TRACES),
        _ => Vec::new(),
    }
}

/// What may be included in the answer to a search of a resource type.
pub fn includes(kind: &str) -> &'static [&'static str] {
    if kind == "List" { list::INCLUDES } else { &[] }
}
