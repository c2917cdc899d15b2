//! One event.

use serde_json::{Value, json};

use super::{
    Observer, agents,
    codes::{self, Deal},
    entities,
};
use crate::{
    fhir::canon::CANONICAL,
    record::trace::{AccessTrace, TraceOutcome},
};

/// The AuditEvent of a trace.
pub fn print(trace: &AccessTrace, observer: &Observer<'_>) -> Value {
    let deal = Deal::of(trace);
    let at = trace.at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let (outcome, description) = outcome(trace, observer);
    let mut meta = json!({"versionId": "1", "lastUpdated": at});
    if outcome == "0" && trace.holder.is_some() {
        meta["profile"] = json!([codes::profile(trace, deal)]);
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
        event["outcomeDesc"] = json!(description);
    }
    event["purposeOfEvent"] = json!([{"coding": [codes::coding(
        "http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT", "treatment")]}]);
    event["agent"] = json!(agents::all(trace, deal, observer));
    event["source"] = json!({
        "observer": agents::self_reference(observer),
        "type": [codes::coding(
            "http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")],
    });
    event["entity"] = json!(entities::all(trace, deal));
    provisions(&mut event, trace);
    event
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
    let Some(asker) = agents.into_iter().flatten().find(|agent| agent["requestor"] == json!(true)) else { return };
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
