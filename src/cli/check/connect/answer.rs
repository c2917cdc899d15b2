//! What an answer after the handshake says of the caller: a good certificate may still make nobody a caller.

use serde_json::Value;

use crate::{
    fhir::diagnoses::{bearer, edge},
    tls::{Answer, Finding, Severity},
};

/// So much of a text that a server sends is told.
const TOLD: usize = 300;

/// What is asked for once the handshake is done, by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// What the gateway can do: it asks nobody who is calling.
    Statement(String),
    /// A look-up that names no patient: the gateway finds out who is calling, and then that nothing is asked.
    Caller(String),
    /// What the command line names.
    Named(String),
}

impl Question {
    /// All that is asked, in that order.
    pub fn all(base: &str, named: Option<&str>) -> Vec<Self> {
        match named {
            Some(path) => vec![Self::Named(path.to_owned())],
            None => vec![Self::Statement(format!("{base}/metadata")), Self::Caller(format!("{base}/Patient"))],
        }
    }

    /// The path.
    pub fn path(&self) -> &str {
        let (Self::Statement(path) | Self::Caller(path) | Self::Named(path)) = self;
        path
    }

    /// What the answer to it says.
    pub fn judge(&self, answer: &Answer) -> Vec<Finding> {
        let path = self.path();
        let Some(status) = answer.status else {
            return vec![fatal(format!("answer: the handshake is good, but GET {path} is answered with no HTTP"))];
        };
        let Answer { protocol, suite, body, .. } = answer;
        let outcome = Outcome::read(body);
        match (self, status, &outcome) {
            (Self::Statement(_) | Self::Named(_), 200, _) => {
                vec![note(format!("{protocol} with {suite}; GET {path} is answered with 200"))]
            }
            (Self::Caller(_), 400, Some(_)) => {
                vec![note(format!(
                    "the certificate makes a caller: GET {path}, which names no patient, is answered with 400"
                ))]
            }
            (Self::Caller(_), 401, Some(outcome)) if outcome.code == bearer::TOKEN_NEEDED.code => {
                vec![note(format!(
                    "the certificate is known, and every request of it needs a token: 401 {}",
                    outcome.told()
                ))]
            }
            (_, 403, Some(outcome)) => turned_away(path, outcome),
            _ => vec![fatal(other(path, status, outcome.as_ref()))],
        }
    }
}

fn other(path: &str, status: u16, outcome: Option<&Outcome>) -> String {
    let told = outcome.map_or_else(String::new, |outcome| format!(" {}", outcome.told()));
    format!("answer: the handshake is good, but GET {path} is answered with {status}{told}")
}

/// The handshake is good, and the caller is nobody, or somebody who may not do this. A code that is not known here is taken for the first.
fn turned_away(path: &str, outcome: &Outcome) -> Vec<Finding> {
    let of_somebody = [edge::FORBIDDEN.code, bearer::TOKEN_SCOPE.code, bearer::TOKEN_SUBJECT.code];
    if of_somebody.contains(&outcome.code.as_str()) {
        let told = outcome.told();
        return vec![fatal(format!(
            "forbidden: the certificate makes a caller, but GET {path} is answered with 403 {told}"
        ))];
    }
    let told = outcome.told();
    let text = format!(
        "nobody: the handshake is good, but GET {path} is answered with 403 {told}; one of these lies behind it:"
    );
    let causes = CAUSES.iter().map(|cause| note(format!("- {cause}")));
    std::iter::once(fatal(text)).chain(causes).chain([note(WHO_KNOWS.to_owned())]).collect()
}

/// What can lie behind it. The gateway tells callers no more than the code.
const CAUSES: [&str; 4] = [
    "the directory does not know the person or the structure, or no place of practice: look it up there",
    "the authority issues no certificates of that kind, or the subject is not of that kind: compare both with the certificate's line above",
    "the person has several professions in the directory, and the certificate does not tell which",
    "the certificate was revoked or ended since, or its list or responder cannot be asked: wait, or ask for another certificate",
];

/// Who can tell which one it is.
const WHO_KNOWS: &str =
    "which one, the gateway's log and journal tell by serial number and issuer: give both and the time to its operator";

/// The first issue of an OperationOutcome.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    code: String,
    text: String,
}

impl Outcome {
    /// Reads it from a body as it came: what frames the body stands before and after the object.
    fn read(body: &[u8]) -> Option<Self> {
        let from = body.iter().position(|byte| *byte == b'{')?;
        let mut values = serde_json::Deserializer::from_slice(body.get(from..)?).into_iter::<Value>();
        let outcome = values.next()?.ok()?;
        let is_outcome = outcome.get("resourceType")?.as_str()? == "OperationOutcome";
        let member = |at: &str| outcome.pointer(at).and_then(Value::as_str).map(plain);
        let code = member("/issue/0/details/coding/0/code").filter(|_| is_outcome)?;
        Some(Self { code, text: member("/issue/0/details/text").unwrap_or_default() })
    }

    fn told(&self) -> String {
        format!("{} ({})", self.code, self.text)
    }
}

/// A server's text for a terminal: no control characters, and not too long.
fn plain(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(TOLD).collect()
}

const fn note(text: String) -> Finding {
    Finding { severity: Severity::Note, text }
}

const fn fatal(text: String) -> Finding {
    Finding { severity: Severity::Fatal, text }
}

#[cfg(test)]
mod tests;
