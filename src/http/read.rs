//! Reads by id: `GET /{type}/{id}`, one version, all versions.

use actix_web::http::StatusCode;
use uuid::Uuid;

use super::{
    deeds, diagnoses, edge::Edge, find, inquiry::Inquiry, problem::Problem, reply::Reply, target::Kind, visit::Visit,
};
use crate::{
    fhir::{
        audit, deed, patient,
        print::{self, History, PrintedVersion},
        summary::{self, Part},
    },
    hds::{Document, Found, Thing},
    record::{
        access::Act,
        deed::{DeedId, DeedKind},
        document::DocumentId,
    },
};

/// Reads a resource by its id.
///
/// # Errors
/// 404 where there is none for this caller, whatever the reason; 410 where it was deleted.
pub async fn one(visit: &Visit, kind: Kind, id: &str, inquiry: &Inquiry) -> Result<Reply, Problem> {
    if kind == Kind::Patient {
        return Ok(shaped(patient(visit, id).await?, inquiry));
    }
    let Some(id) = uuid(id) else { return Err(visit.reject(Problem::not_found()).await) };
    let reply = match kind {
        Kind::DocumentReference => document(visit, Act::Read(DocumentId(id)), DocumentId(id)).await,
        Kind::List => list(visit, id).await,
        Kind::Consent => deed(visit, DeedKind::Consent, DeedId(id), None).await,
        Kind::CareTeam => deed(visit, DeedKind::CareTeam, DeedId(id), None).await,
        Kind::AuditEvent => trace(visit, id, inquiry).await,
        Kind::Patient => Err(Problem::not_found()),
    };
    Ok(shaped(reply?, inquiry))
}

/// Reads one version of a resource.
///
/// # Errors
/// As [`one`].
pub async fn version(visit: &Visit, kind: Kind, id: &str, version: &str) -> Result<Reply, Problem> {
    let number = version.parse().ok().filter(|number: &u32| number.to_string() == version);
    let (Some(id), Some(version)) = (uuid(id), number) else {
        return Err(visit.reject(Problem::not_found()).await);
    };
    match kind {
        Kind::DocumentReference => document(visit, Act::ReadVersion(DocumentId(id), version), DocumentId(id)).await,
        Kind::Consent => deed(visit, DeedKind::Consent, DeedId(id), Some(version)).await,
        Kind::CareTeam => deed(visit, DeedKind::CareTeam, DeedId(id), Some(version)).await,
        Kind::List => {
            let reply = list(visit, id).await?;
            // Of a list the version in force is told, and no other.
            if reply.version.is_some_and(|(told, _)| told == version) { Ok(reply) } else { Err(Problem::not_found()) }
        }
        Kind::AuditEvent | Kind::Patient => Err(visit.reject(Problem::not_found()).await),
    }
}

/// Reads all versions of a resource.
///
/// # Errors
/// As [`one`].
pub async fn history(visit: &Visit, kind: Kind, id: &str) -> Result<Reply, Problem> {
    let Some(id) = uuid(id) else { return Err(visit.reject(Problem::not_found()).await) };
    match kind {
        Kind::DocumentReference => document_history(visit, DocumentId(id)).await,
        Kind::Consent => deed_history(visit, DeedKind::Consent, DeedId(id)).await,
        Kind::CareTeam => deed_history(visit, DeedKind::CareTeam, DeedId(id)).await,
        Kind::List | Kind::AuditEvent | Kind::Patient => Err(visit.reject(Problem::not_found()).await),
    }
}

async fn document(visit: &Visit, act: Act, id: DocumentId) -> Result<Reply, Problem> {
    let found = visit.ask_of(id, act).await?;
    let Found::Document(Some(document)) = found else { return Err(missing(&found)) };
    Ok(reply(&visit.edge, &document))
}

async fn document_history(visit: &Visit, id: DocumentId) -> Result<Reply, Problem> {
    let found = visit.ask_of(id, Act::History(id)).await?;
    let Found::Versions(versions) = &found else { return Err(missing(&found)) };
    if versions.is_empty() {
        return Err(Problem::not_found());
    }
    let versions: Vec<_> = versions.iter().map(|version| (&version.entry, &version.rendition)).collect();
    let self_link = format!("{}/DocumentReference/{id}/_history", visit.edge.base);
    Ok(Reply::of(print::document_history(&versions, &self_link, &visit.edge.base)))
}

