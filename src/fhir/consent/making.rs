//! A Consent made from its effect alone, for what the operator loaded.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::kind::{INFORMATION_GIVEN, KINDS, Kind, LEGITIMATE_REASON, POLICY, PURPOSES, ROLES, SCOPES};
use crate::{
    fhir::deed::{
        TEAM_SYSTEM, period,
        rendition::{patient, professional, structure},
    },
    record::{
        care_team::Span,
        consent::{Blocked, Evidence, Grant},
        deed::Effect,
        identity::Ins,
        visibility::Labels,
    },
};

/// The parts of an effect, as a Consent has them.
struct Parts<'a> {
    kind: Kind,
    extension: Option<Value>,
    evidence: Option<&'a Evidence>,
    permits: bool,
    period: Span,
    actor: Option<Value>,
}

/// The members beside those that the server prints for every deed; none for a care team. What an effect does not tell, its source and
/// who keeps it, is said to be the operator's.
pub(in crate::fhir) fn members(effect: &Effect, holder: &Ins) -> Map<String, Value> {
    let Some(parts) = parts(effect) else { return Map::new() };
    let at = parts.evidence.map_or(parts.period.from, |evidence| evidence.at);
    let collector = parts.evidence.and_then(|evidence| evidence.collected_by.as_ref());
    let performers: Vec<Value> = [patient(holder)].into_iter().chain(collector.map(professional)).collect();
    let members = [
        ("extension", parts.extension.as_ref().map(|extension| json!([extension]))),
        ("scope", Some(json!({"coding": [{"system": SCOPES, "code": "patient-privacy"}]}))),
        ("category", Some(json!([{"coding": [{"system": KINDS, "code": parts.kind.code()}]}]))),
        ("patient", Some(patient(holder))),
        ("dateTime", Some(json!(at.to_string()))),
        ("performer", Some(Value::Array(performers))),
        ("organization", Some(json!([{"display": "The operator of the host"}]))),
        ("sourceAttachment", Some(json!({"title": "Loaded by the operator of the host"}))),
        ("policy", Some(json!([{"uri": POLICY}]))),
        ("provision", Some(provision(&parts))),
    ];
    collect(members)
}

fn collect<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn provision(parts: &Parts<'_>) -> Value {
    let demands = parts.kind.demands();
    let role = || json!({"coding": [{"system": ROLES, "code": "IRCP"}]});
    let actor = |reference: &Value| json!([{"role": role(), "reference": reference}]);
    let purposes: Vec<Value> = demands.purposes.iter().map(|code| json!({"system": PURPOSES, "code": code})).collect();
    let members = [
        ("type", Some(json!(if parts.permits { "permit" } else { "deny" }))),
        ("period", Some(period::print(parts.period))),
        ("actor", parts.actor.as_ref().map(actor)),
        ("securityLabel", demands.masked.then(|| json!([{"system": Labels::FLAGS, "code": "MASQUE_PS"}]))),
        ("purpose", (!purposes.is_empty()).then_some(Value::Array(purposes))),
    ];
    Value::Object(collect(members))
}

fn parts(effect: &Effect) -> Option<Parts<'_>> {
    let kind = Kind::of(effect)?;
    let bare = |period: Span| Parts { kind, extension: None, evidence: None, permits: false, period, actor: None };
    let flag = |url: &str, value: bool| Some(json!({"url": url, "valueBoolean": value}));
    Some(match effect {
        Effect::Consent(consent) => Parts {
            extension: flag(INFORMATION_GIVEN, consent.evidence.information_given),
            evidence: Some(&consent.evidence),
            permits: true,
            actor: Some(reader(&consent.grant)),
            ..bare(consent.period)
        },
        Effect::Block(block) => Parts { actor: Some(blocked(&block.blocked)), ..bare(block.period) },
        Effect::FeedOpposition(opposition) => Parts {
            extension: flag(LEGITIMATE_REASON, opposition.legitimate_reason),
            actor: opposition.against.as_ref().map(blocked),
            ..bare(opposition.period)
        },
        Effect::Emergency(emergency) => Parts { permits: emergency.allowed, ..bare(emergency.period) },
        Effect::Team(_) => return None,
    })
}

fn reader(grant: &Grant) -> Value {
    match grant {
        Grant::InitialForTeam { team } => named_team(team),
        Grant::Professional { professional: id }
        | Grant::EntrustedProfessional { professional: id }
        | Grant::TreatingPhysicianRights { professional: id } => professional(id),
    }
}

/// A team that came over FHIR is known by its id, one that the operator loaded by the name that it was given.
fn named_team(team: &str) -> Value {
    match Uuid::try_parse(team) {
        Ok(id) => json!({"reference": format!("CareTeam/{}", id.hyphenated()), "type": "CareTeam"}),
        Err(_) => json!({"type": "CareTeam", "identifier": {"system": TEAM_SYSTEM, "value": team}}),
    }
}

fn blocked(blocked: &Blocked) -> Value {
    match blocked {
        Blocked::Professional(id) => professional(id),
        Blocked::Structure(id) => structure(id),
    }
}
