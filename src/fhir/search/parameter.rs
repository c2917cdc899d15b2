//! Tables of search parameters.

use super::name::Name;

/// The type of a search parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `reference`.
    Reference,
    /// `token`.
    Token,
    /// `date`.
    Date,
    /// `string`.
    String,
    /// One that shapes the answer and selects nothing; not declared among the parameters of a resource.
    Result,
}

impl Kind {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Token => "token",
            Self::Date => "date",
            Self::String => "string",
            Self::Result => "special",
        }
    }
}

/// A search parameter of one resource; `R` is how it is read.
pub struct Parameter<R> {
    /// The name; with dots where it is a chain.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// Other ways to write the name, without types and modifier.
    pub aliases: &'static [&'static str],
    /// The modifiers that it takes.
    pub modifiers: &'static [&'static str],
    /// The resource types that may be named in it.
    pub targets: &'static [&'static str],
    /// The SearchParameter that defines it; empty where none does.
    pub definition: &'static str,
    /// What it looks at.
    pub documentation: &'static str,
    /// How it is read.
    pub read: R,
}

/// A parameter as the CapabilityStatement tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// The SearchParameter that defines it; empty where none does.
    pub definition: &'static str,
    /// What it looks at.
    pub documentation: &'static str,
}

impl<R> Parameter<R> {
    /// A parameter that takes neither alias nor modifier.
    pub const fn new(
        name: &'static str,
        kind: Kind,
        definition: &'static str,
        documentation: &'static str,
        read: R,
    ) -> Self {
        Self { name, kind, aliases: &[], modifiers: &[], targets: &[], definition, documentation, read }
    }

    /// The same, with other names.
    #[must_use]
    pub const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// The same, with modifiers.
    #[must_use]
    pub const fn modified(mut self, modifiers: &'static [&'static str]) -> Self {
        self.modifiers = modifiers;
        self
    }

    /// The same, with types that it may name.
    #[must_use]
    pub const fn to(mut self, targets: &'static [&'static str]) -> Self {
        self.targets = targets;
        self
    }

    fn is_called(&self, path: &str) -> bool {
        self.name == path || self.aliases.contains(&path)
    }

    fn takes(&self, name: &Name<'_>) -> bool {
        name.modifier.is_none_or(|modifier| self.modifiers.contains(&modifier))
            && name.types.iter().all(|named| self.targets.contains(named))
    }
}

/// What the CapabilityStatement tells of a table.
pub(in crate::fhir) fn declared<R>(table: &[Parameter<R>]) -> Vec<Declared> {
    let selects = table.iter().filter(|parameter| parameter.kind != Kind::Result);
    selects
        .map(|Parameter { name, kind, definition, documentation, .. }| Declared {
            name,
            kind: *kind,
            definition,
            documentation,
        })
        .collect()
}

/// Parameters that others read: the format of the answer, and the place of a page.
const OTHERS: &[&str] = &["_format", "_pretty", "_cursor"];

/// What a name turned out to be.
pub(in crate::fhir) enum Found<'n, R: 'static> {
    /// A parameter.
    Known(&'static Parameter<R>, Name<'n>),
    /// A parameter with a modifier, type or chain that it does not take.
    WrongModifier(&'static Parameter<R>),
    /// One that is read elsewhere.
    Elsewhere,
    /// None.
    Unknown,
}

/// Finds the parameter of a name.
pub(in crate::fhir) fn find<'n, R>(table: &'static [Parameter<R>], text: &'n str) -> Found<'n, R> {
    if OTHERS.contains(&text) {
        return Found::Elsewhere;
    }
    let name = Name::of(text);
    match table.iter().find(|parameter| parameter.is_called(&name.path)) {
        Some(parameter) if parameter.takes(&name) => Found::Known(parameter, name),
        Some(parameter) => Found::WrongModifier(parameter),
        None => {
            let root = table.iter().find(|parameter| parameter.is_called(name.root()));
            root.map_or(Found::Unknown, Found::WrongModifier)
        }
    }
}

/// The name where it can be printed: what a client writes there may be anything.
pub fn printable(name: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphabetic() || b"_-:.".contains(&byte);
    if name.len() <= 64 && name.bytes().all(is_plain) { name } else { "" }
}
