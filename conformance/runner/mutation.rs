//! Changes to a base body, so that a negative case is one line.

use serde::Deserialize;
use serde_json::Value;

use super::{json, run::filled, scope::Scope};

/// One change, at a JSON pointer; a `with` that is not needed is an error.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// Takes away what is there.
    remove: Option<String>,
    /// Puts another value in the place of what is there.
    replace: Option<String>,
    /// Puts a value where there is none; `-` is the end of an array.
    add: Option<String>,
    /// Copies what is there; `to` is a place as for `add`.
    copy: Option<String>,
    /// Where a copy goes.
    to: Option<String>,
    /// The value.
    with: Option<Value>,
}

impl Mutation {
    /// The change with the placeholders of its value filled.
    ///
    /// # Errors
    /// A placeholder has no value.
    pub fn filled(&self, scope: &Scope<'_>) -> Result<Self, String> {
        let with = self.with.as_ref().map(|value| filled(scope, value)).transpose()?;
        Ok(Self { with, ..self.clone() })
    }

    /// Changes a body.
    ///
    /// # Errors
    /// There is nothing at the place, or the change says too much or too little: the case is wrong.
    pub fn apply(&self, body: &mut Value) -> Result<(), String> {
        match self {
            Self { remove: Some(at), replace: None, add: None, copy: None, to: None, with: None } => remove(body, at),
            Self { replace: Some(at), remove: None, add: None, copy: None, to: None, with: Some(value) } => {
                replace(body, at, value)
            }
            Self { add: Some(at), remove: None, replace: None, copy: None, to: None, with: Some(value) } => {
                add(body, at, value.clone())
            }
            Self { copy: Some(from), to: Some(at), remove: None, replace: None, add: None, with: None } => {
                let value = body.pointer(from).cloned().ok_or_else(|| nothing(from))?;
                add(body, at, value)
            }
            _ => Err("a mutation is one of remove, replace with, add with, copy to".to_owned()),
        }
    }
}

fn nothing(at: &str) -> String {
    format!("there is nothing at {at} in the body")
}

fn parent<'a>(body: &'a mut Value, at: &str) -> Result<(&'a mut Value, String), String> {
    let (above, last) = at.rsplit_once('/').ok_or_else(|| nothing(at))?;
    let parent = body.pointer_mut(above).ok_or_else(|| nothing(above))?;
    Ok((parent, json::unescape(last)))
}

fn remove(body: &mut Value, at: &str) -> Result<(), String> {
    let (parent, name) = parent(body, at)?;
    let taken = if let Some(members) = parent.as_object_mut() {
        members.shift_remove(&name)
    } else {
        let items = parent.as_array_mut();
        items
            .zip(name.parse().ok())
            .filter(|(items, index)| *index < items.len())
            .map(|(items, index)| items.remove(index))
    };
    taken.map(|_| ()).ok_or_else(|| nothing(at))
}

fn replace(body: &mut Value, at: &str, value: &Value) -> Result<(), String> {
    *body.pointer_mut(at).ok_or_else(|| nothing(at))? = value.clone();
    Ok(())
}

fn add(body: &mut Value, at: &str, value: Value) -> Result<(), String> {
    let (parent, name) = parent(body, at)?;
    if let Some(members) = parent.as_object_mut() {
        members.insert(name, value);
        return Ok(());
    }
    let items = parent.as_array_mut().ok_or_else(|| nothing(at))?;
    let index = if name == "-" { items.len() } else { name.parse().map_err(|_| nothing(at))? };
    if index > items.len() {
        return Err(nothing(at));
    }
    items.insert(index, value);
    Ok(())
}
