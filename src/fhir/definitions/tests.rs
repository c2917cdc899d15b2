use std::collections::BTreeSet;

use super::*;

/// Every path that can be met below the resources that are taken.
fn paths() -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&'static str> = RESOURCES.to_vec();
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
            assert!(element(path, name).is_some(), "{path}.{name} has no content");
            count += 1;
        }
    }
    assert!(count > 500, "only {count}");
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
