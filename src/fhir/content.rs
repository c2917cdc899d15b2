//! What the first bytes of a document tell: its kind, and whom a CDA header names.

use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event},
    name::{Namespace, ResolveResult},
    reader::NsReader,
};

use crate::record::identity::{InsSystem, check_matricule};

#[cfg(test)]
mod tests;

const CDA: Namespace<'static> = Namespace("urn:hl7-org:v3");
/// The way to the identifiers of the patient.
const WAY: [&str; 3] = ["ClinicalDocument", "recordTarget", "patientRole"];
const MAX_DEPTH: usize = 64;
const MAX_ATTRIBUTES: usize = 64;
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
    let text = text_of(head);
    if !text.trim_start().starts_with('<') {
        return Sniffed::Other;
    }
    let mut header = Header::default();
    read(&text, &mut header);
    match header.is_cda {
        Some(true) => Sniffed::Cda,
        Some(false) => Sniffed::Xml,
        None => Sniffed::Other,
    }
}

/// The valid matricules under an INS system that the header of a CDA document gives its patient
/// (`recordTarget/patientRole/id`), from the first bytes of the document, which may be cut anywhere. Nothing where they
/// are no CDA, or declare a document type, whose entities are never expanded.
pub fn names_of(head: &[u8]) -> Vec<String> {
    let mut header = Header::default();
    read(&text_of(head), &mut header);
    header.names
}

/// The header of CDA is ASCII wherever it matters, so other encodings of its kind may lose their accents here.
fn text_of(head: &[u8]) -> String {
    String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)).into_owned()
}

#[derive(Default)]
struct Header {
    depth: usize,
    /// How many steps of the way the open elements have gone, from the root.
    reached: usize,
    is_cda: Option<bool>,
    names: Vec<String>,
}

/// Reads as far as it goes: the text may be cut, or be no XML at all.
fn read(text: &str, header: &mut Header) {
    let mut reader = NsReader::from_str(text);
    loop {
        let goes_on = match reader.read_resolved_event() {
            Ok((namespace, Event::Start(start))) => {
                let goes_on = header.element(&namespace, &start);
                header.depth += 1;
                goes_on
            }
            Ok((namespace, Event::Empty(start))) => {
                let goes_on = header.element(&namespace, &start);
                header.reached = header.reached.min(header.depth);
                goes_on
            }
            Ok((_, Event::End(_))) => header.end(),
            Ok((_, Event::DocType(_) | Event::Eof)) | Err(_) => false,
            Ok((
                _,
                Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::GeneralRef(_),
            )) => true,
        };
        if !goes_on {
            return;
        }
    }
}

impl Header {
    /// An element opens; false where nothing more can come.
    fn element(&mut self, namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> bool {
        let in_cda = *namespace == ResolveResult::Bound(CDA);
        let name = start.local_name();
        if in_cda && self.reached == self.depth && WAY.get(self.depth) == Some(&name.as_ref()) {
            self.reached += 1;
        } else if in_cda && self.reached == WAY.len() && self.depth == WAY.len() && name.as_ref() == "id" {
            self.names.extend(matricule_of(start).filter(|name| !self.names.contains(name)));
        }
        let is_cda = *self.is_cda.get_or_insert(self.reached == 1);
        is_cda && self.depth < MAX_DEPTH && self.names.len() < MAX_NAMES
    }

    fn end(&mut self) -> bool {
        self.depth = self.depth.saturating_sub(1);
        self.reached = self.reached.min(self.depth);
        self.depth > 0
    }
}

/// The extension of an identifier whose root is an INS system, where its check key is right.
fn matricule_of(id: &BytesStart<'_>) -> Option<String> {
    let root = attribute(id, "root")?;
    InsSystem::of_uri(&format!("urn:oid:{}", root.trim()))?;
    let matricule = attribute(id, "extension")?.trim().to_owned();
    check_matricule(&matricule).ok().map(|()| matricule)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let mut attributes = attributes.with_checks(false).take(MAX_ATTRIBUTES).filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}
