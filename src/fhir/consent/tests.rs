use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    fhir::{primitive, shape},
    record::{
        care_team::Span,
        consent::{Block, Blocked, Consent, Evidence, FeedOpposition, Grant},
        deed::{DeedId, DeedStatus, Effect, Emergency, EmergencyChoice},
        identity::{Ins, PsIdNat, StructIdNat},
        visibility::Labels,
    },
};

mod mutants;
mod parties;
mod printing;
mod refusals;

pub(in crate::fhir) const INS: &str = "279035121518989";
pub(in crate::fhir) const OTHER_INS: &str = "269054958815780";
pub(in crate::fhir) const INS_SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.10";
pub(in crate::fhir) const READER: &str = "899700218896";
pub(in crate::fhir) const COLLECTOR: &str = "899700075122";
pub(in crate::fhir) const PLACE: &str = "10B0999001";
const TEAM: &str = "00000000-0000-0000-0000-0000000000aa";
const LOCAL_PATIENT: &str = "pat-3";

pub(in crate::fhir) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(in crate::fhir) fn holder() -> Ins {
    Ins::new(INS_SYSTEM, INS).unwrap()
}

fn patient_of(id: &str) -> Option<Ins> {
    (id == LOCAL_PATIENT).then(holder)
}

pub(in crate::fhir) fn setting() -> Setting<'static> {
    Setting {
        production: false,
        base: "https://dmp.test/fhir",
        received: at("2026-07-01T08:00:00Z"),
        id: DeedId(Uuid::from_u128(1)),
        patient: &patient_of,
    }
}

pub(in crate::fhir) fn person(id: &str) -> Value {
    json!({"type": "Practitioner", "identifier": {"system": PsIdNat::SYSTEM, "value": id}})
}

pub(in crate::fhir) fn place(id: &str) -> Value {
    json!({"identifier": {"system": StructIdNat::SYSTEM, "value": id}})
}

pub(in crate::fhir) fn patient(ins: &str) -> Value {
    json!({"identifier": {"system": INS_SYSTEM, "value": ins}})
}

fn purpose(code: &str) -> Value {
    json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code})
}

fn flag(name: &str) -> Value {
    json!({"url": format!("https://dmp-gateway.example/fhir/StructureDefinition/dmp-consent-{name}"), "valueBoolean": true})
}

/// What stands in every kind.
fn common(code: &str, provision: &Value) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [
            {"coding": [{"system": "https://dmp-gateway.example/fhir/CodeSystem/dmp-consent-kind", "code": code}]},
            {"coding": [{"system": "http://loinc.org", "code": "59284-0"}]},
        ],
        "patient": patient(INS),
        "dateTime": "2026-07-01T09:45:00+02:00",
        "performer": [patient(INS)],
        "organization": [place(PLACE)],
        "sourceReference": {"reference": "DocumentReference/0b6a-9"},
        "policy": [{"uri": "https://dmp-gateway.example/fhir/policy/dmp-consent"}],
        "provision": provision,
    })
}

fn provision(way: &str) -> Value {
    json!({"type": way, "period": {"start": "2026-07-01", "end": "2026-12-31"}})
}

fn with_actor(mut provision: Value, reference: Value) -> Value {
    let role = json!({"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP",
    }]});
    provision["actor"] = json!([{"role": role, "reference": reference}]);
    provision
}

fn with_purposes(mut provision: Value, codes: &[&str]) -> Value {
    provision["purpose"] = codes.iter().map(|code| purpose(code)).collect();
    provision
}

/// A consent to reading, collected by a professional.
fn collected(code: &str, reader: Value) -> Value {
    let provision = with_purposes(with_actor(provision("permit"), reader), &["TREAT"]);
    let mut tree = common(code, &provision);
    tree["extension"] = json!([flag("information-given")]);
    tree["performer"] = json!([patient(INS), person(COLLECTOR)]);
    tree
}

