//! XML Patch (RFC 5261). Values become what they are in JSON.

use serde_json::{Map, Value};

use super::{
    Operation, Place, Reading,
    diagnoses::{NOT_A_PATCH, OPERATION_UNKNOWN, PART, PATH},
    draft::Draft,
    expression::is_list,
    markup::{self, Element},
    place::Step,
    xpath::{self, Selected},
};
use crate::fhir::{
    issue::{Issue, Issues},
    rules::RuleSet,
};

/// Reads a patch.
pub(super) fn read(bytes: &[u8], rules: RuleSet) -> Result<Reading, Issues> {
    let root = markup::read(bytes)?;
    if root.name != "diff" || !root.text.trim().is_empty() {
        return Err(Issue::error(NOT_A_PATCH, "", "the root of an XML Patch is diff").into());
    }
    let mut draft = Draft::new(rules, root.children.len(), "")?;
    for (number, element) in root.children.iter().enumerate() {
        let at = format!("operation[{number}]");
        match read_operation(element, &root, &at) {
            Ok(operations) => operations.into_iter().for_each(|operation| draft.push(number, operation, &at)),
            Err(issue) => draft.error(issue.diagnosis, issue.at, &issue.detail),
        }
    }
    draft.finish()
}

/// The operations of one element: an addition may hold several elements.
fn read_operation(element: &Element, root: &Element, at: &str) -> Result<Vec<Operation>, Issue> {
    let sel = element.attribute("sel").ok_or_else(|| Issue::error(PART, format!("{at}.sel"), ""))?;
    let is_fhir = |prefix: &str| {
        let mut known = element.prefixes.iter().chain(&root.prefixes);
        known.find(|(known, _)| known == prefix).map(|(_, is_fhir)| *is_fhir)
    };
    let selected = xpath::read(sel, &is_fhir).ok_or_else(|| Issue::error(PATH, format!("{at}.sel"), ""))?;
    let wrong = || Issue::error(PART, at, "");
    match element.name.as_str() {
        "add" => add(element, selected.place).ok_or_else(wrong),
        "replace" => replace(element, selected).map(|operation| vec![operation]).ok_or_else(wrong),
        "remove" if element.children.is_empty() => Ok(vec![Operation::Remove { at: selected.place, if_found: false }]),
        "remove" => Err(wrong()),
        _ => Err(Issue::error(OPERATION_UNKNOWN, at, "")),
    }
}

fn replace(element: &Element, selected: Selected) -> Option<Operation> {
    let value = match (element.children.as_slice(), selected.is_value) {
        ([], _) => primitive(selected.place.names().last()?, element.text.trim()),
        ([child], false) => value_of(child)?,
        ([_], true) | ([_, _, ..], _) => return None,
    };
    Some(Operation::Replace { at: selected.place, value })
}

fn add(element: &Element, at: Place) -> Option<Vec<Operation>> {
    match element.attribute("type") {
        Some("@value") => {
            let value = primitive(at.names().last()?, element.text.trim());
            Some(vec![Operation::Add { at, value }])
        }
        Some(other) => {
            let mut steps = at.0;
            steps.push(Step::Member(other.strip_prefix('@')?.to_owned()));
            Some(vec![Operation::Add { at: Place(steps), value: Value::String(element.text.trim().to_owned()) }])
        }
        None => add_elements(element, &at),
    }
}

/// The children of an addition; what is put at the front is put there in reverse, so that their order stays.
fn add_elements(element: &Element, at: &Place) -> Option<Vec<Operation>> {
    let (position, children) = (element.attribute("pos"), element.children.iter());
    let children: Vec<&Element> = match position {
        None | Some("before") => children.collect(),
        Some("prepend" | "after") => children.rev().collect(),
        Some(_) => return None,
    };
    let add = |(number, child): (usize, &Element)| {
        let at = place_of(child, number, at, position)?;
        Some(Operation::Add { at, value: value_of(child)? })
    };
    (!children.is_empty()).then(|| children.into_iter().enumerate().map(add).collect()).flatten()
}

/// Where a child goes that is added there.
fn place_of(child: &Element, number: usize, at: &Place, position: Option<&str>) -> Option<Place> {
    let is_beside = matches!(position, Some("before" | "after"));
    let mut steps = at.0.clone();
    let sibling = if is_beside { take_sibling(&mut steps)? } else { None };
    let is_same = at.names().last() == Some(&child.name.as_str());
    steps.push(Step::Member(child.name.clone()));
    if is_list(&child.name) {
        steps.push(match (position, sibling) {
            (Some("before"), Some(index)) if is_same => Step::Item(index + number),
            (Some("after"), Some(index)) if is_same => Step::Item(index + 1),
            (Some("prepend"), _) => Step::Item(0),
            (_, _) => Step::End,
        });
    }
    Some(Place(steps))
}

/// Goes from a node to its parent; the number of the node in its list, where that is told.
fn take_sibling(steps: &mut Vec<Step>) -> Option<Option<usize>> {
    let mut index = None;
    loop {
        match steps.pop()? {
            Step::Item(number) => index = Some(number),
            Step::Only => index = Some(0),
            Step::Where(_) | Step::End => {}
            Step::Token(_) | Step::Member(_) => return Some(index),
        }
    }
}

/// An element as its JSON twin; nothing where it is none of FHIR.
fn value_of(element: &Element) -> Option<Value> {
    if !element.is_fhir || !element.text.trim().is_empty() {
        return None;
    }
    if let (Some(value), [], []) = (element.attribute("value"), element.children.as_slice(), others(element).as_slice())
    {
        return Some(primitive(&element.name, value));
    }
    let mut members = Map::new();
    for (name, value) in others(element) {
        members.insert(name.clone(), Value::String(value.clone()));
    }
    for child in &element.children {
        let value = value_of(child)?;
        match members.get_mut(&child.name) {
            Some(Value::Array(items)) => items.push(value),
            Some(_) => return None,
            None if is_list(&child.name) => drop(members.insert(child.name.clone(), Value::Array(vec![value]))),
            None => drop(members.insert(child.name.clone(), value)),
        }
    }
    (element.attribute("value").is_none() && !members.is_empty()).then_some(Value::Object(members))
}

fn others(element: &Element) -> Vec<&(String, String)> {
    element.attributes.iter().filter(|(name, _)| name != "value").collect()
}

fn primitive(name: &str, text: &str) -> Value {
    match (name, text.parse::<bool>()) {
        ("valueBoolean", Ok(flag)) => Value::Bool(flag),
        _ => Value::String(text.to_owned()),
    }
}
