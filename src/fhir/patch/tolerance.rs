//! The defects of the published samples, mended; each is a row of the table of checks, so that the rule set says whether it is
//! taken. Other spellings of codes and code systems become the one that is printed. Source: pdsm-dmp 4.2, 6.6, 7, 14.1.

use serde_json::{Value, json};

use super::{
    Operation, Place,
    place::{Condition, Step},
};
use crate::fhir::{
    canon::{IS_ARCHIVED, canonical, label_code},
    publication::meaning,
    rules::{
        Check, LABEL_ALIAS, PATCH_BLANKS, PATCH_BOOLEAN_TEXT, PATCH_EXTENSION_URL, PATCH_LABEL_TEXT, PATCH_MISSPELT,
    },
};

/// By what the samples name the archived flag: the search parameter, and the extension of an older guide.
const OTHER_URLS: [&str; 2] = [
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-isArchived",
    "http://esante.gouv.fr/cisis/fhir/StructureDefinition/PDSm_isArchived",
];
/// How the sample spells the element of the labels.
const MISSPELT_LABELS: &str = "securtityLabel";

type Note<'a> = &'a mut dyn FnMut(&Check);

/// Mends an operation.
pub(super) fn settle(mut operation: Operation, note: Note<'_>) -> Operation {
    operation.places_mut().into_iter().for_each(|place| settle_place(place, note));
    match operation {
        Operation::Add { at, value } => {
            let value = settle_value(&at, value, note);
            as_label(Operation::Add { at, value }, note)
        }
        Operation::Replace { at, value } => {
            let value = settle_value(&at, value, note);
            as_label(Operation::Replace { at, value }, note)
        }
        Operation::Test { at, value } => {
            let value = settle_value(&at, value, note);
            Operation::Test { at, value }
        }
        Operation::Remove { .. } | Operation::Move { .. } | Operation::Copy { .. } | Operation::Label { .. } => {
            operation
        }
    }
}

fn settle_place(place: &mut Place, note: Note<'_>) {
    if let Some(Step::Token(name) | Step::Member(name)) = place.0.first_mut()
        && name == MISSPELT_LABELS
    {
        note(&PATCH_MISSPELT);
        *name = "securityLabel".to_owned();
    }
    let is_of_extension = place.names().first() == Some(&"extension");
    for step in place.0.iter_mut().filter(|_| is_of_extension) {
        if let Step::Where(conditions) = step {
            conditions.iter_mut().for_each(|condition| settle_condition(condition, note));
        }
    }
}

fn settle_condition(condition: &mut Condition, note: Note<'_>) {
    if condition.way == ["url"] && OTHER_URLS.contains(&condition.text.as_str()) {
        note(&PATCH_EXTENSION_URL);
        condition.text = IS_ARCHIVED.to_owned();
    }
}

fn settle_value(at: &Place, mut value: Value, note: Note<'_>) -> Value {
    let names = at.names();
    match names.first().copied() {
        Some("status") => trim(&mut value, note),
        Some("securityLabel") => settle_labels(names.last().copied(), &mut value, note),
        Some("extension") => settle_flag(names.last().copied(), &mut value, note),
        Some(_) | None => {}
    }
    value
}

/// Mends labels, or a part of one.
fn settle_labels(name: Option<&str>, value: &mut Value, note: Note<'_>) {
    if let Value::String(text) = &*value {
        let spell: fn(&str) -> &str = match name {
            Some("system") => canonical,
            Some("code") => label_code,
            Some(_) | None => return,
        };
        let mended = spell(text.trim()).to_owned();
        trim(value, note);
        *value = Value::String(mended);
    } else {
        settle_codings(value, note);
    }
}

fn trim(value: &mut Value, note: Note<'_>) {
    if let Value::String(text) = value
        && text.trim() != text.as_str()
    {
        note(&PATCH_BLANKS);
        *text = text.trim().to_owned();
    }
}

/// Mends each coding in a value.
fn settle_codings(value: &mut Value, note: Note<'_>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| settle_codings(item, note)),
        Value::Object(members) => {
            for name in ["system", "code"] {
                members.get_mut(name).into_iter().for_each(|text| trim(text, note));
            }
            settle_coding(value, note);
            value.get_mut("coding").into_iter().for_each(|codings| settle_codings(codings, note));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn settle_coding(coding: &mut Value, note: Note<'_>) {
    let text = |name: &str| coding.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (system, code) = (text("system"), text("code"));
    let Some((_, home)) = meaning(&system, &code) else { return };
    if (system.as_str(), code.as_str()) != (home, label_code(&code)) {
        note(&LABEL_ALIAS);
        if let Value::Object(members) = coding {
            members.insert("system".to_owned(), json!(home));
            members.insert("code".to_owned(), json!(label_code(&code)));
        }
    }
}

/// Mends an extension, or a part of one.
fn settle_flag(name: Option<&str>, value: &mut Value, note: Note<'_>) {
    match (name, &mut *value) {
        (Some("url"), Value::String(url)) if OTHER_URLS.contains(&url.as_str()) => {
            note(&PATCH_EXTENSION_URL);
            *value = json!(IS_ARCHIVED);
        }
        (Some("valueBoolean"), Value::String(text)) => {
            if let Ok(flag) = text.trim().parse::<bool>() {
                note(&PATCH_BOOLEAN_TEXT);
                *value = Value::Bool(flag);
            }
        }
        (_, Value::Array(items)) => items.iter_mut().for_each(|item| settle_flag(None, item, note)),
        (_, Value::Object(members)) => {
            members.iter_mut().for_each(|(name, member)| settle_flag(Some(name), member, note));
        }
        (_, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {}
    }
}

/// A label that is told as text.
fn as_label(operation: Operation, note: Note<'_>) -> Operation {
    let (Operation::Add { at, value } | Operation::Replace { at, value }) = &operation else { return operation };
    let is_place = at.names() == ["securityLabel"];
    let Some(concept) = value.as_str().filter(|_| is_place).and_then(concept) else { return operation };
    note(&PATCH_LABEL_TEXT);
    match operation {
        Operation::Add { at, .. } if at.0.len() > 1 => Operation::Add { at, value: concept },
        Operation::Replace { at, .. } if at.0.len() > 1 => Operation::Replace { at, value: concept },
        Operation::Add { .. }
        | Operation::Replace { .. }
        | Operation::Remove { .. }
        | Operation::Move { .. }
        | Operation::Copy { .. }
        | Operation::Test { .. }
        | Operation::Label { .. } => Operation::Label { value: concept },
    }
}

/// The coded element for a word or a code.
fn concept(text: &str) -> Option<Value> {
    let text = text.trim();
    let code = match text.to_ascii_lowercase().as_str() {
        "normal" => "N",
        "restricted" => "R",
        "very restricted" => "V",
        _ => label_code(text),
    };
    let (_, system) = meaning("", code)?;
    Some(json!({"coding": [{"system": system, "code": code}]}))
}
