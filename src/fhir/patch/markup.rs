//! XML as a small tree of bounded size: no document type, no entities but the five, no processing instructions.

use quick_xml::{
    XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
    name::{Namespace, PrefixDeclaration, ResolveResult},
    reader::NsReader,
};

use super::{
    MAX_DEPTH,
    diagnoses::{DOCUMENT_TYPE, NOT_XML},
};
use crate::fhir::{
    intake::diagnoses::{NOT_UTF8, TOO_DEEP},
    issue::{Diagnosis, Issue},
};

const FHIR: Namespace<'static> = Namespace("http://hl7.org/fhir");
const MAX_ATTRIBUTES: usize = 16;
const MAX_BINDINGS: usize = 16;

/// An element.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    /// The local name.
    pub(super) name: String,
    /// Whether it is of FHIR's namespace.
    pub(super) is_fhir: bool,
    /// The attributes without a prefix.
    pub(super) attributes: Vec<(String, String)>,
    /// The prefixes that it declares, each with whether that is FHIR's namespace; an empty one is the default.
    pub(super) prefixes: Vec<(String, bool)>,
    pub(super) children: Vec<Element>,
    /// The text directly inside.
    pub(super) text: String,
}

impl Element {
    /// The attribute of that name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a document of bounded length.
pub(super) fn read(bytes: &[u8]) -> Result<Element, Issue> {
    let text = std::str::from_utf8(bytes).map_err(|_| Issue::error(NOT_UTF8, "", ""))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = NsReader::from_str(text);
    reader.resolver_mut().set_max_namespace_bindings(MAX_BINDINGS);
    let mut tree = Tree::default();
    loop {
        let step = match reader.read_resolved_event() {
            Ok((namespace, Event::Start(start))) => open(&namespace, &start).and_then(|element| tree.open(element)),
            Ok((namespace, Event::Empty(start))) => {
                open(&namespace, &start).and_then(|element| tree.open(element)).and_then(|()| tree.close())
            }
            Ok((_, Event::End(_))) => tree.close(),
            Ok((_, Event::Text(text))) => tree.text(&text.xml10_content()),
            Ok((_, Event::CData(text))) => tree.text(&text.xml10_content()),
            Ok((_, Event::GeneralRef(entity))) => resolve(&entity).and_then(|text| tree.text(&text)),
            Ok((_, Event::Comment(_) | Event::Decl(_))) => Ok(()),
            Ok((_, Event::DocType(_))) => Err(DOCUMENT_TYPE),
            Ok((_, Event::PI(_))) | Err(_) => Err(NOT_XML),
            Ok((_, Event::Eof)) => return tree.root.ok_or_else(|| Issue::error(NOT_XML, place(text, text.len()), "")),
        };
        step.map_err(|diagnosis| {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            Issue::error(diagnosis, place(text, at), "")
        })?;
    }
}

/// `line 3, column 14`, counted from 1.
fn place(text: &str, at: usize) -> String {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    let line = before.iter().filter(|byte| **byte == b'\n').count();
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
    format!("line {}, column {}", line + 1, column + 1)
}

#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Tree {
    fn open(&mut self, element: Element) -> Result<(), Diagnosis> {
        if self.root.is_some() {
            return Err(NOT_XML);
        }
        if self.open.len() == MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Diagnosis> {
        let element = self.open.pop().ok_or(NOT_XML)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Diagnosis> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(NOT_XML),
        }
        Ok(())
    }
}

fn resolve(entity: &BytesRef<'_>) -> Result<String, Diagnosis> {
    let letter = entity.resolve_char_ref().map_err(|_| NOT_XML)?;
    match letter {
        Some(letter) => Ok(letter.to_string()),
        None => resolve_predefined_entity(entity).map(str::to_owned).ok_or(NOT_XML),
    }
}

fn open(namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Element, Diagnosis> {
    let mut element = Element {
        name: start.local_name().as_ref().to_owned(),
        is_fhir: *namespace == ResolveResult::Bound(FHIR),
        ..Element::default()
    };
    if matches!(namespace, ResolveResult::Unknown(_)) {
        return Err(NOT_XML);
    }
    for (number, attribute) in start.attributes().enumerate() {
        let attribute = attribute.ok().filter(|_| number < MAX_ATTRIBUTES).ok_or(NOT_XML)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| NOT_XML)?.into_owned();
        let is_fhir = value == FHIR.0;
        match attribute.key.as_namespace_binding() {
            Some(PrefixDeclaration::Default) => element.prefixes.push((String::new(), is_fhir)),
            Some(PrefixDeclaration::Named(prefix)) => element.prefixes.push((prefix.to_owned(), is_fhir)),
            None if attribute.key.prefix().is_none() => {
                element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
            }
            None => {}
        }
    }
    Ok(element)
}
