//! FHIR's XML, both ways. What is read becomes the same tree as its JSON twin, so that the gates behind it know one form
//! only; what is written is made from that tree. Source: <http://hl7.org/fhir/R4/xml.html>.
//!
//! The reader is our own, from the bytes up ([`source`], [`lexer`]): a document is one attribute, of up to a GiB, and any
//! reader that gives attributes whole would hold it. It knows no more of XML than FHIR needs: no document types, no entities
//! but the five, no processing instructions.

use std::io;

use serde_json::Value;

use super::{
    definitions::{self, Content, Element},
    intake::{Intake, Limits, Nowhere, Quarantine, Unreadable},
};
use walk::Walk;
pub use {binary::binary_frame, writer::Unwritable};

mod account;
mod binary;
pub mod diagnoses;
mod escape;
mod lexer;
mod markup;
mod members;
mod namespace;
mod narrative;
mod source;
mod tag;
mod text;
mod value;
mod walk;
mod writer;

#[cfg(test)]
mod tests;

pub(in crate::fhir) use narrative::is_narrative;

/// The namespace of FHIR.
pub const FHIR: &str = "http://hl7.org/fhir";
/// The namespace of narratives.
pub const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// Reads one XML resource as [`super::intake::read`] reads JSON: the tree, the places, the documents and the limits are those
/// of its JSON twin. What R4 does not know stays in the tree, for gate 3 to refuse it by its place.
///
/// # Errors
/// See [`Unreadable`]; wrong input comes with as many findings as could be made, at most fifty.
pub fn read<R: io::Read>(source: R, limits: &Limits, quarantine: &dyn Quarantine) -> Result<Intake, Unreadable> {
    Walk::new(source, limits, quarantine).run()
}

/// Reads one XML resource that is held whole, as [`super::intake::read_held`] reads JSON.
///
/// # Errors
/// See [`Unreadable`].
pub(in crate::fhir) fn read_held<R: io::Read>(source: R, limits: &Limits) -> Result<Value, Unreadable> {
    Walk::new(source, limits, &Nowhere).holding().run().map(|intake| intake.tree)
}

/// Writes a resource, given as the text of its JSON, in XML.
///
/// # Errors
/// See [`Unwritable`]; what passed the gates, and what the gateway prints, can always be written.
pub fn write(json: &[u8]) -> Result<Vec<u8>, Unwritable> {
    write_value(&serde_json::from_slice(json)?)
}

/// Writes a resource in XML.
///
/// # Errors
/// See [`Unwritable`].
pub fn write_value(resource: &Value) -> Result<Vec<u8>, Unwritable> {
    writer::document(resource)
}

/// What R4 says of an element, below what it knows or not: extensions are extensions everywhere.
fn element_of(parent: Option<&str>, name: &str) -> Option<Element> {
    match (parent, name) {
        (Some(parent), _) => definitions::element(parent, name),
        (None, "extension") => Some(Element { many: true, content: Content::Object("Extension") }),
        (None, _) => None,
    }
}
