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
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
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

/// What the header of a document tells of its patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heading {
    /// The valid matricules under an INS system that a CDA gives its patient (`recordTarget/patientRole/id`).
    Names(Vec<String>),
    /// There is no header to read: no CDA, or one without a patient.
    Absent,
    /// XML whose header another reader may understand while this one cannot: in another encoding than UTF-8, with a
    /// document type (whose entities are never expanded), malformed, or with its patient beyond the first bytes.
    Unreadable,
}

/// Reads the header of a document from its first bytes. `is_whole` tells that they are all, `is_xml` that the media type is
/// one of XML; what begins as XML is read as such whatever its media type.
pub fn heading_of(head: &[u8], is_whole: bool, is_xml: bool) -> Heading {
    if !is_xml && !begins_as_xml(head) {
        return Heading::Absent;
    }
    let Some(text) = utf8_of(head, is_whole).filter(|text| text.starts_with('<')) else { return Heading::Unreadable };
    let mut header = Header::default();
    let end = read(text, &mut header);
    match header.is_cda {
        _ if header.is_foreign || end == End::Refused => Heading::Unreadable,
        None => Heading::Unreadable,
        Some(false) => Heading::Absent,
        Some(true) if header.is_told && header.reached < 2 => Heading::Names(header.names),
        Some(true) if end == End::Root => Heading::Absent,
        Some(true) => Heading::Unreadable,
    }
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

/// The text of UTF-8 bytes from the first that is no space; nothing where they are in another encoding.
fn utf8_of(head: &[u8], is_whole: bool) -> Option<&str> {
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character may be cut in the middle.
        Err(error) if !is_whole && error.error_len().is_none() => {
            head.get(..error.valid_up_to()).and_then(|whole| std::str::from_utf8(whole).ok())?
        }
        Err(_) => return None,
    };
    (!text.contains('\0')).then(|| text.trim_ascii_start())
}

/// The root of CDA is ASCII, so other encodings of its kind may lose their accents here.
fn text_of(head: &[u8]) -> String {
    String::from_utf8_lossy(head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head)).into_owned()
}

#[derive(Default)]
struct Header {
    depth: usize,
    /// How many steps of the way the open elements have gone, from the root.
    reached: usize,
    is_cda: Option<bool>,
    /// Whether a `recordTarget` was read to its end.
    has_target: bool,
    /// Whether what follows the last `recordTarget` was reached.
    is_told: bool,
    /// Whether another encoding is declared.
    is_foreign: bool,
    names: Vec<String>,
}

/// Where the reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// At the end of the root, or at a root that is none of CDA.
    Root,
    /// At the end of the text, where it is no XML any more, or too deep.
    Cut,
    /// Before what is not read: a document type, or a header built to cost time.
    Refused,
}

/// Reads as far as it goes: the text may be cut, or be no XML at all.
fn read(text: &str, header: &mut Header) -> End {
    let mut reader = NsReader::from_str(text);
    loop {
        let step = match reader.read_resolved_event() {
            Ok((namespace, Event::Start(start))) => header.open(&namespace, &start),
            Ok((namespace, Event::Empty(start))) => header.open(&namespace, &start).and_then(|()| header.close()),
            Ok((_, Event::End(_))) => header.close(),
            Ok((_, Event::DocType(_))) => Err(End::Refused),
            Ok((_, Event::Eof)) | Err(_) => Err(End::Cut),
            Ok((_, Event::Decl(declaration))) => {
                header.is_foreign |= declaration.encoding().is_some_and(|name| !name.is_ok_and(|it| is_utf8(&it)));
                Ok(())
            }
            Ok((_, Event::Text(_) | Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::GeneralRef(_))) => {
                Ok(())
            }
        };
        if let Err(end) = step {
            return end;
        }
    }
}

fn is_utf8(encoding: &str) -> bool {
    ["utf-8", "utf8", "us-ascii"].iter().any(|name| encoding.eq_ignore_ascii_case(name))
}

impl Header {
    /// An element opens.
    fn open(&mut self, namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<(), End> {
        let in_cda = *namespace == ResolveResult::Bound(CDA);
        let name = start.local_name();
        self.is_told |= self.has_target && self.depth == 1 && name.as_ref() != "recordTarget";
        if in_cda && self.reached == self.depth && WAY.get(self.depth) == Some(&name.as_ref()) {
            self.reached += 1;
        } else if in_cda && self.reached == WAY.len() && self.depth == WAY.len() && name.as_ref() == "id" {
            self.identifier(start)?;
        }
        self.depth += 1;
        if !*self.is_cda.get_or_insert(self.reached == 1) {
            return Err(End::Root);
        }
        if self.depth > MAX_DEPTH { Err(End::Cut) } else { Ok(()) }
    }

    fn identifier(&mut self, id: &BytesStart<'_>) -> Result<(), End> {
        if id.attributes().with_checks(false).count() > MAX_ATTRIBUTES || self.names.len() >= MAX_NAMES {
            return Err(End::Refused);
        }
        self.names.extend(matricule_of(id).filter(|name| !self.names.contains(name)));
        Ok(())
    }

    /// An element closes.
    fn close(&mut self) -> Result<(), End> {
        self.has_target |= self.depth == 2 && self.reached >= 2;
        self.depth = self.depth.saturating_sub(1);
        self.reached = self.reached.min(self.depth);
        self.is_told |= self.has_target && self.depth == 0;
        if self.depth > 0 { Ok(()) } else { Err(End::Root) }
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
    let mut attributes = attributes.with_checks(false).filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}
