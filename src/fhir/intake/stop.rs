//! Why the walk ends early, and how the JSON reader's errors are told.

use std::io;

use struson::reader::{JsonReaderPosition, JsonSyntaxError, LinePosition, ReaderError, SyntaxErrorKind};

use super::{
    diagnoses::{BODY_TOO_LONG, NOT_JSON, NOT_UTF8, NUMBER, STRING_TOO_LONG, TOO_DEEP},
    sluice::Failure,
};
use crate::fhir::issue::{Diagnosis, Issue};

/// The end of a walk.
#[derive(Debug)]
pub(in crate::fhir) enum Stop {
    /// What was found makes it useless or impossible to go on.
    Found,
    /// Too long: the last finding says what.
    TooLong,
    /// The body ended, or its source failed.
    Cut,
    /// The quarantine cannot be written.
    Storage(io::Error),
}

/// By how much the reader's columns lag behind on one line, where a document was led aside.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Shift {
    pub(super) line: u64,
    pub(super) columns: u64,
}

impl Shift {
    /// `line 3, column 14`, counted from 1.
    pub(super) fn place(self, position: &JsonReaderPosition) -> String {
        let LinePosition { line, column } = position.line_pos.unwrap_or(LinePosition { line: 0, column: 0 });
        let column = if line == self.line { column + self.columns } else { column };
        format!("line {}, column {}", line + 1, column + 1)
    }
}

/// What a failure of the sluice means; the place is that of the value.
pub(super) fn of_failure(failure: Failure, at: String) -> (Stop, Option<Issue>) {
    match failure {
        Failure::Source | Failure::Drained => (Stop::Cut, None),
        Failure::BodyTooLong => (Stop::TooLong, Some(Issue::error(BODY_TOO_LONG, at, ""))),
        Failure::TokenTooLong => (Stop::Found, Some(Issue::error(STRING_TOO_LONG, at, ""))),
    }
}

/// What an error of the JSON reader means, where the sluice did not fail.
pub(super) fn of_error(error: &ReaderError, at: String, shift: Shift) -> (Stop, Option<Issue>) {
    if let ReaderError::SyntaxError(syntax) = error {
        return of_syntax(syntax, shift);
    }
    let found = |diagnosis: Diagnosis| (Stop::Found, Some(Issue::error(diagnosis, at.clone(), "")));
    if let ReaderError::MaxNestingDepthExceeded { .. } = error {
        return found(TOO_DEEP);
    }
    if let ReaderError::UnsupportedNumberValue { .. } = error {
        return found(NUMBER);
    }
    if let ReaderError::IoError { location, .. } = error {
        return (Stop::Found, Some(Issue::error(NOT_UTF8, shift.place(location), "")));
    }
    found(NOT_JSON)
}

/// What a syntax error means: the body may simply have ended.
pub(super) fn of_syntax(syntax: &JsonSyntaxError, shift: Shift) -> (Stop, Option<Issue>) {
    if syntax.kind == SyntaxErrorKind::IncompleteDocument {
        return (Stop::Cut, None);
    }
    let place = shift.place(&syntax.location);
    (Stop::Found, Some(Issue::error(NOT_JSON, place, words(&syntax.kind.to_string()))))
}

/// `MissingComma` as `missing comma`.
fn words(name: &str) -> String {
    let spaced =
        name.chars().flat_map(|c| if c.is_ascii_uppercase() { vec![' ', c.to_ascii_lowercase()] } else { vec![c] });
    spaced.collect::<String>().trim_start().to_owned()
}
