//! What FHIR R4 says of each element: its place and cardinality by fhirbolt's generated tables, its primitive type, what
//! is required and which codes are by our own table. Why so: `docs/decisions/0001-fhirbolt-element-model.md`.

use std::{collections::HashMap, sync::LazyLock};

use fhirbolt_shared::{element_map::r4::ELEMENT_MAP, type_hints::r4::TYPE_HINTS};

#[cfg(test)]
mod tests;

/// The resource types that are taken as input, whether alone, contained, or in an entry.
pub const RESOURCES: [&str; 14] = [
    "AuditEvent",
    "Binary",
    "Bundle",
    "CareTeam",
    "Consent",
    "Device",
    "DocumentReference",
    "List",
    "Organization",
    "Parameters",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "RelatedPerson",
];

/// What else our table knows: the first resource of a FHIR document, in which any type of R4 may stand.
#[cfg(test)]
const IN_DOCUMENTS: &str = "Composition";

/// The path of what stands in `_x` beside a primitive `x`.
pub const PRIMITIVE_EXTENSION: &str = "Element";

static TABLE: &str = include_str!("definitions/r4.csv");
static RULES: LazyLock<HashMap<&str, Vec<Rule>>> = LazyLock::new(|| read_table(TABLE));

/// The primitive types of R4. Source: <http://hl7.org/fhir/R4/datatypes.html#primitive>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

impl Primitive {
    const ALL: [(&str, Self); 20] = [
        ("base64Binary", Self::Base64Binary),
        ("boolean", Self::Boolean),
        ("canonical", Self::Canonical),
        ("code", Self::Code),
        ("date", Self::Date),
        ("dateTime", Self::DateTime),
        ("decimal", Self::Decimal),
        ("id", Self::Id),
        ("instant", Self::Instant),
        ("integer", Self::Integer),
        ("markdown", Self::Markdown),
        ("oid", Self::Oid),
        ("positiveInt", Self::PositiveInt),
        ("string", Self::String),
        ("time", Self::Time),
        ("unsignedInt", Self::UnsignedInt),
        ("uri", Self::Uri),
        ("url", Self::Url),
        ("uuid", Self::Uuid),
        ("xhtml", Self::Xhtml),
    ];

    /// The name in FHIR.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }
}

/// What stands at an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A value, in one of these codes where there are any.
    Primitive(Primitive, &'static str),
    /// An object, whose elements are those of this path.
    Object(&'static str),
    /// A resource of any type.
    Resource,
}

/// An element of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// Whether it is a list.
    pub many: bool,
    /// What each value is.
    pub content: Content,
}

/// A row of our own table, below the path of its parent.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The element, without `[x]`.
    pub name: &'static str,
    /// Whether it stands for a choice.
    pub choice: bool,
    /// Whether it must be there.
    pub required: bool,
    primitive: Option<Primitive>,
    codes: &'static str,
}

/// What our own table says of the elements below a path.
pub fn rules(parent: &str) -> &'static [Rule] {
    RULES.get(parent).map_or(&[], Vec::as_slice)
}

/// The element `name` of an object at `parent`, a type name or a path such as `Bundle.entry`; nothing where R4 has none.
pub fn element(parent: &str, name: &str) -> Option<Element> {
    if parent == PRIMITIVE_EXTENSION {
        return of_every_element(parent, name);
    }
    let name = *ELEMENT_MAP.get(parent)?.get_key(name)?;
    of_every_element(parent, name).or_else(|| of_every_resource(parent, name)).or_else(|| of_type(parent, name))
}

fn of_every_element(parent: &str, name: &str) -> Option<Element> {
    match name {
        "id" => Some(Element { many: false, content: id_of(parent) }),
        "extension" => Some(Element { many: true, content: Content::Object("Extension") }),
        _ => None,
    }
}

fn id_of(parent: &str) -> Content {
    let kind = if is_resource(parent) { Primitive::Id } else { Primitive::String };
    Content::Primitive(kind, "")
}

/// A resource type of R4 by its name, whether it is taken as input or not: of all of them, structure and order are known.
pub fn resource(kind: &str) -> Option<&'static str> {
    let kind = *ELEMENT_MAP.get_key(kind)?;
    is_resource(kind).then_some(kind)
}

