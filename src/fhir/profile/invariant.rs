//! Invariants by key. FHIRPath is not evaluated: those that matter are written here, and what is not here is not checked.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    place::{Around, Entries, kind},
    reference::{Target, target},
};
use crate::fhir::{
    canon::{A00, A01, A03, A05, A06, A09, A10, A11, A12, LOINC, R02, R209, canonical},
    definitions::is_choice_of,
};

/// An invariant.
#[derive(Debug)]
pub(super) struct Invariant {
    /// Its key in the profiles, which is stable.
    pub(super) key: &'static str,
    /// Whether the profile tells it in its text alone, without an expression.
    pub(super) is_prose: bool,
    /// Whether it holds of a value.
    pub(super) holds: fn(&Value, &Around<'_>) -> bool,
}

/// The invariant of that key.
pub(super) fn of_key(key: &str) -> Option<&'static Invariant> {
    ALL.iter().find(|invariant| invariant.key == key)
}

const fn rule(key: &'static str, holds: fn(&Value, &Around<'_>) -> bool) -> Invariant {
    Invariant { key, is_prose: false, holds }
}

const fn prose(key: &'static str, holds: fn(&Value, &Around<'_>) -> bool) -> Invariant {
    Invariant { key, is_prose: true, holds }
}

/// Every invariant that is checked.
pub(super) static ALL: &[Invariant] = &[
    rule("ext-1", |it, _| has(it, "extension") != choice(it, "value")),
    rule("dom-2", |it, _| contained(it).all(|resource| !has(resource, "contained"))),
    rule("dom-3", |it, _| all_referred_to(it)),
    rule("dom-4", |it, _| metas(it).all(|meta| !has(meta, "versionId") && !has(meta, "lastUpdated"))),
    rule("dom-5", |it, _| metas(it).all(|meta| !has(meta, "security"))),
    rule("bdl-1", |it, _| !has(it, "total") || is_any(it, "type", &["searchset", "history"])),
    rule("bdl-2", |it, _| is_any(it, "type", &["searchset"]) || entries(it).all(|entry| !has(entry, "search"))),
    rule("bdl-3", |it, _| each_entry_has(it, "request", &["batch", "transaction", "history"])),
    rule("bdl-4", |it, _| each_entry_has(it, "response", &["batch-response", "transaction-response", "history"])),
    rule("bdl-5", |it, _| has(it, "resource") || has(it, "request") || has(it, "response")),
    rule("bdl-7", |it, _| is_any(it, "type", &["history"]) || full_urls_differ(it)),
    rule("bdl-8", |it, _| !text(it, "fullUrl").is_some_and(|url| url.contains("/_history/"))),
    rule("bdl-9", |it, _| {
        !is_document(it) || it.get("identifier").is_some_and(|id| has(id, "system") && has(id, "value"))
    }),
    rule("bdl-10", |it, _| !is_document(it) || text(it, "timestamp").is_some()),
    rule("bdl-11", |it, _| !is_document(it) || first_is(it, "Composition")),
    rule("bdl-12", |it, _| !is_any(it, "type", &["message"]) || first_is(it, "MessageHeader")),
    rule("lst-1", |it, _| !has(it, "emptyReason") || !has(it, "entry")),
    rule("lst-2", |it, _| is_any(it, "mode", &["changes"]) || entries(it).all(|entry| !has(entry, "deleted"))),
    rule("lst-3", |it, _| is_any(it, "mode", &["working"]) || entries(it).all(|entry| !has(entry, "date"))),
    rule("sev-1", |it, _| !has(it, "name") || !has(it, "query")),
    rule("ppc-1", |it, _| has(it, "policy") || has(it, "policyRule")),
    rule("cpt-2", |it, _| !has(it, "value") || has(it, "system")),
    rule("inv-1", |it, _| is_parameter(it)),
    rule("org-1", |it, _| has(it, "identifier") || has(it, "name")),
    rule("org-2", |it, _| !is_any(it, "use", &["home"])),
    rule("org-3", |it, _| !is_any(it, "use", &["home"])),
    rule("ctm-1", |it, around| !has(it, "onBehalfOf") || it.get("member").is_none_or(|it| may_act(it, around))),
    rule("req-met", |it, _| matches!(it.as_str(), Some("POST" | "PUT"))),
    rule("mhd-startswithoid", |it, _| it.as_str().is_some_and(|value| value.starts_with("urn:oid:"))),
    rule("mhd-startswithuuid", |it, _| it.as_str().is_some_and(|value| value.starts_with("urn:uuid:"))),
    rule("val-audit-source", |it, around| {
        let observer = around.container.get("source").and_then(|source| source.get("observer"));
        observer.is_some() && it.get("who") == observer
    }),
    prose("constr-bind-type", |it, _| is_coded_in(it, &[LOINC, A05, A12])),
    prose("constr-bind-category", |it, _| is_coded_in(it, &[A03, A10])),
    prose("constr-bind-format", |it, _| is_coding_of(it, &[A06, A09, A10, A11])),
    prose("constr-bind-ProducteurDoc", |it, _| is_coded_in(it, &[A00, A01, R02])),
    prose("constr-bind-designationtype", |it, _| {
        it.get("valueCodeableConcept").is_some_and(|concept| is_coded_in(concept, &[A00, R209, R02]))
    }),
];