/// A valid Consent of that kind.
pub(in crate::fhir) fn valid(kind: Kind) -> Value {
    let choice = |codes: &[&str]| with_purposes(provision("deny"), codes);
    match kind {
        Kind::Team => collected("team", json!({"reference": format!("CareTeam/{TEAM}")})),
        Kind::Professional => {
            let mut tree = collected("professional", person(READER));
            tree["performer"] = json!([patient(INS), person(READER)]);
            tree
        }
        Kind::Entrusted => collected("entrusted-professional", person(READER)),
        Kind::TreatingRights => {
            let mut tree = collected("treating-physician-rights", person(READER));
            tree["performer"] = json!([patient(INS)]);
            tree
        }
        Kind::Block => common("block", &with_actor(provision("deny"), place(PLACE))),
        Kind::BreakGlass => common("emergency-break-glass", &choice(&["BTG"])),
        Kind::Regulation => common("emergency-regulation", &choice(&["ETREAT"])),
        Kind::MaskedDocuments => {
            let mut provision = choice(&["ETREAT", "BTG"]);
            provision["securityLabel"] = json!([{"system": Labels::FLAGS, "code": "MASQUE_PS"}]);
            common("emergency-masked-documents", &provision)
        }
        Kind::FeedOpposition => {
            let mut tree = common("feed-opposition", &with_actor(provision("deny"), person(READER)));
            tree["extension"] = json!([flag("legitimate-reason")]);
            tree
        }
    }
}

fn period() -> Span {
    // The last day is inside, in Paris.
    Span { from: at("2026-06-30T22:00:00Z"), until: Some(at("2026-12-31T23:00:00Z")) }
}

fn reader() -> PsIdNat {
    PsIdNat::new(READER).unwrap()
}

fn consent_to(grant: Grant, collected_by: Option<&str>) -> Effect {
    let collected_by = collected_by.map(|id| PsIdNat::new(id).unwrap());
    let evidence = Evidence { information_given: true, collected_by, at: at("2026-07-01T07:45:00Z") };
    Effect::Consent(Consent { id: Uuid::from_u128(1).to_string(), grant, evidence, period: period() })
}

/// The effect of [`valid`].
fn wanted(kind: Kind) -> Effect {
    let id = Uuid::from_u128(1).to_string();
    let choice = |choice| Effect::Emergency(Emergency { choice, allowed: false, period: period() });
    match kind {
        Kind::Team => consent_to(Grant::InitialForTeam { team: TEAM.to_owned() }, Some(COLLECTOR)),
        Kind::Professional => consent_to(Grant::Professional { professional: reader() }, Some(READER)),
        Kind::Entrusted => consent_to(Grant::EntrustedProfessional { professional: reader() }, Some(COLLECTOR)),
        Kind::TreatingRights => consent_to(Grant::TreatingPhysicianRights { professional: reader() }, None),
        Kind::Block => {
            let blocked = Blocked::Structure(StructIdNat::new(PLACE).unwrap());
            Effect::Block(Block { id, blocked, period: period() })
        }
        Kind::BreakGlass => choice(EmergencyChoice::BreakGlass),
        Kind::Regulation => choice(EmergencyChoice::Regulation),
        Kind::MaskedDocuments => choice(EmergencyChoice::MaskedDocuments),
        Kind::FeedOpposition => Effect::FeedOpposition(FeedOpposition {
            id,
            against: Some(Blocked::Professional(reader())),
            legitimate_reason: true,
            period: period(),
        }),
    }
}

/// What the gates before the reading find.
pub(in crate::fhir) fn gates(tree: &Value) -> Vec<String> {
    let found = shape::check(tree).into_iter().chain(primitive::check(tree));
    found.map(|issue| format!("{} {}", issue.diagnosis.code, issue.at)).collect()
}

/// The errors of a reading, as code and place.
pub(in crate::fhir) fn errors(read: Result<ReadDeed, Issues>) -> Vec<String> {
    use crate::fhir::issue::Severity;
    let issues = read.map(|_| ()).unwrap_err().0;
    let errors = issues.iter().filter(|issue| issue.severity == Severity::Error);
    errors.map(|issue| format!("{} {}", issue.diagnosis.code, issue.at)).collect()
}

fn refused(tree: &Value) -> Vec<String> {
    errors(read(tree, &setting()))
}

/// The tree with a value put at a pointer, `-` being the end of a list; the parent is there.
pub(in crate::fhir) fn with(mut tree: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = tree.pointer_mut(parent).unwrap();
    if let Value::Array(items) = parent {
        match name.parse::<usize>() {
            Ok(index) => items[index] = value,
            Err(_) => items.push(value),
        }
    } else {
        parent[name] = value;
    }
    tree
}

/// The tree without what stands at a pointer.
pub(in crate::fhir) fn without(mut tree: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = tree.pointer_mut(parent).unwrap();
    if let Value::Array(items) = parent {
        drop(items.remove(name.parse().unwrap()));
    } else {
        drop(parent.as_object_mut().unwrap().shift_remove(name));
    }
    tree
}

