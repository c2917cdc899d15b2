//! One event.

use serde_json::{Value, json};

use super::{
    Observer, agents,
    codes::{self, Deal},
    entities,
};
use crate::{
    fhir::{canon::CANONICAL, tree::put},
    record::trace::{AccessTrace, TraceOutcome},
};

/// The AuditEvent of a trace.
pub fn print(trace: &AccessTrace, observer: &Observer<'_>) -> Value {
    let deal = Deal::of(trace);
    let at = trace.at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let (outcome, description) = outcome(trace, observer);
    let mut meta = json!({"versionId": "1", "lastUpdated": at});
    let entities = entities::all(trace, deal);
    if outcome == "0" && has_profile(trace, deal, &entities) {
        put(&mut meta, "profile", json!([codes::profile(trace, deal)]));
    }
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": trace.request.to_string(),
        "meta": meta,
        "type": deal.kind(),
        "subtype": codes::subtypes(trace, deal),
        "action": deal.action(),
        "period": {"start": at, "end": at},
        "recorded": at,
        "outcome": outcome,
    });
    drop_if_empty(&mut event, "subtype");
    if let Some(description) = description {
        put(&mut event, "outcomeDesc", json!(description));
    }
    put(&mut event, "purposeOfEvent", json!([{"coding": [purpose(trace)]}]));
    put(&mut event, "agent", json!(agents::all(trace, deal, observer)));
    let kind = codes::coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server");
    put(&mut event, "source", json!({"observer": agents::self_reference(observer), "type": [kind]}));
    put(&mut event, "entity", json!(entities));
    provisions(&mut event, trace);
    event
}

/// Why it was done: care, or that the holder asked for it, in person or by a representative.
fn purpose(trace: &AccessTrace) -> Value {
    let is_of_holder = trace.actor.as_ref().is_some_and(|actor| actor.kind == "holder-front-end");
    let (code, display) = if is_of_holder { ("PATRQT", "patient requested") } else { ("TREAT", "treatment") };
    codes::coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", code, display)
}

/// Whether the event is of a profile: of a caller, on a patient, with the query or the thing that the profile asks for.
fn has_profile(trace: &AccessTrace, deal: Deal, entities: &[Value]) -> bool {
    let is_of = |role: &str| entities.iter().any(|entity| entity.pointer("/role/code") == Some(&json!(role)));
    let is_complete = match deal {
        Deal::Query => is_of("24"),
        Deal::Import => is_of("20"),
        Deal::Create | Deal::Read | Deal::Update => is_of("3") || is_of("4"),
    };
    trace.actor.is_some() && trace.holder.is_some() && is_complete
}

/// The outcome and, where it is no success, its description.
fn outcome(trace: &AccessTrace, observer: &Observer<'_>) -> (&'static str, Option<String>) {
    match &trace.outcome {
        TraceOutcome::Done => ("0", None),
        TraceOutcome::Refused { grounds } if observer.tells_grounds && !grounds.is_empty() => {
            let grounds: Vec<String> = grounds.iter().map(|(by, word)| format!("{word} ({by})")).collect();
            ("4", Some(format!("refused: {}", grounds.join(", "))))
        }
        TraceOutcome::Refused { .. } => ("4", Some("refused".to_owned())),
        TraceOutcome::Rejected { code } => ("4", Some(format!("rejected: {code}"))),
        TraceOutcome::Failed { code } => ("8", Some(format!("failed: {code}"))),
    }
}

/// The provisions that permitted the act, on the agent that asked.
fn provisions(event: &mut Value, trace: &AccessTrace) {
    let own = trace
        .provisions
        .iter()
        .map(|provision| json!(format!("{CANONICAL}/provision/{}", provision.replace(' ', "/"))));
    let own: Vec<Value> = own.collect();
    let agents = event.get_mut("agent").and_then(Value::as_array_mut);
    let Some(asker) = agents.into_iter().flatten().find(|agent| agent.get("requestor") == Some(&Value::Bool(true)))
    else {
        return;
    };
    let Some(members) = asker.as_object_mut() else { return };
    let mut policy = members.remove("policy").and_then(|it| it.as_array().cloned()).unwrap_or_default();
    policy.extend(own);
    if !policy.is_empty() {
        members.insert("policy".to_owned(), Value::Array(policy));
    }
}

fn drop_if_empty(event: &mut Value, name: &str) {
    let is_empty = event.get(name).and_then(Value::as_array).is_some_and(Vec::is_empty);
    if let Some(members) = event.as_object_mut().filter(|_| is_empty) {
        members.remove(name);
    }
}