/// The keys of those invariants of a Bundle that it breaks.
pub(super) fn broken_of_bundle(bundle: &Value) -> Vec<&'static str> {
    const OF_ENTRIES: [&str; 2] = ["bdl-5", "bdl-8"];
    let around = Around { container: bundle, entries: &Entries::of(bundle) };
    let holds = |rule: &Invariant| {
        if OF_ENTRIES.contains(&rule.key) {
            return entries(bundle).all(|entry| (rule.holds)(entry, &around));
        }
        (rule.holds)(bundle, &around)
    };
    ALL.iter().filter(|rule| rule.key.starts_with("bdl-") && !holds(rule)).map(|rule| rule.key).collect()
}

fn has(value: &Value, name: &str) -> bool {
    match value.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

fn choice(value: &Value, base: &str) -> bool {
    let bare = |name: &str| is_choice_of(base, name.strip_prefix('_').unwrap_or(name));
    value.as_object().is_some_and(|members| members.keys().any(|name| bare(name)))
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn is_any(value: &Value, name: &str, all: &[&str]) -> bool {
    text(value, name).is_some_and(|text| all.contains(&text))
}

fn list<'a>(value: &'a Value, name: &str) -> std::slice::Iter<'a, Value> {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter()
}

fn contained(resource: &Value) -> std::slice::Iter<'_, Value> {
    list(resource, "contained")
}

fn metas(resource: &Value) -> impl Iterator<Item = &Value> {
    contained(resource).filter_map(|it| it.get("meta"))
}

fn entries(resource: &Value) -> std::slice::Iter<'_, Value> {
    list(resource, "entry")
}

fn is_document(bundle: &Value) -> bool {
    is_any(bundle, "type", &["document"])
}

fn first_is(bundle: &Value, wanted: &str) -> bool {
    entries(bundle).next().and_then(|entry| entry.get("resource")).and_then(kind) == Some(wanted)
}

fn each_entry_has(bundle: &Value, name: &str, kinds: &[&str]) -> bool {
    let wanted = is_any(bundle, "type", kinds);
    entries(bundle).all(|entry| has(entry, name) == wanted)
}

fn full_urls_differ(bundle: &Value) -> bool {
    let version = |entry: &Value| entry.pointer("/resource/meta/versionId").and_then(Value::as_str).map(str::to_owned);
    let mut seen = HashSet::new();
    entries(bundle).filter_map(|entry| Some((text(entry, "fullUrl")?, version(entry)))).all(|one| seen.insert(one))
}

/// dom-3: each contained resource is referred to from somewhere, or itself refers to its container.
fn all_referred_to(resource: &Value) -> bool {
    if contained(resource).len() == 0 {
        return true;
    }
    let mut links = HashSet::new();
    gather(resource, &mut links);
    let leads_back = |resource: &Value| {
        let mut own = HashSet::new();
        gather(resource, &mut own);
        own.contains("")
    };
    contained(resource).all(|it| text(it, "id").is_some_and(|id| links.contains(id)) || leads_back(it))
}

/// Every text that begins with `#`, without it.
fn gather<'a>(value: &'a Value, links: &mut HashSet<&'a str>) {
    match value {
        Value::String(text) => links.extend(text.strip_prefix('#')),
        Value::Array(items) => items.iter().for_each(|item| gather(item, links)),
        Value::Object(members) => members.values().for_each(|member| gather(member, links)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_parameter(it: &Value) -> bool {
    let (part, value, resource) = (has(it, "part"), choice(it, "value"), has(it, "resource"));
    if part { !value && !resource } else { value != resource }
}

/// ctm-1: only a practitioner acts for an organization; who is not here cannot be told.
fn may_act(member: &Value, around: &Around<'_>) -> bool {
    match target(member, around) {
        Target::Here(resource) => kind(resource) == Some("Practitioner"),
        Target::Elsewhere(_) | Target::Dangling | Target::Unknown => true,
    }
}

fn is_coded_in(concept: &Value, systems: &[&str]) -> bool {
    list(concept, "coding").any(|coding| is_coding_of(coding, systems))
}

fn is_coding_of(coding: &Value, systems: &[&str]) -> bool {
    text(coding, "system").is_some_and(|system| systems.contains(&canonical(system)))
}
