//! Printing: from the record model to FHIR JSON, straight into bytes. Nothing is parsed or built as a tree on the way out.

mod batch;
mod binary;
mod document;
mod history;
mod json;
mod list;
mod outcome;
mod parameters;
mod searchset;
#[cfg(test)]
mod tests;
mod transaction;

pub use batch::{
    BatchResponse, batch_closing, batch_entry, batch_frame, batch_opening, batch_outcome, batch_unchanged,
};
pub use binary::binary_frame;
pub use document::document;
pub use history::{History, PrintedVersion, document_history, history};
pub(in crate::fhir) use json::instant;
pub use list::list;
pub use outcome::{outcome, success};
pub use parameters::parameters_with_reference;
pub use searchset::{Documents, ListSet, ResourceSet, SearchSet, lists_searchset, resources_searchset, searchset};
pub use transaction::{FiledSubmission, FiledVersion, transaction_response};
