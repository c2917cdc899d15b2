//! A request is told only where it names nothing that is closed.

use super::*;
use crate::record::trace::TracedDocument;

const OPEN: &str = "0d2f6a2e-7d7c-4a57-8c73-3f5a4b0f3c11";
const CLOSED: &str = "9b9d3c44-0d3b-4ae6-a9a9-8d0a1f0c2d22";

fn redaction() -> Redaction {
    Redaction {
        tells_grounds: false,
        secret: HashSet::new(),
        documents: HashSet::new(),
        things: HashSet::new(),
        uuids: HashSet::from([Uuid::try_parse(OPEN).unwrap()]),
        names: HashSet::from(["urn:oid:1.2.3".to_owned()]),
    }
}

fn is_told(raw: &str) -> bool {
    redaction().is_open(raw, None)
}

#[test]
fn a_request_that_names_what_is_open_or_nothing_is_told() {
    for raw in [
        "",
        "POST /fhir",
        "GET /fhir/DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C155019999900101&status=current",
        "POST /fhir/DocumentReference/_search\n\npatient:identifier=x&type=34112-3",
        &format!("GET /fhir/DocumentReference/{OPEN}/_history/2"),
        "GET /fhir/DocumentReference?identifier=urn:oid:1.2.3",
        "GET /fhir/DocumentReference?identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Aoid%3A1.2.3",
        &format!("GET /fhir/DocumentReference?identifier=urn:uuid:{OPEN}"),
        &format!("GET /fhir/List?item=DocumentReference/{OPEN}&_count=2"),
        "GET /fhir/DocumentReference?identifier=urn:ietf:rfc:3986%7C",
    ] {
        assert!(is_told(raw), "{raw}");
    }
}

fn trace(document: Option<DocumentId>) -> AccessTrace {
    AccessTrace {
        number: 1,
        correlation: None,
        request: Uuid::nil(),
        at: jiff::Timestamp::UNIX_EPOCH,
        transaction: "read".to_owned(),
        raw: None,
        peer: None,
        actor: None,
        act: "read".to_owned(),
        holder: None,
        document,
        outcome: TraceOutcome::Done,
        documents: Vec::new(),
        set: None,
        deed: None,
        provisions: Vec::new(),
    }
}

#[test]
fn an_act_on_what_a_minor_keeps_from_the_representatives_is_not_told_at_all() {
    let (open, secret) = (DocumentId(Uuid::try_parse(OPEN).unwrap()), DocumentId(Uuid::try_parse(CLOSED).unwrap()));
    let redaction = Redaction { secret: HashSet::from([secret]), documents: HashSet::from([open]), ..redaction() };
    assert_eq!(redaction.of(trace(Some(secret))), None);
    let disclosed = TracedDocument { id: secret, version: 1 };
    assert_eq!(redaction.of(AccessTrace { documents: vec![disclosed], ..trace(None) }), None);
    assert_eq!(redaction.of(trace(Some(open))), Some(trace(Some(open))));
    assert_eq!(redaction.of(trace(Some(DocumentId(Uuid::nil())))), Some(trace(None)));
}

#[test]
fn a_request_that_names_what_is_closed_or_not_there_is_not_told() {
    for raw in [
        &format!("GET /fhir/DocumentReference/{CLOSED}"),
        &format!("GET /fhir/Binary/{}", CLOSED.to_uppercase()),
        &format!("GET /fhir/Binary/{}", CLOSED.replace('-', "%2D")),
        &format!("GET /fhir/DocumentReference?_id={OPEN},{CLOSED}"),
        "GET /fhir/DocumentReference?identifier=urn:oid:1.2.4",
        "GET /fhir/DocumentReference?identifier=urn:oid:1.2.3,urn:oid:1.2.4",
        "GET /fhir/DocumentReference?identifier=urn:oid:1.2.3%26x",
        "GET /fhir/DocumentReference?patient.identifier=1&%69dentifier:exact=x%7C1.2.4",
        "POST /fhir/DocumentReference/_search\n\nidentifier=urn:oid:1.2.4&status=current",
        &format!("GET /fhir/DocumentReference?identifier=urn:uuid:{}", CLOSED.replace('-', "")),
        "GET /fhir/DocumentReference?related:identifier=order-7",
    ] {
        assert!(!is_told(raw), "{raw}");
    }
}

// requirement: R1111-43@grounds-for-holder
#[test]
fn the_provisions_of_a_permitted_act_are_told_to_no_more_readers_than_the_grounds_of_a_refusal() {
    let provisions = vec!["R1111-46@holder-denies 2023-01-01".to_owned()];
    let refused = TraceOutcome::Refused { grounds: vec![("R1111-46@holder-denies".to_owned(), "blocked".to_owned())] };
    for outcome in [TraceOutcome::Done, refused] {
        let whole = AccessTrace { outcome, provisions: provisions.clone(), ..trace(None) };
        let told = redaction().of(whole.clone()).unwrap();
        assert_eq!((told.provisions.len(), format!("{:?}", told.outcome).contains("denies")), (0, false));
        assert_eq!(Redaction { tells_grounds: true, ..redaction() }.of(whole.clone()), Some(whole));
    }
}