async fn list(visit: &Visit, id: Uuid) -> Result<Reply, Problem> {
    let (Found::List(Some(list)), _) = visit.ask_of_thing(Thing::List(id), Act::ReadList(id)).await? else {
        return Err(Problem::not_found());
    };
    let mut body = Vec::new();
    print::list(&mut body, &list);
    // What a list holds is told to each reader as the labels are then: the same version may read otherwise an hour later.
    Ok(Reply { may_be_kept: false, ..Reply::versioned(body, list.entry.version, list.entry.updated) })
}

async fn trace(visit: &Visit, id: Uuid, inquiry: &Inquiry) -> Result<Reply, Problem> {
    let (Found::Trace(Some(trace)), _) = visit.ask_of_thing(Thing::Trace(id), Act::ReadTrace(id)).await? else {
        return Err(Problem::not_found());
    };
    let event = audit::print(&trace, &find::observer(visit));
    let projected = inquiry.pairs.iter().any(|(name, value)| name == "_profile" && value == audit::TDE);
    let event = if projected { audit::project(event) } else { event };
    Ok(Reply::versioned(find::bytes(&event), 1, trace.at))
}

async fn patient(visit: &Visit, id: &str) -> Result<Reply, Problem> {
    let Some(holder) = visit.edge.patients.patient_of(id) else {
        return Err(visit.reject(Problem::not_found()).await);
    };
    let Found::Patient(Some(standing)) = visit.ask(Act::LookUp, Some(holder)).await? else {
        return Err(Problem::not_found());
    };
    Ok(Reply::of(find::bytes(&patient::print(&standing, id, true))))
}

async fn deed(visit: &Visit, kind: DeedKind, id: DeedId, version: Option<u32>) -> Result<Reply, Problem> {
    let found = visit.ask_of_thing(Thing::Deed(id), Act::ReadDeed(kind, id, version)).await?;
    let (Found::Deed(Some(deed)), Some(holder)) = found else { return Err(Problem::not_found()) };
    Ok(deeds::reply(&deed, &holder))
}

async fn deed_history(visit: &Visit, kind: DeedKind, id: DeedId) -> Result<Reply, Problem> {
    let found = visit.ask_of_thing(Thing::Deed(id), Act::DeedHistory(kind, id)).await?;
    let (Found::DeedVersions(versions), Some(holder)) = found else { return Err(Problem::not_found()) };
    if versions.is_empty() {
        return Err(Problem::not_found());
    }
    let bodies: Vec<Vec<u8>> = versions.iter().map(|version| deed::print(version, &holder)).collect();
    let printed = versions.iter().zip(&bodies).map(|(version, resource)| PrintedVersion {
        resource,
        version: version.version,
        updated: version.updated,
        is_first: version.version == 1,
    });
    let printed: Vec<PrintedVersion<'_>> = printed.collect();
    let (name, id) = (deed::type_name(kind), id.to_string());
    let self_link = format!("{}/{name}/{id}/_history", visit.edge.base);
    let history = History { kind: name, id: &id, self_link: &self_link, versions: &printed };
    Ok(Reply::of(print::history(&history, &visit.edge.base)))
}

/// The id in an address, which has one spelling; anything but a UUID names nothing.
pub fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|id| id.hyphenated().to_string() == text)
}

/// A document entry with its version.
pub fn reply(edge: &Edge, document: &Document) -> Reply {
    let entry = &document.entry;
    let mut body = Vec::with_capacity(document.rendition.body.len() + 1024);
    print::document(&mut body, entry, &document.rendition, &edge.base);
    Reply::versioned(body, entry.version, entry.updated)
}

/// What is told where a document is not there for this caller, or no longer there.
pub fn missing(found: &Found) -> Problem {
    if let Found::Gone = found {
        return Problem::of(StatusCode::GONE, diagnoses::DELETED);
    }
    Problem::not_found()
}

/// What cannot be: the host found something else than was asked for.
pub fn unexpected() -> Problem {
    Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL)
}

/// The part of a resource that is wanted: `_elements`, or `_summary`.
fn shaped(mut reply: Reply, inquiry: &Inquiry) -> Reply {
    let asked = |name: &str| inquiry.pairs.iter().find(|(asked, _)| asked == name).map(|(_, value)| value.as_str());
    let part = match asked("_elements").and_then(Part::of_elements) {
        Some(part) => Some(part),
        None => asked("_summary").and_then(Part::of_summary).flatten(),
    };
    if let Some(part) = part {
        reply.body = summary::trim(&reply.body, &part);
    }
    reply
}
