//! The CapabilityStatement, made from the routes and the search tables so that it cannot lie. Source: conformance 6.2.

mod claim;
mod resource;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{canon::CANONICAL, rules::RuleSet};

/// An interaction that the router serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interaction {
    /// The resource type; nothing for the whole system.
    pub resource: Option<&'static str>,
    /// The code, such as `read`, `search-type` or `transaction`.
    pub code: &'static str,
}

/// An operation that the router serves on a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The resource type.
    pub resource: &'static str,
    /// The name, without `$`.
    pub name: &'static str,
    /// The OperationDefinition.
    pub definition: &'static str,
}

/// What the router serves.
#[derive(Debug, Clone, Copy)]
pub struct Served<'a> {
    /// The interactions.
    pub interactions: &'a [Interaction],
    /// The operations.
    pub operations: &'a [Operation],
}

impl Served<'_> {
    /// Whether an interaction is served: of a type, or of the whole system.
    fn has(&self, resource: Option<&str>, code: &str) -> bool {
        self.interactions.iter().any(|it| it.resource == resource && it.code == code)
    }

    /// The resource types, each once, in order.
    fn kinds(&self) -> Vec<&'static str> {
        let read = self.interactions.iter().filter_map(|interaction| interaction.resource);
        let mut kinds: Vec<&str> = read.chain(self.operations.iter().map(|operation| operation.resource)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
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
    /// The media types that are read and written, such as `application/fhir+json`.
    pub formats: &'a [&'a str],
    /// The media types of patches.
    pub patch_formats: &'a [&'a str],
}

/// The statement, as JSON.
pub fn statement(about: &About<'_>, served: &Served<'_>) -> Vec<u8> {
    let mut statement = Map::new();
    let mut say = |name: &str, value: Value| statement.insert(name.to_owned(), value);
    say("resourceType", json!("CapabilityStatement"));
    say("url", json!(format!("{CANONICAL}/CapabilityStatement/gateway")));
    say("version", json!(about.version));
    say("name", json!("DmpGateway"));
    say("title", json!("Gateway to the shared medical record (DMP)"));
    say("status", json!("active"));
    say("date", json!(about.date.strftime("%Y-%m-%d").to_string()));
    say("publisher", json!("dmp-gateway"));
    say("description", json!(format!("The rule set in force is `{}`.", about.rules.name())));
    say("jurisdiction", json!([{"coding": [{"system": "urn:iso:std:iso:3166", "code": "FR"}]}]));
    say("kind", json!("instance"));
    say("software", json!({"name": "dmp-gateway", "version": about.version}));
    say("implementation", json!({"description": "DMP gateway", "url": about.base}));
    say("fhirVersion", json!("4.0.1"));
    say("format", json!(about.formats));
    if served.interactions.iter().any(|it| it.code == "patch") {
        say("patchFormat", json!(about.patch_formats));
    }
    put(&mut statement, "instantiates", urls(&claim::statements(about.rules, served)));
    put(&mut statement, "implementationGuide", urls(claim::guides(about.rules)));
    put(&mut statement, "rest", vec![rest(about, served)]);
    Value::Object(statement).to_string().into_bytes()
}

fn urls(all: &[&str]) -> Vec<Value> {
    all.iter().map(|url| json!(url)).collect()
}

fn rest(about: &About<'_>, served: &Served<'_>) -> Value {
    let resources = served.kinds().into_iter().map(|kind| resource::of(kind, about.rules, served)).collect();
    let mut rest = Map::new();
    rest.insert("mode".to_owned(), json!("server"));
    rest.insert("security".to_owned(), security());
    put(&mut rest, "resource", resources);
    put(&mut rest, "interaction", interactions(None, served));
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

/// The interactions of a type, or of the whole system.
fn interactions(kind: Option<&str>, served: &Served<'_>) -> Vec<Value> {
    let own = served.interactions.iter().filter(|interaction| interaction.resource == kind);
    own.map(|interaction| match claim::remark(interaction) {
        Some(remark) => json!({"code": interaction.code, "documentation": remark}),
        None => json!({"code": interaction.code}),
    })
    .collect()
}

/// Adds a list, unless it is empty: FHIR has no empty lists.
fn put(members: &mut Map<String, Value>, name: &str, items: Vec<Value>) {
    if !items.is_empty() {
        members.insert(name.to_owned(), Value::Array(items));
    }
}
