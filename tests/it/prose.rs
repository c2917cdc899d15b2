//! What README and docs say of files, settings, names and formats is true.

use std::{collections::BTreeSet, fs};

use dmp_gateway::cli::import::Records;

use crate::sources::{below, root};

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
    let source = fs::read_to_string(root().join("src/config.rs")).unwrap();
    let sections = [
        ("Config", ""),
        ("Tls", "tls."),
        ("Identity", "identity."),
        ("Source", "source."),
        ("Limits", "limits."),
        ("LawFiles", "law."),
    ];
    let of = |(name, prefix): (&str, &str)| {
        let begin = source.find(&format!("pub struct {name} {{")).unwrap_or_else(|| panic!("there is no {name}"));
        let body = source[begin..].split("\n}").next().unwrap();
        let names = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
        let names =
            names.filter(|(_, kind)| !sections.iter().any(|(section, _)| kind.trim_end_matches(',') == *section));
        names.map(|(member, _)| format!("{prefix}{member}")).filter(|member| member != "host").collect::<Vec<_>>()
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

#[test]
fn the_example_of_an_import_can_be_imported() {
    let page = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let example = page.split("```json").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let records: Records = serde_json::from_str(example).expect("records");
    let facts = &records.records[0].facts;
    assert_eq!(
        (facts.teams.len(), facts.consents.len(), facts.blocks.len(), facts.feed_oppositions.len()),
        (1, 2, 2, 1)
    );
}
