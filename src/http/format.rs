//! Content negotiation: generous in names, strict in what is given.

use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
};

use super::{diagnoses, problem::Problem};
use crate::{
    fhir::document::{Encoding, LARGEST},
    record::access::{MediaTaken, covers},
};

#[cfg(test)]
mod tests;

/// The two forms of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

impl Format {
    /// The media type of what is answered in this form.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/fhir+json; charset=utf-8",
            Self::Xml => "application/fhir+xml; charset=utf-8",
        }
    }

    /// The form as content has it.
    pub const fn encoding(self) -> Encoding {
        match self {
            Self::Json => Encoding::Json,
            Self::Xml => Encoding::Xml,
        }
    }

    /// The form of that name; the DSTU2 names are among them (ANS SAS kit, fhirpy).
    fn named(name: &str) -> Option<Self> {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        if JSON_NAMES.iter().any(|known| is(known)) {
            Some(Self::Json)
        } else if XML_NAMES.iter().any(|known| is(known)) {
            Some(Self::Xml)
        } else {
            None
        }
    }
}

/// What the caller wants of a document's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The bytes as they were filed.
    Native,
    /// A FHIR Binary.
    Binary(Format),
    /// The FHIR document in that form, which is not the one in which it was filed; a FHIR Binary where the content is no FHIR document.
    Document(Format),
}

const JSON_NAMES: [&str; 5] =
    ["application/fhir+json", "application/json", "application/json+fhir", "text/json", "json"];
const XML_NAMES: [&str; 5] = ["application/fhir+xml", "application/xml", "application/xml+fhir", "text/xml", "xml"];
/// The names that mean FHIR and nothing else: content in plain XML or JSON has the others.
const FHIR_NAMES: [&str; 4] =
    ["application/fhir+json", "application/fhir+xml", "application/json+fhir", "application/xml+fhir"];

/// What a request says of media types.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// `_format`, where the address has one.
    asked: Option<String>,
    ranges: Vec<Range>,
}

#[derive(Debug, Clone)]
struct Range {
    name: String,
    quality: f32,
}

impl Acceptance {
    /// What a request says.
    pub fn of(request: &HttpRequest) -> Self {
        Self::read(request.query_string(), request.headers())
    }

    /// What a query string and headers say.
    pub fn read(query: &str, headers: &HeaderMap) -> Self {
        Self { asked: format_asked(query), ranges: ranges(headers) }
    }

    /// FHIR in that form alone, as the entries of a batch are given.
    pub fn for_fhir(format: Format) -> Self {
        let name = format.media_type().split(';').next().unwrap_or_default().to_owned();
        Self { asked: Some(name), ranges: Vec::new() }
    }

    /// In which form the answer is given: the one that is liked best, and JSON where both are.
    ///
    /// # Errors
    /// 406.
    pub fn format(&self) -> Result<Format, Problem> {
        if let Some(asked) = &self.asked {
            return Format::named(asked).ok_or_else(not_acceptable);
        }
        let mut best: Option<(f32, Format)> = None;
        for range in self.ranges.iter().filter(|range| range.quality > 0.0) {
            let format = match range.name.as_str() {
                "*/*" | "application/*" | "text/*" => Some(Format::Json),
                name => Format::named(name),
            };
            if let Some(format) = format.filter(|_| best.is_none_or(|(quality, _)| range.quality > quality)) {
                best = Some((range.quality, format));
            }
        }
        best.map(|(_, format)| format).ok_or_else(not_acceptable)
    }

