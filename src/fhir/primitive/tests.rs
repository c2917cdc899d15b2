use std::fs;

use serde_json::json;

use super::*;
use crate::fhir::{
    intake::tests::{examples, read_text},
    issue::Severity,
};

fn found(tree: &Value) -> Vec<String> {
    check(tree).iter().map(|issue| format!("{} {}", issue.diagnosis.code, issue.at)).collect()
}

#[test]
fn each_type_takes_its_forms_and_no_other() {
    for (kind, good, bad) in [
        (Primitive::Id, vec!["a", "A-1.b"], vec!["", "a_b", "a b", "é"]),
        (Primitive::Code, vec!["a", "a b", "1.2/x", "é"], vec!["", " a", "a ", "a  b", "a\tb", "a\u{0}"]),
        (Primitive::Uri, vec!["a", "urn:oid:1.2", "http://x/é?y=z|1"], vec!["", "a b", "a\n", "a\u{7f}"]),
        (Primitive::Url, vec!["http://x"], vec![" "]),
        (Primitive::Canonical, vec!["http://x|1.0"], vec!["x y"]),
        (
            Primitive::Oid,
            vec!["urn:oid:1.2.250", "urn:oid:2.999.0"],
            vec!["1.2", "urn:oid:3.1", "urn:oid:1", "urn:oid:1.", "urn:oid:1.02", "urn:oid:1.a"],
        ),
        (
            Primitive::Uuid,
            vec!["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
            vec![
                "c757873d-ec9a-4326-a141-556f43239520",
                "urn:uuid:C757873D-ec9a-4326-a141-556f43239520",
                "urn:uuid:c757873dec9a-4326-a141-556f43239520-",
            ],
        ),
        (
            Primitive::Instant,
            vec!["2015-02-07T13:28:17.239+02:00", "2017-01-01T00:00:00Z"],
            vec![
                "2015-02-07",
                "2015-02-07T13:28:17",
                "2015-02-07T13:28Z",
                "2015-02-30T13:28:17Z",
                "2015-02-07T24:00:00Z",
            ],
        ),
        (Primitive::DateTime, vec!["2018", "1973-06", "1905-08-23", "2015-02-07T13:28:17-05:00"], vec!["2018-2", "x"]),
        (Primitive::Date, vec!["2018", "1973-06", "1905-08-23"], vec!["2015-02-07T13:28:17-05:00"]),
        (Primitive::Time, vec!["12:00:00", "12:00:00.5"], vec!["12:00", "24:00:00"]),
        (Primitive::Base64Binary, vec!["AA==", "AB==", "AA AA", "AAAA\nAAAA"], vec!["A", "AA", "AA=", "A-_A", "é"]),
        (Primitive::String, vec!["x", "a\tb\r\nc", " x "], vec!["a\u{0}", "\u{1b}[", " \n"]),
        (Primitive::Markdown, vec!["# x\n\ny"], vec!["\u{8}"]),
        (
            Primitive::Xhtml,
            vec!["<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>", "<div/>"],
            vec!["x", "<p>x</p>", "<div>x", "<divx></div>", "<div><script>x</script></div>", "<!DOCTYPE x><div/>"],
        ),
    ] {
        for text in good {
            assert!(form::is_text(kind, text), "{} {text:?}", kind.name());
        }
        for text in bad {
            assert!(!form::is_text(kind, text), "{} {text:?}", kind.name());
        }
    }
    assert!(form::is_text(Primitive::Id, &"x".repeat(64)) && !form::is_text(Primitive::Id, &"x".repeat(65)));
}

#[test]
fn each_number_keeps_its_range() {
    for (kind, good, bad) in [
        (Primitive::PositiveInt, vec!["1", "2147483647"], vec!["0", "-1", "2147483648", "1.0", "1e2", "-0"]),
        (Primitive::UnsignedInt, vec!["0", "2147483647"], vec!["-1", "3000000000", "0.5", "-0"]),
        (Primitive::Integer, vec!["-2147483648", "0"], vec!["-2147483649", "1.5", "1E1"]),
        (Primitive::Decimal, vec!["1.00", "-1e5", "0"], vec![]),
    ] {
        assert!(good.iter().all(|text| form::is_number(kind, text)), "{}", kind.name());
        assert!(bad.iter().all(|text| !form::is_number(kind, text)), "{}", kind.name());
    }
}

#[test]
fn wrong_primitives_and_codes_are_found_with_their_place() {
    let tree = json!({"resourceType": "DocumentReference", "id": "a b", "status": "banana", "docStatus": "final",
        "date": "2024-13-01T00:00:00Z", "language": "fr-FR", "meta": {"lastUpdated": "2024"},
        "relatesTo": [{"code": "eats", "target": {"reference": "x"}}], "text": {"status": "no", "div": "x"},
        "identifier": [{"use": "hidden", "value": "\u{0}"}], "_description": {"extension": [{"url": "a b", "valueCode": " "}]},
        "content": [{"attachment": {"size": -1, "hash": "%", "url": "x y"}}]});
    assert_eq!(
        found(&tree),
        [
            "DMP-0150 DocumentReference.id",
            "DMP-0151 DocumentReference.status",
            "DMP-0150 DocumentReference.date",
            "DMP-0150 DocumentReference.meta.lastUpdated",
            "DMP-0151 DocumentReference.relatesTo[0].code",
            "DMP-0151 DocumentReference.text.status",
            "DMP-0150 DocumentReference.text.div",
            "DMP-0151 DocumentReference.identifier[0].use",
            "DMP-0150 DocumentReference.identifier[0].value",
            "DMP-0150 DocumentReference._description.extension[0].url",
            "DMP-0150 DocumentReference._description.extension[0].valueCode",
            "DMP-0150 DocumentReference.content[0].attachment.size",
            "DMP-0150 DocumentReference.content[0].attachment.hash",
            "DMP-0150 DocumentReference.content[0].attachment.url",
        ]
    );
    let entry = json!({"resourceType": "Bundle", "type": "heap", "entry": [{"request": {"method": "post", "url": "x"},
        "resource": {"resourceType": "Patient", "gender": "m", "birthDate": "1990-02-30"}}]});
    assert_eq!(
        found(&entry),
        [
            "DMP-0151 Bundle.type",
            "DMP-0151 Bundle.entry[0].request.method",
            "DMP-0151 Bundle.entry[0].resource.gender",
            "DMP-0150 Bundle.entry[0].resource.birthDate",
        ]
    );
}

#[test]
fn an_extension_has_a_value_or_extensions() {
    let of = |extension: Value| found(&json!({"resourceType": "List", "extension": [extension]}));
    assert_eq!(of(json!({"url": "a"})), ["DMP-0158 List.extension[0]"]);
    assert_eq!(
        of(json!({"url": "a", "valueCode": "x", "extension": [{"url": "b", "valueCode": "x"}]})),
        ["DMP-0158 List.extension[0]"]
    );
    assert_eq!(of(json!({"url": "a", "extension": [{"url": "b", "_valueCode": {"id": "x"}}]})), [""; 0]);
}

#[test]
fn contained_resources_obey_their_rules() {
    let with = |contained: Value, author: &str| json!({"resourceType": "DocumentReference", "contained": contained, "author": [{"reference": author}]});
    let good = json!([{"resourceType": "Practitioner", "id": "p"},
        {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "#p"}}]);
    assert_eq!(found(&with(good.clone(), "#r")), [""; 0]);
    assert_eq!(
        found(&with(good, "#x")),
        ["DMP-0155 DocumentReference.author[0].reference", "DMP-0156 DocumentReference.contained[1]"]
    );
    let twice = json!([{"resourceType": "Patient", "id": "p"}, {"resourceType": "Patient", "id": "p"}]);
    assert_eq!(found(&with(twice, "#p")), ["DMP-0154 DocumentReference.contained[1].id"]);
    assert_eq!(found(&with(json!([{"resourceType": "Patient"}]), "x")), ["DMP-0154 DocumentReference.contained[0].id"]);
    let nested = json!([{"resourceType": "Patient", "id": "p", "meta": {"versionId": "1", "security": [{"code": "R"}]},
        "contained": [{"resourceType": "Patient", "id": "q"}]}]);
    assert_eq!(
        found(&with(nested, "#p")),
        [
            "DMP-0152 DocumentReference.contained[0].contained",
            "DMP-0153 DocumentReference.contained[0].meta",
            "DMP-0157 DocumentReference.contained[0].meta",
        ]
    );
    let back = json!([{"resourceType": "Patient", "id": "p", "link": [{"other": {"reference": "#"}}]}]);
    assert_eq!(found(&with(back, "x")), [""; 0]);
    let bundle = json!({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "List", "subject": {"reference": "#p"}}}]});
    assert_eq!(found(&bundle), ["DMP-0155 Bundle.entry[0].resource.subject.reference"]);
}

/// The examples that break a rule of R4: a contained Patient has a date of change.
const FLAWED: [(&str, &str); 1] = [("DocumentReference-exemple-pdsm-documentreference.json", "DMP-0153")];

#[test]
fn the_official_examples_have_good_primitives() {
    for path in examples(&["pdsm", "pdsm4dmp", "mhd"], "json") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let tree = read_text(&fs::read_to_string(&path).unwrap()).unwrap().tree;
        let errors: Vec<Issue> = check(&tree).into_iter().filter(|issue| issue.severity == Severity::Error).collect();
        let allowed = FLAWED.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
        assert!(errors.iter().all(|issue| Some(issue.diagnosis.code) == allowed), "{name}: {errors:?}");
        assert_eq!(errors.is_empty(), allowed.is_none(), "{name}");
    }
}
