//! The CapabilityStatement, made from the routes and the search tables so that it cannot lie. Source: conformance 6.2.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    canon::{CANONICAL, COMPREHENSIVE, FOLDER, SIMPLIFIED, SUBMISSION_SET},
    rules::RuleSet,
    search,
};

/// An interaction that the router serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interaction {
    /// The resource type; nothing for the whole system.
    pub resource: Option<&'static str>,
    /// The code, such as `read`, `search-type` or `transaction`.
    pub code: &'static str,
}

/// What the statement tells of the server.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The address, without a final slash.
    pub base: &'a str,
    /// The rule set in force.
    pub rules: RuleSet,
    /// The version of the software.
    pub version: &'a str,
    /// When this statement began to hold.
    pub date: Timestamp,
    /// The media types that are written, such as `application/fhir+json`.
    pub formats: &'a [&'a str],
}

/// The statement.
pub fn statement(about: &About<'_>, interactions: &[Interaction]) -> Vec<u8> {
    json!({
        "resourceType": "CapabilityStatement",
        "url": format!("{CANONICAL}/CapabilityStatement/gateway"),
        "version": about.version,
        "name": "DmpGateway",
        "title": "Gateway to the shared medical record (DMP)",
        "status": "active",
        "date": about.date.strftime("%Y-%m-%d").to_string(),
        "description": format!("The rule set in force is `{}`.", about.rules.name()),
        "jurisdiction": [{"coding": [{"system": "urn:iso:std:iso:3166", "code": "FR"}]}],
        "kind": "instance",
        "software": {"name": "dmp-gateway", "version": about.version},
        "implementation": {"description": "DMP gateway", "url": about.base},
        "fhirVersion": "4.0.1",
        "format": about.formats,
        "implementationGuide": ["https://interop.esante.gouv.fr/ig/fhir/pdsm/ImplementationGuide/ans.fhir.fr.pdsm"],
        "rest": [rest(about, interactions)],
    })
    .to_string()
    .into_bytes()
}

fn rest(about: &About<'_>, interactions: &[Interaction]) -> Value {
    let mut kinds: Vec<&str> = interactions.iter().filter_map(|interaction| interaction.resource).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let resources: Vec<Value> = kinds.into_iter().map(|kind| resource(kind, about, interactions)).collect();
    let mut rest = Map::new();
    rest.insert("mode".to_owned(), json!("server"));
    rest.insert("security".to_owned(), security());
    put(&mut rest, "resource", resources);
    put(&mut rest, "interaction", codes(None, interactions));
    Value::Object(rest)
}

fn security() -> Value {
    json!({
        "cors": false,
        "service": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                "code": "Certificates",
            }],
        }],
        "description": "Mutual TLS with a certificate of IGC-Santé of a person or an organisation; no other access.",
    })
}

fn resource(kind: &str, about: &About<'_>, interactions: &[Interaction]) -> Value {
    let serves = |code: &str| interactions.iter().any(|it| it.resource == Some(kind) && it.code == code);
    let mut resource = Map::new();
    resource.insert("type".to_owned(), json!(kind));
    put(&mut resource, "supportedProfile", profiles(kind, about.rules, &serves, interactions));
    put(&mut resource, "interaction", codes(Some(kind), interactions));
    resource
        .insert("versioning".to_owned(), json!(if kind == "DocumentReference" { "versioned" } else { "no-version" }));
    resource.insert("readHistory".to_owned(), json!(serves("vread")));
    if serves("search-type") {
        put(&mut resource, "searchInclude", search::includes(kind).iter().map(|name| json!(name)).collect());
        put(&mut resource, "searchParam", search::declared(kind).iter().map(parameter).collect());
    }
    Value::Object(resource)
}

/// The profiles that are demanded of what comes in; `dmp` takes less than they ask, and says so by claiming none.
fn profiles(kind: &str, rules: RuleSet, serves: &dyn Fn(&str) -> bool, all: &[Interaction]) -> Vec<Value> {
    if rules == RuleSet::Dmp {
        return Vec::new();
    }
    let takes_submissions = all.iter().any(|it| it.resource.is_none() && it.code == "transaction");
    let claimed: &[(bool, &str)] = match kind {
        "DocumentReference" => &[(takes_submissions, COMPREHENSIVE), (serves("create"), SIMPLIFIED)],
        "List" => &[(takes_submissions, SUBMISSION_SET), (takes_submissions, FOLDER)],
        _ => &[],
    };
    claimed.iter().filter(|(is_so, _)| *is_so).map(|(_, url)| json!(url)).collect()
}

fn codes(kind: Option<&str>, interactions: &[Interaction]) -> Vec<Value> {
    let own = interactions.iter().filter(|interaction| interaction.resource == kind);
    own.map(|interaction| json!({"code": interaction.code})).collect()
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

/// Adds a list, unless it is empty: FHIR has no empty lists.
fn put(members: &mut Map<String, Value>, name: &str, items: Vec<Value>) {
    if !items.is_empty() {
        members.insert(name.to_owned(), Value::Array(items));
    }
}

#[cfg(test)]
mod tests;
