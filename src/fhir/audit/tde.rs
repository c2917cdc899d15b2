//! The projection of the ANS traceability guide: at most two agents and one subtype. Source: TDE 2.0.0; pdsm-dmp 9; decision 0012.

use serde_json::{Value, json};

use crate::fhir::tree::put;

/// Its profile.
pub const PROFILE: &str = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent";

/// An event with no more than the guide lets it have: of the agents the one who asked and this server, of the subtypes the last, which
/// names the transaction.
#[must_use]
pub fn project(mut event: Value) -> Value {
    let Some(members) = event.as_object_mut() else { return event };
    if let Some(subtypes) = members.get_mut("subtype").and_then(Value::as_array_mut) {
        let last = subtypes.pop();
        subtypes.clear();
        subtypes.extend(last);
    }
    let observer = members.get("source").and_then(|source| source.get("observer")).cloned();
    if let Some(agents) = members.get_mut("agent").and_then(Value::as_array_mut) {
        let asker = agents.iter().find(|agent| agent.get("requestor") == Some(&Value::Bool(true))).cloned();
        let server = agents.iter().find(|agent| agent.get("who") == observer.as_ref()).cloned();
        agents.clear();
        agents.extend(asker);
        agents.extend(server);
        agents.dedup();
    }
    if let Some(meta) = members.get_mut("meta") {
        put(meta, "profile", json!([PROFILE]));
    }
    event
}
