//! What is carried along while a publication is read: the setting, the findings, and the one patient.

use super::Setting;
use crate::{
    fhir::{
        issue::{Issue, Issues, Severity},
        rules::{Check, ELEMENT_MISSING},
    },
    record::{identity::Ins, traits::TraitsTold},
};

/// The reading of one publication.
pub(super) struct Reader<'a> {
    pub(super) setting: &'a Setting<'a>,
    pub(super) holder: Option<Ins>,
    traits: Vec<TraitsTold>,
    issues: Vec<Issue>,
    refused: bool,
}

/// Findings that are told; a submission that is wrong all over is not told everything.
const TOLD: usize = 100;

impl<'a> Reader<'a> {
    pub(super) const fn new(setting: &'a Setting<'a>) -> Self {
        Self { setting, holder: None, traits: Vec::new(), issues: Vec::new(), refused: false }
    }

    /// Takes note that a check failed there; the rule set says how grave that is.
    pub(super) fn note(&mut self, check: &Check, at: impl Into<String>, detail: impl Into<String>) {
        if let Some(severity) = self.setting.rules.verdict(check).severity() {
            let diagnosis = check.diagnosis;
            let issue = Issue { severity, diagnosis, at: at.into(), detail: detail.into() };
            let is_first_error = severity == Severity::Error && !self.refused;
            self.refused |= is_first_error;
            if is_first_error || (self.issues.len() < TOLD && !self.issues.contains(&issue)) {
                self.issues.push(issue);
            }
        }
    }

    /// Keeps what is told of the patient, each telling once.
    pub(super) fn told(&mut self, traits: TraitsTold) {
        if traits != TraitsTold::default() && !self.traits.contains(&traits) {
            self.traits.push(traits);
        }
    }

    /// What was told of the patient so far.
    pub(super) fn traits(&self) -> &[TraitsTold] {
        &self.traits
    }

    /// All that was told of the patient.
    pub(super) fn take_traits(&mut self) -> Vec<TraitsTold> {
        std::mem::take(&mut self.traits)
    }

    /// The warnings where all was read and nothing refuses, else everything that was found.
    pub(super) fn into_issues(mut self, complete: bool) -> Result<Vec<Issue>, Issues> {
        if !complete && !self.refused {
            self.note(&ELEMENT_MISSING, "", "the publication is incomplete");
        }
        if self.refused { Err(Issues(self.issues)) } else { Ok(self.issues) }
    }
}
