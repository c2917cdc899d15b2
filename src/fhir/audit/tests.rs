use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::{
    fhir::{primitive, shape},
    record::{
        document::DocumentId,
        identity::{Ins, PsIdNat, StructIdNat},
        trace::{AccessTrace, TraceActor, TraceOutcome, TracedDocument},
    },
};

const OBSERVER: Observer<'static> =
    Observer { base: "https://gateway.test/fhir", source_id: "urn:oid:1.2.250.1.999.1", tells_grounds: true };

fn actor(kind: &str) -> TraceActor {
    let person = (kind == "professional").then(|| PsIdNat::new("899700900022").unwrap());
    TraceActor {
        kind: kind.to_owned(),
        person,
        profession: (kind == "professional").then(|| "10".to_owned()),
        on_behalf_of: Vec::new(),
        structures: vec![StructIdNat::new("10B0999001").unwrap()],
        certificate: "00".repeat(32),
        acting: None,
    }
}

pub(crate) fn trace(act: &str, transaction: &str, raw: &str) -> AccessTrace {
    AccessTrace {
        number: 7,
        request: Uuid::from_u128(7),
        correlation: None,
        at: "2026-03-02T12:00:00.123456Z".parse().unwrap(),
        transaction: transaction.to_owned(),
        raw: Some(raw.to_owned()),
        peer: Some("127.0.0.1".parse().unwrap()),
        actor: Some(actor("professional")),
        act: act.to_owned(),
        holder: Some(Ins::new("urn:oid:1.2.250.1.213.1.4.10", "279035121518989").unwrap()),
        document: None,
        outcome: TraceOutcome::Done,
        documents: vec![TracedDocument { id: DocumentId(Uuid::from_u128(1)), version: 2 }],
        set: (act == "submit").then(|| Uuid::from_u128(3)),
        deed: act.contains("deed").then(|| Uuid::from_u128(4)),
        provisions: vec!["R1111-46@care-team 2023-01-01".to_owned()],
    }
}

pub(crate) fn every_transaction() -> Vec<AccessTrace> {
    vec![
        trace("submit", "ITI-65", "POST /fhir/"),
        trace("find-lists", "ITI-66", "GET /fhir/List?code=submissionset"),
        trace("search", "ITI-67", "POST /fhir/DocumentReference/_search\n\nstatus=current"),
        trace("retrieve", "ITI-68", "GET /fhir/Binary/1"),
        trace("submit", "ITI-105", "POST /fhir/DocumentReference"),
        trace("submit", "ITI-106", "POST /fhir/DocumentReference/$generate-metadata"),
        trace("read", "read", "GET /fhir/DocumentReference/1"),
        trace("read-version", "vread", "GET /fhir/DocumentReference/1/_history/1"),
        trace("amend", "TD3.3", "PATCH /fhir/DocumentReference/1"),
        trace("look-up", "TD0.2", "GET /fhir/Patient?identifier=x"),
        trace("find-traces", "ITI-81", "GET /fhir/AuditEvent?date=ge2026"),
        trace("find-deeds", "ITI-108", "GET /fhir/Consent?status=active"),
        trace("read-deed", "ITI-108", "GET /fhir/Consent/4"),
        trace("file-deed", "ITI-108", "POST /fhir/Consent"),
        trace("file-deed", "ITI-108", "PUT /fhir/Consent/4"),
        trace("import", "import", ""),
    ]
}

// requirement: AU-01
#[test]
fn every_event_is_a_proper_resource() {
    for mut trace in every_transaction() {
        if trace.act == "import" {
            trace.actor = None;
        }
        let event = print(&trace, &OBSERVER);
        let issues: Vec<_> = shape::check(&event).into_iter().chain(primitive::check(&event)).collect();
        assert!(issues.is_empty(), "{}: {issues:?}", trace.transaction);
        let issues = shape::check(&project(event));
        assert!(issues.is_empty(), "{}: {issues:?}", trace.transaction);
    }
}

fn role(event: &Value, at: usize) -> &str {
    event["agent"][at]["type"]["coding"][0]["code"].as_str().unwrap()
}

