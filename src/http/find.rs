//! Searches: `GET /{type}?…` and `POST /{type}/_search`.

use std::sync::Arc;

use actix_web::http::StatusCode;
use serde_json::Value;

use super::{diagnoses, form, inquiry::Inquiry, problem::Problem, read, reply::Reply, target::Kind, visit::Visit};
use crate::{
    fhir::{
        audit, deed,
        issue::{Issue, Issues},
        patient,
        print::{self, ListSet, ResourceSet},
        search::{self, ResultShape, Setting},
        summary,
    },
    hds::Found,
    record::{
        access::Act,
        deed::{Deed, DeedKind},
        identity::Ins,
        query::PageMark,
        trace::AccessTrace,
    },
};

/// Searches one type.
///
/// # Errors
/// 400 where a parameter is wrong, 403 where the record is refused, 410 where the page is gone.
pub async fn search(visit: &Visit, kind: Kind, inquiry: &Inquiry) -> Result<Reply, Problem> {
    match kind {
        Kind::DocumentReference => documents(visit, inquiry).await,
        Kind::List => lists(visit, inquiry).await,
        Kind::Consent => deeds(visit, kind, DeedKind::Consent, inquiry).await,
        Kind::CareTeam => deeds(visit, kind, DeedKind::CareTeam, inquiry).await,
        Kind::AuditEvent => traces(visit, inquiry).await,
        Kind::Patient => patients(visit, inquiry).await,
    }
}

async fn documents(visit: &Visit, inquiry: &Inquiry) -> Result<Reply, Problem> {
    let (ask, after) = understand(visit, Kind::DocumentReference, inquiry, search::parse).await?;
    let mut query = ask.query.clone();
    query.after = after;
    let Found::Page(page) = visit.ask(Act::Search(query), Some(ask.holder.clone())).await? else {
        return Err(read::unexpected());
    };
    let (self_link, next_link) = links(visit, Kind::DocumentReference, &ask.used, page.next)?;
    let set = print::SearchSet {
        total: page.total,
        self_link,
        next_link,
        entries: &mut page.documents.iter().map(|document| (&document.entry, &document.rendition)),
        warnings: &ask.warnings,
    };
    Ok(shaped(print::searchset(set, &visit.edge.base), &ask.result))
}

async fn lists(visit: &Visit, inquiry: &Inquiry) -> Result<Reply, Problem> {
    let (ask, after) = understand(visit, Kind::List, inquiry, search::list::parse).await?;
    let mut query = ask.query.clone();
    query.after = after;
    let Found::Lists(page) = visit.ask(Act::FindLists(query), Some(ask.holder.clone())).await? else {
        return Err(read::unexpected());
    };
    let (self_link, next_link) = links(visit, Kind::List, &ask.used, page.next)?;
    let set = ListSet {
        total: page.total,
        self_link,
        next_link,
        lists: &mut page.lists.iter().map(AsRef::as_ref),
        documents: &mut page.documents.iter().map(|document| (&document.entry, &document.rendition)),
    };
    Ok(shaped(print::lists_searchset(set, &visit.edge.base), &ask.result))
}

async fn deeds(visit: &Visit, kind: Kind, of: DeedKind, inquiry: &Inquiry) -> Result<Reply, Problem> {
    let parse = |pairs: &[(String, String)], setting: &Setting<'_>| search::deed::parse(of, pairs, setting);
    let (ask, after) = understand(visit, kind, inquiry, parse).await?;
    let mut query = ask.query.clone();
    query.after = after;
    let Found::Deeds(page) = visit.ask(Act::FindDeeds(query), Some(ask.holder.clone())).await? else {
        return Err(read::unexpected());
    };
    let print = |found: &Arc<Deed>| (found.id.to_string(), deed::print(found, &ask.holder));
    let resources: Vec<(String, Vec<u8>)> = page.deeds.iter().map(print).collect();
    let set = Set { total: page.total, next: page.next, resources, warnings: &ask.warnings };
    Ok(shaped(set.print(visit, kind, &ask.used)?, &ask.result))
}

async fn traces(visit: &Visit, inquiry: &Inquiry) -> Result<Reply, Problem> {
    let observer = observer(visit);
    let parse = |pairs: &[(String, String)], setting: &Setting<'_>| audit::parse(pairs, setting, &observer);
    let (ask, after) = understand(visit, Kind::AuditEvent, inquiry, parse).await?;
    let mut query = ask.query.clone();
    query.after = after;
    let Found::Traces(page) = visit.ask(Act::FindTraces(query), Some(ask.holder.clone())).await? else {
        return Err(read::unexpected());
    };
    let event = |trace: &AccessTrace| {
        let event = audit::print(trace, &observer);
        let event = if ask.projected { audit::project(event) } else { event };
        (trace.request.to_string(), event.to_string().into_bytes())
    };
    let resources: Vec<(String, Vec<u8>)> = page.traces.iter().map(event).collect();
    let set = Set { total: page.total, next: page.next, resources, warnings: &ask.warnings };
    Ok(shaped(set.print(visit, Kind::AuditEvent, &ask.used)?, &ask.result))
}

