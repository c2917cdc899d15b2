//! The rule of FHIR's JSON for `null`: only in the array of a primitive `x` or of its extensions `_x`, and only where the
//! other one has something at the same place. Source: <http://hl7.org/fhir/R4/json.html#primitive>.

use serde_json::{Map, Value};

use super::diagnoses::{STRAY_NULL, UNPAIRED};
use crate::fhir::{
    issue::{Diagnosis, Issue},
    location::Location,
};

/// What is wrong with the nulls in the arrays of an object, and with the lengths of paired arrays.
pub(super) fn check(object: &Map<String, Value>, at: &Location) -> Vec<Issue> {
    object
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_array()?)))
        .flat_map(|(name, items)| {
            let twin = twin_name(name);
            match object.get(&twin).map(Value::as_array) {
                Some(Some(_)) if name.starts_with('_') => Vec::new(),
                Some(Some(others)) => of_pair(name, items, others, at),
                Some(None) => vec![issue(UNPAIRED, at, name, "one is a list, the other is not")],
                None => of_lone(name, items, at),
            }
        })
        .collect()
}

fn twin_name(name: &str) -> String {
    name.strip_prefix('_').map_or_else(|| format!("_{name}"), str::to_owned)
}

fn of_pair(name: &str, items: &[Value], others: &[Value], at: &Location) -> Vec<Issue> {
    if items.len() != others.len() {
        return vec![issue(UNPAIRED, at, name, "the lists are of different lengths")];
    }
    let both = items.iter().zip(others).position(|(item, other)| item.is_null() && other.is_null());
    both.map(|place| issue(UNPAIRED, at, &format!("{name}[{place}]"), "both places are null")).into_iter().collect()
}

fn of_lone(name: &str, items: &[Value], at: &Location) -> Vec<Issue> {
    let null = items.iter().position(Value::is_null);
    null.map(|place| issue(STRAY_NULL, at, &format!("{name}[{place}]"), "no extension stands for it"))
        .into_iter()
        .collect()
}

fn issue(diagnosis: Diagnosis, at: &Location, name: &str, detail: &str) -> Issue {
    let (name, index) = name.split_at_checked(name.find('[').unwrap_or(name.len())).unwrap_or((name, ""));
    Issue::error(diagnosis, format!("{}{index}", at.member(name)), detail)
}
