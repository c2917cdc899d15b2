//! JSON Patch (RFC 6902).

use serde_json::{Map, Value};

use super::{
    Operation, Place, Reading,
    diagnoses::{NOT_A_PATCH, OPERATION_UNKNOWN, PART, PATH},
    draft::Draft,
    pointer, text,
};
use crate::fhir::{
    issue::{Issue, Issues},
    rules::{PATCH_QUOTES, PATCH_SELECTOR, RuleSet},
};

/// Reads a patch.
pub(super) fn read(bytes: &[u8], rules: RuleSet) -> Result<Reading, Issues> {
    let (document, is_mended) = parse(bytes)?;
    let Value::Array(operations) = document else {
        return Err(Issue::error(NOT_A_PATCH, "", "a JSON Patch is a list of operations").into());
    };
    let mut draft = Draft::new(rules, operations.len(), "")?;
    if is_mended {
        draft.note(&PATCH_QUOTES, "");
    }
    for (number, operation) in operations.into_iter().enumerate() {
        let at = format!("operation[{number}]");
        match operation {
            Value::Object(members) => read_operation(number, members, &mut draft),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                draft.error(NOT_A_PATCH, at, "an operation is an object");
            }
        }
    }
    draft.finish()
}

/// The JSON, and whether it is one only with plain quotation marks in the place of typographic ones.
fn parse(bytes: &[u8]) -> Result<(Value, bool), Issue> {
    text::read(bytes).map(|value| (value, false)).or_else(|issue| {
        let plain = std::str::from_utf8(bytes).map_err(|_| issue.clone())?.replace(['\u{201c}', '\u{201d}'], "\"");
        text::read(plain.as_bytes()).map(|value| (value, true)).map_err(|_| issue)
    })
}

fn read_operation(number: usize, mut members: Map<String, Value>, draft: &mut Draft) {
    let at = format!("operation[{number}]");
    let name = members.get("op").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut value = || {
        let value = members.shift_remove("value");
        value.ok_or_else(|| Issue::error(PART, format!("{at}.value"), ""))
    };
    let operation = match name.as_str() {
        "add" => value().and_then(|value| Ok(Operation::Add { value, at: place("path", &members, &at, draft)? })),
        "replace" => {
            value().and_then(|value| Ok(Operation::Replace { value, at: place("path", &members, &at, draft)? }))
        }
        "test" => value().and_then(|value| Ok(Operation::Test { value, at: place("path", &members, &at, draft)? })),
        "remove" => place("path", &members, &at, draft).map(|at| Operation::Remove { at, if_found: false }),
        "move" => places(&members, &at, draft).map(|(from, to)| Operation::Move { from, to }),
        "copy" => places(&members, &at, draft).map(|(from, to)| Operation::Copy { from, to }),
        _ => Err(Issue::error(OPERATION_UNKNOWN, format!("{at}.op"), "")),
    };
    match operation {
        Ok(operation) => draft.push(number, operation, &at),
        Err(issue) => draft.error(issue.diagnosis, issue.at, &issue.detail),
    }
}

fn places(members: &Map<String, Value>, at: &str, draft: &mut Draft) -> Result<(Place, Place), Issue> {
    Ok((place("from", members, at, draft)?, place("path", members, at, draft)?))
}

fn place(name: &str, members: &Map<String, Value>, at: &str, draft: &mut Draft) -> Result<Place, Issue> {
    let at = format!("{at}.{name}");
    let text = members.get(name).and_then(Value::as_str).ok_or_else(|| Issue::error(PART, &at, ""))?;
    let pointer = pointer::read(text).ok_or_else(|| Issue::error(PATH, &at, ""))?;
    if pointer.selects {
        draft.note(&PATCH_SELECTOR, &at);
    }
    Ok(pointer.place)
}