async fn patients(visit: &Visit, inquiry: &Inquiry) -> Result<Reply, Problem> {
    let (ask, _) = understand(visit, Kind::Patient, inquiry, patient::parse).await?;
    let Found::Patient(found) = visit.ask(Act::LookUp, Some(ask.holder.clone())).await? else {
        return Err(read::unexpected());
    };
    let print = |standing| {
        let id = visit.edge.patients.id_of(&ask.holder);
        let patient = patient::print(standing, &id, true);
        (id, patient.to_string().into_bytes())
    };
    let resources: Vec<(String, Vec<u8>)> = found.iter().map(print).collect();
    let set = Set { total: resources.len(), next: None, resources, warnings: &ask.warnings };
    Ok(shaped(set.print(visit, Kind::Patient, &ask.used)?, &ask.result))
}

/// What was found of resources that are printed one by one.
struct Set<'a> {
    total: usize,
    next: Option<PageMark>,
    resources: Vec<(String, Vec<u8>)>,
    warnings: &'a [Issue],
}

impl Set<'_> {
    fn print(&self, visit: &Visit, kind: Kind, used: &[(String, String)]) -> Result<Vec<u8>, Problem> {
        let (self_link, next_link) = links(visit, kind, used, self.next)?;
        let set = ResourceSet {
            kind: kind.name(),
            total: self.total,
            self_link,
            next_link,
            resources: &self.resources,
            warnings: self.warnings,
        };
        Ok(print::resources_searchset(&set, &visit.edge.base))
    }
}

/// How this server is named in the events that it tells; the grounds of refusals are left out where the reader may not know them.
pub fn observer(visit: &Visit) -> audit::Observer<'_> {
    audit::Observer { base: &visit.edge.base, source_id: &visit.edge.source_id, tells_grounds: true }
}

/// Reads the parameters, or those that a page cursor carries. What is wrong is recorded.
async fn understand<T>(
    visit: &Visit,
    kind: Kind,
    inquiry: &Inquiry,
    parse: impl Fn(&[(String, String)], &Setting<'_>) -> Result<T, Issues>,
) -> Result<(T, Option<PageMark>), Problem> {
    let understood = asked(visit, kind, inquiry).and_then(|(pairs, after)| {
        let patient = |id: &str| -> Option<Ins> { visit.edge.patients.patient_of(id) };
        let setting = Setting {
            rules: visit.edge.rules,
            production: visit.edge.production,
            strict: inquiry.strict,
            base: &visit.edge.base,
            patient: &patient,
        };
        let ask = parse(&pairs, &setting).map_err(|issues| Problem::with(StatusCode::BAD_REQUEST, issues.0))?;
        Ok((ask, after))
    });
    match understood {
        Ok(understood) => Ok(understood),
        Err(problem) => Err(visit.reject(problem).await),
    }
}

type Pairs = Vec<(String, String)>;

/// The parameters, or those that a page cursor carries, with the place where the page begins.
fn asked(visit: &Visit, kind: Kind, inquiry: &Inquiry) -> Result<(Pairs, Option<PageMark>), Problem> {
    let cursor = inquiry.pairs.iter().find(|(name, _)| name == "_cursor").map(|(_, cursor)| cursor);
    let Some(cursor) = cursor else { return Ok((inquiry.pairs.clone(), None)) };
    match visit.edge.cursors.open(&visit.caller, kind.name(), cursor) {
        Ok((pairs, mark)) => Ok((pairs, Some(mark))),
        Err(_) => {
            let issue = Issue::error(diagnoses::WRONG_CURSOR, "_cursor", "");
            Err(Problem::with(StatusCode::BAD_REQUEST, vec![issue]))
        }
    }
}

/// The links of a page: to itself, and to the next.
fn links(
    visit: &Visit,
    kind: Kind,
    used: &[(String, String)],
    next: Option<PageMark>,
) -> Result<(String, Option<String>), Problem> {
    let address = format!("{}/{}", visit.edge.base, kind.name());
    let next = match next {
        None => None,
        Some(mark) => {
            let cursor = visit.edge.cursors.seal(&visit.caller, kind.name(), used, mark);
            Some(format!("{address}?_cursor={}", cursor.map_err(|_| read::unexpected())?))
        }
    };
    Ok((format!("{address}?{}", form::text(used)), next))
}

/// The part of an answer that is wanted.
fn shaped(body: Vec<u8>, shape: &ResultShape) -> Reply {
    Reply::of(match shape.part() {
        Some(part) => summary::trim(&body, &part),
        None => body,
    })
}

/// A resource as bytes.
pub fn bytes(resource: &Value) -> Vec<u8> {
    resource.to_string().into_bytes()
}
