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
use crate::fhir::{issue::Issue, print};

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
    /// Whether one version reads the same always, and to everyone: only then may a caller keep it.
    pub may_be_kept: bool,
    /// What was taken with a remark.
    pub remarks: Vec<Issue>,
}

impl Reply {
    /// 200 with a body that has no version.
    pub fn of(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, version: None, location: None, body, may_be_kept: true, remarks: Vec::new() }
    }

    /// 200 with a resource in that version.
    pub fn versioned(body: Vec<u8>, version: u32, updated: Timestamp) -> Self {
        Self { version: Some((version, updated)), ..Self::of(body) }
    }

    /// 201 with a resource in that version, at that address (without `_history`).
    pub fn created(body: Vec<u8>, version: u32, updated: Timestamp, address: &str) -> Self {
        let location = Some(format!("{address}/_history/{version}"));
        Self { status: StatusCode::CREATED, location, ..Self::versioned(body, version, updated) }
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
            Return::Outcome if self.remarks.is_empty() => self.body = print::success(),
            Return::Outcome => self.body = print::outcome(&self.remarks),
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
        let Some((_, updated)) = self.version.filter(|_| self.may_be_kept) else { return false };
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(known) = text(header::IF_NONE_MATCH) {
            return self.is_named_by(known);
        }
        let since = text(header::IF_MODIFIED_SINCE).and_then(|value| jiff::fmt::rfc2822::parse(value).ok());
        since.is_some_and(|since| updated.as_second() <= since.timestamp().as_second())
    }

    /// Whether entity tags (`If-None-Match`) name this version, and it may be kept.
    pub fn is_named_by(&self, tags: &str) -> bool {
        let Some((version, _)) = self.version.filter(|_| self.may_be_kept) else { return false };
        let tag = format!("\"{version}\"");
        tags.split(',').map(str::trim).any(|it| it == "*" || it.trim_start_matches("W/") == tag)
    }
}
