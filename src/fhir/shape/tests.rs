use std::fs;

use fhirbolt::{FhirReleases, element::Element as FhirboltElement};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::fhir::intake::tests::{examples, read_text};

fn found(tree: &Value) -> Vec<String> {
    check(tree).iter().map(|issue| format!("{} {}", issue.diagnosis.code, issue.at)).collect()
}

fn reference() -> Value {
    json!({"resourceType": "DocumentReference", "id": "a", "status": "current",
        "meta": {"profile": ["http://x"]}, "identifier": [{"system": "urn:x", "value": "1"}],
        "author": [{"reference": "#b"}], "contained": [{"resourceType": "Practitioner", "id": "b"}],
        "content": [{"attachment": {"contentType": "text/xml", "size": 12, "creation": "2024"}}],
        "context": {"related": [{"identifier": {"value": "2"}}]},
        "extension": [{"url": "http://x", "valueString": "y"}]})
}

/// The tree with one member set, at a path of names and indices.
fn with(path: &str, value: Value) -> Value {
    let mut tree = reference();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = tree.pointer_mut(parent).unwrap();
    match name.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[name] = value,
    }
    tree
}

fn without(path: &str) -> Value {
    let mut tree = reference();
    let (parent, name) = path.rsplit_once('/').unwrap();
    tree.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    tree
}

#[test]
fn a_right_shape_passes() {
    assert_eq!(found(&reference()), [""; 0]);
}

#[test]
fn every_wrong_shape_is_found_with_its_place() {
    for (tree, wanted) in [
        (with("/foo", json!(1)), "DMP-0130 DocumentReference.foo"),
        (with("/fhir_comments", json!(["x"])), "DMP-0130 DocumentReference.?"),
        (with("/resource", json!({"resourceType": "List"})), "DMP-0130 DocumentReference.resource"),
        (with("/context/foo", json!("x")), "DMP-0130 DocumentReference.context.foo"),
        (
            with("/context/related/0/identifier/foo", json!("x")),
            "DMP-0130 DocumentReference.context.related[0].identifier.foo",
        ),
        (with("/contained/0/resource", json!("x")), "DMP-0130 DocumentReference.contained[0].resource"),
        (with("/_id", json!({"id": "x"})), "DMP-0130 DocumentReference._id"),
        (with("/_content", json!([{"id": "x"}])), "DMP-0130 DocumentReference._content"),
        (with("/_status", json!({"foo": "x"})), "DMP-0130 DocumentReference._status.foo"),
        (with("/extension/0/_url", json!({"id": "x"})), "DMP-0130 DocumentReference.extension[0]._url"),
        (
            with("/extension/0/modifierExtension", json!([])),
            "DMP-0130 DocumentReference.extension[0].modifierExtension",
        ),
        (with("/extension/0/resourceType", json!("List")), "DMP-0130 DocumentReference.extension[0].resourceType"),
        (with("/author", json!({"reference": "#b"})), "DMP-0131 DocumentReference.author"),
        (with("/extension", json!({"url": "x"})), "DMP-0131 DocumentReference.extension"),
        (with("/content", json!("x")), "DMP-0131 DocumentReference.content"),
        (with("/status", json!(["current"])), "DMP-0132 DocumentReference.status"),
        (with("/meta", json!([{"profile": ["x"]}])), "DMP-0132 DocumentReference.meta"),
        (with("/context", json!([{"id": "x"}])), "DMP-0132 DocumentReference.context"),
        (with("/status", json!(7)), "DMP-0133 DocumentReference.status"),
        (with("/status", json!({"id": "x"})), "DMP-0133 DocumentReference.status"),
        (with("/author/0", json!("x")), "DMP-0133 DocumentReference.author[0]"),
        (with("/content/0/attachment/size", json!("12")), "DMP-0133 DocumentReference.content[0].attachment.size"),
        (with("/content/0/attachment", json!(true)), "DMP-0133 DocumentReference.content[0].attachment"),
        (with("/contained/0", json!("x")), "DMP-0133 DocumentReference.contained[0]"),
        (with("/_status", json!("x")), "DMP-0133 DocumentReference._status"),
        (with("/resourceType", json!("Foo")), "DMP-0134 Foo"),
        (with("/resourceType", json!("Observation")), "DMP-0134 Observation"),
        (with("/contained/0/resourceType", json!("Foo")), "DMP-0134 DocumentReference.contained[0]"),
        (without("/contained/0/resourceType"), "DMP-0112 DocumentReference.contained[0]"),
        (without("/status"), "DMP-0135 DocumentReference.status"),
        (without("/content"), "DMP-0135 DocumentReference.content"),
        (without("/content/0/attachment"), "DMP-0135 DocumentReference.content[0].attachment"),
        (without("/extension/0/url"), "DMP-0135 DocumentReference.extension[0].url"),
        (with("/text", json!({"status": "generated"})), "DMP-0135 DocumentReference.text.div"),
        (with("/extension/0/valueCode", json!("x")), "DMP-0136 DocumentReference.extension[0].value"),
        (with("/extension/0/_valueCode", json!({"id": "x"})), "DMP-0136 DocumentReference.extension[0].value"),
    ] {
        assert_eq!(found(&tree), [wanted], "{tree}");
    }
}

