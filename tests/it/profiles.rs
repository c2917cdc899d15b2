//! What the gateway claims, as files: made from what it serves, and compared with it.

use std::{fs, path::PathBuf};

use dmp_gateway::fhir::{canon::DIAGNOSIS, diagnoses};
use serde_json::{Value, json};

use crate::support::shared;

/// Compares with a file under `profiles/`, or writes it with `UPDATE_GOLDEN=1`.
fn is_published(name: &str, resource: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("profiles").join(name);
    let text = format!("{}\n", serde_json::to_string_pretty(resource).unwrap());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    assert!(published == text, "profiles/{name} is stale: UPDATE_GOLDEN=1 writes it anew");
}

// requirement: CS-02 CS-05
#[tokio::test]
async fn the_published_capability_statement_is_the_one_that_is_served() {
    let demo = shared();
    let mut statement = demo.client("hospital").get("/metadata").await.expect(200).json();
    statement["implementation"]["url"] = json!("https://dmp-gateway.example/fhir");
    statement["date"] = json!("2026-11-22");
    is_published("CapabilityStatement-gateway.json", &statement);
}

// requirement: ER-03
#[test]
fn the_published_code_system_holds_every_diagnosis() {
    let concepts: Vec<Value> =
        diagnoses::all().iter().map(|diagnosis| json!({"code": diagnosis.code, "display": diagnosis.text})).collect();
    let system = json!({
        "resourceType": "CodeSystem",
        "id": "diagnosis",
        "url": DIAGNOSIS,
        "version": env!("CARGO_PKG_VERSION"),
        "name": "DmpGatewayDiagnosis",
        "title": "Diagnoses of the gateway",
        "status": "active",
        "description": "What was wrong with a request. A code never changes its meaning and is never used again for another.",
        "caseSensitive": true,
        "content": "complete",
        "concept": concepts
    });
    is_published("CodeSystem-diagnosis.json", &system);
}
