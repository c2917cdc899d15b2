//! The rules for contained resources: dom-2 to dom-5, and references within the resource (ref-1).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::fhir::{
    intake::diagnoses::{
        CONTAINED_ID, CONTAINED_LABEL, CONTAINED_VERSION, DANGLING, NESTED_CONTAINED, TOO_MANY, UNREFERENCED,
    },
    issue::Issue,
    location::Location,
};

/// What one resource may contain, and how many of each of its lists of people and relations it may have: what is looked up by name, each by
/// each, must be few.
const MOST: usize = 200;
const LISTS: [&str; 4] = ["contained", "author", "relatesTo", "identifier"];

/// What is wrong with the contained resources of a resource, and with its local references.
pub(super) fn check(resource: &Map<String, Value>, at: &Location) -> Vec<Issue> {
    let long = |name: &&str| resource.get(*name).and_then(Value::as_array).is_some_and(|items| items.len() > MOST);
    if let Some(name) = LISTS.iter().find(|name| long(name)) {
        return vec![Issue::error(TOO_MANY, at.member(name), "at most 200")];
    }
    let contained = resource.get("contained").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut references = Vec::new();
    collect(resource, &mut at.clone(), &mut references);
    let mut issues: Vec<Issue> =
        contained.iter().enumerate().flat_map(|(index, inner)| of_one(inner, &place(at, index))).collect();
    issues.extend(ids(contained, at));
    issues.extend(links(contained, &references, at));
    issues
}

fn place(at: &Location, index: usize) -> Location {
    let mut place = at.clone();
    place.enter("contained");
    place.enter_item(index);
    place
}

fn of_one(inner: &Value, at: &Location) -> Vec<Issue> {
    let meta = |name: &str| inner.get("meta").is_some_and(|meta| meta.get(name).is_some());
    let mut issues = Vec::new();
    if inner.get("contained").is_some() {
        issues.push(Issue::error(NESTED_CONTAINED, at.member("contained"), ""));
    }
    if meta("versionId") || meta("lastUpdated") {
        issues.push(Issue::error(CONTAINED_VERSION, at.member("meta"), ""));
    }
    if meta("security") {
        issues.push(Issue::error(CONTAINED_LABEL, at.member("meta"), ""));
    }
    issues
}

fn ids(contained: &[Value], at: &Location) -> Vec<Issue> {
    let mut seen = BTreeSet::new();
    let is_wrong = |inner: &Value| id_of(inner).is_none_or(|id| !seen.insert(id.to_owned()));
    let mut wrong: Vec<bool> = contained.iter().map(is_wrong).collect();
    let wrong = wrong.drain(..).enumerate().filter(|(_, wrong)| *wrong);
    wrong.map(|(index, _)| Issue::error(CONTAINED_ID, place(at, index).member("id"), "")).collect()
}

fn links(contained: &[Value], references: &[(String, String)], at: &Location) -> Vec<Issue> {
    let known: BTreeSet<&str> = contained.iter().filter_map(id_of).collect();
    let named: BTreeSet<&str> = references.iter().map(|(_, id)| id.as_str()).collect();
    let dangling = references.iter().filter(|(_, id)| !id.is_empty() && !known.contains(id.as_str()));
    let lonely = contained
        .iter()
        .enumerate()
        .filter(|(_, inner)| id_of(inner).is_some_and(|id| !named.contains(id)) && !refers_to_container(inner));
    dangling
        .map(|(place, _)| Issue::error(DANGLING, place.clone(), ""))
        .chain(lonely.map(|(index, _)| Issue::warning(UNREFERENCED, place(at, index).to_string(), "")))
        .collect()
}

fn id_of(resource: &Value) -> Option<&str> {
    resource.get("id").and_then(Value::as_str)
}

/// A contained resource may itself refer to the one that contains it, by `#`.
fn refers_to_container(inner: &Value) -> bool {
    let mut references = Vec::new();
    if let Value::Object(object) = inner {
        collect(object, &mut Location::new(Location::UNKNOWN), &mut references);
    }
    references.iter().any(|(_, id)| id.is_empty())
}

/// The local references below an object, with their places; not those of resources in the entries of a Bundle.
fn collect(object: &Map<String, Value>, at: &mut Location, found: &mut Vec<(String, String)>) {
    for (name, value) in object.iter().filter(|(name, _)| *name != "resource") {
        at.enter(name);
        match value {
            Value::String(text) if name == "reference" => {
                found.extend(text.strip_prefix('#').map(|id| (at.to_string(), id.to_owned())));
            }
            Value::Object(inner) => collect(inner, at, found),
            Value::Array(items) => collect_items(items, at, found),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        at.leave();
    }
}

fn collect_items(items: &[Value], at: &mut Location, found: &mut Vec<(String, String)>) {
    for (index, item) in items.iter().enumerate() {
        if let Value::Object(inner) = item {
            at.enter_item(index);
            collect(inner, at, found);
            at.leave();
        }
    }
}
