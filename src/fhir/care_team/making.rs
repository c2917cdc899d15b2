//! A CareTeam made from its effect alone, for what the operator loaded.

use serde_json::{Map, Value, json};

use super::{PATHS, path_code};
use crate::{
    fhir::deed::{
        TEAM_SYSTEM, period,
        rendition::{patient, structure},
    },
    record::{
        care_team::CareTeam,
        identity::{Ins, PsIdNat},
    },
};

/// The members beside those that the server prints for every deed.
pub(in crate::fhir) fn members(team: &CareTeam, holder: &Ins) -> Map<String, Value> {
    let period = period::print(team.episode);
    let people = team.members.iter().map(role_of);
    let structures = team.structures.iter().map(structure);
    let participants = people.chain(structures).map(|member| json!({"member": member, "period": period}));
    let participants: Vec<Value> = participants.collect();
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("identifier", json!([{"system": TEAM_SYSTEM, "value": team.id}]));
    put("category", json!([{"coding": [{"system": PATHS, "code": path_code(team.path)}]}]));
    put("name", json!("Care team"));
    put("subject", patient(holder));
    put("period", period.clone());
    if !participants.is_empty() {
        put("participant", Value::Array(participants));
    }
    members
}

fn role_of(id: &PsIdNat) -> Value {
    json!({"type": "PractitionerRole", "identifier": {"system": PsIdNat::SYSTEM, "value": id.as_str()}})
}
