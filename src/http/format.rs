//! Content negotiation: generous in names, strict in what is given.

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
};

use super::{diagnoses, problem::Problem};
use crate::record::access::{MediaTaken, covers};

/// What the caller wants of a document's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The bytes as they were filed.
    Native,
    /// A FHIR Binary in JSON.
    Binary,
}

/// The names under which JSON is asked for or sent, the DSTU2 name among them (ANS SAS kit, fhirpy).
const JSON_NAMES: [&str; 5] =
    ["application/fhir+json", "application/json", "application/json+fhir", "text/json", "json"];

/// Whether the request can be answered in FHIR JSON.
///
/// # Errors
/// 406.
pub fn accept_json(request: &HttpRequest) -> Result<(), Problem> {
    let accepted = match format_asked(request) {
        Some(format) => is_json(&format),
        None => ranges(request).iter().any(|range| range.quality > 0.0 && covers_json(&range.name)),
    };
    if accepted { Ok(()) } else { Err(Problem::of(StatusCode::NOT_ACCEPTABLE, diagnoses::NOT_ACCEPTABLE)) }
}

/// Whether the body is FHIR JSON.
///
/// # Errors
/// 415.
pub fn require_json_body(request: &HttpRequest) -> Result<(), Problem> {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_json(essence(value)) && says_r4(value) {
        return Ok(());
    }
    Err(Problem::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, diagnoses::UNSUPPORTED_MEDIA))
}

/// What the caller wants of content of that media type: FHIR only where it is asked for by name.
///
/// # Errors
/// 406.
pub fn want_content(request: &HttpRequest, native: &str) -> Result<Wanted, Problem> {
    if let Some(format) = format_asked(request) {
        return if is_json(&format) { Ok(Wanted::Binary) } else { Err(not_acceptable()) };
    }
    let native = essence(native);
    let mut best: Option<(f32, Wanted)> = None;
    for range in ranges(request).iter().filter(|range| range.quality > 0.0) {
        let wanted = if covers(&range.name, native) {
            Wanted::Native
        } else if is_json(&range.name) {
            Wanted::Binary
        } else {
            continue;
        };
        if best.is_none_or(|(quality, _)| range.quality > quality) {
            best = Some((range.quality, wanted));
        }
    }
    best.map(|(_, wanted)| wanted).ok_or_else(not_acceptable)
}

/// 406.
pub fn not_acceptable() -> Problem {
    Problem::of(StatusCode::NOT_ACCEPTABLE, diagnoses::NOT_ACCEPTABLE)
}

struct Range {
    name: String,
    quality: f32,
}

/// The ranges of the Accept headers; without one, anything goes.
fn ranges(request: &HttpRequest) -> Vec<Range> {
    let mut ranges: Vec<Range> = request
        .headers()
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|item| !item.trim().is_empty())
        .map(range)
        .collect();
    if ranges.is_empty() {
        ranges.push(Range { name: "*/*".to_owned(), quality: 1.0 });
    }
    ranges
}

fn range(item: &str) -> Range {
    let quality = parameter(item, "q").and_then(|q| q.parse().ok()).unwrap_or(1.0);
    let quality = if says_r4(item) { quality } else { 0.0 };
    Range { name: essence(item).to_owned(), quality }
}

/// `_format`, in whose value a plus may have come as a space.
fn format_asked(request: &HttpRequest) -> Option<String> {
    super::form::pairs(request.query_string())
        .into_iter()
        .find(|(name, value)| name == "_format" && !value.is_empty())
        .map(|(_, value)| essence(&value).replace(' ', "+").to_ascii_lowercase())
}

fn essence(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

fn says_r4(value: &str) -> bool {
    parameter(value, "fhirVersion").is_none_or(|version| version == "4.0" || version == "4.0.1")
}

fn is_json(name: &str) -> bool {
    JSON_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn covers_json(name: &str) -> bool {
    is_json(name) || name == "*/*" || name == "application/*" || name == "text/*"
}

/// In which media types the request takes content: any, where it takes a FHIR Binary.
pub fn content_taken(request: &HttpRequest) -> MediaTaken {
    if let Some(format) = format_asked(request) {
        return if is_json(&format) { MediaTaken::any() } else { MediaTaken::of(Vec::new()) };
    }
    let ranges = ranges(request).into_iter().filter(|range| range.quality > 0.0).map(|range| range.name);
    let ranges: Vec<String> = ranges.collect();
    if ranges.iter().any(|range| is_json(range)) { MediaTaken::any() } else { MediaTaken::of(ranges) }
}

#[cfg(test)]
mod tests;
