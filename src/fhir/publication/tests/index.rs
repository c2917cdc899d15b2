//! What search will find of a publication.

use serde_json::json;

use super::fixture::*;
use crate::{
    fhir::{
        canon::*,
        rules::RuleSet::{Dmp, Pdsm},
    },
    record::{
        code::{Code, Identifier},
        list::{PersonKind, PersonName},
    },
};

const REGISTER: &str = "urn:oid:1.2.250.1.71.4.2.1";
const HOUSES: &str = "urn:oid:1.2.250.1.71.4.2.2";

fn identifier(system: &str, value: &str) -> Identifier {
    Identifier { system: system.to_owned(), value: value.to_owned() }
}

fn name(kind: PersonKind, family: &str, given: &[&str]) -> PersonName {
    PersonName { kind, family: vec![family.to_owned()], given: given.iter().map(|it| (*it).to_owned()).collect() }
}

/// A role with its practitioner and its structure.
fn team() -> serde_json::Value {
    json!([
        qualified("source"),
        {"resourceType": "PractitionerRole", "id": "doctor",
            "practitioner": {"reference": "#one"}, "organization": {"reference": "#house"}},
        {"resourceType": "Practitioner", "id": "one",
            "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": &DOCTOR[1..]}],
            "name": [{"family": "Lefèvre", "given": ["Hélène", "Zoé"]}, {"text": "Dr"}]},
        {"resourceType": "Organization", "id": "house", "name": "Cabinet",
            "identifier": [{"system": HOUSES, "value": STRUCTURE}]},
    ])
}

// requirement: SE-07
#[test]
fn the_names_and_identifiers_of_contained_authors_are_found() {
    let tree = with(letter(), "/entry/1/resource/contained", team());
    let index = provide(Pdsm, tree).unwrap().submission.documents[0].entry.index.clone();
    assert_eq!(index.author_names[0], name(PersonKind::Practitioner, "Lefèvre", &["Hélène", "Zoé"]));
    assert_eq!(index.author_names.last(), Some(&name(PersonKind::Organization, "Cabinet", &[])));
    for (system, value) in [
        (REGISTER, DOCTOR),
        ("https://rpps.esante.gouv.fr", &DOCTOR[1..]),
        (HOUSES, STRUCTURE),
        ("https://finess.esante.gouv.fr", &STRUCTURE[1..]),
    ] {
        assert!(index.author_identifiers.contains(&identifier(system, value)), "{system}");
    }
    assert_eq!(index.author_identifiers.len(), 4);
}

#[test]
fn devices_patients_and_references_elsewhere_are_authors_too() {
    let contained = json!([
        patient("source", INS),
        {"resourceType": "Device", "id": "device", "modelNumber": "M7", "deviceName": [{"name": "Logiciel", "type": "user-friendly-name"}],
            "owner": {"identifier": {"system": HOUSES, "value": STRUCTURE}}},
    ]);
    let tree = with(letter(), "/entry/1/resource/contained", contained);
    let authors =
        json!([{"reference": "#device"}, {"reference": "https://his.test/Practitioner/1"}, {"reference": "#source"}]);
    let index = provide(Dmp, with(tree, "/entry/1/resource/author", authors)).unwrap().submission.documents[0]
        .entry
        .index
        .clone();
    assert_eq!(index.author_names, [name(PersonKind::Device, "M7", &["Logiciel"])]);
    assert!(index.author_identifiers.contains(&identifier(HOUSES, STRUCTURE)));
    assert!(index.author_identifiers.contains(&identifier("urn:ietf:rfc:3986", "https://his.test/Practitioner/1")));
    assert!(index.author_identifiers.contains(&identifier(INS_SYSTEM, INS)));
}

