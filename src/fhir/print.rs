//! Printing: from the record model to FHIR JSON, straight into bytes. Nothing is parsed or built as a tree on the way out.

mod binary;
mod document;
mod json;
mod list;
mod outcome;
mod searchset;
mod subset;
#[cfg(test)]
mod tests;
mod transaction;

pub use binary::binary_frame;
pub use document::document;
pub(in crate::fhir) use json::instant;
pub use list::list;
pub use outcome::outcome;
pub use searchset::{Documents, ListSet, SearchSet, lists_searchset, searchset};
pub use transaction::{FiledSubmission, FiledVersion, transaction_response};
