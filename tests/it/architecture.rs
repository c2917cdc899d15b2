//! The shape of the house: who may name whom, which crate stops where, and how large a file may grow.

use std::collections::BTreeSet;

use crate::sources::{Source, below};

/// The modules in import order, each with those that it may name. What is not written here is not allowed.
const LAYERS: [(&str, &[&str]); 12] = [
    ("live", &[]),
    ("record", &[]),
    ("policy", &["record"]),
    ("journal", &["policy", "record"]),
    ("hds", &["journal", "policy", "record"]),
    ("fhir", &["record"]),
    ("identity", &["record"]),
    ("tls", &["identity", "live", "record"]),
    ("config", &["record"]),
    ("telemetry", &[]),
    ("gateway", &["hds", "journal", "live", "policy", "record"]),
    ("http", &["config", "fhir", "gateway", "hds", "identity", "journal", "live", "policy", "record", "tls"]),
];

/// Of these modules the edge may name only these things: it tells of decisions and takes no part in them.
const OF_THE_EDGE: [(&str, &[&str]); 2] = [("policy", &["Ground", "Refusal"]), ("journal", &["Trace"])];

/// Crates, each with the places where it stops.
const FENCES: [(&str, &[&str]); 24] = [
    ("fhirbolt", &["src/fhir/"]),
    ("fhirbolt_shared", &["src/fhir/"]),
    ("quick_xml", &["src/fhir/"]),
    ("struson", &["src/fhir/"]),
    ("flate2", &["src/fhir/profile/package"]),
    ("tar", &["src/fhir/profile/package"]),
    ("x509_parser", &["src/identity/"]),
    ("jsonwebtoken", &["src/identity/"]),
    ("reqwest", &["src/http/bearer", "src/tls/ocsp"]),
    ("webpki", &["src/tls/", "src/cli/demo"]),
    ("openssl", &["src/tls/ocsp"]),
    ("rcgen", &["src/cli/demo"]),
    ("p12_keystore", &["src/tls/", "src/cli/demo"]),
    ("rusqlite", &["src/hds/embedded"]),
    ("actix_web", &["src/http/", "src/cli/"]),
    ("actix_tls", &["src/http/"]),
    ("hyper", &["src/tls/fetch/"]),
    ("hyper_util", &["src/tls/fetch/"]),
    ("http_body_util", &["src/tls/fetch/"]),
    ("actix_http", &["src/http/"]),
    ("actix_server", &["src/http/"]),
    ("actix_service", &["src/http/"]),
    ("clap", &["src/cli", "src/main.rs"]),
    ("toml", &["src/config", "src/cli/demo"]),
];

/// What the pure modules never name: the machine's clock, files, network, threads.
const IMPURE: [&str; 9] = [
    "Timestamp::now",
    "SystemTime",
    "Instant",
    "std::fs",
    "std::net::Tcp",
    "std::thread",
    "std::env",
    "tokio",
    "new_v4",
];

/// The steps of a request, which only the gateway orders; each with who else says the word because it makes the step.
const STEPS: [(&str, &[&str]); 3] =
    [(".decide(", &["src/policy/"]), (".perform(", &["src/hds"]), (".release(", &["src/journal/"])];

#[test]
fn each_module_names_only_what_it_may() {
    let sources = below("src");
    let names = modules();
    let broken: Vec<String> =
        sources.iter().filter(|source| !source.is_test).flat_map(|source| forbidden_edges(source, &names)).collect();
    assert!(broken.is_empty(), "edges against the layers:\n{}", broken.join("\n"));
}

#[test]
fn every_module_has_its_place_in_the_layers() {
    let known: BTreeSet<&str> = modules().into_iter().chain(["cli"]).collect();
    let sources = below("src");
    let found: BTreeSet<&str> = sources.iter().filter_map(|source| source.module().first().copied()).collect();
    let strangers: Vec<_> = found.difference(&known).collect();
    assert!(strangers.is_empty(), "modules without a place in LAYERS: {strangers:?}");
}

#[test]
fn the_layers_have_no_circle() {
    for (at, (module, named)) in LAYERS.iter().enumerate() {
        for other in *named {
            assert!(modules()[..at].contains(other), "{module} names {other}, which does not stand before it");
        }
    }
}

#[test]
fn the_edge_takes_no_part_in_decisions() {
    for source in below("src").iter().filter(|source| !source.is_test && source.module().first() == Some(&"http")) {
        for (module, allowed) in OF_THE_EDGE {
            for item in items_of(&source.code, module) {
                assert!(allowed.contains(&item.as_str()), "{} names {module}::{item}", source.path);
            }
        }
    }
}

#[test]
fn only_the_gateway_orders_the_steps() {
    for source in below("src").iter().filter(|source| !source.is_test && source.path != "src/gateway.rs") {
        for (step, makers) in STEPS {
            let makes_it = makers.iter().any(|maker| source.path.starts_with(maker));
            assert!(makes_it || !source.code.contains(step), "{} says {step}…)", source.path);
        }
    }
}

#[test]
fn each_crate_stops_where_it_should() {
    for source in below("src").iter().filter(|source| !source.is_test) {
        for (name, places) in FENCES {
            let inside = places.iter().any(|place| source.path.starts_with(place));
            assert!(inside || !names_crate(&source.code, name), "{} names {name}", source.path);
        }
    }
}

#[test]
fn record_and_policy_are_pure() {
    for source in below("src").iter().filter(|source| !source.is_test) {
        let module = source.module();
        if !matches!(module.first(), Some(&"record" | &"policy")) {
            continue;
        }
        for impure in IMPURE {
            assert!(!source.code.contains(impure), "{} names {impure}", source.path);
        }
        assert!(module[0] != "record" || !names_crate(&source.code, "serde_json"), "{} names serde_json", source.path);
    }
}

