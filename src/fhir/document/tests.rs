use std::io::Write;

use serde_json::json;

use super::*;
use crate::{
    fhir::{
        intake::{
            Intake, Quarantine, Staged, Unreadable,
            tests::{Files, findings, read_text},
        },
        primitive,
    },
    record::submission::StagedContent,
};

const INS: &str = "279035121518989";
const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.10";

/// A FHIR document with resources that stand nowhere else in the exchanges.
pub(in crate::fhir) fn document() -> Value {
    let entry = |id: u8, resource: Value| json!({"fullUrl": format!("urn:uuid:c0000000-0000-4000-8000-0000000000{id:02}"), "resource": resource});
    json!({"resourceType": "Bundle", "type": "document", "timestamp": "2026-06-12T10:00:00+02:00",
    "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.77"},
    "entry": [
        entry(1, json!({"resourceType": "Composition", "status": "final", "title": "Synthèse",
            "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">é &lt;</div>"},
            "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
            "subject": {"reference": "urn:uuid:c0000000-0000-4000-8000-000000000002"},
            "date": "2026-06-12", "author": [{"reference": "urn:uuid:c0000000-0000-4000-8000-000000000003"}],
            "section": [{"title": "Tension", "section": [{"title": "Debout", "entry":
                [{"reference": "urn:uuid:c0000000-0000-4000-8000-000000000005"}]}]}]})),
        entry(2, json!({"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": INS}]})),
        entry(3, json!({"resourceType": "Practitioner", "name": [{"family": "Test"}]})),
        entry(4, json!({"resourceType": "Organization", "name": "Clinique"})),
        entry(5, json!({"resourceType": "Observation", "status": "final", "code": {"text": "TA"},
            "valueQuantity": {"value": 1}, "effectiveDateTime": "2026-06", "_effectiveDateTime": {"id": "a"},
            "component": [{"code": {"text": "b"}, "valueInteger": 12}, {"code": {"text": "c"}, "valueBoolean": true}]})),
        entry(6, json!({"resourceType": "MedicationStatement", "status": "active",
            "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "x"}}],
            "medicationReference": {"reference": "#m"}, "subject": {"display": "?"}})),
        entry(7, json!({"resourceType": "Binary", "contentType": "text/plain", "data": "Qm9uam91cg=="})),
    ]})
}

fn with(pointer: &str, value: Value) -> Value {
    let mut tree = document();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    tree.pointer_mut(parent).unwrap()[name] = value;
    tree
}

fn around(document: &Value) -> Value {
    json!({"resourceType": "Bundle", "type": "transaction",
        "entry": [{"fullUrl": "urn:uuid:x", "resource": document, "request": {"method": "POST", "url": "Bundle"}}]})
}

/// The findings of the gates of shape and primitives.
fn found(tree: &Value) -> Vec<String> {
    let issues = [shape::check(tree), primitive::check(tree)].concat();
    issues.iter().map(|issue| format!("{} {}", issue.diagnosis.code, issue.at)).collect()
}

#[test]
fn resources_of_every_type_pass_the_gates_in_a_document_and_nowhere_else() {
    let tree = around(&document());
    assert_eq!(found(&tree), [""; 0]);
    let collection = around(&with("/type", json!("collection")));
    assert_eq!(found(&collection)[0], "DMP-0134 Bundle.entry[0].resource.entry[0].resource".to_owned());
    let after = {
        let mut tree = around(&document());
        tree["entry"].as_array_mut().unwrap().push(json!({"resource": {"resourceType": "Observation"}}));
        tree
    };
    assert_eq!(found(&after), ["DMP-0134 Bundle.entry[1].resource"]);
}

#[test]
fn what_is_no_fhir_is_found_in_a_document_too() {
    let inside = "Bundle.entry[0].resource.entry";
    let cases = [
        (with("/entry/4/resource/colour", json!("red")), "DMP-0130", "[4].resource.colour"),
        (with("/entry/4/resource/valueQuantity", json!("red")), "DMP-0133", "[4].resource.valueQuantity"),
        (with("/entry/0/resource/status", json!("banana")), "DMP-0151", "[0].resource.status"),
        (with("/entry/0/resource/title", json!("\u{1}")), "DMP-0150", "[0].resource.title"),
        (with("/entry/6/resource/data", json!("?")), "DMP-0150", "[6].resource.data"),
    ];
    for (document, code, place) in cases {
        assert_eq!(found(&around(&document)), [format!("{code} {inside}{place}")]);
    }
}