// requirement: CO-07
#[test]
fn each_kind_is_read_as_its_effect() {
    for kind in Kind::ALL {
        let tree = valid(kind);
        assert_eq!(gates(&tree), [""; 0], "{kind:?}");
        let deed = read(&tree, &setting()).unwrap_or_else(|issues| panic!("{kind:?}: {issues:?}"));
        assert_eq!(deed.effect, wanted(kind));
        assert_eq!((deed.holder, deed.status), (holder(), DeedStatus::Active));
        assert_eq!(deed.warnings, []);
        assert_eq!(Kind::of(&deed.effect), Some(kind));
    }
}

// requirement: CO-04
#[test]
fn a_status_is_in_force_or_withdrawn_or_a_mistake_and_never_a_draft() {
    let read_status = |status: &str| {
        let deed = read(&with(valid(Kind::Block), "/status", json!(status)), &setting()).unwrap();
        (deed.status, deed.warnings.len())
    };
    assert_eq!(read_status("active"), (DeedStatus::Active, 0));
    assert_eq!(read_status("inactive"), (DeedStatus::Inactive, 0));
    assert_eq!(read_status("rejected"), (DeedStatus::Inactive, 1));
    assert_eq!(read_status("entered-in-error"), (DeedStatus::EnteredInError, 0));
    for draft in ["draft", "proposed"] {
        assert_eq!(refused(&with(valid(Kind::Block), "/status", json!(draft))), ["DMP-0801 Consent.status"]);
    }
}

#[test]
fn a_choice_goes_both_ways() {
    for kind in [Kind::BreakGlass, Kind::Regulation, Kind::MaskedDocuments] {
        let tree = with(valid(kind), "/provision/type", json!("permit"));
        let Effect::Emergency(choice) = read(&tree, &setting()).unwrap().effect else { panic!() };
        assert!(choice.allowed);
    }
}

#[test]
fn the_label_of_masked_documents_is_known_in_every_spelling() {
    let oid = json!("urn:oid:1.2.250.1.213.1.1.4.13");
    let tree = with(valid(Kind::MaskedDocuments), "/provision/securityLabel/0/system", oid);
    assert_eq!(read(&tree, &setting()).unwrap().effect, wanted(Kind::MaskedDocuments));
    let tree = with(valid(Kind::MaskedDocuments), "/provision/securityLabel/0/code", json!("INVISIBLE_PATIENT"));
    assert_eq!(refused(&tree), ["DMP-0827 Consent.provision.securityLabel"]);
}

#[test]
fn consent_without_information_is_read_as_such() {
    let tree = with(valid(Kind::Team), "/extension/0/valueBoolean", json!(false));
    let Effect::Consent(consent) = read(&tree, &setting()).unwrap().effect else { panic!() };
    assert!(!consent.evidence.information_given);
}

#[test]
fn an_opposition_against_nobody_is_against_everyone() {
    let tree = without(valid(Kind::FeedOpposition), "/provision/actor");
    let Effect::FeedOpposition(opposition) = read(&tree, &setting()).unwrap().effect else { panic!() };
    assert_eq!(opposition.against, None);
}

#[test]
fn the_end_of_a_period_is_inside() {
    for (start, end, from, until) in [
        ("2026-07-01", Some("2026-07-31"), "2026-06-30T22:00:00Z", Some("2026-07-31T22:00:00Z")),
        ("2026-07", Some("2026"), "2026-06-30T22:00:00Z", Some("2026-12-31T23:00:00Z")),
        ("2026-07-01T10:00:00Z", Some("2026-07-01T10:00:00Z"), "2026-07-01T10:00:00Z", Some("2026-07-01T10:00:01Z")),
        ("2026-07-01T10:00:00.5+02:00", None, "2026-07-01T08:00:00.5Z", None),
    ] {
        let mut period = json!({"start": start});
        if let Some(end) = end {
            period["end"] = json!(end);
        }
        let Effect::Block(block) =
            read(&with(valid(Kind::Block), "/provision/period", period), &setting()).unwrap().effect
        else {
            panic!()
        };
        assert_eq!(block.period, Span { from: at(from), until: until.map(at) });
    }
}

#[test]
fn another_resource_is_not_a_consent() {
    assert_eq!(refused(&json!({"resourceType": "CareTeam", "status": "active"})), ["DMP-0800 "]);
}
