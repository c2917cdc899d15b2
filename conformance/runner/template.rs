//! Placeholders: `{{name}}` and `{{name|filter}}` in any text of a case or a body.

use serde_json::{Map, Value};

/// What a placeholder becomes; `None` leaves it as it stands.
pub type Resolved = Option<Result<Value, String>>;

/// Fills the placeholders of a value. A text that is one placeholder becomes its value, of whatever type; within a longer text the
/// value is written out.
///
/// # Errors
/// What a placeholder has no value for.
pub fn fill(value: &Value, resolve: &dyn Fn(&str) -> Resolved) -> Result<Value, String> {
    match value {
        Value::String(text) => fill_text(text, resolve),
        Value::Array(items) => items.iter().map(|item| fill(item, resolve)).collect::<Result<_, _>>().map(Value::Array),
        Value::Object(members) => {
            let filled = members.iter().map(|(name, value)| {
                let name = super::json::text(&fill_text(name, resolve)?);
                Ok((name, fill(value, resolve)?))
            });
            filled.collect::<Result<Map<_, _>, String>>().map(Value::Object)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
    }
}

/// Fills the placeholders of a text.
///
/// # Errors
/// As [`fill`].
pub fn fill_text(text: &str, resolve: &dyn Fn(&str) -> Resolved) -> Result<Value, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) = after.split_once("}}").ok_or_else(|| format!("a placeholder is not closed: {text}"))?;
        filled.push_str(before);
        match resolve(name.trim()).transpose()? {
            Some(value) if before.is_empty() && behind.is_empty() && filled.is_empty() => return Ok(value),
            Some(value) => filled.push_str(&super::json::text(&value)),
            None => filled.push_str(&format!("{{{{{name}}}}}")),
        }
        rest = behind;
    }
    filled.push_str(rest);
    Ok(Value::String(filled))
}
