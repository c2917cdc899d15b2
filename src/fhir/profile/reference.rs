//! What a reference leads to, as far as it can be told. Source: <http://hl7.org/fhir/R4/references.html>.

use serde_json::Value;

use super::place::{Around, kind};

/// Where a reference leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Target<'a> {
    /// To a resource that is here.
    Here(&'a Value),
    /// To a resource elsewhere, of this type.
    Elsewhere(&'a str),
    /// To a contained resource that is not there.
    Dangling,
    /// Nobody can tell.
    Unknown,
}

/// Where a reference leads.
pub(super) fn target<'a>(reference: &'a Value, around: &Around<'a>) -> Target<'a> {
    let named = reference.get("reference").and_then(Value::as_str).map(|link| follow(link, around));
    match (named, reference.get("type").and_then(Value::as_str)) {
        (None | Some(Target::Unknown), Some(kind)) if is_type(kind) => Target::Elsewhere(kind),
        (Some(target), _) => target,
        (None, _) => Target::Unknown,
    }
}

fn follow<'a>(link: &'a str, around: &Around<'a>) -> Target<'a> {
    if let Some(id) = link.strip_prefix('#') {
        return contained(id, around).map_or(Target::Dangling, Target::Here);
    }
    if let Some(resource) = around.entries.get(link) {
        return Target::Here(resource);
    }
    named(link).map_or(Target::Unknown, Target::Elsewhere)
}

/// The contained resource of that id; `#` alone is the container.
fn contained<'a>(id: &str, around: &Around<'a>) -> Option<&'a Value> {
    if id.is_empty() {
        return Some(around.container);
    }
    let all = around.container.get("contained").and_then(Value::as_array)?;
    all.iter().find(|resource| resource.get("id").and_then(Value::as_str) == Some(id))
}

/// The type that the text of a reference names: `Patient/1`, `https://…/Patient/1/_history/2`, `Patient?identifier=…`.
fn named(link: &str) -> Option<&str> {
    if let Some((base, _)) = link.split_once('?') {
        return base.rsplit('/').next().filter(|kind| is_type(kind));
    }
    let link = link.split_once("/_history/").map_or(link, |(base, _)| base);
    let mut parts = link.rsplit('/');
    let (_id, kind) = (parts.next()?, parts.next()?);
    Some(kind).filter(|kind| is_type(kind))
}

fn is_type(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.len() <= 40
        && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The type of resource that a profile is of, by its URL alone. Beside FHIR's own names these are the profiles of the French
/// guides, which nobody needs to install for what references may lead to. Source: fr-core 2.1.0, annuaire 1.1.0.
pub(super) fn kind_of_profile(url: &str) -> Option<&str> {
    if let Some(kind) = url.strip_prefix("http://hl7.org/fhir/StructureDefinition/") {
        return is_type(kind).then_some(kind);
    }
    let name = url.rsplit('/').next().unwrap_or_default();
    FRENCH.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|(_, kind)| *kind)
}

/// The first that fits counts.
const FRENCH: [(&str, &str); 10] = [
    ("fr-core-patient", "Patient"),
    ("fr-core-related-person", "RelatedPerson"),
    ("fr-core-practitioner-role", "PractitionerRole"),
    ("fr-core-practitioner", "Practitioner"),
    ("fr-core-organization", "Organization"),
    ("as-practitionerrole", "PractitionerRole"),
    ("as-practitioner", "Practitioner"),
    ("as-organization", "Organization"),
    ("as-dp-organization", "Organization"),
    ("as-device", "Device"),
];

/// Whether a reference stands in the same resource.
pub(super) fn is_contained(reference: &Value) -> bool {
    reference.get("reference").and_then(Value::as_str).is_some_and(|link| link.starts_with('#'))
}

/// The type of what is here or elsewhere.
pub(super) fn kind_of<'a>(target: &Target<'a>) -> Option<&'a str> {
    match target {
        Target::Here(resource) => kind(resource),
        Target::Elsewhere(kind) => Some(kind),
        Target::Dangling | Target::Unknown => None,
    }
}
