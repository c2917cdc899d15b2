//! Places in a resource: as the patch languages name them, and as keys, once they are found in a resource.

use serde_json::{Value, json};

use crate::{fhir::canon::IS_ARCHIVED, record::amendment::Unpatched};

/// Deeper than any place that a patch can change.
const MAX_KEYS: usize = 8;

/// A place as it is named, from the root of the resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place(pub(super) Vec<Step>);

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// To what a JSON pointer names: a member, an item by its number, or the end of a list (`-`).
    Token(String),
    /// To a member.
    Member(String),
    /// To an item, from 0.
    Item(usize),
    /// Behind the last item.
    End,
    /// To the one item of a list.
    Only,
    /// To the one item of which all of these are so.
    Where(Vec<Condition>),
}

/// That a text stands somewhere in an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// The names on the way, through lists.
    pub(super) way: Vec<String>,
    /// The text.
    pub(super) text: String,
}

/// One step in a resource as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Name(String),
    At(usize),
    End,
}

impl Place {
    /// The names on the way, without the places in lists.
    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().filter_map(Step::name).collect()
    }
}

impl Step {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Token(token) if is_of_list(token) => None,
            Self::Token(name) | Self::Member(name) => Some(name),
            Self::Item(_) | Self::End | Self::Only | Self::Where(_) => None,
        }
    }
}

fn is_of_list(token: &str) -> bool {
    token == "-" || token.bytes().all(|byte| byte.is_ascii_digit())
}

impl Condition {
    fn is_so(&self, item: &Value) -> bool {
        let mut found = vec![item];
        for name in &self.way {
            found = found.into_iter().filter_map(|value| value.get(name)).flat_map(spread).collect();
        }
        found.into_iter().any(|value| value.as_str() == Some(&self.text))
    }
}

fn spread(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

/// Finds a place: all but its last step must be there. A condition that asks for the archived flag finds it even where it is
/// not told: it is `false` then, and stands behind the other extensions.
pub(super) fn find(place: &Place, resource: &mut Value) -> Result<Vec<Key>, Unpatched> {
    let mut keys = Vec::with_capacity(place.0.len());
    for step in &place.0 {
        if keys.len() == MAX_KEYS {
            return Err(Unpatched::NoSuchPlace);
        }
        tell_archived(step, &keys, resource);
        let parent = get(resource, &keys).ok_or(Unpatched::NoSuchPlace)?;
        keys.push(step.key(parent).ok_or(Unpatched::NoSuchPlace)?);
    }
    Ok(keys)
}

fn tell_archived(step: &Step, keys: &[Key], resource: &mut Value) {
    let Step::Where(conditions) = step else { return };
    let [condition] = conditions.as_slice() else { return };
    if condition.way != ["url"] || condition.text != IS_ARCHIVED || *keys != [Key::Name("extension".to_owned())] {
        return;
    }
    let Some(extensions) = get_mut(resource, keys).and_then(Value::as_array_mut) else { return };
    if !extensions.iter().any(|extension| condition.is_so(extension)) {
        extensions.push(json!({"url": IS_ARCHIVED, "valueBoolean": false}));
    }
}

impl Step {
    /// The key of the step below this parent.
    fn key(&self, parent: &Value) -> Option<Key> {
        match (self, parent) {
            (Self::Token(name) | Self::Member(name), Value::Object(_)) => Some(Key::Name(name.clone())),
            (Self::Token(token), Value::Array(_)) => index(token),
            (Self::Item(index), Value::Array(_)) => Some(Key::At(*index)),
            (Self::End, Value::Array(_)) => Some(Key::End),
            (Self::Only, Value::Array(items)) => (items.len() == 1).then_some(Key::At(0)),
            (Self::Where(conditions), Value::Array(items)) => one_of(items, conditions),
            (_, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_))
            | (Self::Item(_) | Self::End | Self::Only | Self::Where(_), Value::Object(_))
            | (Self::Member(_), Value::Array(_)) => None,
        }
    }
}

fn index(token: &str) -> Option<Key> {
    if token == "-" {
        return Some(Key::End);
    }
    let is_number = is_of_list(token) && (token == "0" || !token.starts_with('0'));
    is_number.then(|| token.parse().ok().map(Key::At)).flatten()
}

fn one_of(items: &[Value], conditions: &[Condition]) -> Option<Key> {
    let holds = |item: &Value| conditions.iter().all(|condition| condition.is_so(item));
    let mut found = items.iter().enumerate().filter(|(_, item)| holds(item)).map(|(index, _)| index);
    let first = found.next()?;
    found.next().is_none().then_some(Key::At(first))
}

/// What stands there.
pub(super) fn get<'a>(resource: &'a Value, keys: &[Key]) -> Option<&'a Value> {
    keys.iter().try_fold(resource, |value, key| match key {
        Key::Name(name) => value.as_object()?.get(name),
        Key::At(index) => value.as_array()?.get(*index),
        Key::End => None,
    })
}

fn get_mut<'a>(resource: &'a mut Value, keys: &[Key]) -> Option<&'a mut Value> {
    keys.iter().try_fold(resource, |value, key| match key {
        Key::Name(name) => value.as_object_mut()?.get_mut(name),
        Key::At(index) => value.as_array_mut()?.get_mut(*index),
        Key::End => None,
    })
}

/// Sets a member, or puts an item before the one that stands there; the keys of what is new.
pub(super) fn put(resource: &mut Value, keys: &[Key], value: Value) -> Option<Vec<Key>> {
    let (last, parents) = keys.split_last()?;
    let key = match (last, get_mut(resource, parents)?) {
        (Key::Name(name), Value::Object(members)) => {
            members.insert(name.clone(), value);
            last.clone()
        }
        (Key::At(index), Value::Array(items)) if *index <= items.len() => {
            items.insert(*index, value);
            last.clone()
        }
        (Key::End, Value::Array(items)) => {
            items.push(value);
            Key::At(items.len() - 1)
        }
        (Key::Name(_) | Key::At(_) | Key::End, _) => return None,
    };
    Some(parents.iter().cloned().chain([key]).collect())
}

/// Sets what stands there.
pub(super) fn set(resource: &mut Value, keys: &[Key], value: Value) -> Option<()> {
    *get_mut(resource, keys)? = value;
    Some(())
}

/// Takes out what stands there.
pub(super) fn take(resource: &mut Value, keys: &[Key]) -> Option<Value> {
    let (last, parents) = keys.split_last()?;
    match (last, get_mut(resource, parents)?) {
        (Key::Name(name), Value::Object(members)) => members.shift_remove(name),
        (Key::At(index), Value::Array(items)) if *index < items.len() => Some(items.remove(*index)),
        (Key::Name(_) | Key::At(_) | Key::End, _) => None,
    }
}
