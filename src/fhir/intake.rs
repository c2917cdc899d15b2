//! Gates 1 and 2: untrusted JSON becomes a tree of bounded size that obeys the JSON rules of FHIR, while the documents in
//! it flow past memory into the host's quarantine. Source: <http://hl7.org/fhir/R4/json.html>, RFC 8259.

use std::{fmt, io};

use serde_json::Value;

use crate::record::submission::StagedContent;

use super::{issue::Issues, location::Location};
use walk::Walk;

pub mod diagnoses;
pub(in crate::fhir) mod drain;
mod pairs;
mod sluice;
pub(in crate::fhir) mod stop;
mod walk;

#[cfg(test)]
pub(crate) mod tests;

/// After so many findings no more are looked for.
pub(in crate::fhir) const FINDINGS: usize = 50;
/// All held strings together may be so many times as long as one.
pub(in crate::fhir) const TEXT_FACTOR: usize = 16;

/// Where content goes that nobody may read yet.
pub trait Quarantine: Send + Sync {
    /// Opens a place for one document.
    ///
    /// # Errors
    /// The host cannot be written.
    fn open(&self) -> io::Result<Box<dyn StagingArea>>;

    /// All the bytes of what was staged here; the first bytes where no more is kept.
    ///
    /// # Errors
    /// The host cannot be read.
    fn whole(&self, content: &StagedContent) -> io::Result<Vec<u8>> {
        Ok(content.head.clone())
    }
}

/// A place for one document. What is dropped unfinished is discarded.
pub trait StagingArea: io::Write + Send {
    /// Closes it: its size, its hash and its first bytes.
    ///
    /// # Errors
    /// The host cannot be written.
    fn finish(self: Box<Self>) -> io::Result<StagedContent>;
}

/// How much of an input is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the body.
    pub body: u64,
    /// Bytes of one document, decoded.
    pub content: u64,
    /// Objects and arrays inside each other.
    pub depth: usize,
    /// Bytes of one string that is held; all of them together may have sixteen times as many.
    pub string: usize,
    /// Values that are held.
    pub nodes: usize,
    /// Documents in one body: of each, the first bytes are held.
    pub documents: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const GIB: u64 = 1 << 30;
        Self { body: GIB / 3 * 4 + (1 << 20), content: GIB, depth: 64, string: 1 << 20, nodes: 200_000, documents: 100 }
    }
}

/// What was read.
pub struct Intake {
    /// The resource; each document in it is replaced by [`PLACEHOLDER`].
    pub tree: Value,
    /// The documents, in the order of the input.
    pub staged: Vec<Staged>,
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Intake({} documents)", self.staged.len())
    }
}

/// A document that went to quarantine.
#[derive(Debug)]
pub struct Staged {
    /// Where its `data` stands, as a FHIRPath such as `Bundle.entry[2].resource.data`.
    pub at: String,
    /// The handle.
    pub content: StagedContent,
}

/// What stands in the tree where a document was: a value that is itself valid base64.
pub const PLACEHOLDER: &str = "AA==";

/// Why nothing was read. All that had been staged is discarded.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The input is wrong.
    #[error("the input is wrong")]
    Issues(Issues),
    /// The body ended in the middle, or its source failed.
    #[error("the body ended in the middle")]
    Cut,
    /// The quarantine cannot be written.
    #[error("the quarantine cannot be written")]
    Storage(#[source] io::Error),
    /// The body, or a document in it, is longer than what is taken, or it holds more documents.
    #[error("the input is too long")]
    TooLong(Issues),
}

/// Reads one JSON resource, in memory that does not grow with the documents in it.
///
/// # Errors
/// See [`Unreadable`]; wrong input comes with as many findings as could be made, at most fifty.
pub fn read<R: io::Read>(source: R, limits: &Limits, quarantine: &dyn Quarantine) -> Result<Intake, Unreadable> {
    Walk::new(source, limits, quarantine).run()
}

/// Reads one JSON resource that is held whole, with the documents in it as text: what was stored once, and is bounded by `limits`.
///
/// # Errors
/// See [`Unreadable`].
pub(in crate::fhir) fn read_held<R: io::Read>(source: R, limits: &Limits) -> Result<Value, Unreadable> {
    Walk::new(source, limits, &Nowhere).holding().run().map(|intake| intake.tree)
}

/// The quarantine of a reading that leads nothing aside.
pub(in crate::fhir) struct Nowhere;

impl Quarantine for Nowhere {
    fn open(&self) -> io::Result<Box<dyn StagingArea>> {
        Err(io::Error::other("nothing is staged"))
    }
}

/// Whether a place holds the bytes of a document, which never come into memory.
pub(in crate::fhir) fn is_document(at: &Location) -> bool {
    let attachment = ["content", "[]", "attachment", "data"];
    let [content, item, inner, data] = attachment;
    at.is(&[data])
        || at.is(&attachment)
        || at.is(&["entry", "[]", "resource", data])
        || at.is(&["entry", "[]", "resource", content, item, inner, data])
        || at.is(&["parameter", "[]", "resource", data])
        || at.is(&["parameter", "[]", "resource", content, item, inner, data])
        || at.is(&["parameter", "[]", "resource", "entry", "[]", "resource", data])
        || at.is(&["parameter", "[]", "resource", "entry", "[]", "resource", content, item, inner, data])
}
