//! Parts of resources: `_summary` and `_elements`, on one resource or on each that a Bundle holds. A part keeps what is mandatory,
//! and says that it is one. Source: <http://hl7.org/fhir/R4/search.html#summary>; conformance SE-14.

mod contained;
mod table;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use super::definitions::is_choice_of;

/// What makes the tag of a part, with the code `SUBSETTED`.
pub const OBSERVATION_VALUE: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
/// What each part keeps of each resource, beside what is mandatory.
const ALWAYS: [&str; 6] = ["resourceType", "id", "meta", "implicitRules", "modifierExtension", "contained"];

/// A part of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// `_summary=true`: the elements that the base definition marks.
    Summary,
    /// `_summary=text`: the narrative, and what is mandatory.
    Text,
    /// `_summary=data`: all but the narrative.
    Data,
    /// `_summary=count`: of a Bundle the total alone; a single resource stays whole.
    Count,
    /// `_elements`: these elements of the root, each by its name, or by type and name (`Patient.name`).
    Elements(Vec<String>),
}

impl Part {
    /// The part that a value of `_summary` asks for: nothing inside for `false`, the whole; nothing where there is no such value.
    pub fn of_summary(value: &str) -> Option<Option<Self>> {
        match value {
            "true" => Some(Some(Self::Summary)),
            "text" => Some(Some(Self::Text)),
            "data" => Some(Some(Self::Data)),
            "count" => Some(Some(Self::Count)),
            "false" => Some(None),
            _ => None,
        }
    }

    /// The part that a value of `_elements` asks for, nothing where it names none.
    pub fn of_elements(value: &str) -> Option<Self> {
        let names: Vec<String> =
            value.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        (!names.is_empty()).then_some(Self::Elements(names))
    }
}

/// Leaves that part of a resource, or of each match of a searchset or history Bundle; the Bundle itself stays, and so do
/// outcomes. What we know no elements of stays whole. `resource` is the text of its JSON, as the gateway prints it.
pub fn trim(resource: &[u8], part: &Part) -> Vec<u8> {
    match serde_json::from_slice(resource) {
        Ok(Value::Object(mut members)) => {
            if is_list_of_resources(&members) {
                trim_entries(&mut members, part);
            } else {
                trim_resource(&mut members, part);
            }
            Value::Object(members).to_string().into_bytes()
        }
        // What was printed here is a resource; were it not, it is better whole than not at all.
        Ok(_) | Err(_) => resource.to_vec(),
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

fn is_list_of_resources(members: &Map<String, Value>) -> bool {
    text(members, "resourceType") == Some("Bundle") && matches!(text(members, "type"), Some("searchset" | "history"))
}

fn trim_entries(bundle: &mut Map<String, Value>, part: &Part) {
    if *part == Part::Count {
        bundle.shift_remove("entry");
    }
    for entry in bundle.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten() {
        let mode = entry.pointer("/search/mode").and_then(Value::as_str).unwrap_or("match");
        let is_meant = match part {
            Part::Elements(_) => mode == "match",
            Part::Summary | Part::Text | Part::Data | Part::Count => mode != "outcome",
        };
        if let Some(resource) = entry.get_mut("resource").and_then(Value::as_object_mut).filter(|_| is_meant) {
            trim_resource(resource, part);
        }
    }
}

fn trim_resource(resource: &mut Map<String, Value>, part: &Part) {
    let kind = text(resource, "resourceType").unwrap_or_default().to_owned();
    if !table::KINDS.contains(&kind.as_str()) {
        return;
    }
    match part {
        Part::Count => return,
        Part::Data => drop(resource.shift_remove("text")),
        Part::Text => resource.retain(|name, _| is_kept(&kind, name) || name == "text"),
        Part::Elements(names) => {
            resource.retain(|name, _| is_kept(&kind, name) || names.iter().any(|wanted| is_named(wanted, &kind, name)));
        }
        Part::Summary => narrow(resource, &kind),
    }
    contained::keep_referenced(resource);
    mark(resource);
}

/// The name of the element to which a member belongs: `_status` holds what is beside the value of `status`.
fn element(member: &str) -> &str {
    member.strip_prefix('_').unwrap_or(member)
}

fn is_kept(kind: &str, member: &str) -> bool {
    ALWAYS.contains(&element(member)) || stands_in(table::KEPT, kind, member)
}

/// Whether the table names the element; a choice is named with `[x]`.
fn stands_in(table: &[&str], parent: &str, member: &str) -> bool {
    let names = table.iter().filter_map(|path| path.strip_prefix(parent)?.strip_prefix('.'));
    names.into_iter().any(|name| is_called(name, element(member)))
}

fn is_called(name: &str, element: &str) -> bool {
    name.strip_suffix("[x]").map_or(name == element, |base| is_choice_of(base, element))
}

fn is_named(wanted: &str, kind: &str, member: &str) -> bool {
    let name = match wanted.split_once('.') {
        Some((of, name)) if of == kind => name,
        Some((of, _)) if of.starts_with(|first: char| first.is_ascii_uppercase()) => return false,
        Some((root, _)) => root,
        None => wanted,
    };
    let element = element(member);
    name == element || is_choice_of(name, element)
}

/// Leaves the marked elements, and of those of which some children alone are marked, these.
fn narrow(members: &mut Map<String, Value>, path: &str) {
    let is_root = !path.contains('.');
    members.retain(|name, _| {
        name == "modifierExtension" || (is_root && is_kept(path, name)) || stands_in(table::SUMMARY, path, name)
    });
    for (name, value) in members {
        let path = format!("{path}.{name}");
        if table::SUMMARY.iter().any(|known| known.strip_prefix(&path).is_some_and(|rest| rest.starts_with('.'))) {
            let items: Vec<&mut Value> =
                if value.is_array() { value.as_array_mut().into_iter().flatten().collect() } else { vec![value] };
            items.into_iter().filter_map(Value::as_object_mut).for_each(|item| narrow(item, &path));
        }
    }
}

fn mark(resource: &mut Map<String, Value>) {
    let meta = resource.entry("meta").or_insert_with(|| json!({}));
    let Some(meta) = meta.as_object_mut() else { return };
    let tags = meta.entry("tag").or_insert_with(|| json!([]));
    let is_marked = |tag: &Value| tag.get("code").and_then(Value::as_str) == Some("SUBSETTED");
    if let Some(tags) = tags.as_array_mut().filter(|tags| !tags.iter().any(is_marked)) {
        tags.push(json!({"system": OBSERVATION_VALUE, "code": "SUBSETTED"}));
    }
}
