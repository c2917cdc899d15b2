//! What a package says, as far as the engine reads it: the snapshots of StructureDefinitions, ValueSets, CodeSystems.
//! Source: <http://hl7.org/fhir/R4/structuredefinition.html>, <http://hl7.org/fhir/R4/elementdefinition.html>.

use std::fmt;

use serde::{
    Deserialize,
    de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;

/// A StructureDefinition.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Definition {
    pub(super) url: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    pub(super) fhir_version: Option<String>,
    pub(super) snapshot: Option<Snapshot>,
}

/// The elements, each after its parent and before its next sibling.
#[derive(Debug, Deserialize)]
pub(super) struct Snapshot {
    pub(super) element: Vec<Element>,
}

/// An element of a snapshot.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// `List.extension:sourceId.url`; the path where there is none.
    pub(super) id: String,
    pub(super) path: String,
    pub(super) slice: Option<String>,
    pub(super) min: usize,
    pub(super) max: Count,
    pub(super) base: Option<Base>,
    pub(super) types: Vec<Type>,
    pub(super) slicing: Option<Slicing>,
    pub(super) binding: Option<Binding>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) content: Option<String>,
    pub(super) fixed: Option<Value>,
    pub(super) pattern: Option<Value>,
}

impl Element {
    /// How deep it stands: the root is at 1.
    pub(super) fn depth(&self) -> usize {
        self.path.split('.').count()
    }

    /// The last name of its path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }
}

/// A maximum: a number, or `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count(pub(super) usize);

impl Default for Count {
    fn default() -> Self {
        Self(usize::MAX)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "*" {
            return Ok(Self::default());
        }
        text.parse().map(Self).map_err(|_| D::Error::custom("a maximum is a number or *"))
    }
}

/// What the type itself says.
#[derive(Debug, Deserialize)]
pub(super) struct Base {
    #[serde(default)]
    pub(super) max: Count,
}

/// A type that an element may have.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Type {
    pub(super) code: String,
    #[serde(default)]
    pub(super) profile: Vec<String>,
    #[serde(default)]
    pub(super) target_profile: Vec<String>,
    #[serde(default)]
    pub(super) aggregation: Vec<String>,
}

/// How the items of an element are told apart.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Slicing {
    #[serde(default)]
    pub(super) discriminator: Vec<Discriminator>,
    #[serde(default)]
    pub(super) ordered: bool,
    pub(super) rules: String,
}

/// One way to tell items apart.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Discriminator {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) path: String,
}

/// The codes of an element.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Binding {
    pub(super) strength: String,
    pub(super) value_set: Option<String>,
}

/// An invariant.
#[derive(Debug, Deserialize)]
pub(super) struct Constraint {
    pub(super) key: String,
    pub(super) severity: Option<String>,
}

/// By hand: flattening `fixed[x]` and `pattern[x]` would send every number through a buffer that loses its kind.
impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ElementVisitor)
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element of a snapshot")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
        let mut element = Element::default();
        while let Some(key) = map.next_key::<String>()? {
            take(&mut element, &key, &mut map)?;
        }
        if element.path.is_empty() {
            return Err(A::Error::missing_field("path"));
        }
        if element.id.is_empty() {
            element.id.clone_from(&element.path);
        }
        Ok(element)
    }
}

fn take<'de, A: MapAccess<'de>>(element: &mut Element, key: &str, map: &mut A) -> Result<(), A::Error> {
    match key {
        "id" => element.id = map.next_value()?,
        "path" => element.path = map.next_value()?,
        "sliceName" => element.slice = Some(map.next_value()?),
        "min" => element.min = map.next_value()?,
        "max" => element.max = map.next_value()?,
        "base" => element.base = Some(map.next_value()?),
        "type" => element.types = map.next_value()?,
        "slicing" => element.slicing = Some(map.next_value()?),
        "binding" => element.binding = Some(map.next_value()?),
        "constraint" => element.constraints = map.next_value()?,
        "contentReference" => element.content = Some(map.next_value()?),
        name if is_choice(name, "fixed") => element.fixed = Some(map.next_value()?),
        name if is_choice(name, "pattern") => element.pattern = Some(map.next_value()?),
        _ => drop(map.next_value::<IgnoredAny>()?),
    }
    Ok(())
}

fn is_choice(name: &str, base: &str) -> bool {
    super::super::definitions::is_choice_of(base, name)
}

/// A ValueSet, where it enumerates.
#[derive(Debug, Deserialize)]
pub(super) struct ValueSet {
    pub(super) url: String,
    pub(super) compose: Option<Compose>,
}

/// What a ValueSet is made of.
#[derive(Debug, Deserialize)]
pub(super) struct Compose {
    #[serde(default)]
    pub(super) include: Vec<Include>,
    #[serde(default)]
    pub(super) exclude: Vec<IgnoredAny>,
}

/// Some codes of one system.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Include {
    pub(super) system: Option<String>,
    #[serde(default)]
    pub(super) concept: Vec<Concept>,
    #[serde(default)]
    pub(super) filter: Vec<IgnoredAny>,
    #[serde(default)]
    pub(super) value_set: Vec<String>,
}

/// A code, and those beneath it.
#[derive(Debug, Deserialize)]
pub(super) struct Concept {
    pub(super) code: String,
    #[serde(default)]
    pub(super) concept: Vec<Self>,
}

/// A CodeSystem.
#[derive(Debug, Deserialize)]
pub(super) struct CodeSystem {
    pub(super) url: String,
    #[serde(default)]
    pub(super) content: String,
    #[serde(default)]
    pub(super) concept: Vec<Concept>,
}
