//! From text to the elements of a header, within limits.

use std::fmt;

use quick_xml::{
    XmlVersion,
    events::{BytesRef, BytesStart, Event},
    name::{Namespace, ResolveResult},
    reader::NsReader,
};

use super::{
    Fault, Header,
    element::{ATTRIBUTES, Element},
    encoding::Encoding,
    identifier::Ii,
};

const CDA: Namespace<'static> = Namespace("urn:hl7-org:v3");
/// The namespace of what the imaging report of DICOM adds to a header.
const DICOM: Namespace<'static> = Namespace("urn:dicom-org:ps3-20");
const MAX_DEPTH: usize = 64;
const MAX_ATTRIBUTES: usize = 64;
/// Bytes of one start tag: its attributes, and the namespaces that it binds.
const MAX_TAG: usize = 8 * 1024;
/// Bytes of one element's text.
const MAX_TEXT: usize = 4 * 1024;
const MAX_ELEMENTS: usize = 5_000;

/// The children of the root that are kept.
const SECTIONS: [&str; 20] = [
    "templateId",
    "id",
    "code",
    "title",
    "effectiveTime",
    "confidentialityCode",
    "languageCode",
    "setId",
    "versionNumber",
    "recordTarget",
    "author",
    "legalAuthenticator",
    "authenticator",
    "custodian",
    "informationRecipient",
    "documentationOf",
    "componentOf",
    "relatedDocument",
    "inFulfillmentOf",
    "component",
];

/// What the first bytes of a document told.
pub struct Look {
    root: Element,
    is_cda: Option<bool>,
    /// Whether what follows the patient was reached, and no further patient was begun and not ended.
    is_patient_told: bool,
    /// Whether the body, or the end of the document, was reached.
    is_whole: bool,
    fault: Option<Fault>,
}

impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Look(redacted)")
    }
}

impl Look {
    /// Whether the root is that of CDA; nothing where no root was reached.
    pub const fn is_cda(&self) -> Option<bool> {
        self.is_cda
    }

    /// Whether the reading was refused: another reader may understand the bytes otherwise, or they are built to cost time.
    pub fn is_refused(&self) -> bool {
        self.fault.is_some_and(Fault::is_refusal)
    }

    /// Whether the document was read to its end.
    pub const fn is_ended(&self) -> bool {
        self.fault.is_none()
    }

    /// The identifiers of the patients (`recordTarget/patientRole/id`); nothing where it is not certain that all were read.
    pub fn patient_ids(&self) -> Option<Vec<Ii>> {
        let roles = self.root.each("recordTarget").flat_map(|target| target.each("patientRole"));
        self.is_patient_told.then(|| roles.flat_map(|role| role.identifiers("id")).collect())
    }

    /// The header.
    ///
    /// # Errors
    /// It could not be read whole.
    pub fn header(&self) -> Result<Header, Fault> {
        match (self.is_cda, self.fault) {
            (None, fault) => Err(fault.unwrap_or(Fault::NotXml)),
            (Some(false), _) => Err(Fault::NotCda),
            (Some(true), Some(fault)) if fault.is_refusal() || !self.is_whole => Err(fault),
            (Some(true), _) => Ok(Header::of(&self.root)),
        }
    }
}

/// Reads a text as far as it goes: it may be cut, or be no XML at all.
pub(super) fn scan(text: &str, encoding: Encoding, is_whole: bool) -> Look {
    let mut scanner = Scanner::default();
    let fault = match scanner.run(text, encoding) {
        // What ends in the middle of a whole document is not well formed.
        Err(Stop::Fault(Fault::Cut)) if is_whole => Some(Fault::Malformed),
        Err(Stop::Fault(fault)) => Some(fault),
        Err(Stop::Root) | Ok(()) => None,
    };
    scanner.into_look(fault)
}

/// Why the reading ended.
enum Stop {
    /// At the end of the root, or at a root that is none of CDA.
    Root,
    Fault(Fault),
}

#[derive(Default)]
struct Scanner {
    /// How many elements are open.
    depth: usize,
    /// Those of them that are kept: all from below the root, without a gap.
    kept: Vec<Element>,
    sections: Vec<Element>,
    count: usize,
    is_cda: Option<bool>,
    /// Whether a `recordTarget` was read to its end.
    has_target: bool,
    is_told: bool,
    is_whole: bool,
}

impl Scanner {
    fn run(&mut self, text: &str, encoding: Encoding) -> Result<(), Stop> {
        let mut reader = NsReader::from_str(text);
        loop {
            match reader.read_resolved_event() {
                Ok((namespace, Event::Start(start))) => self.open(&namespace, &start)?,
                Ok((namespace, Event::Empty(start))) => {
                    self.open(&namespace, &start)?;
                    self.close()?;
                }
                Ok((_, Event::End(_))) => self.close()?,
                // Line ends are made one where text is kept, and the text of a body, which is long, is not looked at.
                Ok((_, Event::Text(text))) if self.keeps_text() => self.text(&text.xml10_content())?,
                Ok((_, Event::CData(text))) if self.keeps_text() => self.text(&text.xml10_content())?,
                Ok((_, Event::GeneralRef(reference))) => self.reference(&reference)?,
                Ok((_, Event::Decl(declaration))) => {
                    let is_known = |name: &str| encoding.may_be_called(name);
                    if declaration.encoding().is_some_and(|name| !name.is_ok_and(|name| is_known(&name))) {
                        return Err(Stop::Fault(Fault::Encoding));
                    }
                }
                Ok((_, Event::DocType(_))) => return Err(Stop::Fault(Fault::DocType)),
                Ok((_, Event::Eof)) | Err(quick_xml::Error::Syntax(_)) => return Err(Stop::Fault(Fault::Cut)),
                Err(_) => return Err(Stop::Fault(Fault::Malformed)),
                Ok((_, Event::Text(_) | Event::CData(_) | Event::Comment(_) | Event::PI(_))) => {}
            }
        }
    }

