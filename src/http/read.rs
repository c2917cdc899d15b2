//! Reads by id: `GET /{type}/{id}`, one version, all versions.

use actix_web::http::StatusCode;
use uuid::Uuid;

use super::{diagnoses, edge::Edge, inquiry::Inquiry, problem::Problem, reply::Reply, target::Kind, visit::Visit};
use crate::{
    fhir::print,
    hds::{Document, Found},
    record::{access::Act, document::DocumentId},
};

/// Reads a resource by its id.
///
/// # Errors
/// 404 where there is none for this caller, whatever the reason; 410 where it was deleted.
pub async fn one(visit: &Visit, kind: Kind, id: &str) -> Result<Reply, Problem> {
    let Some(id) = uuid(id) else { return Err(visit.reject(Problem::not_found()).await) };
    match kind {
        Kind::DocumentReference => document(visit, DocumentId(id)).await,
        Kind::List | Kind::Consent | Kind::CareTeam | Kind::AuditEvent | Kind::Patient => Err(Problem::not_found()),
    }
}

/// Reads one version of a resource.
///
/// # Errors
/// As [`one`].
pub async fn version(visit: &Visit, kind: Kind, id: &str, version: &str) -> Result<Reply, Problem> {
    let (Some(id), Ok(version)) = (uuid(id), version.parse()) else {
        return Err(visit.reject(Problem::not_found()).await);
    };
    match kind {
        Kind::DocumentReference => document_version(visit, DocumentId(id), version).await,
        Kind::List | Kind::Consent | Kind::CareTeam | Kind::AuditEvent | Kind::Patient => Err(Problem::not_found()),
    }
}

/// Reads all versions of a resource.
///
/// # Errors
/// As [`one`].
pub async fn history(visit: &Visit, kind: Kind, id: &str, _inquiry: &Inquiry) -> Result<Reply, Problem> {
    let Some(_id) = uuid(id) else { return Err(visit.reject(Problem::not_found()).await) };
    match kind {
        Kind::DocumentReference | Kind::List | Kind::Consent | Kind::CareTeam | Kind::AuditEvent | Kind::Patient => {
            Err(Problem::not_found())
        }
    }
}

async fn document(visit: &Visit, id: DocumentId) -> Result<Reply, Problem> {
    let Found::Document(Some(document)) = visit.ask_of(id, Act::Read(id)).await? else {
        return Err(Problem::not_found());
    };
    Ok(reply(&visit.edge, &document))
}

async fn document_version(visit: &Visit, id: DocumentId, version: u32) -> Result<Reply, Problem> {
    let Found::Document(Some(document)) = visit.ask_of(id, Act::ReadVersion(id, version)).await? else {
        return Err(Problem::not_found());
    };
    Ok(reply(&visit.edge, &document))
}

/// The id in an address; anything but a UUID names nothing.
pub fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

/// A document entry with its version.
pub fn reply(edge: &Edge, document: &Document) -> Reply {
    let entry = &document.entry;
    let mut body = Vec::with_capacity(document.rendition.body.len() + 1024);
    print::document(&mut body, entry, &document.rendition, &edge.base);
    Reply::versioned(body, entry.version, entry.updated)
}

/// What cannot be: the host found something else than was asked for.
pub fn unexpected() -> Problem {
    Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL)
}
