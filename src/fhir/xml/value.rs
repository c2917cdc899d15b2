//! The value of a primitive: text in XML, but a number or a boolean in JSON where its type is one.

use serde_json::{Number, Value};

use crate::fhir::definitions::Primitive;

/// The longest number, and the longest exponent: the JSON reader takes hundred digits, and a plus sign may be added to them.
const NUMBER: usize = 101;
const EXPONENT: usize = 2;

/// The value; nothing where it is a number out of range. What has not the form of its type stays a text, which gate 3
/// refuses by its place.
pub(super) fn of_type(kind: Primitive, text: String) -> Option<Value> {
    match kind {
        Primitive::Boolean => Some(boolean(text)),
        Primitive::Decimal | Primitive::UnsignedInt => number(text),
        // Both may have a plus sign in XML, which JSON has no place for.
        Primitive::Integer | Primitive::PositiveInt => number(without_plus(text)),
        Primitive::Base64Binary
        | Primitive::Canonical
        | Primitive::Code
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::Id
        | Primitive::Instant
        | Primitive::Markdown
        | Primitive::Oid
        | Primitive::String
        | Primitive::Time
        | Primitive::Uri
        | Primitive::Url
        | Primitive::Uuid
        | Primitive::Xhtml => Some(Value::String(text)),
    }
}

fn boolean(text: String) -> Value {
    match text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::String(text),
    }
}

/// A number with its text: FHIR's decimals keep their precision.
fn number(text: String) -> Option<Value> {
    if !is_number(&text) {
        return Some(Value::String(text));
    }
    let exponent = text.split(['e', 'E']).nth(1).map_or("", |exponent| exponent.trim_start_matches(['+', '-']));
    if text.len() > NUMBER || exponent.len() > EXPONENT {
        return None;
    }
    text.parse::<Number>().ok().map(Value::Number)
}

/// The grammar of numbers in JSON, which is that of FHIR's decimals.
fn is_number(text: &str) -> bool {
    let (number, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(number, rest)| (number, Some(rest)));
    let number = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_plus(text: String) -> String {
    match text.strip_prefix('+') {
        Some(digits) if is_digits(digits) => digits.to_owned(),
        Some(_) | None => text,
    }
}
