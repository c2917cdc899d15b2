//! What README and docs say of files, settings, names and formats is true.

use std::{collections::BTreeSet, fs};

use dmp_gateway::cli::import::Records;
use serde_json::Value;

use crate::{
    sources::{below, root},
    support::shared,
};

/// The pages, with what they say.
fn pages() -> Vec<(String, String)> {
    let folders = ["", "docs", "docs/decisions", "conformance"];
    let files = folders.iter().flat_map(|folder| fs::read_dir(root().join(folder)).into_iter().flatten());
    let paths = files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "md"));
    paths.map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

/// What stands between single backticks outside of blocks.
fn quoted(page: &str) -> Vec<&str> {
    let mut inside = false;
    let prose = page.lines().filter(|line| {
        inside ^= line.starts_with("```");
        !inside && !line.starts_with("```") && !line.starts_with("    ")
    });
    prose.flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// Every member of the configuration, as `section.member`.
fn members() -> BTreeSet<String> {
    let files = ["src/config.rs", "src/config/fetch.rs", "src/config/ocsp.rs", "src/config/tokens.rs"];
    let source = files.map(|file| fs::read_to_string(root().join(file)).unwrap()).concat();
    let sections = [
        ("Config", ""),
        ("Tls", "tls."),
        ("Ocsp", "tls.ocsp."),
        ("Identity", "identity."),
        ("Source", "source."),
        ("Limits", "limits."),
        ("LawFiles", "law."),
        ("Profiles", "profiles."),
        ("Fetch", "tls.fetch."),
        ("Reload", "reload."),
        ("Tokens", "tokens."),
    ];
    // Not settings themselves: the host has kinds, and the origin is where the settings were read.
    let others = ["host", "origin"];
    let of = |(name, prefix): (&str, &str)| {
        let begin = source.find(&format!("pub struct {name} {{")).unwrap_or_else(|| panic!("there is no {name}"));
        let body = source[begin..].split("\n}").next().unwrap();
        let names = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
        let is_section = |kind: &str| {
            let kind = kind.trim_end_matches(',').trim_start_matches("Option<").trim_end_matches('>').to_owned();
            sections.iter().any(|(section, _)| kind == *section)
        };
        let names = names.filter(|(_, kind)| !is_section(kind)).map(|(member, _)| format!("{prefix}{member}"));
        names.filter(|member| !others.contains(&member.as_str())).collect::<Vec<_>>()
    };
    sections.into_iter().flat_map(of).chain(["host.kind".to_owned(), "host.path".to_owned()]).collect()
}

#[test]
fn the_readme_names_every_setting_and_no_other() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    let told: BTreeSet<String> = rows.map(|(member, _)| member.to_owned()).collect();
    assert_eq!(told, members());
}

#[test]
fn files_that_the_pages_name_are_there() {
    for (page, text) in pages() {
        for path in quoted(&text) {
            let is_path =
                ["src/", "docs/", "tests/", "conformance/", "benches/", ".ci/"].iter().any(|top| path.starts_with(top));
            assert!(!is_path || root().join(path).exists(), "{page} names {path}, which is not there");
        }
    }
}

