use std::collections::BTreeSet;

use super::*;

/// Every path that can be met below the resources that are taken.
fn paths() -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&'static str> = RESOURCES.iter().copied().chain([IN_DOCUMENTS]).collect();
    while let Some(path) = open.pop() {
        if !found.insert(path) {
            continue;
        }
        for name in ELEMENT_MAP.get(path).unwrap_or_else(|| panic!("{path} is no path")).iter() {
            if let Some(Content::Object(next)) = element(path, name).map(|element| element.content) {
                open.push(next);
            }
        }
    }
    found
}

#[test]
fn every_element_of_fhirbolts_tables_has_a_content_in_ours() {
    let mut count = 0;
    for path in paths() {
        for name in ELEMENT_MAP.get(path).unwrap().iter() {
            let element = element(path, name).unwrap_or_else(|| panic!("{path}.{name} has no content"));
            let ours = rules(path).iter().any(|rule| rule.name == *name && rule.primitive.is_some());
            let is_of_all = of_every_element(path, name).or_else(|| of_every_resource(path, name)).is_some();
            let is_guessed = matches!(element.content, Content::Primitive(..)) && !ours && !is_of_all;
            assert!(!is_guessed, "{path}.{name} has no row");
            count += 1;
        }
    }
    assert!(count > 500, "only {count}");
}

#[test]
fn every_element_of_every_resource_type_of_r4_has_a_content_and_a_place() {
    let mut kinds = 0;
    for (path, elements) in ELEMENT_MAP.entries() {
        let is_primitive = path.starts_with(|first: char| first.is_ascii_lowercase());
        for (place, name) in elements.iter().enumerate().filter(|_| !is_primitive) {
            assert!(element(path, name).is_some(), "{path}.{name} has no content");
            assert_eq!(order(path, name), Some(place));
        }
        kinds += usize::from(resource(path).is_some());
    }
    assert_eq!(kinds, 146);
}

#[test]
fn our_kinds_agree_with_fhirbolts() {
    for path in paths() {
        for name in ELEMENT_MAP.get(path).unwrap().iter().filter(|name| **name != "id") {
            let full = format!("{path}.{name}");
            let Some(Element { content: Content::Primitive(kind, _), .. }) = element(path, name) else {
                assert!(!TYPE_HINTS.all_primitives_paths.contains(&full), "{full} is a primitive");
                continue;
            };
            for (is, wanted) in [
                (TYPE_HINTS.boolean_paths.contains(&full), Primitive::Boolean),
                (TYPE_HINTS.integer_paths.contains(&full), Primitive::Integer),
                (TYPE_HINTS.unsigned_integer_paths.contains(&full), Primitive::UnsignedInt),
                (TYPE_HINTS.positive_integer_paths.contains(&full), Primitive::PositiveInt),
                (TYPE_HINTS.decimal_paths.contains(&full), Primitive::Decimal),
            ] {
                assert_eq!(is, kind == wanted, "{full} as {}", kind.name());
            }
        }
    }
}

#[test]
fn every_row_of_our_table_names_an_element_that_fhirbolt_knows() {
    let paths = paths();
    for (parent, rules) in RULES.iter() {
        assert!(paths.contains(parent), "{parent} is never met");
        let children = ELEMENT_MAP.get(parent).unwrap();
        for rule in rules {
            let known = if rule.choice {
                children.iter().any(|child| is_choice_of(rule.name, child))
            } else {
                children.contains(rule.name)
            };
            assert!(known, "{parent}.{} is unknown", rule.name);
        }
    }
}

#[test]
fn every_row_is_read() {
    let rows = TABLE.lines().filter(|line| line.contains('.') && !line.starts_with('#')).count();
    assert_eq!(RULES.values().map(Vec::len).sum::<usize>(), rows);
}
