//! The claims of the demonstration's tokens.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ASSERTION_LIFE, AUDIENCE, HOLDER_ISSUER, LIFE, PSC_ISSUER};
use crate::{
    cli::demo::cast::CastCaller,
    record::identity::{Ins, StructIdNat},
};

/// The claims of a holder's token.
pub fn of_holder(holder: &Ins, thumbprint: &str, now: Timestamp) -> Value {
    whole(common(HOLDER_ISSUER, thumbprint, now, LIFE), json!({"sub": written(holder)}))
}

/// The claims of a professional's token, as Pro Santé Connect writes them after an exchange.
pub fn of_pro_sante_connect(person: &CastCaller, thumbprint: &str, now: Timestamp) -> Value {
    let id = person.ps_idnat().map_or("", |id| id.as_str());
    let profession = person.profession().map_or("", |profession| profession.0.as_str());
    let own = json!({
        "sub": format!("f:{}:{id}", Uuid::new_v4()),
        "SubjectNameID": id,
        "SubjectOrganizationID": person.structure.as_str(),
        "SubjectRole": [format!("{profession}^1.2.250.1.213.1.1.5.5")],
        "scope": "openid scope_all",
    });
    whole(common(PSC_ISSUER, thumbprint, now, LIFE), own)
}

/// What a structure asserts.
#[derive(Debug, Clone, Copy)]
pub struct Asserting<'a> {
    /// The structure.
    pub structure: &'a StructIdNat,
    /// The professional who is present; nobody in indirect access.
    pub person: Option<&'a CastCaller>,
    /// The patient.
    pub patient: &'a Ins,
}

/// The claims of a structure's assertion: IUA's names, and the fields of the VIHF.
pub fn of_structure(asserting: &Asserting<'_>, thumbprint: &str, now: Timestamp) -> Value {
    let Asserting { structure, person, patient } = asserting;
    let id = person.and_then(CastCaller::ps_idnat).map_or("software", |id| id.as_str());
    let profession = person.and_then(CastCaller::profession).map_or("SECRETARIAT_MEDICAL", |code| code.0.as_str());
    let name = person.and_then(CastCaller::called).map(|name| format!("{} {}", name.given, name.family));
    let name = name.unwrap_or_else(|| "software".to_owned());
    let extensions = json!({
        "ihe_iua": {
            "subject_name": name,
            "subject_organization_id": structure.as_str(),
            "subject_role": [{"system": "urn:oid:1.2.250.1.71.1.2.7", "code": profession}],
            "purpose_of_use": [{"system": "urn:oid:1.2.250.1.213.1.1.4.248", "code": "normal"}],
            "person_id": written(patient),
        },
        "vihf": {
            "Authentification_Mode": if person.is_some() { "INDIRECTE_RENFORCEE" } else { "INDIRECTE" },
            "LPS_Nom": "Demonstration",
            "LPS_ID": "DEMO-LPS",
            "LPS_Version": "1.0",
            "LPS_ID_HOMOLOGATION_DMP": "DEMO-HOMOLOGATION",
        },
    });
    let own = json!({"sub": id, "auth_time": seconds(now), "extensions": extensions});
    whole(common(structure.as_str(), thumbprint, now, ASSERTION_LIFE), own)
}

/// The claims of all kinds with those of one.
fn whole(mut common: Value, own: Value) -> Value {
    if let (Some(claims), Value::Object(own)) = (common.as_object_mut(), own) {
        claims.extend(own);
    }
    common
}

fn common(issuer: &str, thumbprint: &str, now: Timestamp, life: SignedDuration) -> Value {
    json!({
        "iss": issuer,
        "aud": AUDIENCE,
        "iat": seconds(now),
        "exp": seconds(now.saturating_add(life).unwrap_or(now)),
        "jti": Uuid::new_v4(),
        "cnf": {"x5t#S256": thumbprint},
    })
}

/// In whole seconds, rounded down, so that no token lives longer than it may.
fn seconds(at: Timestamp) -> i64 {
    at.as_second()
}

/// A national health identity as the VIHF writes it.
pub fn written(ins: &Ins) -> String {
    let oid = ins.system().uri().trim_start_matches("urn:oid:");
    format!("{}^^^&{oid}&ISO^NH", ins.matricule())
}