#[test]
fn no_file_grows_too_long() {
    for source in below("src").iter().chain(&below("tests")).chain(&below("benches")) {
        let lines = source.text.lines().count();
        let most = if source.is_test { 800 } else { 500 };
        assert!(lines <= most, "{} has {lines} lines, more than {most}", source.path);
    }
}

#[test]
fn modules_bear_names_that_say_something() {
    for source in below("src").iter().chain(&below("tests")) {
        let name = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        let says_nothing =
            matches!(name, "mod" | "util" | "utils" | "common" | "helpers" | "manager" | "types" | "misc");
        assert!(!says_nothing, "{} has a name that says nothing", source.path);
    }
}

#[test]
fn tests_neither_sleep_nor_are_left_out() {
    for source in below("src").iter().chain(&below("tests")) {
        // The edge waits for the tick at which absence is told.
        let waits = source.path == "src/http/envelope.rs";
        for word in ["thread::sleep", "time::sleep", "#[ignore]", "should_panic"] {
            assert!(!source.code.contains(word) || (waits && word == "time::sleep"), "{} says {word}", source.path);
        }
    }
}

#[test]
fn a_forbidden_edge_is_found_however_it_is_written() {
    let names = modules();
    let edges = |path: &str, text: &str| forbidden_edges(&Source::new(path, text), &names).len();
    assert_eq!(edges("src/record/a.rs", "use crate::policy::Permit;"), 1);
    assert_eq!(edges("src/record/a.rs", "use crate::{\n    record::x,\n    http::{self, y},\n};"), 1);
    assert_eq!(edges("src/journal/a.rs", "fn f() { crate::hds::Host::new() }"), 1);
    assert_eq!(edges("src/fhir/intake/a.rs", "use super::super::super::policy::Permit;"), 1);
    assert_eq!(edges("src/journal/a.rs", "use crate::{policy::Permit, record::hex}; use super::line::Line;"), 0);
    assert_eq!(edges("src/record/a.rs", "//! See [`crate::policy`].\nuse crate::record::hex;"), 0);
    assert_eq!(edges("src/record/a.rs", "pub(crate) fn f() { super::policy() }"), 0);
}

#[test]
fn the_items_of_a_group_are_found() {
    let code =
        "use crate::{ gateway::Fault, policy::{Ground, Refusal as No}, hds::Clash }; crate::policy::Permit::act();";
    assert_eq!(items_of(code, "policy"), ["Ground", "Refusal", "Permit"]);
    assert_eq!(items_of("use crate::journal::Trace;", "journal"), ["Trace"]);
}

fn modules() -> Vec<&'static str> {
    LAYERS.iter().map(|(name, _)| *name).collect()
}

/// The edges of a file that the layers do not allow, as lines to print. The command line may name everything.
fn forbidden_edges(source: &Source, names: &[&str]) -> Vec<String> {
    let path = source.module();
    let Some(own) = path.first().filter(|own| **own != "cli") else { return Vec::new() };
    let allowed = LAYERS.iter().find(|(name, _)| name == own).map_or(&[][..], |(_, allowed)| *allowed);
    edges(source, path.len())
        .into_iter()
        .filter(|to| to != own && (names.contains(&to.as_str()) || to == "cli") && !allowed.contains(&to.as_str()))
        .map(|to| format!("{}: {own} -> {to}", source.path))
        .collect()
}

/// The modules at the root of the crate that a file names: after `crate::`, or after as many `super::` as lead there.
fn edges(source: &Source, depth: usize) -> BTreeSet<String> {
    let up = "super::".repeat(depth);
    after(&source.code, "crate::").into_iter().chain(after(&source.code, &up)).flat_map(heads).collect()
}

/// What follows each occurrence of a path, where that is no part of a longer name.
fn after<'a>(code: &'a str, path: &str) -> Vec<&'a str> {
    let joined = |at: usize| code[..at].ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == '$');
    code.match_indices(path).filter(|(at, _)| !joined(*at)).map(|(at, _)| &code[at + path.len()..]).collect()
}

/// The first names of a path, or of each path of a group: `a` of `a::b`, `a` and `c` of `{a::b, c}`.
fn heads(path: &str) -> Vec<String> {
    match path.strip_prefix('{') {
        None => vec![name_at(path)],
        Some(group) => branches(group).iter().map(|branch| name_at(branch)).collect(),
    }
}

/// The items of a module that code names through `crate::`.
fn items_of(code: &str, module: &str) -> Vec<String> {
    let paths = after(code, "crate::").into_iter().flat_map(|path| match path.strip_prefix('{') {
        None => vec![path],
        Some(group) => branches(group),
    });
    let inside = paths.filter_map(|path| path.strip_prefix(module)?.strip_prefix("::"));
    inside.flat_map(heads).collect()
}

/// The paths of a group, given what follows its opening brace.
fn branches(group: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut begin = 0;
    let mut found = Vec::new();
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            ',' if depth == 0 => {
                found.push(group[begin..at].trim());
                begin = at + 1;
            }
            '}' if depth == 0 => {
                found.push(group[begin..at].trim());
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    found.retain(|branch| !branch.is_empty());
    found
}

fn name_at(path: &str) -> String {
    path.trim_start().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

fn names_crate(code: &str, name: &str) -> bool {
    !after(code, &format!("{name}::")).is_empty() || !after(code, &format!("use {name} ")).is_empty()
}
