//! What is required and what is tested say the same: `conformance/requirements.csv` and the markers above tests.
//!
//! A test names the requirements that it covers on a line above its attribute, with one or more ids:
//! `requirement: CN-01 R1111-46@holder-denies` after two slashes. The declarative cases name theirs themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde::Deserialize;

use crate::{
    cases::suite::Case,
    sources::{Source, below, root},
};

const REQUIREMENTS: &str = "conformance/requirements.csv";
const COVERAGE: &str = "conformance/coverage.csv";
const COLUMNS: [&str; 9] = [
    "Req Set",
    "ID",
    "URL",
    "Requirement",
    "Conformance",
    "Actor",
    "Conditionality",
    "Not Tested Reason",
    "Not Tested Details",
];
const WORDS: [&str; 6] = ["SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT", "MAY", "DEPRECATED"];
const MARK: &str = "// requirement:";

/// One row, in the columns of Inferno's requirement files.
#[derive(Debug, Deserialize)]
struct Requirement {
    #[serde(rename = "Req Set")]
    set: String,
    #[serde(rename = "ID")]
    id: String,
    #[serde(rename = "URL")]
    url: String,
    #[serde(rename = "Requirement")]
    text: String,
    #[serde(rename = "Conformance")]
    word: String,
    #[serde(rename = "Actor")]
    actor: String,
    #[serde(rename = "Not Tested Reason")]
    untested_because: String,
}

/// A marker: which test covers which requirement.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Marker {
    requirement: String,
    test: String,
}

#[test]
fn requirements_are_well_formed() {
    let mut reader = csv::Reader::from_path(root().join(REQUIREMENTS)).unwrap();
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
    for row in requirements() {
        let id = &row.id;
        assert!(!id.is_empty() && !id.contains(char::is_whitespace), "the id '{id}' is empty or holds blanks");
        assert!(!row.set.is_empty() && !row.text.is_empty() && !row.actor.is_empty(), "{id} lacks a column");
        assert!(!row.url.is_empty(), "{id} has no source: an address, or an article of law");
        assert!(WORDS.contains(&row.word.as_str()), "{id} says '{}'", row.word);
    }
}

#[test]
fn each_requirement_has_an_id_of_its_own() {
    let mut seen = BTreeSet::new();
    for row in requirements() {
        assert!(seen.insert(row.id.clone()), "{} stands twice in {REQUIREMENTS}", row.id);
    }
}

#[test]
fn what_shall_be_is_tested_or_says_why_not() {
    let covered: BTreeSet<String> = markers().into_iter().map(|marker| marker.requirement).collect();
    let bare: Vec<String> = requirements()
        .into_iter()
        .filter(|row| row.word.starts_with("SHALL") && row.untested_because.is_empty() && !covered.contains(&row.id))
        .map(|row| row.id)
        .collect();
    assert!(bare.is_empty(), "no test bears the marker of these requirements, and no reason is given: {bare:?}");
}

#[test]
fn what_is_tested_gives_no_reason_for_not_being_tested() {
    let covered: BTreeSet<String> = markers().into_iter().map(|marker| marker.requirement).collect();
    for row in requirements() {
        let both = !row.untested_because.is_empty() && covered.contains(&row.id);
        assert!(!both, "{} is tested, and says that it is not: {}", row.id, row.untested_because);
    }
}

#[test]
fn each_marker_names_a_requirement() {
    let known: BTreeSet<String> = requirements().into_iter().map(|row| row.id).collect();
    for marker in markers() {
        assert!(known.contains(&marker.requirement), "{} names {}, which is no row", marker.test, marker.requirement);
    }
}

#[test]
fn the_coverage_table_says_what_the_markers_say() {
    let path = root().join(COVERAGE);
    let made = coverage(&requirements(), markers());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{COVERAGE} is not what the markers say: run with UPDATE_GOLDEN=1 and read the difference");
}

#[test]
fn a_marker_is_found_above_its_test() {
    let text = "    // requirement: A-01 R1@b\n    /// Says.\n    #[actix_web::test]\n    async fn it_holds() {}\n";
    let named =
        |requirement: &str| Marker { requirement: requirement.to_owned(), test: "tests/a.rs::it_holds".to_owned() };
    assert_eq!(markers_of(&Source::new("tests/a.rs", text)).unwrap(), [named("A-01"), named("R1@b")]);
}

#[test]
fn a_marker_above_anything_else_is_refused() {
    for text in [
        "// requirement: A-01\nfn f() {}",
        "// requirement: A-01\nlet a = 1;\n#[test]\nfn f() {}",
        "// requirement:\n#[test]\nfn f() {}",
    ] {
        assert!(markers_of(&Source::new("src/a.rs", text)).is_err(), "{text}");
    }
}

fn requirements() -> Vec<Requirement> {
    let mut reader = csv::Reader::from_path(root().join(REQUIREMENTS)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn markers() -> Vec<Marker> {
    let sources = below("src").into_iter().chain(below("tests"));
    let of_tests = sources.flat_map(|source| markers_of(&source).unwrap_or_else(|wrong| panic!("{wrong}")));
    of_tests.chain(crate::cases::all().cases.iter().flat_map(markers_of_case)).collect()
}

/// What a declarative case covers, under its table where it is a row of one.
fn markers_of_case(case: &Case) -> Vec<Marker> {
    let name = if case.table.is_empty() { &case.id } else { &case.table };
    let test = format!("conformance/cases/{}.toml::{name}", case.group);
    case.requirements.iter().map(|id| Marker { requirement: id.clone(), test: test.clone() }).collect()
}

fn markers_of(source: &Source) -> Result<Vec<Marker>, String> {
    let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(ids) = line.strip_prefix(MARK) else { continue };
        let test = test_below(&lines[at + 1..]).map(|name| format!("{}::{name}", source.path));
        let test = test.ok_or_else(|| format!("{}:{}: the marker stands above no test", source.path, at + 1))?;
        let before = found.len();
        found.extend(ids.split_whitespace().map(|id| Marker { requirement: id.to_owned(), test: test.clone() }));
        if found.len() == before {
            return Err(format!("{}:{}: the marker names nothing", source.path, at + 1));
        }
    }
    Ok(found)
}

/// The name of the test that begins here, comments and attributes before it.
fn test_below(lines: &[&str]) -> Option<String> {
    let mut is_test = false;
    for line in lines {
        if line.starts_with("//") {
            continue;
        }
        if line.starts_with("#[") {
            is_test |= line.contains("test]") || line.contains("test(");
            continue;
        }
        let name = line.trim_start_matches("pub ").trim_start_matches("async ").strip_prefix("fn ")?;
        return is_test.then(|| name.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
    }
    None
}

fn coverage(requirements: &[Requirement], markers: Vec<Marker>) -> String {
    let mut tests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Marker { requirement, test } in markers {
        tests.entry(requirement).or_default().insert(test);
    }
    let mut table = "requirement,tests\n".to_owned();
    for row in requirements {
        let names: Vec<&str> = tests.get(&row.id).into_iter().flatten().map(String::as_str).collect();
        table.push_str(&format!("{},{}\n", row.id, names.join(" ")));
    }
    table
}
