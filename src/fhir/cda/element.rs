//! The elements of a header, as far as they are of any use.

use super::{
    identifier::{Concept, Ii},
    time::Ts,
};

/// An element: its local name, the attributes that count, its own text, its children.
#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(&'static str, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

/// The attributes that count; all of them are without a namespace.
pub(super) const ATTRIBUTES: [&str; 11] = [
    "root",
    "extension",
    "nullFlavor",
    "code",
    "codeSystem",
    "displayName",
    "value",
    "use",
    "qualifier",
    "typeCode",
    "mediaType",
];

impl Element {
    /// The value of an attribute, where it has one.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(known, _)| *known == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The children of that name.
    pub(super) fn each(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at that path of names, through first children.
    pub(super) fn first(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |element, name| element.each(name).next())
    }

    /// The own text, its spaces collapsed; nothing where there is none.
    pub(super) fn text(&self) -> Option<String> {
        let text = plain(&self.text);
        (!text.is_empty()).then_some(text)
    }

    /// The text of the first element at that path.
    pub(super) fn text_at(&self, path: &str) -> Option<String> {
        self.first(path).and_then(Self::text)
    }

    /// The identifiers that stand here as children of that name; those without a root are nothing.
    pub(super) fn identifiers(&self, name: &str) -> Vec<Ii> {
        self.each(name).filter_map(Ii::of).collect()
    }

    /// The code at that path.
    pub(super) fn concept(&self, path: &str) -> Option<Concept> {
        self.first(path).and_then(Concept::of)
    }

    /// The moment in the attribute `value` at that path; one that is not well formed is nothing.
    pub(super) fn time(&self, path: &str) -> Option<Ts> {
        self.first(path).and_then(|element| element.attribute("value")).and_then(Ts::parse)
    }
}

/// Text without controls, its spaces collapsed: what a FHIR string may hold.
pub(super) fn plain(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
