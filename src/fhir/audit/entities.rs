//! The entities of an event: the patient, what was asked, what was given out or filed, and the request. Search results are named too: the
//! holder has a right to know what was seen (CSP R1111-43).

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::codes::{Deal, coding};
use crate::record::trace::AccessTrace;

const KIND: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";

/// The entities.
pub(super) fn all(trace: &AccessTrace, deal: Deal) -> Vec<Value> {
    let mut entities: Vec<Value> = patient(trace).into_iter().collect();
    if deal == Deal::Query {
        entities.extend(query(trace));
    }
    entities.extend(submission_set(trace, deal));
    entities.extend(documents(trace, deal));
    entities.extend(thing(trace));
    entities.push(request(trace));
    entities
}

fn patient(trace: &AccessTrace) -> Option<Value> {
    let holder = trace.holder.as_ref()?;
    Some(json!({
        "what": {
            "type": "Patient",
            "identifier": {"system": holder.system().uri(), "value": holder.matricule()},
        },
        "type": coding(KIND, "1", "Person"),
        "role": coding(ROLE, "1", "Patient"),
    }))
}

/// The request as it came, with the form of a POSTed search.
fn query(trace: &AccessTrace) -> Option<Value> {
    let raw = trace.raw.as_ref()?;
    Some(json!({
        "type": coding(KIND, "2", "System Object"),
        "role": coding(ROLE, "24", "Query"),
        "query": STANDARD.encode(raw),
    }))
}

fn submission_set(trace: &AccessTrace, deal: Deal) -> Option<Value> {
    let set = trace.set.filter(|_| deal == Deal::Import)?;
    Some(object(&format!("List/{set}"), "20", "Job"))
}

/// The profiles tell their slices of entities apart by the type alone, and have one of type 2 at most: the query, the submission set, or
/// the thing itself. What else was given out bears the type of its resource.
fn documents(trace: &AccessTrace, deal: Deal) -> Vec<Value> {
    let named = trace.documents.iter().map(|document| match deal {
        Deal::Read | Deal::Query => format!("DocumentReference/{}", document.id),
        Deal::Create | Deal::Update | Deal::Import => {
            format!("DocumentReference/{}/_history/{}", document.id, document.version)
        }
    });
    let mut named: Vec<String> = named.collect();
    if named.is_empty() {
        named.extend(trace.document.map(|id| format!("DocumentReference/{id}")));
    }
    let is_the_thing = |place: usize| place == 0 && !matches!(deal, Deal::Query | Deal::Import);
    let entity = |(place, reference): (usize, String)| {
        if is_the_thing(place) { object(&reference, "3", "Report") } else { other(&reference, "DocumentReference") }
    };
    named.into_iter().enumerate().map(entity).collect()
}

/// The list, consent, care team or trace that the act named.
fn thing(trace: &AccessTrace) -> Option<Value> {
    let id = trace.deed?;
    let kind = match trace.act.as_str() {
        "read-list" => "List",
        "read-trace" => "AuditEvent",
        _ if trace.transaction == "CDS" || trace.raw.as_deref().is_some_and(|raw| raw.contains("/CareTeam")) => {
            "CareTeam"
        }
        _ => "Consent",
    };
    let reference = format!("{kind}/{id}");
    let alone = trace.documents.is_empty() && trace.document.is_none();
    Some(if alone { object(&reference, "4", "Domain Resource") } else { other(&reference, kind) })
}

fn object(reference: &str, role: &str, display: &str) -> Value {
    json!({
        "what": {"reference": reference},
        "type": coding(KIND, "2", "System Object"),
        "role": coding(ROLE, role, display),
    })
}

fn other(reference: &str, kind: &str) -> Value {
    json!({
        "what": {"reference": reference},
        "type": coding("http://hl7.org/fhir/resource-types", kind, kind),
        "role": coding(ROLE, "4", "Domain Resource"),
    })
}

fn request(trace: &AccessTrace) -> Value {
    json!({
        "what": {"identifier": {"value": trace.correlation.unwrap_or(trace.request).to_string()}},
        "type": {"system": BALP, "code": "XrequestId"},
    })
}
