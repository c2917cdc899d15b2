//! FHIR dates of any precision as spans of instants.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::record::document::DateSpan;

/// The text is no date of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date of FHIR")]
pub struct NotADate;

/// The span that a `date`, `dateTime` or `instant` stands for.
///
/// # Errors
/// The text is none of them.
pub fn span(text: &str) -> Result<DateSpan, NotADate> {
    if text.contains('T') { instant(text) } else { days(text) }.ok_or(NotADate)
}

fn instant(text: &str) -> Option<DateSpan> {
    let from: Timestamp = text.parse().ok()?;
    let until = from.checked_add(1.second()).ok()?;
    Some(DateSpan { from, until })
}

fn days(text: &str) -> Option<DateSpan> {
    let (first, last) = match text.len() {
        4 => (format!("{text}-01-01"), 1.year()),
        7 => (format!("{text}-01"), 1.month()),
        10 => (text.to_owned(), 1.day()),
        _ => return None,
    };
    let first: Date = first.parse().ok()?;
    let end = first.checked_add(last).ok()?;
    let at = |day: Date| day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    Some(DateSpan { from: at(first)?, until: at(end)? })
}
