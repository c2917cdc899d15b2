//! Mutants made by leaving out each element of a valid Consent: refused, or provably without effect; and the profiles agree.

use super::*;
use crate::fhir::{
    issue::Severity,
    profile::{Library, OWN},
};

/// The pointers of everything below a value.
fn below(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), member)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, child) in children {
        let place = format!("{at}/{name}");
        below(child, &place, found);
        found.push(place);
    }
}

/// Objects and arrays that became empty go too, as the second gate demands.
fn pruned(tree: Value) -> Value {
    match tree {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (name, pruned(value)));
            Value::Object(members.filter(|(_, value)| !is_empty(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).filter(|item| !is_empty(item)).collect()),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => other,
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

fn mutants(kind: Kind) -> Vec<(String, Value)> {
    let mut places = Vec::new();
    below(&valid(kind), "", &mut places);
    places.into_iter().map(|place| (place.clone(), pruned(without(valid(kind), &place)))).collect()
}

/// Elements that may be absent: the second category, how the organization is identified, and the types of references.
fn is_without_effect(pointer: &str) -> bool {
    ["/category/1", "/organization/0/identifier/"].iter().any(|place| pointer.starts_with(place))
        || pointer.ends_with("/type")
}

// requirement: CO-02
#[test]
fn leaving_out_any_element_is_refused_or_without_effect_or_says_something_else_itself() {
    for kind in Kind::ALL {
        let whole = read(&valid(kind), &setting()).unwrap();
        for (pointer, mutant) in mutants(kind) {
            if !gates(&mutant).is_empty() {
                continue;
            }
            let Ok(deed) = read(&mutant, &setting()) else { continue };
            let same = deed.effect == whole.effect && deed.holder == whole.holder && deed.status == whole.status;
            // Who agreed without a collector, and who opposes feeding by anyone, says so by leaving it out; a period may last.
            let actor = ["/provision/actor", "/provision/actor/0"];
            let says_so = ["/performer/1", "/provision/period/end"].contains(&pointer.as_str())
                || (kind == Kind::FeedOpposition && actor.contains(&pointer.as_str()));
            assert!(same || says_so, "{kind:?} without {pointer}: {:?}", deed.effect);
            assert!(!same || !says_so, "{kind:?} without {pointer}");
            if same {
                assert!(is_without_effect(&pointer), "{kind:?} without {pointer}");
            }
        }
    }
}

// requirement: CO-07
#[test]
fn what_the_profile_of_a_kind_refuses_the_reading_refuses() {
    let library = Library::load(&[], OWN).unwrap();
    let is_refused = |kind: Kind, tree: &Value| {
        library.check(kind.profile(), tree).iter().any(|issue| issue.severity == Severity::Error)
    };
    for kind in Kind::ALL {
        assert_eq!(library.check(kind.profile(), &valid(kind)), [], "{kind:?}");
        let mut refused_by_profile = 0;
        for (pointer, mutant) in mutants(kind) {
            if is_refused(kind, &mutant) {
                refused_by_profile += 1;
                let read = read(&mutant, &setting());
                assert!(read.is_err() || !gates(&mutant).is_empty(), "{kind:?} without {pointer}");
            }
        }
        assert!(refused_by_profile > 20, "{kind:?}: {refused_by_profile}");
        for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
            assert!(is_refused(other, &valid(kind)), "{kind:?} passes for {other:?}");
        }
    }
}
