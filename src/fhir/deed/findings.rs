//! What is found while a deed is read.

use crate::fhir::issue::{Diagnosis, Issue, Issues, Severity};

/// Findings that are told.
const TOLD: usize = 100;

/// The findings of one reading.
#[derive(Debug, Default)]
pub(in crate::fhir) struct Findings {
    issues: Vec<Issue>,
    refused: bool,
}

impl Findings {
    /// Refuses the whole, for what stands there.
    pub(in crate::fhir) fn refuse(&mut self, diagnosis: Diagnosis, at: impl Into<String>, detail: &str) {
        self.note(Issue::error(diagnosis, at, detail));
    }

    /// Takes it with a remark.
    pub(in crate::fhir) fn warn(&mut self, diagnosis: Diagnosis, at: impl Into<String>, detail: &str) {
        self.note(Issue::warning(diagnosis, at, detail));
    }

    fn note(&mut self, issue: Issue) {
        let is_first_error = issue.severity == Severity::Error && !self.refused;
        self.refused |= is_first_error;
        if is_first_error || (self.issues.len() < TOLD && !self.issues.contains(&issue)) {
            self.issues.push(issue);
        }
    }

    /// What was read with its warnings, or everything that was found. `missing` is said where nothing else tells why nothing was read.
    pub(in crate::fhir) fn conclude<T>(
        mut self,
        read: Option<T>,
        missing: (Diagnosis, &str),
    ) -> Result<(T, Vec<Issue>), Issues> {
        match read.filter(|_| !self.refused) {
            Some(read) => Ok((read, self.issues)),
            None => {
                if !self.refused {
                    self.refuse(missing.0, missing.1, "");
                }
                Err(Issues(self.issues))
            }
        }
    }
}
