//! `GET /metadata`: the CapabilityStatement, generated from the routes and the search table.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
    web::Data,
};
use aws_lc_rs::digest::{SHA256, digest};

use super::{
    edge::Edge,
    format::{Acceptance, Format},
    problem::Problem,
    routes, visit,
};
use crate::fhir::capability::{self, Served};

/// What is read and written.
const FORMATS: &[&str] = &["application/fhir+json", "application/fhir+xml", "json", "xml"];
/// What PATCH takes; in FHIR's own types it is a FHIRPath Patch.
const PATCH_FORMATS: &[&str] =
    &["application/json-patch+json", "application/xml-patch+xml", "application/fhir+json", "application/fhir+xml"];

/// States what the gateway can do. It needs a valid certificate and nothing else; no record is touched, so no line is written.
///
/// `mode` makes no difference, as R4 permits: there is no terminology to tell of.
///
/// # Errors
/// 403 where the certificate does not stand any more; 406; 429 where it asks too often.
pub async fn get(edge: Data<Edge>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    visit::pass(&edge, &request).await?;
    Acceptance::of(&request).format()?;
    let body = statement(&edge);
    let tag = tag_of(&body);
    if is_known(request.headers(), &tag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).content_type(Format::Json.media_type()).body(body))
}

fn statement(edge: &Edge) -> Vec<u8> {
    let about = capability::About {
        base: &edge.base,
        rules: edge.rules,
        version: env!("CARGO_PKG_VERSION"),
        date: edge.since,
        formats: FORMATS,
        patch_formats: PATCH_FORMATS,
    };
    capability::statement(&about, &Served { interactions: routes::INTERACTIONS, operations: routes::OPERATIONS })
}

/// A weak tag: JSON and XML have the same.
fn tag_of(statement: &[u8]) -> String {
    let digest = digest(&SHA256, statement);
    let start: String = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{start}\"")
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.split(',').any(|one| one.trim() == "*" || strong(one) == strong(tag))
}
