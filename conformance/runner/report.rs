//! What came out, for people, for machines (JSON), and for build servers (JUnit).

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
    time::Duration,
};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    case::{Case, Step},
    check::Unmet,
};

/// How a case ended.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase", tag = "result", content = "because")]
pub enum Outcome {
    /// Every expectation was met.
    Passed,
    /// It does not apply here.
    Skipped(String),
    /// An expectation was not met.
    Failed(Box<Failure>),
}

impl Outcome {
    const fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped(_) => "skipped",
            Self::Failed(_) => "failed",
        }
    }
}

/// The first expectation that was not met. No identifier of a holder or a caller is in it.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// The step, from 1.
    pub step: usize,
    /// Who asked what, placeholders and all.
    pub request: String,
    /// Which expectation.
    pub expectation: String,
    /// What was to be.
    pub wanted: String,
    /// What was.
    pub got: String,
}

impl Failure {
    /// A case that cannot be run: what it is given has no value.
    pub fn of_case(case: &Case, why: &str) -> Self {
        let (expectation, wanted) = ("the case itself".to_owned(), "variables".to_owned());
        Self { step: 0, request: case.id.clone(), expectation, wanted, got: why.to_owned() }
    }

    /// A failure without what is personal; long texts are cut.
    pub fn of(at: usize, step: &Step, unmet: &Unmet, personal: &[(String, String)]) -> Self {
        let clean = |text: &str| {
            let text: String = text.chars().take(600).collect();
            personal.iter().fold(text, |text, (id, name)| text.replace(id, name))
        };
        Self {
            step: at,
            request: format!("{}: {}", step.role, step.request),
            expectation: clean(&unmet.expectation),
            wanted: clean(&unmet.wanted),
            got: clean(&unmet.got),
        }
    }
}

/// A case that was run.
#[derive(Debug, Clone)]
pub struct Told {
    /// The group.
    pub group: String,
    /// The table of which it is a row.
    pub table: String,
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The requirements.
    pub requirements: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// All that was run.
pub struct Report {
    base: String,
    began: Timestamp,
    /// In the order in which they ran.
    pub cases: Vec<Told>,
}

impl Report {
    /// A report.
    pub fn new(base: &str, began: Timestamp, cases: Vec<Told>) -> Self {
        Self { base: base.to_owned(), began, cases }
    }

    fn count(&self, word: &str) -> usize {
        self.cases.iter().filter(|case| case.outcome.word() == word).count()
    }

    /// Whether something was run, and nothing failed.
    pub fn is_good(&self) -> bool {
        self.count("failed") == 0 && self.count("passed") > 0
    }

    /// For machines: each requirement with its cases, and each case.
    ///
    /// # Errors
    /// Never; the serialiser has the last word.
    pub fn json(&self) -> serde_json::Result<String> {
        let mut requirements: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
        for case in &self.cases {
            for requirement in &case.requirements {
                requirements.entry(requirement).or_default().insert(&case.id, case.outcome.word());
            }
        }
        let cases: Vec<_> = self.cases.iter().map(told).collect();
        serde_json::to_string_pretty(&serde_json::json!({
            "base": self.base,
            "began": self.began,
            "passed": self.count("passed"),
            "failed": self.count("failed"),
            "skipped": self.count("skipped"),
            "requirements": requirements,
            "cases": cases,
        }))
    }

    /// For build servers.
    ///
    /// # Errors
    /// Never; a string takes what is written to it.
    pub fn junit(&self) -> Result<String, fmt::Error> {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        writeln!(xml, "<testsuites tests=\"{}\" failures=\"{}\">", self.cases.len(), self.count("failed"))?;
        for group in self.groups() {
            let cases: Vec<_> = self.cases.iter().filter(|case| case.group == group).collect();
            let failed = cases.iter().filter(|case| matches!(case.outcome, Outcome::Failed(_))).count();
            writeln!(xml, "  <testsuite name=\"{group}\" tests=\"{}\" failures=\"{failed}\">", cases.len())?;
            for case in cases {
                junit_case(&mut xml, case)?;
            }
            xml.push_str("  </testsuite>\n");
        }
        xml.push_str("</testsuites>\n");
        Ok(xml)
    }

    fn groups(&self) -> Vec<String> {
        let mut groups: Vec<String> = self.cases.iter().map(|case| case.group.clone()).collect();
        groups.dedup();
        groups
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Told { id, title, outcome, .. } in &self.cases {
            match outcome {
                Outcome::Passed => {}
                Outcome::Skipped(why) => writeln!(f, "skipped {id}: {title} ({why})")?,
                Outcome::Failed(failure) => {
                    writeln!(f, "FAILED  {id}: {title}\n        step {}, {}", failure.step, failure.request)?;
                    writeln!(f, "        {}: wanted {}, got {}", failure.expectation, failure.wanted, failure.got)?;
                }
            }
        }
        let [passed, failed, skipped] = ["passed", "failed", "skipped"].map(|word| self.count(word));
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

fn told(case: &Told) -> serde_json::Value {
    let failure = match &case.outcome {
        Outcome::Failed(failure) => serde_json::json!(failure),
        Outcome::Skipped(why) => why.as_str().into(),
        Outcome::Passed => serde_json::Value::Null,
    };
    serde_json::json!({
        "id": case.id,
        "group": case.group,
        "table": case.table,
        "title": case.title,
        "requirements": case.requirements,
        "result": case.outcome.word(),
        "milliseconds": u64::try_from(case.took.as_millis()).unwrap_or(u64::MAX),
        "because": failure,
    })
}

fn junit_case(xml: &mut String, case: &Told) -> fmt::Result {
    let name = escaped(&format!("{} {}", case.id, case.title));
    let (group, seconds) = (&case.group, case.took.as_secs_f64());
    write!(xml, "    <testcase classname=\"{group}\" name=\"{name}\" time=\"{seconds:.3}\"")?;
    match &case.outcome {
        Outcome::Passed => writeln!(xml, "/>"),
        Outcome::Skipped(why) => writeln!(xml, "><skipped message=\"{}\"/></testcase>", escaped(why)),
        Outcome::Failed(failure) => {
            let Failure { step, request, expectation, wanted, got } = failure.as_ref();
            let message = escaped(&format!("step {step}: {expectation}"));
            let text = escaped(&format!("{request}\nwanted {wanted}\ngot {got}"));
            writeln!(xml, "><failure message=\"{message}\">{text}</failure></testcase>")
        }
    }
}

/// A text within XML; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let kept: String = text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect();
    kept.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
