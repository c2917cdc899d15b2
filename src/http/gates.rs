//! The gates for small bodies, which hold no document: the limits and the JSON or XML rules, the shape, the primitives.

use std::io;

use actix_web::{HttpRequest, http::StatusCode, web::Payload};
use serde_json::Value;

use super::{
    body, diagnoses,
    edge::Edge,
    format::{self, Format},
    problem::Problem,
    visit::Visit,
};
use crate::{
    fhir::{
        intake::{self, Intake, Limits, Quarantine, StagingArea, Unreadable},
        issue::Severity,
        primitive, shape, xml,
    },
    record::submission::StagedContent,
};

/// The largest small body, in bytes.
pub const SMALL: usize = 1024 * 1024;

/// A small resource from a body, through the gates.
///
/// # Errors
/// 400, 413, 415.
pub async fn resource(visit: &Visit, request: &HttpRequest, payload: Payload) -> Result<Value, Problem> {
    visit.acceptance.format()?;
    let format = format::of_body(request)?;
    let bytes = match body::gather(payload, SMALL, visit.edge.pace()).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(Problem::of(StatusCode::PAYLOAD_TOO_LARGE, diagnoses::TOO_LONG)),
        Err(error) => return Err(body::problem_of(&error)),
    };
    small(format, &bytes, &visit.edge)
}

/// A small resource, through the gates.
///
/// # Errors
/// 400 with every finding; 413.
pub fn small(format: Format, bytes: &[u8], edge: &Edge) -> Result<Value, Problem> {
    let limits = Limits { body: SMALL as u64, content: 0, documents: 0, ..edge.intake_limits() };
    let intake = match format {
        Format::Json => intake::read(bytes, &limits, &Nowhere),
        Format::Xml => xml::read(bytes, &limits, &Nowhere),
    };
    let intake = intake.map_err(problem_of)?;
    refuse_wrong(&intake)?;
    Ok(intake.tree)
}

/// The third gate and the first half of the fourth: the shape, and where that holds the primitives. The rest is the rule set's.
///
/// # Errors
/// 400 with every finding.
pub fn refuse_wrong(intake: &Intake) -> Result<(), Problem> {
    for check in [shape::check, primitive::check] {
        let issues = check(&intake.tree);
        if issues.iter().any(|issue| issue.severity == Severity::Error) {
            return Err(Problem::with(StatusCode::BAD_REQUEST, issues));
        }
    }
    Ok(())
}

/// What is told of a body that cannot be read.
pub fn problem_of(unreadable: Unreadable) -> Problem {
    match unreadable {
        Unreadable::Issues(issues) => Problem::with(StatusCode::BAD_REQUEST, issues.0),
        Unreadable::TooLong(issues) => Problem::with(StatusCode::PAYLOAD_TOO_LARGE, issues.0),
        Unreadable::Cut => Problem::of(StatusCode::BAD_REQUEST, diagnoses::BODY_CUT),
        Unreadable::Storage(error) => {
            tracing::error!(cause = %error, "quarantine");
            Problem::of(StatusCode::SERVICE_UNAVAILABLE, diagnoses::UNAVAILABLE)
        }
    }
}

/// A quarantine for what holds no document. What comes all the same is refused before it is opened, by the limit of none.
struct Nowhere;

impl Quarantine for Nowhere {
    fn open(&self) -> io::Result<Box<dyn StagingArea>> {
        Ok(Box::new(Counted(0)))
    }
}

struct Counted(u64);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl StagingArea for Counted {
    fn finish(self: Box<Self>) -> io::Result<StagedContent> {
        Ok(StagedContent { handle: uuid::Uuid::nil(), size: self.0, sha1: [0; 20], head: Vec::new() })
    }
}
