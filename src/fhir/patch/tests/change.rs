//! What a patch may change, what it may test, and what it may not touch.

use super::*;

fn replace(path: &str, value: &Value) -> Value {
    json!([{"op": "replace", "path": path, "value": value}])
}

#[test]
fn the_status_is_one_of_the_three() {
    let status = |value: &str| patched(&plain(), &replace("/status", &json!(value))).status;
    assert_eq!(status("superseded"), Status::Superseded);
    assert_eq!(status("current"), Status::Current);
    assert_eq!(status("entered-in-error"), Status::EnteredInError);
    for wrong in [json!("draft"), json!(""), json!(null), json!(1), json!(["current"])] {
        assert_eq!(refused(&plain(), &replace("/status", &wrong)), Unpatched::WrongValue);
    }
    assert_eq!(refused(&plain(), &json!([{"op": "remove", "path": "/status"}])), Unpatched::WrongValue);
}

// requirement: PATCH-02
#[test]
fn a_document_is_deleted_by_its_status_under_the_rules_of_the_dmp_alone() {
    let patch = replace("/status", &json!("entered-in-error"));
    let strict = json(patch.to_string().as_bytes(), RuleSet::Pdsm).unwrap();
    assert_eq!(apply(&strict, &plain()), Err(Inapplicable { why: Unpatched::WrongValue, operation: 0 }));
}

#[test]
fn the_archived_flag_is_set_where_it_stands_or_added() {
    let on = json!([{"op": "add", "path": "/extension/-", "value": flag(&json!(true))}]);
    assert!(patched(&plain(), &on).archived);
    let off = replace("/extension/0/valueBoolean", &json!(false));
    assert!(!patched(&archived(), &off).archived);
    assert!(!patched(&archived(), &json!([{"op": "remove", "path": "/extension/0"}])).archived);
    assert!((json_patch(&on).patch)(&plain(), &with_members("")).unwrap().archived);
}

#[test]
fn an_archived_flag_that_is_added_takes_the_place_of_the_one_before() {
    for path in ["/extension/-", "/extension/0", "/extension/1"] {
        let off = json!([{"op": "add", "path": path, "value": flag(&json!(false))}]);
        assert!(!patched(&archived(), &off).archived, "{path}");
    }
}

#[test]
fn an_archived_flag_without_a_boolean_is_no_value() {
    for value in [json!("yes"), json!(1), json!(null)] {
        assert_eq!(refused(&archived(), &replace("/extension/0/valueBoolean", &value)), Unpatched::WrongValue);
    }
    let bare = json!([{"op": "remove", "path": "/extension/0/valueBoolean"}]);
    assert_eq!(refused(&archived(), &bare), Unpatched::WrongValue);
    let two = json!([{"op": "replace", "path": "/extension",
        "value": [flag(&json!(true)), flag(&json!(true)), {"url": "urn:other", "valueString": "kept"}]}]);
    assert_eq!(refused(&archived(), &two), Unpatched::WrongValue);
}

// requirement: PATCH-03
#[test]
fn everything_else_is_beyond_a_patch() {
    for path in [
        "/description",
        "/content/0/attachment/title",
        "/id",
        "/meta/versionId",
        "/masterIdentifier",
        "",
        "/",
        "/_status",
    ] {
        for operation in [
            json!({"op": "replace", "path": path, "value": "x"}),
            json!({"op": "add", "path": path, "value": "x"}),
            json!({"op": "remove", "path": path}),
            json!({"op": "move", "from": path, "path": "/status"}),
            json!({"op": "copy", "from": path, "path": "/status"}),
            json!({"op": "copy", "from": "/status", "path": path}),
        ] {
            assert_eq!(refused(&plain(), &json!([operation])), Unpatched::OtherElement, "{operation}");
        }
    }
}

