//! What a reading may still hold, where it stands, and what it found.

use super::lexer::Fault;
use crate::fhir::{
    intake::{
        FINDINGS, Limits, TEXT_FACTOR,
        diagnoses::{BODY_TOO_LONG, STRING_TOO_LONG, TOO_DEEP, TOO_MANY},
        stop::Stop,
    },
    issue::{Diagnosis, Issue},
    location::Location,
};

pub(super) struct Account {
    pub(super) at: Location,
    pub(super) issues: Vec<Issue>,
    nodes_left: usize,
    text_left: usize,
    levels_left: usize,
}

impl Account {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            at: Location::new(Location::UNKNOWN),
            issues: Vec::new(),
            nodes_left: limits.nodes,
            text_left: limits.string.saturating_mul(TEXT_FACTOR),
            levels_left: limits.depth,
        }
    }

    /// One more value is held.
    pub(super) fn count(&mut self) -> Result<(), Stop> {
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or_else(|| self.give_up(TOO_MANY))?;
        Ok(())
    }

    /// So much more text is held.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        self.text_left = self.text_left.checked_sub(bytes).ok_or_else(|| self.give_up(TOO_MANY))?;
        Ok(())
    }

    /// So many more objects and lists are inside each other.
    pub(super) fn deepen(&mut self, levels: usize) -> Result<(), Stop> {
        self.levels_left = self.levels_left.checked_sub(levels).ok_or_else(|| self.give_up(TOO_DEEP))?;
        Ok(())
    }

    pub(super) fn rise(&mut self, levels: usize) {
        self.levels_left += levels;
    }

    /// Notes what is wrong here, and goes on unless there is too much of it.
    pub(super) fn find(&mut self, diagnosis: Diagnosis, detail: &str) -> Result<(), Stop> {
        self.keep(Issue::error(diagnosis, self.at.to_string(), detail))
    }

    /// Notes what is wrong with a member, or an attribute, of this place.
    pub(super) fn find_member(&mut self, diagnosis: Diagnosis, name: &str) -> Result<(), Stop> {
        self.keep(Issue::error(diagnosis, self.at.member(name), ""))
    }

    fn keep(&mut self, issue: Issue) -> Result<(), Stop> {
        self.issues.push(issue);
        if self.issues.len() < FINDINGS { Ok(()) } else { Err(Stop::Found) }
    }

    /// Notes what is wrong here, and why it makes no sense to go on.
    pub(super) fn give_up(&mut self, diagnosis: Diagnosis) -> Stop {
        self.issues.push(Issue::error(diagnosis, self.at.to_string(), ""));
        Stop::Found
    }

    pub(super) fn too_long(&mut self, diagnosis: Diagnosis) -> Stop {
        self.issues.push(Issue::error(diagnosis, self.at.to_string(), ""));
        Stop::TooLong
    }

    /// What a fault of the lexer means here.
    pub(super) fn stop(&mut self, fault: Fault) -> Stop {
        match fault {
            Fault::Cut | Fault::Unwanted => Stop::Cut,
            Fault::BodyTooLong => self.too_long(BODY_TOO_LONG),
            Fault::ValueTooLong => self.give_up(STRING_TOO_LONG),
            Fault::Wrong(issue) => {
                self.issues.push(issue);
                Stop::Found
            }
        }
    }
}
