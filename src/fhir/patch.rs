//! Patches of a document's metadata: read in any of three languages, applied to the resource as it is printed, read back as a
//! revision. Only the status, the visibility labels and the archived flag can change.
//!
//! Each reader turns its document into the same [`Operation`]s on [`Place`]s. [`session`] carries them out on the small part of
//! the printed resource that a patch may see, so that indexes mean what the client was shown; [`algebra`] reads the labels back
//! as a set. Source: pdsm-dmp 4.2, 6.2 to 6.6, 7; RFC 6902, RFC 6901, RFC 5261, <http://hl7.org/fhir/R4/fhirpatch.html>.

mod algebra;
pub mod diagnoses;
mod draft;
mod expression;
mod if_match;
mod json;
mod markup;
mod operation;
mod parameters;
mod place;
mod pointer;
mod session;
#[cfg(test)]
mod tests;
mod text;
mod tolerance;
mod xml;
mod xpath;

use std::fmt;

use serde_json::Value;

use super::{
    intake::diagnoses::BODY_TOO_LONG,
    issue::{Issue, Issues},
    rules::RuleSet,
};
use crate::record::amendment::Patch;
pub use if_match::if_match;
use {operation::Operation, place::Place};

/// Bytes of a patch document.
pub const MAX_BYTES: usize = 64 * 1024;
/// Operations in a patch document.
pub const MAX_OPERATIONS: usize = 100;
/// Elements, objects and arrays inside each other.
const MAX_DEPTH: usize = 32;

/// A patch document, read.
#[derive(Clone)]
pub struct Reading {
    /// The patch. Pure, and bounded in time and memory whatever the document says.
    pub patch: Patch,
    /// What was taken although it is not quite right.
    pub warnings: Vec<Issue>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("warnings", &self.warnings).finish_non_exhaustive()
    }
}

/// Reads a JSON Patch, `application/json-patch+json` (RFC 6902). `at` of an issue is such as `operation[2].path`, or
/// `line 3, column 14` where the text is no JSON.
///
/// # Errors
/// The document is no patch, too large, or has a defect that the rule set does not take.
pub fn json(bytes: &[u8], rules: RuleSet) -> Result<Reading, Issues> {
    within_limit(bytes)?;
    json::read(bytes, rules)
}

/// Reads a FHIRPath Patch, a Parameters resource that has passed the gates, whatever format it came in.
///
/// # Errors
/// As [`json()`]; places are such as `Parameters.parameter[2]`.
pub fn fhirpath(tree: &Value, rules: RuleSet) -> Result<Reading, Issues> {
    parameters::read(tree, rules)
}

/// Reads an XML Patch, `application/xml-patch+xml` (RFC 5261).
///
/// # Errors
/// As [`json()`]. A document type is refused.
pub fn xml(bytes: &[u8], rules: RuleSet) -> Result<Reading, Issues> {
    within_limit(bytes)?;
    xml::read(bytes, rules)
}

fn within_limit(bytes: &[u8]) -> Result<(), Issues> {
    if bytes.len() > MAX_BYTES {
        return Err(Issue::error(BODY_TOO_LONG, "", "a patch has at most 64 KiB").into());
    }
    Ok(())
}