#[test]
fn other_extensions_stay_as_they_are() {
    for operation in [
        json!({"op": "remove", "path": "/extension/0"}),
        json!({"op": "remove", "path": "/extension"}),
        json!({"op": "replace", "path": "/extension/0/valueString", "value": "changed"}),
        json!({"op": "replace", "path": "/extension", "value": [flag(&json!(true))]}),
        json!({"op": "add", "path": "/extension/-", "value": {"url": "urn:new", "valueString": "x"}}),
        json!({"op": "copy", "from": "/extension/0", "path": "/extension/-"}),
    ] {
        assert_eq!(refused(&plain(), &json!([operation])), Unpatched::OtherElement, "{operation}");
    }
    let archive = json!([{"op": "replace", "path": "/extension",
        "value": [flag(&json!(true)), {"url": "urn:other", "valueString": "kept"}]}]);
    assert!(patched(&plain(), &archive).archived);
}

#[test]
fn a_test_looks_at_what_a_patch_may_know() {
    let test = |path: &str, value: &Value| {
        let patch = json!([{"op": "test", "path": path, "value": value}, {"op": "replace", "path": "/status", "value": "superseded"}]);
        apply(&json_patch(&patch), &plain())
    };
    for (path, value) in [
        ("/meta/versionId", json!("3")),
        ("/id", json!(Uuid::from_u128(1).to_string())),
        ("/status", json!("current")),
        ("/securityLabel/0/coding/0/system", json!("urn:oid:2.16.840.1.113883.5.25")),
        ("/extension/0/url", json!("urn:other")),
    ] {
        assert_eq!(test(path, &value).unwrap().status, Status::Superseded, "{path}");
        assert_eq!(test(path, &json!("other")).unwrap_err().why, Unpatched::TestFailed, "{path}");
    }
    for path in ["/description", "/masterIdentifier/value", ""] {
        assert_eq!(test(path, &json!("d")).unwrap_err().why, Unpatched::OtherElement, "{path}");
    }
    assert_eq!(test("/meta/tag", &json!([])).unwrap_err().why, Unpatched::NoSuchPlace);
}

#[test]
fn the_operation_that_does_not_apply_is_named() {
    let patch = json!([
        {"op": "replace", "path": "/status", "value": "superseded"},
        {"op": "remove", "path": "/securityLabel/7"},
        {"op": "replace", "path": "/description", "value": "x"}
    ]);
    let inapplicable = apply(&json_patch(&patch), &plain()).unwrap_err();
    assert_eq!(inapplicable, Inapplicable { why: Unpatched::NoSuchPlace, operation: 1 });
}

#[test]
fn a_place_that_is_not_there_is_not_made() {
    for operation in [
        json!({"op": "replace", "path": "/securityLabel/3", "value": concept("R")}),
        json!({"op": "replace", "path": "/securityLabel/-", "value": concept("R")}),
        json!({"op": "add", "path": "/securityLabel/2", "value": concept("R")}),
        json!({"op": "add", "path": "/securityLabel/00", "value": concept("R")}),
        json!({"op": "add", "path": "/securityLabel/x", "value": concept("R")}),
        json!({"op": "add", "path": "/status/x", "value": "y"}),
        json!({"op": "remove", "path": "/extension/9"}),
        json!({"op": "move", "from": "/securityLabel/0", "path": "/securityLabel/0/coding/0"}),
        json!({"op": "test", "path": "/securityLabel/0/coding/0/version", "value": "y"}),
        json!({"op": "add", "path": "/securityLabel/0/a/b/c/d/e/f/g/h", "value": "y"}),
    ] {
        assert_eq!(refused(&plain(), &json!([operation])), Unpatched::NoSuchPlace, "{operation}");
    }
}

#[test]
fn copies_of_copies_do_not_grow_without_end() {
    let copy = json!({"op": "copy", "from": "/securityLabel/0", "path": "/securityLabel/0/text"});
    assert_eq!(refused(&plain(), &Value::Array(vec![copy; 99])), Unpatched::WrongValue);
}