#[test]
fn a_required_element_may_be_stated_by_an_extension_alone() {
    let mut tree = without("/status");
    tree["_status"] = json!({"extension": [{"url": "http://x", "valueCode": "unknown"}]});
    assert_eq!(found(&tree), [""; 0]);
}

#[test]
fn parts_of_parameters_and_links_of_entries_have_the_shape_they_refer_to() {
    let part = |name: Value| {
        json!({"resourceType": "Parameters", "parameter": [{"name": "o", "part": [{"name": "p",
        "part": [{"name": name, "valueCode": "x"}]}]}]})
    };
    assert_eq!(found(&part(json!("q"))), [""; 0]);
    assert_eq!(found(&part(json!(1))), ["DMP-0133 Parameters.parameter[0].part[0].part[0].name"]);
    let link = |url: &str| json!({"resourceType": "Bundle", "type": "batch", "entry": [{"link": [{"relation": "self", url: "x"}]}]});
    assert_eq!(found(&link("url")), [""; 0]);
    assert_eq!(found(&link("uri")), ["DMP-0130 Bundle.entry[0].link[0].uri", "DMP-0135 Bundle.entry[0].link[0].url"]);
}

#[test]
fn resources_that_are_no_domain_resources_bear_no_extensions() {
    let binary = json!({"resourceType": "Binary", "contentType": "a/b", "extension": [{"url": "x", "valueCode": "y"}],
        "text": {"status": "empty", "div": "<div/>"}, "contained": [{"resourceType": "Patient", "id": "a"}]});
    assert_eq!(found(&binary), ["DMP-0130 Binary.extension", "DMP-0130 Binary.text", "DMP-0130 Binary.contained"]);
}

#[test]
fn the_resources_of_entries_are_checked() {
    let of = |resource: Value| json!({"resourceType": "Bundle", "type": "batch", "entry": [{"resource": resource}]});
    assert_eq!(found(&of(json!({"resourceType": "Foo"}))), ["DMP-0134 Bundle.entry[0].resource"]);
    assert_eq!(found(&of(json!({"a": 1}))), ["DMP-0112 Bundle.entry[0].resource"]);
    assert_eq!(
        found(&of(json!({"resourceType": "Binary", "data": "AA=="}))),
        ["DMP-0135 Bundle.entry[0].resource.contentType"]
    );
}

#[test]
fn the_official_examples_have_the_right_shape_and_fhirbolt_agrees() {
    for path in examples(&["balp", "mhd", "pdsm", "pdsm4dmp", "tde"], "json") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let tree = read_text(&fs::read_to_string(&path).unwrap()).unwrap().tree;
        assert_eq!(check(&tree), [], "{name}");
        let element = fhirbolt::json::from_json_value::<FhirboltElement<{ FhirReleases::R4 }>>(tree, None);
        assert!(element.is_ok(), "{name}: {:?}", element.err());
    }
}

/// What fhirbolt's Element model refuses and what it lets pass of our findings: the record of decision 0001.
#[test]
fn fhirbolts_element_model_alone_would_let_much_pass() {
    let refuses = |tree: Value| {
        let decoded = std::panic::catch_unwind(|| {
            fhirbolt::json::from_json_value::<FhirboltElement<{ FhirReleases::R4 }>>(tree, None).is_err()
        });
        decoded.unwrap_or(true)
    };
    let cases = [
        ("unknown member", with("/context/foo", json!("x")), true),
        ("wrong type", with("/status", json!(7)), true),
        ("scalar for list", with("/author", json!({"reference": "#b"})), false),
        ("list for scalar", with("/status", json!(["current"])), false),
        ("unknown type", with("/resourceType", json!("Foo")), true),
        ("missing status", without("/status"), false),
        ("missing url", without("/extension/0/url"), false),
        ("two values", with("/extension/0/valueCode", json!("x")), false),
        ("empty array", with("/author", json!([])), false),
    ];
    let wanted: Vec<(&str, bool)> = cases.iter().map(|(what, _, refused)| (*what, *refused)).collect();
    let got: Vec<(&str, bool)> = cases.into_iter().map(|(what, tree, _)| (what, refuses(tree))).collect();
    assert_eq!(got, wanted);
}

proptest! {
    #[test]
    fn members_taken_away_or_moved_never_panic(from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let mut places = Vec::new();
        pointers(&reference(), String::new(), &mut places);
        let (from, to) = (from.get(&places), to.get(&places));
        let mut tree = reference();
        let moved = tree.pointer(from).unwrap().clone();
        *tree.pointer_mut(to).unwrap() = moved;
        let _ = check(&tree);
        let _ = crate::fhir::primitive::check(&tree);
    }
}

fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(name, inner)| pointers(inner, format!("{at}/{name}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, inner)| pointers(inner, format!("{at}/{n}"), found))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found.push(at);
}