    /// What the caller wants of content of that media type and of so many bytes: FHIR only where it is asked for by name.
    ///
    /// # Errors
    /// 406.
    pub fn content(&self, native: &str, size: u64) -> Result<Wanted, Problem> {
        let in_form = |format| wanted(format, native, size);
        if let Some(asked) = &self.asked {
            return Format::named(asked).and_then(in_form).ok_or_else(not_acceptable);
        }
        let native = essence(native);
        let mut best: Option<(f32, Wanted)> = None;
        for range in self.ranges.iter().filter(|range| range.quality > 0.0) {
            let wanted = if covers(&range.name, native) {
                Wanted::Native
            } else if let Some(wanted) = Format::named(&range.name).and_then(in_form) {
                wanted
            } else {
                continue;
            };
            if best.is_none_or(|(quality, _)| range.quality > quality) {
                best = Some((range.quality, wanted));
            }
        }
        best.map(|(_, wanted)| wanted).ok_or_else(not_acceptable)
    }

    /// In which media types content is taken: any, where a FHIR Binary is; FHIR that must be converted, only so long.
    pub fn content_taken(&self) -> MediaTaken {
        let is_converted = |native: &&str| self.content(native, u64::MAX).is_err();
        FHIR_NAMES.into_iter().filter(is_converted).fold(self.media_taken(), |taken, name| taken.up_to(name, LARGEST))
    }

    fn media_taken(&self) -> MediaTaken {
        if let Some(asked) = &self.asked {
            return Format::named(asked).map_or_else(|| MediaTaken::of(Vec::new()), |_| MediaTaken::any());
        }
        let ranges: Vec<String> =
            self.ranges.iter().filter(|range| range.quality > 0.0).map(|range| range.name.clone()).collect();
        if ranges.iter().any(|range| Format::named(range).is_some()) {
            MediaTaken::any()
        } else {
            MediaTaken::of(ranges)
        }
    }
}

/// FHIR as content is given as it is in its own form, and in the other one while it is short enough to be converted; all else in a Binary.
fn wanted(format: Format, native: &str, size: u64) -> Option<Wanted> {
    match Encoding::of_media_type(native) {
        None => Some(Wanted::Binary(format)),
        Some(own) if own == format.encoding() => Some(Wanted::Native),
        Some(_) => (size <= LARGEST).then_some(Wanted::Document(format)),
    }
}

/// The form of a body, by what its sender says.
///
/// # Errors
/// 415.
pub fn of_body(request: &HttpRequest) -> Result<Format, Problem> {
    refuse_encoded(request)?;
    let value = content_type(request);
    Format::named(essence(value)).filter(|_| says_r4(value) && says_utf8(value)).ok_or_else(unsupported)
}

/// Refuses a body that is compressed: its bytes are neither counted nor understood as they arrive.
///
/// # Errors
/// 415.
pub fn refuse_encoded(request: &HttpRequest) -> Result<(), Problem> {
    let mut encodings = request.headers().get_all(header::CONTENT_ENCODING);
    if encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    Err(Problem::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, diagnoses::CONTENT_ENCODED))
}

/// The media type of a body, without parameters.
pub fn content_type(request: &HttpRequest) -> &str {
    request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// 406.
pub fn not_acceptable() -> Problem {
    Problem::of(StatusCode::NOT_ACCEPTABLE, diagnoses::NOT_ACCEPTABLE)
}

/// 415.
pub fn unsupported() -> Problem {
    Problem::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, diagnoses::UNSUPPORTED_MEDIA)
}

/// Whether the name means a FHIR form and no other use of JSON or XML.
pub fn is_fhir(name: &str) -> bool {
    FHIR_NAMES.iter().any(|known| known.eq_ignore_ascii_case(essence(name)))
}

/// The ranges of the Accept headers; without one, anything goes.
fn ranges(headers: &HeaderMap) -> Vec<Range> {
    let mut ranges: Vec<Range> = headers
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
fn format_asked(query: &str) -> Option<String> {
    super::form::pairs(query)
        .into_iter()
        .find(|(name, value)| name == "_format" && !value.is_empty())
        .map(|(_, value)| essence(&value).replace(' ', "+").to_ascii_lowercase())
}

/// A media type without its parameters.
pub fn essence(value: &str) -> &str {
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

fn says_utf8(value: &str) -> bool {
    parameter(value, "charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
}
