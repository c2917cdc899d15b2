//! The agents of an event: the calling system with its certificate, this server, the person, and those in whose name the person acts.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    Observer,
    codes::{Deal, coding},
};
use crate::{
    fhir::{canon::PROFESSION, tree::put},
    record::{
        identity::{PsIdNat, StructIdNat},
        trace::{AccessTrace, TraceActor},
        unhex,
    },
};

const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

/// The agents, the client first.
pub(super) fn all(trace: &AccessTrace, deal: Deal, observer: &Observer<'_>) -> Vec<Value> {
    let (client_role, server_role) = deal.roles();
    let server = json!({
        "type": {"coding": [server_role]},
        "who": self_reference(observer),
        "requestor": false,
        "network": {"address": observer.base, "type": "5"},
    });
    let Some(actor) = &trace.actor else { return vec![operator(observer, client_role), server] };
    let person = person(trace, actor, deal);
    let mut agents = vec![client(trace, actor, client_role, person.is_none()), server];
    agents.extend(person);
    agents.extend(actor.on_behalf_of.iter().map(responsible));
    agents
}

/// This server, the same wherever it is named: as agent and as observer.
pub(super) fn self_reference(observer: &Observer<'_>) -> Value {
    json!({"type": "Device", "identifier": {"system": "urn:ietf:rfc:3986", "value": observer.source_id}})
}

/// Who worked on the machine itself.
fn operator(observer: &Observer<'_>, role: Value) -> Value {
    json!({
        "type": {"coding": [role]},
        "who": self_reference(observer),
        "requestor": true,
        "network": {"address": "localhost", "type": "1"},
    })
}

fn client(trace: &AccessTrace, actor: &TraceActor, role: Value, requestor: bool) -> Value {
    let mut agent = json!({
        "type": {"coding": [role]},
        "who": system_of(actor),
        "requestor": requestor,
    });
    if let Some(certificate) = thumbprint(actor) {
        put(&mut agent, "policy", json!([certificate]));
    }
    let network = match trace.peer {
        Some(peer) => json!({"address": peer.to_string(), "type": "2"}),
        None => json!({"address": "localhost", "type": "1"}),
    };
    put(&mut agent, "network", network);
    agent
}

/// The calling system: the structure that answers for it, else the certificate.
fn system_of(actor: &TraceActor) -> Value {
    match actor.structures.first() {
        Some(structure) => json!({"type": "Organization", "identifier": structure_identifier(structure)}),
        None => json!({
            "type": "Device",
            "identifier": {"system": "urn:ietf:rfc:3986", "value": thumbprint(actor).unwrap_or_default()},
        }),
    }
}

/// The certificate by its fingerprint. Source: RFC 6920.
fn thumbprint(actor: &TraceActor) -> Option<String> {
    let bytes = unhex(&actor.certificate).filter(|bytes| !bytes.is_empty())?;
    Some(format!("ni:///sha-256;{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The person who acts, where one is known: a professional, a delegate, the holder, or who represents the holder.
fn person(trace: &AccessTrace, actor: &TraceActor, deal: Deal) -> Option<Value> {
    let kind = json!({"coding": [{"system": PARTICIPATION, "code": deal.person()}]});
    if let Some(person) = &actor.person {
        let who = json!({"type": "Practitioner", "identifier": person_identifier(person)});
        let mut agent = json!({"type": kind, "who": who, "requestor": true});
        if let Some(profession) = &actor.profession {
            put(&mut agent, "role", json!([{"coding": [{"system": PROFESSION, "code": profession}]}]));
        }
        return Some(agent);
    }
    let holder = trace.holder.as_ref().filter(|_| actor.kind == "holder-front-end")?;
    let acting = actor.acting.as_ref().unwrap_or(holder);
    let role = if acting == holder { "Patient" } else { "RelatedPerson" };
    let identifier = json!({"system": acting.system().uri(), "value": acting.matricule()});
    Some(json!({"type": kind, "who": {"type": role, "identifier": identifier}, "requestor": true}))
}

/// A professional in whose name another files.
fn responsible(person: &PsIdNat) -> Value {
    json!({
        "type": {"coding": [coding(PARTICIPATION, "RESP", "responsible party")]},
        "who": {"type": "Practitioner", "identifier": person_identifier(person)},
        "requestor": false,
    })
}

fn person_identifier(person: &PsIdNat) -> Value {
    json!({"system": PsIdNat::SYSTEM, "value": person.as_str()})
}

fn structure_identifier(structure: &StructIdNat) -> Value {
    json!({"system": StructIdNat::SYSTEM, "value": structure.as_str()})
}
