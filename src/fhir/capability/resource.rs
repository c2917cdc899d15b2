//! What the statement tells of one resource type.

use serde_json::{Map, Value, json};

use super::{Served, claim, interactions, put};
use crate::fhir::{rules::RuleSet, search};

/// One type.
pub(super) fn of(kind: &'static str, rules: RuleSet, served: &Served<'_>) -> Value {
    let serves = |code: &str| served.has(Some(kind), code);
    let mut resource = Map::new();
    resource.insert("type".to_owned(), json!(kind));
    put(&mut resource, "supportedProfile", claim::profiles(kind, rules, served).iter().map(|url| json!(url)).collect());
    if let Some(remark) = claim::remark_on(kind) {
        resource.insert("documentation".to_owned(), json!(remark));
    }
    put(&mut resource, "interaction", interactions(Some(kind), served));
    resource.insert("versioning".to_owned(), json!(versioning(kind, &serves)));
    if serves("read") {
        resource.insert("readHistory".to_owned(), json!(serves("history-instance")));
        resource.insert("conditionalRead".to_owned(), json!(conditional_read(kind)));
    }
    conditions(&mut resource, &serves);
    if serves("search-type") {
        put(&mut resource, "searchInclude", search::includes(kind).iter().map(|name| json!(name)).collect());
        put(&mut resource, "searchParam", search::declared(kind).iter().map(parameter).collect());
    }
    put(&mut resource, "operation", operations(kind, served));
    Value::Object(resource)
}

/// `versioned-update` where `If-Match` is honoured; it is required nowhere.
fn versioning(kind: &str, serves: &dyn Fn(&str) -> bool) -> &'static str {
    match kind {
        _ if serves("update") || serves("patch") => "versioned-update",
        // They bear a versionId and an ETag; of a list the version in force is told alone, and an event has but one.
        "List" | "AuditEvent" => "versioned",
        _ if serves("vread") => "versioned",
        _ => "no-version",
    }
}

/// `If-None-Match` and `If-Modified-Since` are honoured wherever a version is told. Content has an ETag and is always sent: each retrieval
/// is a consultation of its own. What is known of a patient, and what a list holds, differs from caller to caller and from hour to hour.
fn conditional_read(kind: &str) -> &'static str {
    if matches!(kind, "Binary" | "Patient" | "List") { "not-supported" } else { "full-support" }
}

/// What may be done under a condition. R4 has no word for a conditional PATCH: it takes it for a kind of conditional update, and so does the
/// ANS statement. Nothing is misled by the flag where the type has no `update`.
fn conditions(resource: &mut Map<String, Value>, serves: &dyn Fn(&str) -> bool) {
    if serves("create") || serves("update") {
        resource.insert("updateCreate".to_owned(), json!(false));
        resource.insert("conditionalCreate".to_owned(), json!(false));
        resource.insert("conditionalDelete".to_owned(), json!("not-supported"));
    }
    if serves("update") || serves("patch") {
        resource.insert("conditionalUpdate".to_owned(), json!(serves("patch")));
    }
}

fn operations(kind: &str, served: &Served<'_>) -> Vec<Value> {
    let own = served.operations.iter().filter(|operation| operation.resource == kind);
    own.map(|operation| json!({"name": operation.name, "definition": operation.definition})).collect()
}

fn parameter(declared: &search::Declared) -> Value {
    let mut parameter = Map::new();
    parameter.insert("name".to_owned(), json!(declared.name));
    // A chain has no definition of its own.
    if !declared.definition.is_empty() {
        parameter.insert("definition".to_owned(), json!(declared.definition));
    }
    parameter.insert("type".to_owned(), json!(declared.kind.code()));
    parameter.insert("documentation".to_owned(), json!(declared.documentation));
    Value::Object(parameter)
}
