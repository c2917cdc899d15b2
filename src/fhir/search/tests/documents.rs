//! Each parameter of documents on entries: what it finds, and what it leaves out.

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::{
    fhir::{
        canon::{A01, A11, R02},
        date::span,
    },
    record::{
        code::{Code, Identifier},
        document::{ContentRef, DateSpan, DocumentEntry, DocumentId, Index, TargetName},
        list::{PersonKind, PersonName},
        visibility::{Labels, Origin},
    },
};

const ID: &str = "0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11";

fn day(text: &str) -> DateSpan {
    span(text).unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn identifier(system: &str, value: &str) -> Identifier {
    Identifier { system: system.to_owned(), value: value.to_owned() }
}

fn name(kind: PersonKind, family: &str, given: &[&str]) -> PersonName {
    PersonName { kind, family: vec![family.to_owned()], given: given.iter().map(|given| (*given).to_owned()).collect() }
}

/// A letter of Dr Hélène Lefèvre-Müller.
fn letter() -> DocumentEntry {
    let index = Index {
        facility: vec![Code::new(R02, "SA07")],
        setting: vec![Code::new(A01, "AMBULATOIRE")],
        format: vec![Code::new(A11, "urn:ihe:iti:xds:2017:mimeTypeSufficient")],
        events: vec![Code::new("urn:oid:1.2.250.1.213.2.5", "HHFA001"), Code::new("", "x")],
        author_names: vec![
            name(PersonKind::Practitioner, "Lefèvre-Müller", &["Hélène", "Zoé"]),
            name(PersonKind::Device, "Modèle 7", &["Logiciel"]),
        ],
        author_identifiers: vec![identifier("urn:oid:1.2.250.1.71.4.2.1", "899700218896")],
        related: vec![identifier("urn:oid:1.2.3", "ACC-7")],
        related_references: vec!["Encounter/77".to_owned(), "https://his.test/ServiceRequest/8".to_owned()],
        identifiers: vec![identifier("urn:oid:1.2.9", "HIS-1")],
        title: Some("Lettre".to_owned()),
    };
    DocumentEntry {
        id: DocumentId(ID.parse().unwrap()),
        version: 1,
        updated: instant("2026-07-01T08:00:00.120456Z"),
        unique_id: identifier("urn:ietf:rfc:3986", "urn:oid:1.2.250.1.999.2.1"),
        entry_uuids: vec![Uuid::from_u128(7), Uuid::from_u128(8)],
        status: Status::Current,
        archived: false,
        kind: Code::new(LOINC, "11488-4"),
        class: Code::new(A03, "10"),
        date: day("2026-06-12T10:00:00+02:00"),
        creation: day("2026-06-10"),
        period: (day("2026-06-01").from, Some(day("2026-06-03").until)),
        authors: Vec::new(),
        labels: Labels { masked: Some(Origin::Author), ..Labels::default() },
        first_deposited: instant("2026-07-01T08:00:00Z"),
        announced: None,
        content: ContentRef {
            handle: Uuid::nil(),
            content_type: "text/XML; charset=utf-8".to_owned(),
            size: 1,
            sha1: [0; 20],
        },
        replaces: Vec::new(),
        relations: Vec::new(),
        index,
    }
}

fn finds(entry: &DocumentEntry, query: &[(&str, &str)]) -> bool {
    let asked = ask(query).unwrap_or_else(|issues| panic!("{query:?}: {issues:?}"));
    assert_eq!(asked.warnings, [], "{query:?}");
    asked.query.accepts(entry, |_| false)
}

/// Parameter, values that find the letter, values that do not.
const CASES: &[(&str, &[&str], &[&str])] = &[
    ("_id", &[ID, "x,0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11"], &["x", "00000000-0000-0000-0000-000000000007"]),
    (
        "identifier",
        &[
            "urn:oid:1.2.250.1.999.2.1",
            "urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.2.1",
            "urn:uuid:00000000-0000-0000-0000-000000000007",
            "urn:uuid:00000000-0000-0000-0000-000000000008",
            "urn:uuid:0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11",
            "HIS-1",
            "urn:oid:1.2.9|HIS-1",
            "urn:oid:1.2.9|",
            "urn:ietf:rfc:3986|",
        ],
        &["urn:oid:1.2.250.1.999.2", "urn:oid:1.2.8|HIS-1", "|HIS-1", "|urn:oid:1.2.250.1.999.2.1"],
    ),
    ("type", &["11488-4", "http://loinc.org|11488-4", "x,11488-4"], &["|11488-4", "11488"]),
    ("category", &["10", "urn:oid:1.2.250.1.213.1.1.4.1|10", "urn:oid:1.2.250.1.213.1.1.4.1|"], &["11"]),
    ("facility", &["SA07", "urn:oid:1.2.250.1.71.4.2.4|SA07"], &["SA01", "urn:oid:1.2.250.1.71.4.2.5|SA07"]),
    ("setting", &["AMBULATOIRE", "urn:oid:1.2.250.1.213.1.1.4.9|AMBULATOIRE"], &["ETABLISSEMENT"]),
    (
        "format",
        &[
            "urn:ihe:iti:xds:2017:mimeTypeSufficient",
            "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode|urn:ihe:iti:xds:2017:mimeTypeSufficient",
        ],
        &["urn:ihe:iti:xds-sd:pdf:2008"],
    ),
    ("event", &["HHFA001", "urn:oid:1.2.250.1.213.2.5|HHFA001", "x", "|x"], &["HHFA002", "urn:oid:1.2.3|HHFA001"]),
    ("security-label", &["N", "MASQUE_PS"], &["R", "INVISIBLE_PATIENT"]),
    ("contenttype", &["text/xml", "application/xml", "TEXT/XML"], &["text/plain", "text"]),
    (
        "date",
        &["2026-06-12", "ge2026-06-12", "lt2026-06-13", "2026-06-12T10:00:00+02:00"],
        &["2026-06-11", "gt2026-06-12"],
    ),
    ("creation", &["2026-06-10", "2026-06", "le2026-06-10", "ap2026"], &["2026-06-12", "sa2026-06-10,2025"]),
    (
        "period",
        &["ap2026-06-02", "ge2026-06-01", "2026-06", "le2026-06-03"],
        &["2026-06-02", "sa2026-06-01", "ap2026-06-04"],
    ),
    (
        "period-start",
        &["2026-06-01", "ge2026-06-01", "le2026-06-01", "lt2026-06-02", "eb2026-06-02"],
        &["2026-05-31", "2026-06-02", "gt2026-06-01", "ge2026-06-02", "lt2026-06-01"],
    ),
    (
        "period-end",
        &["2026-06-03", "ge2026-06-03", "le2026-06-03", "gt2026-06-02", "lt2026-06-04"],
        &["2026-06-04", "2026-06-02", "gt2026-06-03", "lt2026-06-03"],
    ),
    (
        "_lastUpdated",
        &["2026-07-01T08:00:00.120Z", "gt2026-07-01T08:00:00.119Z", "ge2026-07-01", "le2026-07-01T10:00:01+02:00"],
        &["gt2026-07-01T08:00:00.120Z", "lt2026-07-01"],
    ),
    (
        "author.family",
        &["lefevre", "LEFÈVRE", "Lefèvre Müller", "lefevre-muller", "mod", "x,lefe"],
        &["muller", "helene", "lefevrem"],
    ),
    ("author.given", &["helene", "ZOE", "hélène", "logi"], &["lefevre", "elene"]),
    ("author.name", &["helene", "lefevre"], &["muller"]),
    ("author.family:exact", &["Lefèvre-Müller"], &["lefèvre-müller", "Lefèvre"]),
    ("author.family:contains", &["MULLER", "vre"], &["helene"]),
    ("author:Practitioner.family", &["lefe"], &["mod"]),
    ("author:PractitionerRole.practitioner.family", &["lefe"], &["mod"]),
    ("author:PractitionerRole.practitioner:Practitioner.given:exact", &["Zoé"], &["Zo", "Logiciel"]),
    ("author:Device.device-name", &["logi", "mod"], &["lefe"]),
    ("author:Patient.family", &[], &["lefe", "mod"]),
    (
        "author.identifier",
        &["899700218896", "urn:oid:1.2.250.1.71.4.2.1|899700218896", "urn:oid:1.2.250.1.71.4.2.1|"],
        &["99700218896", "|899700218896"],
    ),
    ("author:identifier", &["urn:oid:1.2.250.1.71.4.2.1|899700218896"], &["x"]),
    ("author:Practitioner.identifier", &["899700218896"], &["x"]),
    ("author:PractitionerRole.practitioner.identifier", &["899700218896"], &["x"]),
    (
        "author",
        &["Practitioner?identifier=urn:oid:1.2.250.1.71.4.2.1|899700218896"],
        &["Practitioner/1", "https://his.test/Practitioner/1", "Patient/p-1", "1"],
    ),
    (
        "related",
        &["Encounter/77", "77", "https://his.test/ServiceRequest/8", "8"],
        &["Encounter/78", "ServiceRequest/8"],
    ),
    ("related:identifier", &["ACC-7", "urn:oid:1.2.3|ACC-7"], &["urn:oid:1.2.4|ACC-7", "ACC"]),
    ("related.identifier", &["ACC-7", "urn:oid:1.2.3|ACC-7", "urn:oid:1.2.3|"], &["|ACC-7"]),
    ("isArchived", &["false", "true,false"], &["true"]),
];

// requirement: SE-04 SE-05 SE-06 SE-07 SE-08
#[test]
fn every_parameter_finds_what_it_names_and_nothing_else() {
    let letter = letter();
    for (parameter, found, missed) in CASES {
        for value in *found {
            assert!(finds(&letter, &[(parameter, value)]), "{parameter}={value}");
        }
        for value in *missed {
            assert!(!finds(&letter, &[(parameter, value)]), "{parameter}={value}");
        }
    }
}

#[test]
fn every_declared_parameter_has_its_case() {
    let tried: Vec<&str> = CASES.iter().map(|(name, ..)| *name).collect();
    let elsewhere = ["patient", "status", "relatesto"];
    let missing: Vec<&str> = declared("DocumentReference")
        .iter()
        .map(|declared| declared.name)
        .filter(|name| !tried.contains(name) && !elsewhere.contains(name))
        .collect();
    assert_eq!(missing, [""; 0]);
}

// requirement: SE-04
#[test]
fn every_pair_of_parameters_is_joined_by_and() {
    let letter = letter();
    for (one, found, _) in CASES {
        for (other, also, missed) in CASES {
            let (Some(one_value), Some(also)) = (found.first(), also.first()) else { continue };
            assert!(finds(&letter, &[(one, one_value), (other, also)]), "{one} and {other}");
            if let Some(missed) = missed.first() {
                assert!(!finds(&letter, &[(one, one_value), (other, missed)]), "{one} and not {other}");
            }
        }
    }
}

#[test]
fn what_the_guides_call_otherwise_is_the_same_parameter() {
    let same = [
        ("relatesTo", "relatesto", ID),
        ("relatesTo:identifier", "relatesto.identifier", "urn:oid:1.2.3"),
        ("PDSm_isArchived", "isArchived", "true"),
        ("PDSm-isArchived", "isarchived", "true"),
        ("PDSm_DocumentReference_period-start", "period-start", "2026"),
        ("PDSm_DocumentReference_period-end", "period-end", "2026"),
        ("_lastupdated", "_lastUpdated", "2026"),
        ("author:Patient", "author", "Patient/p-1"),
    ];
    for (alias, name, value) in same {
        assert_eq!(criterion(alias, value), criterion(name, value), "{alias}");
    }
}

#[test]
fn a_token_is_turned_round_by_not() {
    let letter = letter();
    for (parameter, value) in
        [("type", "11488-4"), ("category", "10"), ("event", "HHFA001"), ("status", "current"), ("facility", "SA07")]
    {
        let turned = format!("{parameter}:not");
        assert!(!finds(&letter, &[(&turned, value)]), "{turned}");
        assert!(parameter == "status" || finds(&letter, &[(&turned, "y")]), "{turned}");
    }
    assert!(finds(&letter, &[("status:not", "superseded")]));
}

#[test]
fn a_patient_here_is_an_author_by_reference() {
    let (system, matricule) = INS.split_once('|').unwrap();
    let index = Index { author_identifiers: vec![identifier(system, matricule)], ..Index::default() };
    let own = DocumentEntry { index, ..letter() };
    for (parameter, value) in [
        ("author", "Patient/p-1"),
        ("author:Patient", "p-1"),
        ("author", "https://dmp.test/fhir/Patient/p-1"),
        ("author:Patient.identifier", matricule),
    ] {
        assert!(finds(&own, &[(parameter, value)]), "{parameter}={value}");
    }
    assert!(!finds(&own, &[("author", "Patient/p-2")]));
}

#[test]
fn a_relation_is_asked_of_those_that_are_told() {
    let named = |value: &str| {
        let Criterion::RelatesTo(names) = criterion("relatesto", value) else { panic!("{value}") };
        names
    };
    let id = vec![TargetName::Id(ID.parse().unwrap())];
    assert_eq!(named(ID), id);
    assert_eq!(named(&format!("DocumentReference/{ID}")), id);
    assert_eq!(named(&format!("https://dmp.test/fhir/DocumentReference/{ID}")), id);
    assert_eq!(named(&format!("urn:uuid:{ID}")), id);
    let by_name = vec![TargetName::Identifier(identifier("urn:ietf:rfc:3986", "urn:oid:1.2.3"))];
    assert_eq!(named("urn:oid:1.2.3"), by_name);
    assert_eq!(named("DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.3"), by_name);
    assert_eq!(named("DocumentReference/x"), []);
    let asked = ask(&[("relatesto", ID)]).unwrap().query;
    assert!(asked.accepts(&letter(), |name| *name == id[0]));
    assert!(!asked.accepts(&letter(), |_| false), "a relation that is not told is none");
    assert_eq!(refused(ask(&[("relatesto:identifier", "x")])), [("DMP-0302", "relatesto".to_owned())]);
}

#[test]
fn archived_documents_are_found_by_name_or_where_they_are_asked_for() {
    let archived = DocumentEntry { archived: true, ..letter() };
    for query in [
        ("isArchived", "true"),
        ("isArchived", "http://hl7.org/fhir/special-values|true"),
        ("isArchived", "true,false"),
        ("_id", ID),
        ("identifier", "urn:oid:1.2.250.1.999.2.1"),
    ] {
        assert!(finds(&archived, &[query]), "{query:?}");
    }
    for query in [("type", "11488-4"), ("isArchived", "false"), ("identifier", "urn:ietf:rfc:3986|")] {
        assert!(!finds(&archived, &[query]), "{query:?}");
    }
    assert_eq!(refused(ask(&[("isArchived", "yes")])), [("DMP-0302", "isArchived".to_owned())]);
}

#[test]
fn deleted_documents_are_never_found() {
    let deleted = DocumentEntry { status: Status::EnteredInError, ..letter() };
    for status in ["entered-in-error", "current,superseded,entered-in-error"] {
        let query = pairs(&[("patient.identifier", INS), ("status", status), ("_id", ID)]);
        assert!(!read(&query, Pdsm, false, false).unwrap().query.accepts(&deleted, |_| true));
    }
}

#[test]
fn only_a_search_for_full_identifiers_names_documents() {
    let names = |query: &[(&str, &str)]| ask(query).unwrap().query.names_a_document();
    assert!(names(&[("identifier", "urn:oid:1.2.3")]));
    assert!(!names(&[("identifier", "urn:ietf:rfc:3986|")]));
    assert!(!names(&[("_id", ID)]) && !names(&[("related:identifier", "x")]) && !names(&[("relatesto", ID)]));
}

// requirement: SE-15
#[test]
fn the_order_is_that_of_the_keys_and_else_newest_first() {
    let entry = |number: u128, date: &str, kind: &str| DocumentEntry {
        id: DocumentId(Uuid::from_u128(number)),
        date: day(date),
        creation: day(date),
        period: (day(date).from, None),
        updated: instant("2026-07-01T08:00:00Z") - jiff::SignedDuration::from_secs(i64::try_from(number).unwrap()),
        kind: Code::new("", kind),
        ..letter()
    };
    let all = [entry(1, "2026-01-01", "b"), entry(2, "2026-03-01", "a"), entry(3, "2026-02-01", "b")];
    let order = |sort: &str| {
        let query = ask(&[("_sort", sort)]).unwrap().query;
        let mut sorted: Vec<_> = all.iter().collect();
        sorted.sort_by(|one, other| query.compare(one, other));
        sorted.iter().map(|entry| entry.id.0.as_u128()).collect::<Vec<_>>()
    };
    let cases = [
        ("date", [1, 3, 2]),
        ("-date", [2, 3, 1]),
        ("creation", [1, 3, 2]),
        ("-period", [2, 3, 1]),
        ("_lastUpdated", [3, 2, 1]),
        ("-_lastUpdated", [1, 2, 3]),
        ("type", [2, 3, 1]),
        ("type,date", [2, 1, 3]),
        ("-type,-date", [3, 1, 2]),
    ];
    for (sort, expected) in cases {
        assert_eq!(order(sort), expected, "{sort}");
    }
    let unknown = ask(&[("_sort", "size")]).unwrap();
    assert_eq!((unknown.warnings[0].at.as_str(), unknown.query.sort.len()), ("_sort", 0));
    assert!(!unknown.used.iter().any(|(name, _)| name == "_sort"));
    let strict = read(&pairs(&[("patient.identifier", INS), ("status", "current"), ("_sort", "x")]), Pdsm, false, true);
    assert_eq!(refused(strict), [("DMP-0305", "_sort".to_owned())]);
}

// requirement: SE-13 SE-14
#[test]
fn the_shape_of_the_answer_is_read() {
    let shape = |name: &str, value: &str| ask(&[(name, value)]).unwrap().result;
    assert_eq!(shape("_total", "none").total, TotalWanted::None);
    assert_eq!(shape("_total", "accurate"), ResultShape::default());
    assert_eq!(shape("_summary", "text").summary, Some(Summary::Text));
    assert!(shape("_summary", "false").part().is_none());
    assert_eq!(shape("_elements", "id,status,DocumentReference.type").elements, ["id", "status", "type"]);
    assert_eq!(ask(&[("_summary", "count")]).unwrap().query.page_size, 0);
    assert_eq!(ask(&[("_count", "0")]).unwrap().query.page_size, 0);
    for (name, value) in [("_total", "some"), ("_summary", "yes"), ("_elements", "a b"), ("_elements", "(")] {
        assert_eq!(refused(ask(&[(name, value)])), [("DMP-0302", name.to_owned())]);
    }
}

// requirement: SE-15
#[test]
fn what_cannot_come_along_is_ignored_with_a_warning() {
    for include in ["DocumentReference:patient", "List:item"] {
        let asked = ask(&[("_include", include)]).unwrap();
        assert_eq!((asked.warnings[0].diagnosis.code, asked.warnings[0].at.as_str()), ("DMP-0304", "_include"));
        assert_eq!(asked.used.len(), 2);
    }
}
