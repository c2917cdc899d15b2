//! What is answered where all went well: a FHIR body in JSON, with its version; the edge gives it the form that was asked for.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
};
use jiff::Timestamp;

use super::{
    format::Format,
    preference::{Preference, Return},
};
use crate::fhir::print;

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The version of the resource, and since when it is that.
    pub version: Option<(u32, Timestamp)>,
    /// Where the resource is.
    pub location: Option<String>,
    /// The body, FHIR JSON.
    pub body: Vec<u8>,
}

impl Reply {
    /// 200 with a body that has no version.
    pub const fn of(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, version: None, location: None, body }
    }

    /// 200 with a resource in that version.
    pub const fn versioned(body: Vec<u8>, version: u32, updated: Timestamp) -> Self {
        Self { status: StatusCode::OK, version: Some((version, updated)), location: None, body }
    }

    /// 201 with a resource in that version, at that address (without `_history`).
    pub fn created(body: Vec<u8>, version: u32, updated: Timestamp, address: &str) -> Self {
        let location = Some(format!("{address}/_history/{version}"));
        Self { status: StatusCode::CREATED, version: Some((version, updated)), location, body }
    }

    /// The response to a read: 304 where the caller has this version already.
    pub fn to_read(self, request: &HttpRequest) -> HttpResponse {
        if self.is_known(request.headers()) {
            let mut response = HttpResponse::NotModified();
            self.tell_version(&mut response);
            return response.finish();
        }
        self.respond()
    }

    /// The response to a write, with what the caller wants back.
    pub fn to_write(mut self, preference: Preference) -> HttpResponse {
        match preference.back {
            Return::Representation => {}
            Return::Minimal => self.body.clear(),
            Return::Outcome => self.body = print::success(),
        }
        self.respond()
    }

    fn respond(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        self.tell_version(&mut response);
        if let Some(location) = &self.location {
            response.insert_header((header::LOCATION, location.as_str()));
        }
        if self.body.is_empty() {
            return response.finish();
        }
        response.content_type(Format::Json.media_type()).body(self.body)
    }

    fn tell_version(&self, response: &mut actix_web::HttpResponseBuilder) {
        if let Some((version, updated)) = self.version {
            response.insert_header((header::ETAG, format!("W/\"{version}\"")));
            response.insert_header(header::LastModified(std::time::SystemTime::from(updated).into()));
        }
    }

    /// `If-None-Match`, and `If-Modified-Since` where that is not there.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let Some((version, updated)) = self.version else { return false };
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(known) = text(header::IF_NONE_MATCH) {
            let tag = format!("\"{version}\"");
            return known.split(',').map(str::trim).any(|it| it == "*" || it.trim_start_matches("W/") == tag);
        }
        let since = text(header::IF_MODIFIED_SINCE).and_then(|value| jiff::fmt::rfc2822::parse(value).ok());
        since.is_some_and(|since| updated.as_second() <= since.timestamp().as_second())
    }
}
