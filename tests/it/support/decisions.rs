//! Consents and care teams to record, made of nothing but what a test gives. They begin now.

use dmp_gateway::record::identity::{PsIdNat, StructIdNat};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Demo;

const OURS: &str = "https://dmp-gateway.example/fhir";

/// This second.
pub fn now() -> String {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap().to_string()
}

/// That many minutes from now, or before.
pub fn in_minutes(minutes: i64) -> String {
    Timestamp::from_second(Timestamp::now().as_second() + 60 * minutes).unwrap().to_string()
}

/// A reference to a professional of the cast.
pub fn professional(demo: &Demo, caller: &str) -> Value {
    let number = demo.caller(caller)["ps_idnat"].as_str().unwrap();
    json!({"type": "Practitioner", "identifier": {"system": PsIdNat::SYSTEM, "value": number}})
}

/// A reference to the structure of a caller of the cast.
pub fn structure(demo: &Demo, caller: &str) -> Value {
    let number = demo.caller(caller)["structure"].as_str().unwrap();
    json!({"identifier": {"system": StructIdNat::SYSTEM, "value": number}})
}

/// A reference to a holder of the cast.
pub fn holder(demo: &Demo, name: &str) -> Value {
    let (system, value) = demo.holder(name);
    json!({"identifier": {"system": system, "value": value}})
}

/// What stands in every Consent; it is of today and has no actor.
fn consent(demo: &Demo, name: &str, kind: &str, way: &str) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": format!("{OURS}/CodeSystem/dmp-consent-kind"), "code": kind}]}],
        "patient": holder(demo, name),
        "dateTime": now(),
        "performer": [holder(demo, name)],
        "organization": [structure(demo, "hospital")],
        "sourceAttachment": {"title": "Formulaire signé"},
        "policy": [{"uri": format!("{OURS}/policy/dmp-consent")}],
        "provision": {"type": way, "period": {"start": now()}}
    })
}

fn with_actor(mut consent: Value, actor: Value) -> Value {
    let role =
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]});
    consent["provision"]["actor"] = json!([{"role": role, "reference": actor}]);
    consent
}

fn with_purposes(mut consent: Value, codes: &[&str]) -> Value {
    let purpose = |code: &&str| json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code});
    consent["provision"]["purpose"] = codes.iter().map(purpose).collect();
    consent
}

fn flagged(mut consent: Value, name: &str) -> Value {
    consent["extension"] =
        json!([{"url": format!("{OURS}/StructureDefinition/dmp-consent-{name}"), "valueBoolean": true}]);
    consent
}

/// A consent to reading, of that kind.
pub fn granting(demo: &Demo, name: &str, kind: &str, reader: Value) -> Value {
    flagged(with_purposes(with_actor(consent(demo, name, kind, "permit"), reader), &["TREAT"]), "information-given")
}

/// The same, collected by that professional.
pub fn collected(demo: &Demo, caller: &str, mut consent: Value) -> Value {
    consent["performer"].as_array_mut().unwrap().push(professional(demo, caller));
    consent
}

/// The holder's word that someone may not reach the record.
pub fn blocking(demo: &Demo, name: &str, whom: Value) -> Value {
    with_actor(consent(demo, name, "block", "deny"), whom)
}

/// A choice for emergencies.
pub fn choosing(demo: &Demo, name: &str, kind: &str, way: &str) -> Value {
    let chosen = consent(demo, name, kind, way);
    match kind {
        "emergency-break-glass" => with_purposes(chosen, &["BTG"]),
        "emergency-regulation" => with_purposes(chosen, &["ETREAT"]),
        _ => {
            let mut chosen = with_purposes(chosen, &["BTG", "ETREAT"]);
            chosen["provision"]["securityLabel"] = json!([{"system":
                "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
                "code": "MASQUE_PS"}]);
            chosen
        }
    }
}

/// The holder's opposition to what someone feeds.
pub fn opposing(demo: &Demo, name: &str, whom: Value) -> Value {
    flagged(with_actor(consent(demo, name, "feed-opposition", "deny"), whom), "legitimate-reason")
}

/// The next version of what was answered, in that status.
pub fn in_status(stored: &Value, status: &str) -> Value {
    let mut next = stored.clone();
    next["status"] = json!(status);
    next
}

/// A care team, formed in that way, with these members.
pub fn team(demo: &Demo, name: &str, path: &str, members: &[Value]) -> Value {
    let period = json!({"start": now()});
    let participants: Vec<Value> = members.iter().map(|member| json!({"member": member, "period": period})).collect();
    json!({
        "resourceType": "CareTeam",
        "identifier": [{"system": "urn:oid:2.25.2", "value": uuid::Uuid::new_v4().to_string()}],
        "status": "active",
        "category": [{"coding": [{"system": format!("{OURS}/CodeSystem/dmp-team-path"), "code": path}]}],
        "name": "Équipe de soins",
        "subject": holder(demo, name),
        "period": period,
        "participant": participants,
        "managingOrganization": [structure(demo, "hospital")]
    })
}

/// A reference to a resource that was answered.
pub fn reference(stored: &Value) -> Value {
    let (kind, id) = (stored["resourceType"].as_str().unwrap(), stored["id"].as_str().unwrap());
    json!({"reference": format!("{kind}/{id}")})
}
