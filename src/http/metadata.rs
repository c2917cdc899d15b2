//! `GET /metadata`: the CapabilityStatement, generated from the routes and the search table.

use actix_web::{HttpRequest, HttpResponse, web::Data};

use super::{
    edge::Edge,
    format::{Acceptance, Format},
    problem::Problem,
    routes,
};
use crate::fhir::capability;

/// States what the gateway can do. It needs a valid certificate and nothing else; no record is touched, so no line is written.
///
/// # Errors
/// 406.
pub async fn get(edge: Data<Edge>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    Acceptance::of(&request).format()?;
    let about = capability::About {
        base: &edge.base,
        rules: edge.rules,
        version: env!("CARGO_PKG_VERSION"),
        date: edge.since,
        formats: &["application/fhir+json", "application/fhir+xml", "json", "xml"],
    };
    let body = capability::statement(&about, routes::INTERACTIONS);
    Ok(HttpResponse::Ok().content_type(Format::Json.media_type()).body(body))
}
