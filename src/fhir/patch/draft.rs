//! A patch document while it is read.

use std::sync::Arc;

use super::{MAX_OPERATIONS, Operation, Reading, diagnoses::TOO_MANY_OPERATIONS, session, tolerance};
use crate::fhir::{
    issue::{Diagnosis, Issue, Issues, Severity},
    rules::{Check, RuleSet},
};

/// Findings that are told.
const TOLD: usize = 50;

/// The operations read so far, and the findings.
pub(super) struct Draft {
    rules: RuleSet,
    script: session::Script,
    issues: Vec<Issue>,
}

impl Draft {
    /// A document of so many operations.
    pub(super) fn new(rules: RuleSet, operations: usize, at: &str) -> Result<Self, Issues> {
        if operations > MAX_OPERATIONS {
            return Err(Issue::error(TOO_MANY_OPERATIONS, at, format!("at most {MAX_OPERATIONS}")).into());
        }
        Ok(Self { rules, script: Vec::new(), issues: Vec::new() })
    }

    /// Takes an operation, with its number in the document and its place there.
    pub(super) fn push(&mut self, number: usize, operation: Operation, at: &str) {
        if self.script.len() < MAX_OPERATIONS {
            let operation = tolerance::settle(operation, &mut |check| self.note(check, at));
            self.script.push((number, operation));
        } else {
            self.find(Issue::error(TOO_MANY_OPERATIONS, at, ""));
        }
    }

    /// Takes note that a check failed there.
    pub(super) fn note(&mut self, check: &Check, at: &str) {
        if let Some(severity) = self.rules.verdict(check).severity() {
            self.find(Issue { severity, ..Issue::error(check.diagnosis, at, "") });
        }
    }

    /// Takes note of an error.
    pub(super) fn error(&mut self, diagnosis: Diagnosis, at: impl Into<String>, detail: &str) {
        self.find(Issue::error(diagnosis, at, detail));
    }

    fn find(&mut self, issue: Issue) {
        let is_first_error = issue.severity == Severity::Error && !self.is_refused();
        if is_first_error || (self.issues.len() < TOLD && !self.issues.contains(&issue)) {
            self.issues.push(issue);
        }
    }

    fn is_refused(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// The patch, unless something refuses it.
    pub(super) fn finish(self) -> Result<Reading, Issues> {
        if self.is_refused() {
            return Err(Issues(self.issues));
        }
        let Self { rules, script, issues } = self;
        let patch = Arc::new(move |entry: &_, rendition: &_| session::apply(&script, rules, entry, rendition));
        Ok(Reading { patch, warnings: issues })
    }
}
