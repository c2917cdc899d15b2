use super::*;

fn of(text: &str) -> Vec<String> {
    findings(read_text(text))
}

#[test]
fn a_clean_resource_is_read_with_the_text_of_its_numbers() {
    let text = r#"{"resourceType":"Observation","valueQuantity":{"value":1.00},"a":[true,-0.10e+2]}"#;
    let intake = read_text(text).unwrap();
    assert_eq!(intake.tree.to_string(), text);
    assert!(intake.staged.is_empty());
}

#[test]
fn every_breach_of_the_json_rules_is_found_with_its_place() {
    for (text, wanted) in [
        (r#"{"resourceType":"List","id":"a","id":"b"}"#, "DMP-0104 List.id"),
        (
            r#"{"resourceType":"Bundle","entry":[{"a":1,"resource":{"b":1,"b":1}}]}"#,
            "DMP-0104 Bundle.entry[0].resource.b",
        ),
        (r#"{"a":{"b":1},"resourceType":"List","x":[]}"#, "DMP-0105 List.x"),
        (r#"{"resourceType":"List","x":[{}]}"#, "DMP-0106 List.x[0]"),
        (r#"{"resourceType":"List","x":{"y":""}}"#, "DMP-0107 List.x.y"),
        (r#"{"resourceType":"List","x":null}"#, "DMP-0108 List.x"),
        (r#"{"resourceType":"List","x":["a",null]}"#, "DMP-0108 List.x[1]"),
        (r#"{"resourceType":"List","x":["a",null],"_x":[null]}"#, "DMP-0109 List.x"),
        (r#"{"resourceType":"List","x":["a",null],"_x":[null,null]}"#, "DMP-0109 List.x[1]"),
        (r#"{"resourceType":"List","x":["a"],"_x":{"id":"a"}}"#, "DMP-0109 List.x"),
        (r#"{"resourceType":"List","x":"a","_x":[{"id":"a"}]}"#, "DMP-0109 List._x"),
        (r#"{"resourceType":"List","_x":[null,{"id":"a"}]}"#, "DMP-0108 List._x[0]"),
        (r#"{"resourceType":"List","x":[["a"]]}"#, "DMP-0110 List.x[0]"),
        (r#"["a"]"#, "DMP-0111 Resource"),
        (r#""a""#, "DMP-0111 Resource"),
        (r#"null"#, "DMP-0111 Resource"),
        (r#"{"a":1}"#, "DMP-0112 Resource"),
        (r#"{"resourceType":7}"#, "DMP-0112 Resource"),
        (r#"{"resourceType":"<script>","a":""}"#, "DMP-0107 Resource.a"),
        (r#"{"resourceType":"List","Dupont 1990":""}"#, "DMP-0107 List.?"),
        (r#"{"resourceType":"List","x":1e400}"#, "DMP-0119 List.x"),
    ] {
        assert_eq!(of(text), [wanted], "{text}");
    }
}

#[test]
fn nulls_that_pair_with_extensions_are_taken() {
    let text = r#"{"resourceType":"P","given":["a",null],"_given":[null,{"id":"x"}],"_line":[{"id":"a"}]}"#;
    assert!(read_text(text).is_ok());
}

#[test]
fn a_syntax_error_is_found_by_line_and_column() {
    for (text, wanted) in [
        ("{\"resourceType\":\"List\",\n \"x\" 1}", "DMP-0100 line 2, column 6"),
        ("{\"resourceType\":\"List\",\n\n}", "DMP-0100 line 1, column 23"),
        ("{\"a\":\"\\ud800\"}", "DMP-0100 line 1, column 7"),
        ("{\"a\":\"\\x\"}", "DMP-0100 line 1, column 7"),
        ("{\"a\":01}", "DMP-0100 line 1, column 6"),
        ("{'a':1}", "DMP-0100 line 1, column 2"),
        ("{\"a\":NaN}", "DMP-0100 line 1, column 6"),
        ("{\"a\":\"\u{1}\"}", "DMP-0100 line 1, column 7"),
        ("{\"resourceType\":\"List\"} x", "DMP-0103 line 1, column 25"),
        ("{\"resourceType\":\"List\"}{}", "DMP-0103 line 1, column 24"),
        ("\u{feff}{\"resourceType\":\"List\"}", "DMP-0102 line 1, column 1"),
        ("{\"resourceType\":\"Binary\",\"data\":\"AAAA\" x}", "DMP-0100 line 1, column 40"),
    ] {
        assert_eq!(of(text), [wanted], "{text}");
    }
}

#[test]
fn bytes_that_are_no_utf8_are_refused() {
    for bytes in
        [&b"{\"a\":\"\xff\"}"[..], b"{\"a\":\"\xc3(\"}", b"{\"a\":\"\xed\xa0\x80\"}", b"{\"data\":\"AAA\xff\"}"]
    {
        let found = findings(read(bytes, &Limits::default(), &Files::new()));
        assert!(found[0].starts_with("DMP-0101"), "{found:?}");
    }
}

#[test]
fn many_findings_are_collected_and_their_number_is_bounded() {
    let many = r#""x":[],"#.repeat(80);
    let found = of(&format!(r#"{{"resourceType":"List",{many}"y":""}}"#));
    assert_eq!(found.len(), 50);
    assert_eq!(of(r#"{"resourceType":"List","x":[],"y":{"z":""}}"#), ["DMP-0105 List.x", "DMP-0107 List.y.z"]);
}

#[test]
fn what_is_too_deep_too_long_or_too_much_is_refused() {
    let limits = Limits { depth: 8, string: 5000, nodes: 100, body: 1_000_000, content: 100, documents: 1 };
    let of = |text: &str| findings(read(text.as_bytes(), &limits, &Files::new()));
    assert_eq!(of(&format!(r#"{{"a":{}1{}}}"#, "[{\"b\":".repeat(10), "}]".repeat(10))).len(), 1);
    assert!(of(&format!(r#"{{"a":{}1{}}}"#, "{\"b\":".repeat(10), "}".repeat(10)))[0].starts_with("DMP-0113"));
    assert_eq!(of(&format!(r#"{{"a":"{}"}}"#, "x".repeat(5001))), ["DMP-0114 Resource.a"]);
    assert_eq!(of(&format!(r#"{{"a":"{}"}}"#, "x".repeat(500_000))), ["DMP-0114 Resource.a"]);
    assert_eq!(of(&format!(r#"{{"{}":1}}"#, "x".repeat(500_000))), ["DMP-0114 Resource"]);
    assert_eq!(of(&format!(r#"{{"a":[{}1]}}"#, "1,".repeat(100))), ["DMP-0115 Resource.a[98]"]);
    assert_eq!(
        of(&format!(r#"{{"a":[{}1]}}"#, format!("\"{}\",", "x".repeat(4999)).repeat(40))),
        ["DMP-0115 Resource.a[16]"]
    );
    assert_eq!(of(&format!(r#"{{"data":"{}"}}"#, "A".repeat(136))), ["DMP-0117 Resource.data"]);
    let body = Limits { body: 40, ..limits.clone() };
    let found = findings(read(&br#"{"resourceType":"List","a":"aaaaaaaaaaaaaaaaaa"}"#[..], &body, &Files::new()));
    assert!(found[0].starts_with("DMP-0116"), "{found:?}");
}

#[test]
fn more_documents_than_are_taken_are_refused_at_the_first_too_many() {
    let limits = Limits { documents: 2, ..Limits::default() };
    let of = |count| {
        let entries = vec![r#"{"resource":{"resourceType":"Binary","data":"AAAA"}}"#; count].join(",");
        let text = format!(r#"{{"resourceType":"Bundle","entry":[{entries}]}}"#);
        read(text.as_bytes(), &limits, &Files::new())
    };
    assert_eq!(of(2).unwrap().staged.len(), 2);
    assert!(matches!(of(3), Err(Unreadable::TooLong(_))));
    assert_eq!(findings(of(5)), ["DMP-0120 Bundle.entry[2].resource.data"]);
}

#[test]
fn a_string_of_escapes_is_measured_by_what_it_means() {
    let limits = Limits { string: 10_000, ..Limits::default() };
    let text = format!(r#"{{"resourceType":"List","a":"{}"}}"#, r"\u0041".repeat(3000));
    assert!(read(text.as_bytes(), &limits, &Files::new()).is_ok());
}