fn staged(text: &str, encoding: Encoding, files: &Files) -> Result<Intake, Unreadable> {
    let limits = Limits::default();
    let mut intake = match encoding {
        Encoding::Json => intake::read(text.as_bytes(), &limits, files)?,
        Encoding::Xml => xml::read(text.as_bytes(), &limits, files)?,
    };
    stage(&mut intake, encoding, &limits, files)?;
    Ok(intake)
}

#[test]
fn a_document_is_staged_in_the_bytes_in_which_it_came() {
    // The decimal keeps its precision, and the members their order.
    let document = document().to_string().replace(r#"{"value":1}"#, r#"{"value":1.10}"#);
    let text = around(&Value::Null).to_string().replace("null", &document);
    let files = Files::new();
    let intake = staged(&text, Encoding::Json, &files).unwrap();
    assert_eq!(intake.staged.len(), 1, "the Binary inside stays there");
    assert_eq!(intake.staged[0].at, "Bundle.entry[0].resource");
    assert_eq!(String::from_utf8(files.bytes(&intake.staged[0].content)).unwrap(), document);

    let tree: Value = serde_json::from_str(&text).unwrap();
    let markup = String::from_utf8(xml::write_value(&tree).unwrap()).unwrap();
    let intake = staged(&markup, Encoding::Xml, &files).unwrap();
    let kept = files.bytes(&intake.staged[0].content);
    assert_eq!(Encoding::of_written(&kept), Encoding::Xml);
    assert_eq!(read(&kept, Encoding::Xml), serde_json::from_str(&document).ok());
}

#[test]
fn size_and_hash_are_told_to_metadata_that_leave_them_out() {
    let mut tree = around(&document());
    let attachment = json!({"url": "urn:uuid:x", "contentType": "application/fhir+json"});
    let other = json!({"url": "urn:uuid:y", "contentType": "application/fhir+json"});
    for attachment in [attachment, other, json!({"url": "urn:uuid:x", "size": 7})] {
        let reference = json!({"resourceType": "DocumentReference", "content": [{"attachment": attachment}]});
        tree["entry"].as_array_mut().unwrap().push(json!({"resource": reference}));
    }
    let intake = staged(&tree.to_string(), Encoding::Json, &Files::new()).unwrap();
    let told = |index: usize| intake.tree["entry"][index]["resource"]["content"][0]["attachment"].clone();
    let size = intake.staged[0].content.size;
    assert_eq!((&told(1)["size"], told(1)["hash"].is_string()), (&json!(size), true));
    assert!(told(2).get("size").is_none());
    assert_eq!(told(3)["size"], 7, "what is said is compared, not written over");
}

#[test]
fn documents_are_bounded_in_number_and_length() {
    let text = around(&document()).to_string();
    for limits in [Limits { documents: 0, ..Limits::default() }, Limits { content: 100, ..Limits::default() }] {
        let mut intake = read_text(&text).unwrap();
        let refused = stage(&mut intake, Encoding::Json, &limits, &Files::new()).map(|()| intake);
        assert_eq!(findings(refused).len(), 1);
    }
}

#[test]
fn only_a_document_is_read_as_one_and_what_was_written_is_read_again() {
    for encoding in [Encoding::Json, Encoding::Xml] {
        let bytes = written(&document(), encoding).unwrap();
        assert_eq!(Encoding::of_written(&bytes), encoding);
        assert_eq!(read(&bytes, encoding), Some(document()));
        assert_eq!(read(&written(&around(&document()), encoding).unwrap(), encoding), None);
        assert_eq!(read(&written(&json!({"resourceType": "Patient"}), encoding).unwrap(), encoding), None);
        assert_eq!(read(bytes.get(..bytes.len() - 1).unwrap(), encoding), None);
    }
    for wrong in ["", "[]", "null", r#"{"resourceType":"Bundle","type":"document","entry":[]}"#, "%PDF-1.7"] {
        assert_eq!(read(wrong.as_bytes(), Encoding::Json), None, "{wrong}");
    }
    let unknown = with("/entry/4/resource/colour", json!("red"));
    assert_eq!(read(unknown.to_string().as_bytes(), Encoding::Json), None);
}

#[test]
fn a_media_type_of_fhir_is_told_from_other_json_and_xml() {
    assert_eq!(Encoding::of_media_type("application/fhir+json; charset=utf-8"), Some(Encoding::Json));
    assert_eq!(Encoding::of_media_type("Application/FHIR+XML"), Some(Encoding::Xml));
    for other in ["application/json", "text/xml", "application/xml", ""] {
        assert_eq!(Encoding::of_media_type(other), None, "{other}");
    }
}

#[test]
fn the_subject_is_found_however_it_is_linked() {
    let names = Subject::Names(vec![INS.to_owned()]);
    assert_eq!(subject(&document()), names);
    let link = |reference: Value| with("/entry/0/resource/subject", reference);
    assert_eq!(subject(&link(json!({"identifier": {"system": SYSTEM, "value": INS}}))), names);

    let mut contained = link(json!({"reference": "#p"}));
    contained["entry"][0]["resource"]["contained"] =
        json!([{"resourceType": "Patient", "id": "p", "identifier": [{"system": SYSTEM, "value": INS}]}]);
    assert_eq!(subject(&contained), names);

    let mut relative = link(json!({"reference": "Patient/p"}));
    assert_eq!(subject(&relative), Subject::Elsewhere);
    relative["entry"][0]["fullUrl"] = json!("https://his.test/fhir/Composition/c");
    relative["entry"][1]["fullUrl"] = json!("https://his.test/fhir/Patient/p");
    assert_eq!(subject(&relative), names);
    let mut by_id = link(json!({"reference": "Patient/p"}));
    by_id["entry"][1]["resource"]["id"] = json!("p");
    assert_eq!(subject(&by_id), names);
}

#[test]
fn who_bears_no_ins_is_compared_with_nobody() {
    let nobody = Subject::Names(Vec::new());
    let mut none = document();
    none["entry"][0]["resource"].as_object_mut().unwrap().remove("subject");
    assert_eq!(subject(&none), nobody);
    for identifier in [
        json!({"system": "urn:oid:1.2.3", "value": INS}),
        json!({"system": SYSTEM, "value": "123456789012345"}),
        json!({"system": SYSTEM, "value": INS, "use": "old"}),
        json!({"system": SYSTEM, "value": INS, "type": {"coding": [{"code": "NH"}]}}),
    ] {
        assert_eq!(subject(&with("/entry/1/resource/identifier", json!([identifier]))), nobody, "{identifier}");
    }
    assert_eq!(subject(&with("/entry/0/resource/subject", json!({"display": "?"}))), nobody);
    assert_eq!(subject(&with("/entry/0/resource/subject", json!({"reference": "urn:uuid:no"}))), Subject::Elsewhere);
}

// requirement: TX-18
#[test]
fn content_that_looks_like_fhir_is_read_whole() {
    let quarantine = Files::new();
    let held = |bytes: &[u8]| {
        let mut area = quarantine.open().unwrap();
        area.write_all(bytes).unwrap();
        Staged { at: "DocumentReference.content[0].attachment.data".to_owned(), content: area.finish().unwrap() }
    };
    let long = " ".repeat(StagedContent::HEAD);
    let (fhir, other) = (format!("{{\"resourceType\":\"Bundle\"{long}}}"), format!("{{{long}}}"));
    let staged = vec![held(fhir.as_bytes()), held(other.as_bytes())];
    let mut intake = Intake { tree: json!({"resourceType": "DocumentReference"}), staged };
    stage(&mut intake, Encoding::Json, &Limits::default(), &quarantine).unwrap();
    assert_eq!(intake.staged[0].content.head, fhir.as_bytes());
    assert_eq!(intake.staged[1].content.head.len(), StagedContent::HEAD);
}
