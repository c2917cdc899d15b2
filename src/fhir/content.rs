//! What the first bytes of a document tell: its kind, and whom a CDA header names.

use super::cda::{self, Look};

#[cfg(test)]
mod tests;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// A header that names a patient in more ways is built to cost time.
const MAX_NAMES: usize = 16;

/// The kind of a document, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// XML whose root is a `ClinicalDocument` of HL7 v3.
    Cda,
    /// Other XML.
    Xml,
    /// PDF.
    Pdf,
    /// RTF.
    Rtf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// TIFF.
    Tiff,
    /// ZIP, and what is made of it.
    Zip,
    /// None of these.
    Other,
}

const MAGIC: [(&[u8], Sniffed); 8] = [
    (b"%PDF-", Sniffed::Pdf),
    (b"{\\rtf", Sniffed::Rtf),
    (b"\xff\xd8\xff", Sniffed::Jpeg),
    (b"\x89PNG\r\n\x1a\n", Sniffed::Png),
    (b"II*\0", Sniffed::Tiff),
    (b"MM\0*", Sniffed::Tiff),
    (b"PK\x03\x04", Sniffed::Zip),
    (b"PK\x05\x06", Sniffed::Zip),
];

/// The kind of a document, from its first bytes.
pub fn sniff(head: &[u8]) -> Sniffed {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *kind;
    }
    // The root of CDA is ASCII, so other encodings of its kind may lose their accents here.
    let text = String::from_utf8_lossy(head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head));
    if !text.trim_start().starts_with('<') {
        return Sniffed::Other;
    }
    match cda::is_root_of_cda(&text) {
        Some(true) => Sniffed::Cda,
        Some(false) => Sniffed::Xml,
        None => Sniffed::Other,
    }
}

/// What the header of a document tells of its patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heading {
    /// The valid matricules under an INS system that a CDA gives its patient (`recordTarget/patientRole/id`).
    Names(Vec<String>),
    /// There is no header to read: no CDA, or one without a patient.
    Absent,
    /// XML whose header another reader may understand while this one cannot: in an encoding that is not read here, with a
    /// document type (whose entities are never expanded), malformed, or with its patient beyond the first bytes.
    Unreadable,
}

/// Looks for a header in the first bytes of a document. `is_whole` tells that they are all, `is_xml` that the media type is
/// one of XML; what begins as XML is read as such whatever its media type. What was seen of a header comes along.
pub fn look_at(head: &[u8], is_whole: bool, is_xml: bool) -> (Heading, Option<Look>) {
    if !is_xml && !begins_as_xml(head) {
        return (Heading::Absent, None);
    }
    let Ok(look) = cda::look(head, is_whole) else { return (Heading::Unreadable, None) };
    (heading(&look), Some(look))
}

/// The heading of a document alone.
pub fn heading_of(head: &[u8], is_whole: bool, is_xml: bool) -> Heading {
    look_at(head, is_whole, is_xml).0
}

fn heading(look: &Look) -> Heading {
    match (look.is_cda(), matricules(look)) {
        _ if look.is_refused() => Heading::Unreadable,
        (None, _) => Heading::Unreadable,
        (Some(false), _) => Heading::Absent,
        (Some(true), Some(names)) if names.len() <= MAX_NAMES => Heading::Names(names),
        (Some(true), None) if look.is_ended() => Heading::Absent,
        (Some(true), _) => Heading::Unreadable,
    }
}

/// The valid matricules of the patients, each once; nothing where it is not certain that all were read.
fn matricules(look: &Look) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for ins in look.patient_ids()?.iter().filter_map(cda::Ii::patient) {
        if names.len() <= MAX_NAMES && !names.iter().any(|name| name == ins.matricule()) {
            names.push(ins.matricule().to_owned());
        }
    }
    Some(names)
}

/// The matricules of [`Heading::Names`] in a whole document.
pub fn names_of(head: &[u8]) -> Vec<String> {
    match heading_of(head, true, true) {
        Heading::Names(names) => names,
        Heading::Absent | Heading::Unreadable => Vec::new(),
    }
}

/// Whether bytes begin as XML does, in UTF-8, UTF-16, UTF-32 or EBCDIC.
fn begins_as_xml(head: &[u8]) -> bool {
    const MARKS: [&[u8]; 4] = [b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"\x4c\x6f\xa7\x94"];
    if MARKS.iter().any(|mark| head.starts_with(mark)) {
        return true;
    }
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let mut bytes = head.iter().filter(|byte| **byte != 0).skip_while(|byte| byte.is_ascii_whitespace());
    let opens = bytes.next() == Some(&b'<');
    opens && bytes.next().is_some_and(|next| next.is_ascii_alphabetic() || b"!?_:".contains(next) || *next >= 0x80)
}
