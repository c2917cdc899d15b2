//! A second reading of the snapshots, naive and straight from the JSON of the packages: what it finds of cardinalities and fixed
//! values outside slices, the engine finds, and nothing else of that kind; on every example, whole and with each of its parts
//! taken out, doubled or changed.

use std::{collections::BTreeSet, io::Read};

use serde_json::Map;

use super::{examples::all, *};

/// The elements of a profile, as they stand in the package.
fn snapshots() -> HashMap<String, Vec<Value>> {
    let mut all = HashMap::new();
    for path in packages().unwrap() {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(path).unwrap()));
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().to_string_lossy().into_owned();
            if name.starts_with("package/StructureDefinition-") {
                let mut text = String::new();
                entry.read_to_string(&mut text).unwrap();
                let tree: Value = serde_json::from_str(&text).unwrap();
                let elements = tree["snapshot"]["element"].as_array().unwrap().clone();
                all.insert(tree["url"].as_str().unwrap().to_owned(), elements);
            }
        }
    }
    all
}

/// The objects at a path below a resource, with their places; nothing below a choice.
fn objects<'a>(tree: &'a Value, names: &[&str]) -> Vec<(String, &'a Map<String, Value>)> {
    let mut found = vec![(tree["resourceType"].as_str().unwrap().to_owned(), tree)];
    for name in names {
        found = found
            .into_iter()
            .flat_map(|(at, value)| {
                values(value, name).into_iter().map(move |(step, value)| (format!("{at}{step}"), value))
            })
            .collect();
    }
    found.into_iter().filter_map(|(at, value)| Some((at, value.as_object()?))).collect()
}

fn values<'a>(parent: &'a Value, name: &str) -> Vec<(String, &'a Value)> {
    match parent.get(name) {
        None => Vec::new(),
        Some(Value::Array(items)) => {
            items.iter().enumerate().map(|(index, item)| (format!(".{name}[{index}]"), item)).collect()
        }
        Some(value) => vec![(format!(".{name}"), value)],
    }
}

fn contains(value: &Value, pattern: &Value) -> bool {
    if let (Some(value), Some(pattern)) = (value.as_object(), pattern.as_object()) {
        return pattern.iter().all(|(name, wanted)| contains(value.get(name).unwrap_or(&Value::Null), wanted));
    }
    if let (Some(items), Some(wanted)) = (value.as_array(), pattern.as_array()) {
        return wanted.iter().all(|wanted| items.iter().any(|item| contains(item, wanted)));
    }
    value == pattern
}

fn naive(elements: &[Value], tree: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for element in elements {
        let (id, path) = (element["id"].as_str().unwrap(), element["path"].as_str().unwrap());
        let names: Vec<&str> = path.split('.').skip(1).collect();
        let Some((name, parents)) = names.split_last().filter(|_| !id.contains(':') && !id.contains("[x]")) else {
            continue;
        };
        for (at, parent) in objects(tree, parents) {
            let parent = Value::Object(parent.clone());
            let mut children = values(&parent, name);
            let twin = format!("_{name}");
            if children.is_empty() && parent.get(&twin).is_some() {
                children.push((format!(".{name}"), &Value::Null));
            }
            let max = element["max"].as_str().unwrap().parse().unwrap_or(usize::MAX);
            if (children.len() as u64) < element["min"].as_u64().unwrap() || children.len() > max {
                found.insert(format!("count {at}.{name}"));
            }
            for (key, wanted) in element.as_object().unwrap() {
                for (step, value) in &children {
                    let is_broken = key.starts_with("fixed") && *value != wanted
                        || key.starts_with("pattern") && !contains(value, wanted);
                    found.extend(is_broken.then(|| format!("value {at}{step}")));
                }
            }
        }
    }
    found
}

/// What the engine found of the same kind.
fn engine(library: &Library, profile: &str, tree: &Value) -> BTreeSet<String> {
    let kind = format!("{}.", place::kind(tree).unwrap());
    let found = library.find(profile, tree, &Within { at: place::kind(tree).unwrap(), bundle: None });
    let of_kind = |finding: &&Finding| {
        finding.element.starts_with(&kind) && !finding.element.contains(':') && !finding.element.contains("[x]")
    };
    let word = |finding: &Finding| match finding.issue.diagnosis {
        diagnoses::MISSING | diagnoses::TOO_MANY | diagnoses::NOT_ALLOWED => Some("count"),
        diagnoses::FIXED | diagnoses::PATTERN => Some("value"),
        _ => None,
    };
    found.iter().filter(of_kind).filter_map(|it| Some(format!("{} {}", word(it)?, it.issue.at))).collect()
}

/// Every way to take out, double or change one part of a resource.
fn variants(tree: &Value) -> Vec<Value> {
    let mut pointers = Vec::new();
    gather(tree, String::new(), &mut pointers);
    let mut all = vec![tree.clone()];
    for pointer in pointers {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut changed = tree.clone();
        match changed.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.shift_remove(name)),
            Value::Array(items) => {
                let mut doubled = tree.clone();
                let item = items.remove(name.parse().unwrap());
                doubled.pointer_mut(parent).unwrap().as_array_mut().unwrap().push(item);
                all.push(doubled);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        all.push(changed);
        let mut changed = tree.clone();
        if let Some(Value::String(text)) = changed.pointer_mut(&pointer) {
            text.push('x');
            all.push(changed);
        }
    }
    all
}

pub(super) fn gather(value: &Value, pointer: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !["resourceType", "div"].contains(&name.as_str())) {
                all.push(format!("{pointer}/{name}"));
                gather(member, format!("{pointer}/{name}"), all);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                all.push(format!("{pointer}/{index}"));
                gather(item, format!("{pointer}/{index}"), all);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

// requirement: PF-01
#[test]
fn a_naive_reading_of_the_snapshots_finds_the_same() {
    let Some(library) = installed() else { return };
    let snapshots = snapshots();
    let mut tried = 0;
    // Parameters are made of contentReference, which the naive reading does not follow.
    for (name, profile, tree) in all(library).into_iter().filter(|it| it.2["resourceType"] != "Parameters") {
        for variant in variants(&tree) {
            let found = engine(library, &profile, &variant);
            assert_eq!(found, naive(&snapshots[&profile], &variant), "{name} {profile}: {variant}");
            tried += 1;
        }
    }
    println!("{tried} variants");
    assert!(tried > 5_000, "{tried}");
}