    /// An element opens.
    fn open(&mut self, namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<(), Stop> {
        if start.len() > MAX_TAG {
            return Err(Stop::Fault(Fault::TooLarge));
        }
        let local = start.local_name();
        let name = local.as_ref();
        let in_cda = *namespace == ResolveResult::Bound(CDA);
        let is_accession = *namespace == ResolveResult::Bound(DICOM) && name == "accessionNumber";
        match self.depth {
            0 => self.root(in_cda && name == "ClinicalDocument")?,
            depth if depth >= MAX_DEPTH => return Err(Stop::Fault(Fault::TooDeep)),
            1 => {
                self.is_told |= self.has_target && name != "recordTarget";
                self.is_whole |= in_cda && name == "component";
            }
            _ => {}
        }
        if (in_cda || is_accession) && self.is_wanted(name) {
            self.keep(name, start)?;
        }
        self.depth += 1;
        Ok(())
    }

    fn root(&mut self, is_cda: bool) -> Result<(), Stop> {
        self.is_cda = Some(is_cda);
        if is_cda { Ok(()) } else { Err(Stop::Root) }
    }

    /// Whether an element of that name that opens here is kept: of the body, only what tells its kind.
    fn is_wanted(&self, name: &str) -> bool {
        let is_in_kept = self.depth == self.kept.len() + 1;
        match self.kept.first().map(|section| section.name.as_str()) {
            None => is_in_kept && SECTIONS.contains(&name),
            Some("component") => is_in_kept && self.is_kind_of_body(name),
            Some(_) => is_in_kept && name != "guardian",
        }
    }

    fn is_kind_of_body(&self, name: &str) -> bool {
        let parent = self.kept.last().map(|element| element.name.as_str());
        match parent {
            Some("component") => ["nonXMLBody", "structuredBody"].contains(&name),
            Some("nonXMLBody") => name == "text",
            _ => false,
        }
    }

    fn keep(&mut self, name: &str, start: &BytesStart<'_>) -> Result<(), Stop> {
        self.count += 1;
        if self.count > MAX_ELEMENTS {
            return Err(Stop::Fault(Fault::TooLarge));
        }
        let attributes = attributes(start).map_err(Stop::Fault)?;
        self.kept.push(Element { name: name.to_owned(), attributes, ..Element::default() });
        Ok(())
    }

    /// An element closes.
    fn close(&mut self) -> Result<(), Stop> {
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0
            && self.kept.len() == self.depth
            && let Some(element) = self.kept.pop()
        {
            self.has_target |= self.kept.is_empty() && element.name == "recordTarget";
            self.attach(element);
        }
        if self.depth > 0 {
            return Ok(());
        }
        self.is_told |= self.has_target;
        self.is_whole = true;
        Err(Stop::Root)
    }

    /// Text is kept where its element is, but for that of the body.
    fn keeps_text(&self) -> bool {
        self.kept.len() + 1 == self.depth && self.kept.first().is_some_and(|section| section.name != "component")
    }

    fn text(&mut self, text: &str) -> Result<(), Stop> {
        let Some(element) = self.kept.last_mut() else { return Ok(()) };
        if element.text.len() + text.len() > MAX_TEXT {
            // Spaces between the elements may be as long as they like.
            return if text.trim().is_empty() { Ok(()) } else { Err(Stop::Fault(Fault::TooLarge)) };
        }
        element.text.push_str(text);
        Ok(())
    }

    /// A reference to a character, or to one of the five entities of XML.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Stop> {
        if !self.keeps_text() {
            return Ok(());
        }
        let named = match &**reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => reference.resolve_char_ref().ok().flatten(),
        };
        let character = named.ok_or(Stop::Fault(Fault::Entity))?;
        self.text(character.encode_utf8(&mut [0; 4]))
    }

    /// A body that goes beyond the first bytes tells its kind all the same.
    fn keep_open_body(&mut self) {
        if self.kept.first().is_some_and(|section| section.name == "component") {
            while let Some(element) = self.kept.pop() {
                self.attach(element);
            }
        }
    }

    fn attach(&mut self, element: Element) {
        let siblings = self.kept.last_mut().map_or(&mut self.sections, |parent| &mut parent.children);
        siblings.push(element);
    }

    fn into_look(mut self, fault: Option<Fault>) -> Look {
        self.keep_open_body();
        let is_in_target = self.kept.first().is_some_and(|section| section.name == "recordTarget");
        Look {
            root: Element { children: self.sections, ..Element::default() },
            is_cda: self.is_cda,
            is_patient_told: self.is_told && !is_in_target,
            is_whole: self.is_whole,
            fault,
        }
    }
}

/// The attributes of an element that count.
fn attributes(start: &BytesStart<'_>) -> Result<Vec<(&'static str, String)>, Fault> {
    let mut found = Vec::new();
    for (index, attribute) in start.attributes().with_checks(false).enumerate() {
        if index >= MAX_ATTRIBUTES {
            return Err(Fault::TooLarge);
        }
        let attribute = attribute.map_err(|_| Fault::Malformed)?;
        let name = attribute.key.as_ref();
        let Some(known) = ATTRIBUTES.iter().find(|known| **known == name) else { continue };
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Fault::Entity)?;
        if value.len() > MAX_TEXT {
            return Err(Fault::TooLarge);
        }
        found.push((*known, value.into_owned()));
    }
    Ok(found)
}