#[test]
fn codes_related_identifiers_and_titles_are_found() {
    let event = json!([concept("urn:oid:1.2.250.1.213.2.5", "HHFA001"), concept("http://x.test", "e")]);
    let related = json!([
        {"identifier": {"system": "urn:oid:1.2.3", "value": "ACC-7", "type": {"coding": [{"system": "urn:ietf:rfc:3986", "code": "urn:ihe:iti:xds:2013:accession"}]}}},
        {"reference": "Encounter/77"},
    ]);
    let others = json!([{"system": "urn:oid:1.2.9", "value": "HIS-1"}, {"use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:aaaaaaaa-0000-4000-8000-000000000000"}]);
    let tree = with(letter(), "/entry/1/resource/context/event", event);
    let tree = with(tree, "/entry/1/resource/context/related", related);
    let tree = with(tree, "/entry/1/resource/identifier", others);
    let tree = with(tree, "/entry/1/resource/content/0/format/system", json!("urn:oid:1.3.6.1.4.1.19376.1.2.3"));
    let publication = provide(Pdsm, tree).unwrap();
    let entry = &publication.submission.documents[0].entry;
    let index = &entry.index;
    assert_eq!(index.facility, [Code::new(R02, "SA07")]);
    assert_eq!(index.setting, [Code::new(A01, "AMBULATOIRE")]);
    assert_eq!(index.format, [Code::new(A11, "urn:ihe:iti:xds:2017:mimeTypeSufficient")]);
    assert_eq!(index.events.len(), 2);
    assert_eq!(index.related, [identifier("urn:oid:1.2.3", "ACC-7")]);
    assert_eq!(index.related_references, ["Encounter/77"]);
    assert_eq!(index.identifiers, [identifier("urn:oid:1.2.9", "HIS-1")]);
    assert_eq!(index.title.as_deref(), Some("Lettre"));
}

#[test]
fn a_simplified_publication_is_found_by_what_was_derived_for_it() {
    let publication = publish(Pdsm, simple()).unwrap();
    let index = &publication.submission.documents[0].entry.index;
    assert_eq!((&index.facility[0].code, &index.setting[0].code), (&"SA07".to_owned(), &"AMBULATOIRE".to_owned()));
    assert_eq!(index.format[0].code, "urn:ihe:iti:xds:2017:mimeTypeSufficient");
    let set = &publication.submission.set.entry;
    assert_eq!(set.designation, [Code::new(R02, "SA07")]);
    assert_eq!(set.source_id, Some(identifier("urn:ietf:rfc:3986", "urn:oid:1.2.250.1.999.1")));
    assert!(set.source_identifiers.contains(&identifier(REGISTER, DOCTOR)));
    assert_eq!(set.documents, [publication.submission.documents[0].entry.id]);
}

#[test]
fn a_submission_set_is_found_by_its_source_and_the_structure_of_its_source() {
    let structure = json!({"url": AUTHOR_ORG, "valueReference": {"reference": "#other"}});
    let source = json!({"reference": "#doctor", "extension": [structure]});
    let mut contained = team();
    let other = json!({"resourceType": "Organization", "id": "other", "identifier": [{"system": HOUSES, "value": "10B0999019"}]});
    contained.as_array_mut().unwrap().push(other);
    let tree = with(letter(), "/entry/0/resource/contained", contained);
    let tree = with(tree, "/entry/0/resource/source", source);
    let tree = with(tree, "/entry/0/resource/title", json!("Séjour"));
    let tree = with(tree, "/entry/0/resource/extension/-", json!({"url": IS_ARCHIVED, "valueBoolean": true}));
    let publication = provide(Pdsm, tree).unwrap();
    let set = &publication.submission.set.entry;
    assert!(set.sources.contains(&name(PersonKind::Practitioner, "Lefèvre", &["Hélène", "Zoé"])));
    for (system, value) in [(REGISTER, DOCTOR), (HOUSES, STRUCTURE), (HOUSES, "10B0999019")] {
        assert!(set.source_identifiers.contains(&identifier(system, value)), "{value}");
    }
    assert_eq!(set.designation, [Code::new(R209, "07")]);
    assert_eq!(set.source_id, Some(identifier("urn:ietf:rfc:3986", "urn:oid:1.2.250.1.999.3")));
    assert_eq!((set.title.as_deref(), set.archived), (Some("Séjour"), true));
    assert_eq!(set.profiles, [SUBMISSION_SET]);
}

#[test]
fn a_circle_of_contained_resources_is_walked_once() {
    let contained = json!([
        qualified("source"),
        {"resourceType": "PractitionerRole", "id": "doctor", "practitioner": {"reference": "#doctor"},
            "identifier": [{"system": REGISTER, "value": DOCTOR}]},
    ]);
    let tree = with(letter(), "/entry/1/resource/contained", contained);
    assert_eq!(provide(Pdsm, tree).unwrap().submission.documents[0].entry.index.author_identifiers.len(), 2);
}
