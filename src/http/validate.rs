//! `POST /{type}/$validate`: what a publication of the resource would be told, without publishing it. It reads no record, so that no line is
//! written; what it stages is discarded. Source: <http://hl7.org/fhir/R4/resource-operation-validate.html>.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use serde_json::Value;

use super::{
    edge::Edge,
    format,
    problem::{Problem, Shape, issues_of},
    reply::Reply,
    submit,
    visit::Visit,
};
use crate::{
    fhir::{
        canon::{FOLDER, SUBMISSION_SET},
        issue::Issue,
        print,
        profile::{Within, judge},
        publication::Publication,
    },
    record::access::Act,
};

/// What is validated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Examined {
    DocumentReference,
    List,
    Bundle,
}

/// Validates a DocumentReference: 200 with an OperationOutcome, whatever it says.
///
/// # Errors
/// 406, 413, 415; 503 where the body cannot be staged.
pub async fn document(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    post(edge, request, payload, Examined::DocumentReference).await
}

/// Validates a List.
///
/// # Errors
/// As [`document`].
pub async fn list(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    post(edge, request, payload, Examined::List).await
}

/// Validates a Bundle.
///
/// # Errors
/// As [`document`].
pub async fn bundle(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    post(edge, request, payload, Examined::Bundle).await
}

async fn post(
    edge: Data<Edge>,
    request: HttpRequest,
    payload: Payload,
    kind: Examined,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "$validate", Shape::Create).await?;
    visit.acceptance.format()?;
    let form = format::of_body(&request)?;
    let examined = submit::examine(&visit, kind, payload, form).await;
    visit.stands().await?;
    let issues = match examined {
        Ok(issues) => issues,
        Err(problem) if problem.status.is_server_error() || problem.status == 413 || problem.status == 429 => {
            return Err(problem);
        }
        Err(problem) => problem.issues,
    };
    let body = if issues.is_empty() { print::success() } else { print::outcome(&issues) };
    Ok(Reply::of(body).to_read(&request))
}

/// What the law would say of what is sent, and of that alone: how the caller stands to the record is not asked.
pub(super) fn foreseen(visit: &Visit, publication: &Publication) -> Vec<Issue> {
    let act = Act::Submit(Box::new(publication.submission.clone()));
    let question = visit.question(act, Some(publication.holder.clone()));
    issues_of(visit.edge.gateway.foresee(&question).into_iter())
}

/// What the profile of a list finds.
pub(super) fn judge_list(tree: &Value, edge: &Edge) -> Vec<Issue> {
    let is_folder = |coding: &Value| coding.get("code").and_then(Value::as_str) == Some("folder");
    let codings = tree.pointer("/code/coding").and_then(Value::as_array);
    let profile = if codings.into_iter().flatten().any(is_folder) { FOLDER } else { SUBMISSION_SET };
    judge(edge.profiles.find(profile, tree, &Within { at: "List", bundle: None }), edge.rules)
}