#[test]
fn names_of_the_code_that_the_pages_use_are_in_it() {
    let sources = below("src");
    let words: BTreeSet<&str> =
        sources.iter().flat_map(|source| source.code.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
    for (page, text) in pages() {
        for name in quoted(&text).into_iter().filter(|name| name.contains("::")) {
            for part in name.split("::") {
                let part = part.trim_start_matches('&');
                assert!(words.contains(part), "{page} names {name}; there is no {part}");
            }
        }
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    for (page, text) in pages() {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let beside = std::path::Path::new(&page).parent().unwrap().join(target.split('#').next().unwrap());
            assert!(target.starts_with("http") || beside.exists(), "{page} links to {target}, which is not there");
        }
    }
}

/// The example of an import in the operator's page.
fn example() -> String {
    let page = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    page.split("```json").nth(1).and_then(|rest| rest.split("```").next()).expect("an example").to_owned()
}

#[test]
fn the_example_of_an_import_can_be_imported() {
    let records: Records = serde_json::from_str(&example()).expect("records");
    let facts = &records.records[0].facts;
    assert_eq!(
        (facts.teams.len(), facts.consents.len(), facts.blocks.len(), facts.feed_oppositions.len()),
        (1, 2, 2, 1)
    );
}

#[test]
fn each_misspelt_member_of_an_import_is_refused() {
    let whole: Value = serde_json::from_str(&example()).unwrap();
    let members = members_of(&whole, "");
    assert!(members.len() > 50, "{members:?}");
    for (object, name) in members {
        let mut spoilt = whole.clone();
        let object_there = spoilt.pointer_mut(&object).unwrap().as_object_mut().unwrap();
        let value = object_there.remove(&name).unwrap();
        object_there.insert(format!("{name}x"), value);
        assert!(serde_json::from_value::<Records>(spoilt).is_err(), "{object}/{name}x is taken");
    }
}

#[test]
fn no_consent_is_taken_with_members_that_would_turn_its_sense() {
    for (object, name) in
        [("consents/0", "status"), ("consents/0/grant", "deny"), ("blocks/0", "lifted"), ("blocks/0/blocked", "not")]
    {
        let mut spoilt: Value = serde_json::from_str(&example()).unwrap();
        spoilt.pointer_mut(&format!("/records/0/facts/{object}")).unwrap()[name] = Value::Bool(true);
        assert!(serde_json::from_value::<Records>(spoilt).is_err(), "{object}/{name} is taken");
    }
}

#[test]
fn facts_that_do_not_tell_blocks_and_consents_are_refused() {
    for name in ["blocks", "consents"] {
        let mut spoilt: Value = serde_json::from_str(&example()).unwrap();
        spoilt["records"][0]["facts"].as_object_mut().unwrap().remove(name).unwrap();
        assert!(serde_json::from_value::<Records>(spoilt).is_err(), "{name} may be left out");
    }
}

/// Each member in a value: where its object stands, and its name.
fn members_of(value: &Value, here: &str) -> Vec<(String, String)> {
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(name, inner)| {
                let inside = members_of(inner, &format!("{here}/{name}"));
                std::iter::once((here.to_owned(), name.clone())).chain(inside)
            })
            .collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(at, item)| members_of(item, &format!("{here}/{at}"))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// The callers that a page names in brackets: (`one`) or (`one`, `another`), and nothing else in them.
fn bracketed(page: &str) -> BTreeSet<&str> {
    let groups = page.split('(').skip(1).filter_map(|rest| rest.split_once(')').map(|(group, _)| group));
    let is_name = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    groups
        .filter_map(|group| {
            let words: Option<Vec<&str>> =
                group.split(", ").map(|word| word.strip_prefix('`')?.strip_suffix('`')).collect();
            words.filter(|words| words.iter().all(|word| is_name(word)))
        })
        .flatten()
        .collect()
}

#[test]
fn whoever_the_page_for_integrators_names_in_brackets_can_be_tried_with_the_demonstration() {
    let page = fs::read_to_string(root().join("docs/integration.md")).unwrap();
    let rows: String = page.lines().filter(|line| line.starts_with("| ")).collect();
    let named = bracketed(&rows);
    assert!(["stranger", "server", "nobody", "hospital"].iter().all(|name| named.contains(name)), "{named:?}");
    let there = |file: &str| shared().dir().join(file).is_file();
    for name in named {
        let files = match name {
            "nobody" => vec![],
            "server" => vec!["pki/server.pem".to_owned(), "pki/server.key".to_owned()],
            name => [".pem", ".key"].map(|end| format!("pki/clients/{name}{end}")).to_vec(),
        };
        assert!(files.iter().all(|file| there(file)), "{name}: {files:?}");
        let is_of_cast = files.iter().any(|file| file.contains("/clients/"));
        let is_told =
            page.contains(&format!("`{name}` sends")) && files.iter().all(|file| page.contains(&format!("`{file}`")));
        assert!(is_of_cast || is_told, "the page does not say where {name} is");
    }
}