fn is_resource(path: &str) -> bool {
    !path.contains('.') && ELEMENT_MAP.get(path).is_some_and(|elements| elements.contains("implicitRules"))
}

/// The names of the elements of an object, in the order of XML.
pub fn names(parent: &str) -> Vec<&'static str> {
    ELEMENT_MAP.get(parent).map(|elements| elements.iter().copied().collect()).unwrap_or_default()
}

/// Where among the elements of its parent an element stands in XML.
pub fn order(parent: &str, name: &str) -> Option<usize> {
    if parent == PRIMITIVE_EXTENSION {
        return None;
    }
    ELEMENT_MAP.get(parent)?.get_index(name)
}

fn of_every_resource(parent: &str, name: &str) -> Option<Element> {
    let (many, content) = match name {
        "modifierExtension" => return Some(Element { many: true, content: Content::Object("Extension") }),
        "meta" => (false, Content::Object("Meta")),
        "implicitRules" => (false, Content::Primitive(Primitive::Uri, "")),
        "language" => (false, Content::Primitive(Primitive::Code, "")),
        "text" => (false, Content::Object("Narrative")),
        "contained" => (true, Content::Resource),
        _ => return None,
    };
    is_resource(parent).then_some(Element { many, content })
}

fn of_type(parent: &str, name: &str) -> Option<Element> {
    let path = format!("{parent}.{name}");
    let content = content_of(parent, name, &path)?;
    Some(Element { many: TYPE_HINTS.array_paths.contains(&path), content })
}

fn content_of(parent: &str, name: &str, path: &str) -> Option<Content> {
    let rule = rules(parent).iter().find(|rule| rule.name == name);
    if let Some((rule, kind)) = rule.and_then(|rule| Some((rule, rule.primitive?))) {
        return Some(Content::Primitive(kind, rule.codes));
    }
    match TYPE_HINTS.type_paths.get(path) {
        Some(&"Resource") => Some(Content::Resource),
        Some(kind) => Some(Content::Object(kind)),
        None => {
            let target = TYPE_HINTS.content_reference_paths.get(path).copied();
            let object = target.or_else(|| ELEMENT_MAP.get_key(path).copied()).map(Content::Object);
            object.or_else(|| primitive_of(path).map(|kind| Content::Primitive(kind, "")))
        }
    }
}

/// The JSON type of a primitive of a resource type that is no input, so that our table has no row for it: a string where it
/// is neither boolean nor a number.
fn primitive_of(path: &str) -> Option<Primitive> {
    let kinds = [
        (&TYPE_HINTS.boolean_paths, Primitive::Boolean),
        (&TYPE_HINTS.integer_paths, Primitive::Integer),
        (&TYPE_HINTS.unsigned_integer_paths, Primitive::UnsignedInt),
        (&TYPE_HINTS.positive_integer_paths, Primitive::PositiveInt),
        (&TYPE_HINTS.decimal_paths, Primitive::Decimal),
        (&TYPE_HINTS.all_primitives_paths, Primitive::String),
    ];
    kinds.into_iter().find(|(paths, _)| paths.contains(path)).map(|(_, kind)| kind)
}

fn read_table(table: &'static str) -> HashMap<&'static str, Vec<Rule>> {
    let mut rules: HashMap<&str, Vec<Rule>> = HashMap::new();
    for (parent, rule) in table.lines().filter_map(read_row) {
        rules.entry(parent).or_default().push(rule);
    }
    rules
}

fn read_row(row: &'static str) -> Option<(&'static str, Rule)> {
    let mut cells = row.split(',');
    let (parent, name) = cells.next()?.rsplit_once('.')?;
    let (kind, required, codes) = (cells.next()?, cells.next()?, cells.next()?);
    let choice = name.strip_suffix("[x]");
    let primitive = Primitive::of_name(kind);
    let name = choice.unwrap_or(name);
    Some((parent, Rule { name, choice: choice.is_some(), required: required == "1", primitive, codes }))
}

/// Whether a member, without its underscore, is one of the choice `base[x]`.
pub fn is_choice_of(base: &str, member: &str) -> bool {
    member.strip_prefix(base).is_some_and(|kind| kind.starts_with(|first: char| first.is_ascii_uppercase()))
}
