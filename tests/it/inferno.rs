//! The test kit for Inferno: its requirements are ours, and it passes against the demonstration, run without Inferno.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{sources::root, support::Demo};

const KIT: &str = "conformance/inferno";
const REQUIREMENTS: &str = "lib/dmp_gateway_test_kit/requirements/dmp_gateway_test_kit_requirements.csv";
/// The columns of Inferno's requirement files. Conditionality says whether there is a condition, not which.
const COLUMNS: [&str; 10] = [
    "Req Set",
    "ID",
    "URL",
    "Requirement",
    "Conformance",
    "Actors",
    "Sub-Requirement(s)",
    "Conditionality",
    "Not Tested Reason",
    "Not Tested Details",
];

fn kit() -> PathBuf {
    root().join(KIT)
}

/// Our requirements of the wire, as the kit has them.
fn translated() -> String {
    let mut reader = csv::Reader::from_path(root().join("conformance/requirements.csv")).unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).unwrap();
    for row in reader.records().map(Result::unwrap).filter(|row| &row[0] == "http") {
        let is_conditional = if row[6].is_empty() { "false" } else { "true" };
        let set = "dmp_gateway_http";
        writer
            .write_record([set, &row[1], &row[2], &row[3], &row[4], &row[5], "", is_conditional, &row[7], &row[8]])
            .unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn the_requirements_of_the_kit_are_ours() {
    let path = kit().join(REQUIREMENTS);
    let made = translated();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{REQUIREMENTS} is not ours any more: run with UPDATE_GOLDEN=1 and read the difference");
}

#[test]
fn each_test_of_the_kit_names_requirements_that_are_ours() {
    let ours: BTreeSet<String> =
        translated().lines().filter_map(|row| row.split(',').nth(1)).map(str::to_owned).collect();
    for path in files(&kit().join("lib/dmp_gateway_test_kit/groups")) {
        let text = fs::read_to_string(&path).unwrap();
        let tests = text.lines().filter(|line| line.trim_start().starts_with("test do")).count();
        let named: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("covers ")).collect();
        assert_eq!(tests, named.len(), "{}: every test covers something", path.display());
        for id in
            named.iter().flat_map(|ids| ids.split(", ")).filter_map(|id| id.strip_prefix('\'')?.strip_suffix('\''))
        {
            assert!(ours.contains(id), "{}: {id} is no requirement", path.display());
        }
    }
}

#[test]
fn the_kit_passes_against_the_demonstration() {
    if !has_ruby() {
        println!("NOT RUN: the kit needs Ruby and its faraday");
        return;
    }
    let demo = Demo::start();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(demo.dir(), folder.path().join("demo")).unwrap();
    let run = Command::new("ruby")
        .arg(kit().join("dry_run.rb"))
        .arg(kit().join("config/presets/demo.json"))
        .arg(format!("gateway_url={}", demo.base))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    let told: Vec<&str> = said.lines().filter(|line| !line.starts_with("passed")).collect();
    assert!(run.status.success(), "\n{}", told.join("\n"));
}

fn has_ruby() -> bool {
    let asked = Command::new("ruby").args(["-e", "require 'faraday'"]).output();
    asked.is_ok_and(|answer| answer.status.success())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
