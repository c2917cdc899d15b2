//! Places in JSON: RFC 6901 pointers in which `*` stands for every element and `[name=value]` for those with that member; and
//! patterns in which `*` stands for any text.

use serde_json::Value;

/// The values at a place, in order; none where there is nothing.
pub fn select<'a>(root: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let steps = pointer.split('/').skip(1);
    steps.fold(vec![root], |found, step| found.into_iter().flat_map(|value| children(value, step)).collect())
}

fn children<'a>(value: &'a Value, step: &str) -> Vec<&'a Value> {
    if step == "*" {
        return every(value);
    }
    if let Some((member, wanted)) = step.strip_prefix('[').and_then(|step| step.strip_suffix(']')?.split_once('=')) {
        let is_wanted = |child: &&Value| child.get(member).is_some_and(|value| text(value) == unescape(wanted));
        return every(value).into_iter().filter(is_wanted).collect();
    }
    let name = unescape(step);
    let child = match value {
        Value::Array(items) => name.parse::<usize>().ok().and_then(|at| items.get(at)),
        Value::Object(members) => members.get(&name),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    child.into_iter().collect()
}

fn every(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// How many there are: the elements of the one array at the place, else the values that the place selects.
pub fn count(root: &Value, pointer: &str) -> usize {
    let found = select(root, pointer);
    match found.as_slice() {
        [Value::Array(items)] if !pointer.contains(['*', '[']) => items.len(),
        all => all.len(),
    }
}

/// A step of a pointer as the name that it means.
pub fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The text of a value: a string without its quotation marks, anything else as JSON.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether a text is of a pattern.
pub fn is_like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    let end = middle.iter().try_fold(rest, |rest, part| rest.find(part).and_then(|at| rest.get(at + part.len()..)));
    end.is_some_and(|rest| rest.ends_with(last))
}
