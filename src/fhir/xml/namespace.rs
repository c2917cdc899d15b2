//! Which namespace a name is of. Source: <https://www.w3.org/TR/xml-names/>.

use super::{FHIR, XHTML};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// How many declarations may be in force at once.
const DECLARATIONS: usize = 64;

/// The namespaces that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// None at all.
    None,
    Fhir,
    Xhtml,
    Xsi,
    Xml,
    Other,
}

impl Space {
    fn of(uri: &str) -> Self {
        match uri {
            "" => Self::None,
            FHIR => Self::Fhir,
            XHTML => Self::Xhtml,
            XSI => Self::Xsi,
            XML => Self::Xml,
            _ => Self::Other,
        }
    }
}

/// A prefix, empty for the default, and its namespace.
pub(super) type Declaration = (String, Space);

/// The declaration that an attribute makes, where it makes one; false where it must not be made.
pub(super) fn declaration(name: &str, uri: &str) -> Option<Result<Declaration, &'static str>> {
    let prefix = match name.strip_prefix("xmlns")? {
        "" => "",
        rest => rest.strip_prefix(':')?,
    };
    let space = Space::of(uri);
    let is_default = name == "xmlns";
    Some(match (prefix, space) {
        ("xmlns", _) => Err("the prefix xmlns cannot be declared"),
        ("xml", Space::Xml) => Ok((prefix.to_owned(), space)),
        ("xml", _) | (_, Space::Xml) => Err("the prefix xml is bound for ever"),
        (_, Space::None) if !is_default => Err("a prefix is declared for no namespace"),
        (_, space) => Ok((prefix.to_owned(), space)),
    })
}

/// The declarations in force.
#[derive(Debug, Default)]
pub(super) struct Scope {
    declarations: Vec<Declaration>,
    marks: Vec<usize>,
}

impl Scope {
    /// Goes into an element with its declarations; false where there are too many. A default that is in force already, as
    /// many writers state on every element, is none.
    pub(super) fn enter(&mut self, declared: Vec<Declaration>) -> bool {
        self.marks.push(self.declarations.len());
        for (prefix, space) in declared {
            if self.find(&prefix) != Some(space) {
                self.declarations.push((prefix, space));
            }
        }
        self.declarations.len() <= DECLARATIONS
    }

    pub(super) fn leave(&mut self) {
        let mark = self.marks.pop().unwrap_or_default();
        self.declarations.truncate(mark);
    }

    /// The namespace of an element's name; nothing where its prefix is not declared.
    pub(super) fn of_element(&self, name: &str) -> Option<Space> {
        let (prefix, _) = split(name)?;
        match prefix {
            "" => Some(self.find("").unwrap_or(Space::None)),
            prefix => self.find(prefix),
        }
    }

    /// The namespace of an attribute's name: a name without prefix has none, whatever the default.
    pub(super) fn of_attribute(&self, name: &str) -> Option<Space> {
        match split(name)? {
            ("", _) => Some(Space::None),
            (prefix, _) => self.find(prefix),
        }
    }

    fn find(&self, prefix: &str) -> Option<Space> {
        if prefix == "xml" {
            return Some(Space::Xml);
        }
        self.declarations.iter().rev().find(|(known, _)| known == prefix).map(|(_, space)| *space)
    }
}

/// The prefix, empty where there is none, and the rest of a name; nothing where it is no qualified name.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    match name.split_once(':') {
        None => Some(("", name)),
        Some(("", _) | (_, "")) => None,
        Some((_, local)) if local.contains(':') => None,
        Some(parts) => Some(parts),
    }
}
