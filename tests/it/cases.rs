//! The declarative cases of `conformance/cases`, run against the demonstration under both rule sets.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

#[path = "../../conformance/runner/suite.rs"]
pub mod suite;

use suite::{Clients, Report, Roles, Runner, Suite};

use crate::{
    sources::{below, root},
    support::Demo,
};

/// For one request: the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);
/// The groups whose cases depend on the rule set.
const BY_RULE_SET: [&str; 5] = ["capability", "iti65", "iti65-negatives", "iti105", "validate"];

fn folder() -> PathBuf {
    root().join("conformance/cases")
}

/// The cases as they are in the files.
pub fn all() -> Suite {
    Suite::load(&folder()).unwrap_or_else(|fault| panic!("{fault}"))
}

async fn run(demo: &Demo, suite: &Suite) -> Report {
    let roles = Roles::of_demo(demo.dir()).unwrap();
    let clients = Clients::of(&roles, &demo.dir().join("pki/ca.pem"), PATIENCE).unwrap();
    let runner = Runner { base: &demo.base, roles: &roles, clients: &clients, suite };
    runner.run(jiff::Timestamp::now()).await
}

#[tokio::test]
async fn every_case_passes_under_the_rules_of_the_dmp() {
    let report = run(&Demo::start(), &all()).await;
    assert!(report.is_good(), "\n{report}");
    // The demonstration has every certificate that the cases of TLS ask for.
    let of_tls = report.cases.iter().filter(|told| told.id.starts_with("TLS-") || told.id.starts_with("SAS-"));
    let left_out: Vec<&str> = of_tls
        .filter(|told| serde_json::to_value(&told.outcome).unwrap()["result"] != "passed")
        .map(|told| told.id.as_str())
        .collect();
    assert!(left_out.is_empty(), "{left_out:?}");
}

#[tokio::test]
async fn submissions_pass_under_the_rules_of_pdsm() {
    let demo = Demo::configured(|config| config.replace("rule_set = \"dmp\"", "rule_set = \"pdsm\""));
    let report = run(&demo, &all().only(&BY_RULE_SET.map(str::to_owned))).await;
    assert!(report.is_good(), "\n{report}");
}

#[test]
fn each_case_has_an_id_of_its_own_and_says_what_it_shows() {
    let mut seen = BTreeSet::new();
    for case in all().cases {
        assert!(seen.insert(case.id.clone()), "{} stands twice", case.id);
        assert!(!case.steps.is_empty() && !case.requirements.is_empty() && !case.title.is_empty(), "{}", case.id);
    }
}

#[test]
fn each_body_is_used_by_a_case() {
    let suite = all();
    let files: String = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|file| std::fs::read_to_string(file.unwrap().path()).ok())
        .collect();
    let bodies: String = suite.bodies.values().map(String::as_str).collect();
    for name in suite.bodies.keys() {
        let stem = name.trim_end_matches(".json");
        let is_used = files.contains(&format!("\"{stem}\"")) || bodies.contains(&format!("file.{stem}"));
        assert!(is_used, "no case uses {name}");
    }
}

#[test]
fn the_runner_knows_the_gateway_from_outside_alone() {
    for source in below("conformance") {
        assert!(!source.code.contains("dmp_gateway"), "{} names the gateway", source.path);
        assert!(source.text.lines().count() <= 400, "{} is longer than 400 lines", source.path);
    }
}
