//! What an answer is held to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{client::Answer, json};

/// What is expected of an answer. Places are JSON pointers with `*`; patterns are texts with `*`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Expect {
    /// The status, or several.
    status: Option<Statuses>,
    /// Whether TLS refuses the caller, by an alert or by 401 or 403, and not by a connection that merely breaks.
    pub refused: bool,
    /// The beginning of the media type.
    r#type: Option<String>,
    /// Patterns of headers.
    headers: BTreeMap<String, String>,
    /// Headers that are not there.
    no_headers: Vec<String>,
    /// Whether the body is one OperationOutcome with an error, and the issue types that one of its errors may have, separated by `|`.
    outcome: Option<String>,
    /// The permanent code or the code of a specification that an issue bears.
    detail: Option<String>,
    /// Places where this value stands, and only one.
    equals: BTreeMap<String, Value>,
    /// Places where at least one text is like this.
    any: BTreeMap<String, Patterns>,
    /// Places where there is something, and every text is like this.
    all: BTreeMap<String, Patterns>,
    /// Places where no text is like this.
    none: BTreeMap<String, Patterns>,
    /// Places, and how many values stand there.
    counts: BTreeMap<String, usize>,
    /// Places where something stands.
    has: Vec<String>,
    /// Places where nothing stands.
    lacks: Vec<String>,
    /// The whole body, as text.
    body: Option<String>,
    /// Whether the body holds no identifier of a holder or a caller.
    pub silent: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Statuses {
    One(u16),
    Several(Vec<u16>),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Patterns {
    One(String),
    Several(Vec<String>),
}

impl Patterns {
    fn take(&self, value: &Value) -> bool {
        let text = json::text(value);
        match self {
            Self::One(pattern) => json::is_like(&text, pattern),
            Self::Several(patterns) => patterns.iter().any(|pattern| json::is_like(&text, pattern)),
        }
    }
}

/// The first expectation that an answer does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Which.
    pub expectation: String,
    /// What was to be.
    pub wanted: String,
    /// What was.
    pub got: String,
}

impl Unmet {
    /// An expectation that is not met.
    pub fn of(expectation: impl Into<String>, wanted: impl Serialize, got: impl Into<String>) -> Self {
        let wanted = serde_json::to_value(wanted).map_or_else(|error| error.to_string(), |value| json::text(&value));
        Self { expectation: expectation.into(), wanted, got: got.into() }
    }
}

type Checked = Result<(), Unmet>;

impl Expect {
    /// Holds an answer to everything that is expected.
    ///
    /// # Errors
    /// The first that it does not meet.
    pub fn check(&self, answer: &Answer) -> Checked {
        self.check_status(answer)?;
        self.check_head(answer)?;
        self.check_outcome(answer)?;
        self.check_values(answer)?;
        self.check_patterns(answer)?;
        self.check_counts(answer)?;
        match &self.body {
            Some(wanted) if *wanted != answer.text() => Err(Unmet::of("body", wanted, answer.text())),
            _ => Ok(()),
        }
    }

    fn check_status(&self, answer: &Answer) -> Checked {
        let met = match &self.status {
            None => true,
            Some(Statuses::One(status)) => *status == answer.status,
            Some(Statuses::Several(several)) => several.contains(&answer.status),
        };
        let got = || format!("{} {}", answer.status, answer.summary());
        if met { Ok(()) } else { Err(Unmet::of("status", &self.status, got())) }
    }

    fn check_head(&self, answer: &Answer) -> Checked {
        let kind = answer.header("content-type").unwrap_or_default();
        if let Some(wanted) = self.r#type.as_ref().filter(|wanted| !kind.starts_with(wanted.as_str())) {
            return Err(Unmet::of("content-type", wanted, kind));
        }
        for (name, pattern) in &self.headers {
            let got = answer.header(name).unwrap_or_default();
            if answer.header(name).is_none() || !json::is_like(got, pattern) {
                return Err(Unmet::of(format!("header {name}"), pattern, got));
            }
        }
        match self.no_headers.iter().find(|name| answer.header(name).is_some()) {
            Some(name) => Err(Unmet::of(format!("header {name}"), "none", answer.header(name).unwrap_or_default())),
            None => Ok(()),
        }
    }

    fn check_outcome(&self, answer: &Answer) -> Checked {
        let Some(wanted) = &self.outcome else { return Ok(()) };
        let body = answer.resource()?;
        let is_outcome = body.get("resourceType").and_then(Value::as_str) == Some("OperationOutcome");
        let errors = json::select(body, "/issue/*").into_iter().filter(|issue| {
            issue.get("severity").and_then(Value::as_str).is_some_and(|severity| matches!(severity, "error" | "fatal"))
        });
        let codes: Vec<&str> = errors.filter_map(|issue| issue.get("code").and_then(Value::as_str)).collect();
        let met = codes.iter().any(|code| wanted.split('|').any(|pattern| json::is_like(code, pattern)));
        if !is_outcome || !met {
            return Err(Unmet::of("one OperationOutcome with an error", wanted, answer.summary()));
        }
        let details = json::select(body, "/issue/*/details/coding/*/code");
        match &self.detail {
            Some(detail) if !details.iter().any(|code| json::is_like(&json::text(code), detail)) => {
                Err(Unmet::of("details of an issue", detail, answer.summary()))
            }
            _ => Ok(()),
        }
    }

    fn check_values(&self, answer: &Answer) -> Checked {
        for (place, wanted) in &self.equals {
            let found = json::select(answer.resource()?, place);
            if found.as_slice() != [wanted] {
                return Err(Unmet::of(place, wanted, told(&found)));
            }
        }
        for place in &self.has {
            if json::select(answer.resource()?, place).is_empty() {
                return Err(Unmet::of(place, "something", "nothing"));
            }
        }
        for place in &self.lacks {
            let found = json::select(answer.resource()?, place);
            if !found.is_empty() {
                return Err(Unmet::of(place, "nothing", told(&found)));
            }
        }
        Ok(())
    }

    fn check_patterns(&self, answer: &Answer) -> Checked {
        for (place, patterns) in &self.any {
            let found = json::select(answer.resource()?, place);
            if !found.iter().any(|value| patterns.take(value)) {
                return Err(Unmet::of(format!("any {place}"), patterns, told(&found)));
            }
        }
        for (place, patterns) in &self.all {
            let found = json::select(answer.resource()?, place);
            if found.is_empty() || !found.iter().all(|value| patterns.take(value)) {
                return Err(Unmet::of(format!("all {place}"), patterns, told(&found)));
            }
        }
        for (place, patterns) in &self.none {
            let found = json::select(answer.resource()?, place);
            if found.iter().any(|value| patterns.take(value)) {
                return Err(Unmet::of(format!("none {place}"), patterns, told(&found)));
            }
        }
        Ok(())
    }

    fn check_counts(&self, answer: &Answer) -> Checked {
        for (place, wanted) in &self.counts {
            let got = json::count(answer.resource()?, place);
            if got != *wanted {
                return Err(Unmet::of(format!("count {place}"), wanted, got.to_string()));
            }
        }
        Ok(())
    }
}

fn told(found: &[&Value]) -> String {
    let texts: Vec<String> = found.iter().take(8).map(|value| json::text(value)).collect();
    if found.is_empty() { "nothing".to_owned() } else { texts.join(", ") }
}
