//! The page on security tells what is: each test that it names is there, and each row says how it stands.

use std::{collections::BTreeSet, fs};

use crate::sources::{below, root};

/// How a requirement may stand.
const STATUSES: [&str; 5] = ["met", "partly", "open", "not applicable", "operator's"];

fn page() -> String {
    fs::read_to_string(root().join("docs/security.md")).unwrap()
}

/// The rows of the tables below a heading, each as its cells, without heads and rules.
fn rows<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let begin = page.find(&format!("\n## {heading}")).unwrap_or_else(|| panic!("there is no {heading}"));
    let section = page[begin + 1..].split("\n## ").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with("| "));
    lines.skip(1).map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// The words in backticks that can only be names of tests: three words or more, joined by underscores.
fn names(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_name = |word: &&str| {
        word.matches('_').count() >= 2 && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    quoted.filter(is_name).collect()
}

/// Every function of the modules of tests.
fn tests() -> BTreeSet<String> {
    let is_test = |path: &str| path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs");
    let sources = ["src", "tests"].into_iter().flat_map(below).filter(|source| source.is_test || is_test(&source.path));
    let functions = |text: &str| -> Vec<String> {
        let after = text.split("fn ").skip(1);
        after
            .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
            .map(str::to_owned)
            .collect()
    };
    sources.flat_map(|source| functions(&source.code)).collect()
}

/// What a cell names as its evidence: tests, or a script of the checks.
fn evidence(cell: &str) -> usize {
    names(cell).len() + cell.matches("`.ci/").count()
}

#[test]
fn each_test_that_the_page_on_security_names_is_there() {
    let (page, tests) = (page(), tests());
    let named = names(&page);
    assert!(named.len() > 100, "{named:?}");
    let lost: BTreeSet<&str> = named.into_iter().filter(|name| !tests.contains(*name)).collect();
    assert!(lost.is_empty(), "docs/security.md names tests that are not there: {lost:#?}");
}

#[test]
fn each_threat_is_held_by_a_test_or_told_to_be_open() {
    let page = page();
    let threats = rows(&page, "Threats");
    assert!(threats.len() > 25, "{}", threats.len());
    for row in threats {
        assert_eq!(row.len(), 4, "{row:?}");
        assert!(evidence(row[3]) > 0 || row[3].starts_with("open"), "nothing holds: {row:?}");
    }
}

#[test]
fn each_requirement_of_security_says_how_it_stands_and_why() {
    let page = page();
    for (heading, least) in [("PGSSI-S", 25), ("OWASP ASVS", 75)] {
        let requirements = rows(&page, heading);
        assert!(requirements.len() >= least, "{heading}: {}", requirements.len());
        for row in requirements {
            assert_eq!(row.len(), 4, "{row:?}");
            assert!(STATUSES.contains(&row[2]), "{row:?}");
            assert!(!row[3].is_empty(), "{row:?}");
        }
    }
}
