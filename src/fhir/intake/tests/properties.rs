use proptest::prelude::*;

use super::*;

const BUNDLE: &str = r#"{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1",
 "resource":{"resourceType":"Binary","contentType":"text/plain","data":"Qm9uam91ciDDoCB0b3Vz"},
 "request":{"method":"POST","url":"Binary"}},{"resource":{"resourceType":"List","_title":{"id":"a\u00e9\\"},
 "n":[1.50,-2e3,true,false]}}]}"#;

#[test]
fn a_body_cut_anywhere_is_never_taken() {
    assert!(read_text(BUNDLE).is_ok());
    for end in 0..BUNDLE.len() {
        let files = Files::new();
        let result = read(&BUNDLE.as_bytes()[..end], &Limits::default(), &files);
        assert!(matches!(result, Err(Unreadable::Cut | Unreadable::Issues(_))), "cut at {end}");
    }
}

#[test]
fn the_official_examples_obey_the_json_rules() {
    for path in examples(&["pdsm", "pdsm4dmp", "mhd"], "json") {
        let text = fs::read(&path).unwrap();
        let result = read(&text[..], &Limits::default(), &Files::new());
        assert!(result.is_ok(), "{}: {:?}", path.display(), result.unwrap_err());
    }
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Bool(true)),
        any::<i64>().prop_map(serde_json::Value::from),
        "[a-zA-Z0-9\u{e9}\u{1F600}\"\\\\/\n]{1,40}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::btree_map("[a-z]{1,6}", inner.clone(), 1..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            prop::collection::vec(inner.prop_filter("no nested array", |item| !item.is_array()), 1..6)
                .prop_map(serde_json::Value::Array),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes[..], &Limits::default(), &Files::new());
    }

    #[test]
    fn broken_resources_never_panic(at in 0..BUNDLE.len(), byte in any::<u8>(), drop in 0..6usize) {
        let mut bytes = BUNDLE.as_bytes().to_vec();
        let end = (at + drop).min(bytes.len());
        bytes.splice(at..end, [byte]);
        let ours = read(&bytes[..], &Limits::default(), &Files::new());
        if ours.is_ok() {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
        }
    }

    #[test]
    fn what_is_taken_is_what_another_parser_reads(member in value(), pretty in any::<bool>()) {
        let tree = serde_json::json!({"resourceType": "List", "x": member});
        let text = if pretty { serde_json::to_string_pretty(&tree) } else { serde_json::to_string(&tree) }.unwrap();
        let read = read_text(&text).unwrap();
        prop_assert_eq!(read.tree, tree);
    }
}
