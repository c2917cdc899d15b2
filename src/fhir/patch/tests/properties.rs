//! What holds of any patch whatever.

use proptest::prelude::*;

use super::*;

fn codes_of_labels() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["N", "R", "V", "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"])
}

fn place() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..4_usize).prop_map(|index| format!("/securityLabel/{index}")),
        (0..4_usize).prop_map(|index| format!("/securityLabel/{index}/coding/0")),
        Just("/securityLabel/-".to_owned()),
    ]
}

/// An operation that writes a flag, or moves or copies something, but neither removes nor writes a base.
fn additive() -> impl Strategy<Value = Value> {
    let flags = codes_of_labels().prop_filter("a base lifts a flag in its place", |code| code.len() > 1);
    prop_oneof![
        (place(), flags, prop::bool::ANY).prop_map(|(path, code, is_add)| {
            let value = concept(code);
            let value =
                if path.ends_with("/0") && path.contains("coding") { value["coding"][0].clone() } else { value };
            json!({"op": if is_add { "add" } else { "replace" }, "path": path, "value": value})
        }),
        (place(), place()).prop_map(|(from, path)| json!({"op": "copy", "from": from, "path": path})),
        (place(), codes_of_labels())
            .prop_map(|(path, code)| json!({"op": "add", "path": path, "value": concept(code)})),
    ]
}

fn labels() -> impl Strategy<Value = Labels> {
    let flag = || prop::option::of(Just(Origin::Holder));
    (flag(), flag(), flag()).prop_map(|(masked, hidden_from_patient, hidden_from_representatives)| Labels {
        confidentiality: Confidentiality::N,
        masked,
        hidden_from_patient,
        hidden_from_representatives,
    })
}

fn lifted(labels: &Labels, revision: &Revision) -> usize {
    [
        labels.masked.is_some() && !revision.masked,
        labels.hidden_from_patient.is_some() && !revision.hidden_from_patient,
        labels.hidden_from_representatives.is_some() && !revision.hidden_from_representatives,
    ]
    .into_iter()
    .filter(|is_lifted| *is_lifted)
    .count()
}

proptest! {
    #[test]
    fn no_addition_ever_lifts_a_flag(labels in labels(), operations in prop::collection::vec(additive(), 1..8)) {
        if let Ok(revision) = apply(&json_patch(&Value::Array(operations)), &entry(labels)) {
            prop_assert_eq!(lifted(&labels, &revision), 0);
        }
    }

    #[test]
    fn one_operation_on_one_item_lifts_at_most_the_flag_that_it_addresses(
        labels in labels(),
        index in 0..4_usize,
        code in codes_of_labels(),
        is_removal in prop::bool::ANY,
    ) {
        let path = format!("/securityLabel/{index}");
        let operation = if is_removal { json!({"op": "remove", "path": path}) }
            else { json!({"op": "replace", "path": path, "value": concept(code)}) };
        if let Ok(revision) = apply(&json_patch(&json!([operation])), &entry(labels)) {
            let addressed = labels.codes().get(index).map_or("", |label| label.code);
            prop_assert!(lifted(&labels, &revision) <= usize::from(addressed.len() > 1));
            prop_assert_eq!(labels.masked.is_some() && !revision.masked && addressed != "MASQUE_PS", false);
        }
    }

    #[test]
    fn a_patch_of_the_status_leaves_the_labels(labels in labels(), status in "current|superseded|x") {
        let operations = json!([{"op": "replace", "path": "/status", "value": status}]);
        if let Ok(revision) = apply(&json_patch(&operations), &entry(labels)) {
            prop_assert_eq!(lifted(&labels, &revision), 0);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "[\\[\\]{}\":,/a-z0-9<>='@&;“ ]{0,80}") {
        for rules in [RuleSet::Dmp, RuleSet::Pdsm] {
            let _ = json(text.as_bytes(), rules);
            let _ = xml(text.as_bytes(), rules);
            let path = json!([{"op": "remove", "path": text}]);
            let _ = json(path.to_string().as_bytes(), rules).map(|reading| apply(&reading, &plain()));
            let delete = json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
                {"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": text}]}]});
            let _ = fhirpath(&delete, rules).map(|reading| apply(&reading, &plain()));
        }
    }
}
