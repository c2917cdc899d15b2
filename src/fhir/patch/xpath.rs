//! The part of XPath that names one node: elements by name, by number, or by what an attribute says.
//! Source: RFC 5261 4.1.

use super::{
    Place,
    expression::{one, through},
    place::{Condition, Step},
};

/// A selected node.
pub(super) struct Selected {
    /// The place of its twin in JSON: the value of a primitive is the element itself.
    pub(super) place: Place,
    /// Whether it is the attribute `value`.
    pub(super) is_value: bool,
}

/// Reads a selector. `is_fhir` tells whether a prefix stands for FHIR's namespace, nothing where it was never declared. Nothing
/// where we do not understand the selector.
pub(super) fn read(text: &str, is_fhir: &dyn Fn(&str) -> Option<bool>) -> Option<Selected> {
    let text = text.trim();
    let mut steps = Vec::new();
    let mut is_value = false;
    for part in split(text.strip_prefix('/').unwrap_or(text))? {
        if is_value {
            return None;
        }
        let (name, predicates) = part.split_at_checked(part.find('[').unwrap_or(part.len()))?;
        match name.trim().strip_prefix('@') {
            Some("value") if predicates.is_empty() => is_value = true,
            Some(name) if is_name(name) && predicates.is_empty() => steps.push(Step::Member(name.to_owned())),
            Some(_) => return None,
            None => steps.push(Step::Member(element(name.trim(), is_fhir)?)),
        }
        steps.extend(predicate(predicates, is_fhir)?);
    }
    if steps.first() == Some(&Step::Member("DocumentReference".to_owned())) {
        steps.remove(0);
    }
    Some(Selected { place: one(Place(through(steps))), is_value })
}

/// The parts between the slashes that stand in no brackets.
fn split(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut from, mut quote, mut is_inside) = (Vec::new(), 0, None, false);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(mark), letter) if mark == letter => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, '[') => is_inside = true,
            (None, ']') => is_inside = false,
            (None, '/') if !is_inside => {
                parts.push(text.get(from..at)?);
                from = at + 1;
            }
            (Some(_) | None, _) => {}
        }
    }
    parts.push(text.get(from..)?);
    (quote.is_none() && !is_inside).then_some(parts)
}

/// The name of an element of FHIR; another namespace's is a name that no element of FHIR has.
fn element(name: &str, is_fhir: &dyn Fn(&str) -> Option<bool>) -> Option<String> {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let is_ours = is_fhir(prefix).or_else(|| prefix.is_empty().then_some(true))?;
    is_name(local).then(|| if is_ours { local.to_owned() } else { format!("{prefix}:{local}") })
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `[2]`, or `[@url='…']`, or `[f:coding/f:code/@value='…']`.
fn predicate(text: &str, is_fhir: &dyn Fn(&str) -> Option<bool>) -> Option<Option<Step>> {
    if text.is_empty() {
        return Some(None);
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?.trim();
    if let Ok(number) = inner.parse::<usize>() {
        return number.checked_sub(1).map(|index| Some(Step::Item(index)));
    }
    let (way, text) = inner.split_once('=')?;
    let mut names = Vec::new();
    for part in way.trim().split('/') {
        match part.strip_prefix('@') {
            Some("value") => {}
            Some(name) => names.push(is_name(name).then(|| name.to_owned())?),
            None => names.push(element(part, is_fhir)?),
        }
    }
    Some(Some(Step::Where(vec![Condition { way: names, text: literal(text.trim())?.to_owned() }])))
}

fn literal(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|mark| ['\'', '"'].contains(mark))?;
    let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
    (!inner.contains(mark)).then_some(inner)
}
