//! How the elements of a parent become the members of an object: which make a list, and what stands in `_x` beside `x`.
//! Source: <http://hl7.org/fhir/R4/json.html#primitive>.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// How often an element may stand in its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Often {
    /// Once: the member is its value.
    Once,
    /// Any number of times: the member is a list, even of one.
    Many,
    /// Nobody knows: a list if there are more than one.
    Unknown,
}

/// What an element holds: the value of the member, and of its twin with the underscore.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) value: Option<Value>,
    pub(super) twin: Option<Value>,
}

/// The members of an object, in the order in which their first elements stand.
#[derive(Debug, Default)]
pub(super) struct Members {
    object: Map<String, Value>,
    counts: HashMap<String, (usize, Often)>,
}

impl Members {
    pub(super) fn insert(&mut self, name: &str, value: Value) {
        self.object.insert(name.to_owned(), value);
    }

    /// How many elements of that name there have been.
    pub(super) fn count(&self, name: &str) -> usize {
        self.counts.get(name).map_or(0, |(count, _)| *count)
    }

    /// Takes an element, wherever others of its name stand.
    pub(super) fn push(&mut self, name: &str, often: Often, item: Item) {
        let (count, _) = self.counts.entry(name.to_owned()).or_insert((0, often));
        let index = *count;
        *count += 1;
        for (name, value) in [(name.to_owned(), item.value), (format!("_{name}"), item.twin)] {
            let Some(value) = value else { continue };
            let list = self.object.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(items) = list {
                items.resize(index, Value::Null);
                items.push(value);
            }
        }
    }

    /// The object.
    pub(super) fn finish(mut self) -> Map<String, Value> {
        for (name, (count, often)) in &self.counts {
            let twin = format!("_{name}");
            let is_list = *often == Often::Many || *count > 1;
            let is_pair = self.object.contains_key(name) && self.object.contains_key(&twin);
            for name in [name, &twin] {
                match self.object.get_mut(name) {
                    Some(Value::Array(items)) if is_pair && is_list => items.resize(*count, Value::Null),
                    Some(value) if !is_list => unwrap_list(value),
                    Some(_) | None => {}
                }
            }
        }
        self.object
    }
}

fn unwrap_list(value: &mut Value) {
    if let Value::Array(items) = value {
        *value = items.pop().unwrap_or(Value::Null);
    }
}
