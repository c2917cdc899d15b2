//! A batch of reads: `POST /` with a Bundle of type `batch` whose entries GET (pdsm-dmp 7.1). Each entry is a question of its own, with a
//! line of its own; the answer is written as it comes, so that it holds no document in memory.

use std::{io, sync::Arc, time::Instant};

use actix_web::{HttpResponse, http::StatusCode};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use serde_json::Value;

use super::{
    envelope, form,
    format::{Acceptance, Format, Wanted},
    inquiry::{self, Inquiry},
    problem::{Problem, Shape},
    recast::{self, Recast},
    reply::Reply,
    retrieve::{self, Outgoing},
    streams::Place,
    target::Target,
    visit::Visit,
};
use crate::fhir::{print, xml};

/// The entries of one batch, at most.
pub const ENTRIES: usize = 100;

/// One entry of a batch.
#[derive(Debug, Clone)]
struct Entry {
    method: String,
    url: String,
    /// The versions that the caller has already.
    known: String,
}

/// Answers a batch that passed the gates.
///
/// # Errors
/// 400 where it has no entry, or too many.
pub async fn answer(visit: &Visit, bundle: &Value, strict: bool) -> Result<HttpResponse, Problem> {
    let format = visit.acceptance.format()?;
    let entries = entries(bundle);
    if entries.is_empty() || entries.len() > ENTRIES {
        return Err(visit.reject(Problem::of(StatusCode::BAD_REQUEST, super::diagnoses::BATCH_SIZE)).await);
    }
    let place = match visit.edge.quotas.download(&visit.caller.certificate).await {
        Ok(place) => place,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    let batch = Batch { visit: visit.clone(), format, strict, _place: Arc::new(place) };
    Ok(HttpResponse::Ok().content_type(format.media_type()).streaming(batch.stream(entries)))
}

fn entries(bundle: &Value) -> Vec<Entry> {
    let text = |entry: &Value, name: &str| {
        entry.pointer(&format!("/request/{name}")).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let all = bundle.get("entry").and_then(Value::as_array).into_iter().flatten();
    all.map(|entry| Entry { method: text(entry, "method"), url: text(entry, "url"), known: text(entry, "ifNoneMatch") })
        .collect()
}

/// What one entry became.
enum Answer {
    Reply(Reply),
    /// The caller has it already.
    Unchanged(Reply),
    Content(Outgoing),
    /// A FHIR document, in the form of the answer.
    Document(Vec<u8>),
    Problem(Problem),
}

#[derive(Clone)]
struct Batch {
    visit: Visit,
    format: Format,
    strict: bool,
    /// Held as long as the answer is under way.
    _place: Arc<Place>,
}

impl Batch {
    /// The whole answer, entry by entry.
    fn stream(self, entries: Vec<Entry>) -> impl Stream<Item = io::Result<Bytes>> {
        let format = self.format;
        let opening = stream::iter([Ok(Bytes::from_static(print::batch_opening(format == Format::Xml)))]);
        let closing = stream::iter([Ok(Bytes::from_static(print::batch_closing(format == Format::Xml)))]);
        let pieces = stream::iter(entries.into_iter().enumerate()).then(move |(index, entry)| {
            let batch = self.clone();
            async move { batch.piece(index, &entry).await }
        });
        opening.chain(pieces.flatten()).chain(closing)
    }

    /// One entry of the answer.
    async fn piece(&self, index: usize, entry: &Entry) -> stream::BoxStream<'static, io::Result<Bytes>> {
        let separator = if index > 0 && self.format == Format::Json { "," } else { "" };
        let is_xml = self.format == Format::Xml;
        match self.ask(entry).await {
            Answer::Reply(reply) => {
                let response = print::BatchResponse { status: reply.status.as_u16(), version: reply.version };
                let piece = match self.resource(&reply.body) {
                    Ok(resource) => print::batch_entry(separator, &response, &resource, is_xml),
                    Err(problem) => self.failed(separator, &problem),
                };
                stream::iter([Ok(Bytes::from(piece))]).boxed()
            }
            Answer::Unchanged(reply) => {
                let response = print::BatchResponse { status: 304, version: reply.version };
                stream::iter([Ok(Bytes::from(print::batch_unchanged(separator, &response, is_xml)))]).boxed()
            }
            Answer::Content(content) => {
                let response = print::BatchResponse { status: 200, version: None };
                let (before, after) = print::batch_frame(separator, &response, is_xml);
                let before = stream::iter([Ok(Bytes::from(before))]);
                before.chain(content.into_stream()).chain(stream::iter([Ok(Bytes::from(after))])).boxed()
            }
            Answer::Document(document) => {
                let response = print::BatchResponse { status: 200, version: None };
                let document = if is_xml { without_declaration(document) } else { document };
                stream::iter([Ok(Bytes::from(print::batch_entry(separator, &response, &document, is_xml)))]).boxed()
            }
            Answer::Problem(problem) => stream::iter([Ok(Bytes::from(self.failed(separator, &problem)))]).boxed(),
        }
    }

    async fn ask(&self, entry: &Entry) -> Answer {
        if let Err(problem) = self.visit.edge.quotas.admit_entry(&self.visit.caller) {
            return Answer::Problem(problem);
        }
        let (path, query) = entry.url.split_once('?').unwrap_or((entry.url.as_str(), ""));
        let path = path.strip_prefix(&self.visit.edge.base).unwrap_or(path);
        let target = Target::of_path(path).filter(|_| entry.method == "GET");
        let acceptance = Acceptance::for_fhir(self.format);
        let Some(target) = target else {
            let visit = self.visit.another("batch", Shape::Search, "an entry that reads nothing", acceptance);
            let problem = Problem::of(StatusCode::METHOD_NOT_ALLOWED, super::diagnoses::BATCH_ENTRY);
            return Answer::Problem(visit.reject(problem).await);
        };
        let raw = format!("{} {}", entry.method, entry.url);
        let visit = self.visit.another(target.transaction(), target.shape(), &raw, acceptance);
        let began = Instant::now();
        let answer = self.answer(&visit, target, query, entry).await;
        if matches!(&answer, Answer::Problem(problem) if problem.status == StatusCode::NOT_FOUND) {
            envelope::tick(began).await;
        }
        answer
    }

    async fn answer(&self, visit: &Visit, target: Target, query: &str, entry: &Entry) -> Answer {
        if let Target::Content(id) = &target {
            return self.content(visit, id).await;
        }
        let inquiry = Inquiry { target, pairs: form::pairs(query), strict: self.strict };
        // The future is boxed: a batch is answered in the same way as what it holds.
        match Box::pin(inquiry::answer(visit, &inquiry)).await {
            Ok(reply) if reply.is_named_by(&entry.known) => Answer::Unchanged(reply),
            Ok(reply) => Answer::Reply(reply),
            Err(problem) => Answer::Problem(problem),
        }
    }

    async fn content(&self, visit: &Visit, id: &str) -> Answer {
        let content = match retrieve::content(visit, id).await {
            Ok((content, _)) => content,
            Err(problem) => return Answer::Problem(problem),
        };
        match recast::recast(content, self.format).await {
            Err(problem) => Answer::Problem(problem),
            // What was filed through no gate cannot stand in an answer as it is: it is read first.
            Ok(Recast::Document(document)) => Answer::Document(document),
            Ok(Recast::Other(content)) => {
                let entry = &content.document.entry;
                let (prefix, suffix) = retrieve::frame(entry, self.format);
                let prefix = without_declaration(prefix);
                Answer::Content(Outgoing::new(content.bytes, Wanted::Binary(self.format), prefix, suffix))
            }
        }
    }

    fn failed(&self, separator: &str, problem: &Problem) -> Vec<u8> {
        let response = print::BatchResponse { status: problem.status.as_u16(), version: None };
        let outcome = print::outcome(&problem.issues);
        let outcome = self.resource(&outcome).unwrap_or_default();
        print::batch_outcome(separator, &response, &outcome, self.format == Format::Xml)
    }

    /// A resource in the form of the answer.
    fn resource(&self, json: &[u8]) -> Result<Vec<u8>, Problem> {
        match self.format {
            Format::Json => Ok(json.to_vec()),
            Format::Xml => xml::write(json).map(without_declaration).map_err(|_| super::read::unexpected()),
        }
    }
}

/// An XML document as it stands inside another.
fn without_declaration(document: Vec<u8>) -> Vec<u8> {
    let end = document.windows(2).position(|pair| pair == b"?>").map_or(0, |at| at + 2);
    document.get(end..).unwrap_or_default().trim_ascii_start().to_vec()
}