// requirement: AU-02
#[test]
fn who_gives_is_the_source_and_the_server_is_the_observer() {
    for (act, transaction, client, server) in [
        ("retrieve", "ITI-68", "110152", "110153"),
        ("read", "read", "110152", "110153"),
        ("search", "ITI-67", "110153", "110152"),
        ("find-lists", "ITI-66", "110153", "110152"),
        ("submit", "ITI-65", "110153", "110152"),
        ("submit", "ITI-105", "110153", "110152"),
        ("amend", "TD3.3", "110153", "110152"),
    ] {
        let event = print(&trace(act, transaction, "GET /"), &OBSERVER);
        assert_eq!((role(&event, 0), role(&event, 1)), (client, server), "{transaction}");
        assert_eq!(event["agent"][1]["who"], event["source"]["observer"], "{transaction}");
    }
}

// requirement: AU-03
#[test]
fn the_query_is_the_request_to_the_byte() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let raw = "POST /fhir/DocumentReference/_search\n\npatient.identifier=urn:oid:1%7C2&status=current";
    let event = print(&trace("search", "ITI-67", raw), &OBSERVER);
    let entities = event["entity"].as_array().unwrap();
    let query = entities.iter().find(|entity| entity["role"]["code"] == "24").unwrap();
    assert_eq!(STANDARD.decode(query["query"].as_str().unwrap()).unwrap(), raw.as_bytes());
    assert!(query.get("what").is_none() && query.get("name").is_none());
}

// requirement: AU-05
#[test]
fn the_certificate_is_named_by_its_fingerprint_and_the_person_by_the_national_identifier() {
    let event = print(&trace("read", "read", "GET /"), &OBSERVER);
    let client = &event["agent"][0];
    assert!(client["policy"][0].as_str().unwrap().starts_with("ni:///sha-256;"));
    assert_eq!(client["who"]["identifier"]["value"], "10B0999001");
    assert_eq!(client["requestor"], false);
    let person = &event["agent"][2];
    assert_eq!(person["who"]["identifier"]["value"], "899700900022");
    assert_eq!((&person["requestor"], person.get("network")), (&true.into(), None));
}

#[test]
fn software_without_a_person_is_itself_the_requestor() {
    let mut trace = trace("submit", "ITI-105", "POST /");
    trace.actor = Some(actor("organisation"));
    let event = print(&trace, &OBSERVER);
    assert_eq!(event["agent"].as_array().unwrap().len(), 2);
    assert_eq!(event["agent"][0]["requestor"], true);
}

// requirement: AU-06
#[test]
fn a_refusal_tells_its_grounds_to_those_alone_who_may_know() {
    let mut trace = trace("search", "ITI-67", "GET /");
    let grounds = vec![("R1111-46@holder-denies".to_owned(), "blocked-by-holder".to_owned())];
    trace.outcome = TraceOutcome::Refused { grounds };
    let told = print(&trace, &OBSERVER);
    assert_eq!(told["outcome"], "4");
    assert!(told["outcomeDesc"].as_str().unwrap().contains("blocked-by-holder"));
    assert!(told["meta"].get("profile").is_none(), "the profiles are of success");
    let silent = print(&trace, &Observer { tells_grounds: false, ..OBSERVER });
    assert!(!silent.to_string().contains("blocked"));
}

// requirement: AU-09
#[test]
fn the_projection_has_two_agents_and_one_subtype_and_keeps_the_person() {
    for trace in every_transaction() {
        let event = project(print(&trace, &OBSERVER));
        assert!(event["agent"].as_array().unwrap().len() <= 2, "{}", trace.transaction);
        assert!(event.get("subtype").is_none_or(|it| it.as_array().unwrap().len() == 1));
        assert!(event["period"]["start"].is_string());
        assert_eq!(event["meta"]["profile"][0], TDE);
        assert_eq!(event["agent"][0]["requestor"], true, "{}", trace.transaction);
    }
}

// requirement: CS-08
#[test]
fn the_profiles_that_the_statement_names_are_those_that_events_follow() {
    let events = every_transaction().into_iter().map(|trace| print(&trace, &OBSERVER));
    let followed: BTreeSet<String> =
        events.filter_map(|event| event["meta"]["profile"][0].as_str().map(str::to_owned)).collect();
    assert_eq!(followed, PROFILES.iter().map(|&url| url.to_owned()).collect());
}
