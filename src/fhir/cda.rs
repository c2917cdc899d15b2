//! The header of a CDA R2 document, as the French header (CI-SIS, volet « structuration minimale ») has it.
//!
//! It is read from the first bytes of a document, in time and memory that those bytes bound: no document type, no entity but those of
//! XML, no element deeper than 64. What is read holds personal data, so nothing here prints any of it.
//! Source: HL7 CDA R2 (2005), POCD_HD000040; pdsm-dmp 8.1, 8.5, 8.6.

mod compare;
mod element;
mod encoding;
mod format;
mod header;
mod identifier;
mod parties;
mod scan;
#[cfg(test)]
pub(in crate::fhir) mod tests;
mod time;

pub use compare::{Difference, Stated, compare};
pub use format::format_of;
pub use header::{Body, Encounter, Header, Related, Service};
pub use identifier::{Concept, Ii};
pub use parties::{Address, Author, Device, Entity, Name, Organization, Part, Patient, Signature, Telecom};
pub use scan::Look;
pub use time::Ts;

/// Why the header of a document cannot be read. Never carries anything of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The bytes are no XML.
    #[error("the document is no XML")]
    NotXml,
    /// The root is none of CDA.
    #[error("the document is no CDA")]
    NotCda,
    /// Neither UTF-8, nor a declared ISO-8859-1 or Windows-1252.
    #[error("the document is in an encoding that is not read here; UTF-8, ISO-8859-1 and Windows-1252 are")]
    Encoding,
    /// A document type, whose entities are never expanded.
    #[error("the document has a document type")]
    DocType,
    /// A reference to an entity that XML itself does not define, or to a character that it does not allow.
    #[error("the header refers to an unknown entity")]
    Entity,
    /// A text, an attribute, or their number is larger than a header has any need of.
    #[error("the header holds a text, or a number of elements, that is too large")]
    TooLarge,
    /// Elements are nested too deep.
    #[error("the elements of the header are nested too deep")]
    TooDeep,
    /// The text is no well-formed XML.
    #[error("the document is not well formed")]
    Malformed,
    /// The header does not end within the first bytes.
    #[error("the header does not end within the first 64 KiB")]
    Cut,
}

impl Fault {
    /// Whether the reading stopped because another reader may understand the bytes otherwise, or because they are built to cost time.
    const fn is_refusal(self) -> bool {
        match self {
            Self::Encoding | Self::DocType | Self::Entity | Self::TooLarge => true,
            Self::NotXml | Self::NotCda | Self::TooDeep | Self::Malformed | Self::Cut => false,
        }
    }
}

/// Reads the header of a CDA from the first bytes of a document (at most `StagedContent::HEAD`, 64 KiB; further bytes are not looked at).
/// `is_whole` tells that they are all.
///
/// # Errors
/// The document is no CDA, or its header cannot be read whole.
pub fn read(head: &[u8], is_whole: bool) -> Result<Header, Fault> {
    look(head, is_whole)?.header()
}

/// Looks at the first bytes of a document, and keeps of the header what can be read.
///
/// # Errors
/// The bytes are no text that begins as XML does.
pub fn look(head: &[u8], is_whole: bool) -> Result<Look, Fault> {
    const HEAD: usize = crate::record::submission::StagedContent::HEAD;
    let (head, is_whole) = head.get(..HEAD).map_or((head, is_whole), |first| (first, is_whole && head.len() == HEAD));
    let (text, encoding) = encoding::text_of(head, is_whole)?;
    if !text.starts_with('<') {
        return Err(Fault::NotXml);
    }
    Ok(scan::scan(&text, encoding, is_whole))
}

/// Whether the root of a text is that of CDA; nothing where there is no root.
pub(super) fn is_root_of_cda(text: &str) -> Option<bool> {
    scan::scan(text, encoding::Encoding::Any, false).is_cda()
}
