//! `GET /DocumentReference/{id}`: one document entry.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path},
};
use uuid::Uuid;

use super::{
    edge::Edge,
    format,
    problem::{FHIR_JSON, Problem, Shape},
    visit::Visit,
};
use crate::{
    fhir::print,
    hds::{Document, Found},
    record::{access::Act, document::DocumentId},
};

/// Reads a document entry by its id.
///
/// # Errors
/// 404 where there is none for this caller, whatever the reason.
pub async fn get(edge: Data<Edge>, request: HttpRequest, id: Path<String>) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "read", Shape::OfDocument).await?;
    if let Err(problem) = format::accept_json(&request) {
        return Err(visit.reject(problem).await);
    }
    let Some(document) = document_id(&id) else {
        return Err(visit.reject(Problem::not_found()).await);
    };
    let Found::Document(Some(document)) = visit.ask_of(document, Act::Read(document)).await? else {
        return Err(Problem::not_found());
    };
    Ok(response(&edge, &document, HttpResponse::Ok()))
}

/// The id in an address; anything but a UUID names no document.
pub fn document_id(text: &str) -> Option<DocumentId> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36).map(DocumentId)
}

/// A document entry with its version headers.
pub fn response(edge: &Edge, document: &Document, mut builder: actix_web::HttpResponseBuilder) -> HttpResponse {
    let entry = &document.entry;
    let mut body = Vec::with_capacity(document.rendition.body.len() + 1024);
    print::document(&mut body, entry, &document.rendition, &edge.base);
    builder
        .content_type(FHIR_JSON)
        .insert_header((header::ETAG, format!("W/\"{}\"", entry.version)))
        .insert_header(header::LastModified(std::time::SystemTime::from(entry.updated).into()))
        .body(body)
}
