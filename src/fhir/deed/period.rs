//! Periods of FHIR, whose end is still inside, and the spans of the record, whose end is outside.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    diagnoses::{MOMENT, PART_MISSING, PERIOD},
    findings::Findings,
};
use crate::{
    fhir::{
        date::{Moment, ZONE, span},
        tree::Node,
    },
    record::care_team::Span,
};

/// The span that a period stands for; its start must be told, and there must be time in it. A date without a time is that whole day
/// in [`ZONE`].
pub(in crate::fhir) fn read(period: &Node<'_>, findings: &mut Findings) -> Option<Span> {
    let Some(start) = period.text("start") else {
        findings.refuse(PART_MISSING, period.place("start"), "");
        return None;
    };
    let from = span(start).ok().map(|span| span.from);
    let until = match period.text("end") {
        Some(end) => span(end).ok().map(|span| Some(span.until)),
        None => Some(None),
    };
    let read = from.zip(until).map(|(from, until)| Span { from, until });
    let read = read.filter(|span| span.until.is_none_or(|until| span.from < until));
    if read.is_none() {
        findings.refuse(PERIOD, period.at(), "");
    }
    read
}

/// A moment stated to the second at least.
pub(in crate::fhir) fn moment(home: &Node<'_>, name: &str, findings: &mut Findings) -> Option<Timestamp> {
    let moment = Moment::parse(home.text(name)?).ok().filter(Moment::is_instant);
    let at = moment.and_then(|moment| moment.span().ok()).map(|span| span.from);
    if at.is_none() {
        findings.refuse(MOMENT, home.place(name), "");
    }
    at
}

/// The period of a span.
pub(in crate::fhir) fn print(span: Span) -> Value {
    match span.until {
        Some(until) => json!({"start": start(span.from), "end": end(until)}),
        None => json!({"start": start(span.from)}),
    }
}

fn start(from: Timestamp) -> String {
    midnight(from).unwrap_or_else(|| from.to_string())
}

/// The last day, second or nanosecond before an instant.
fn end(until: Timestamp) -> String {
    let before = |length| until.saturating_sub(length).unwrap_or(until);
    let yesterday = before(SignedDuration::from_nanos(1));
    if midnight(until).is_some() {
        yesterday.to_zoned(TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)).date().to_string()
    } else if until.subsec_nanosecond() == 0 {
        before(SignedDuration::from_secs(1)).to_string()
    } else {
        yesterday.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
    }
}

/// The day that begins at that instant.
fn midnight(at: Timestamp) -> Option<String> {
    let day = at.to_zoned(TimeZone::get(ZONE).ok()?).date().to_string();
    (span(&day).ok()?.from == at).then_some(day)
}
