//! ITI-108 and the care teams of CDS: `POST /{type}` and `PUT /{type}/{id}` of Consent and CareTeam. None is ever deleted.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Path, Payload},
};
use serde_json::Value;

use super::{
    amend, diagnoses,
    edge::Edge,
    gates,
    preference::Preference,
    problem::{Problem, Shape},
    read,
    reply::Reply,
    visit::Visit,
};
use crate::{
    fhir::{
        deed::{self, ReadDeed, Setting},
        issue::Issue,
    },
    hds::{Found, Thing},
    record::{
        access::Act,
        deed::{Deed, DeedFiling, DeedId, DeedKind},
        identity::Ins,
    },
};

/// Puts a Consent on file.
///
/// # Errors
/// 400, 403, 415, 422; nothing is stored.
pub async fn create_consent(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    create(&edge, &request, payload, DeedKind::Consent).await
}

/// Puts a CareTeam on file.
///
/// # Errors
/// As [`create_consent`].
pub async fn create_care_team(
    edge: Data<Edge>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    create(&edge, &request, payload, DeedKind::CareTeam).await
}

/// Puts a new version of a Consent on file.
///
/// # Errors
/// As [`create_consent`]; 405 where there is none of that id for this caller, 412 where another version is current.
pub async fn update_consent(
    edge: Data<Edge>,
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    update(&edge, &request, &id, payload, DeedKind::Consent).await
}

/// Puts a new version of a CareTeam on file.
///
/// # Errors
/// As [`update_consent`].
pub async fn update_care_team(
    edge: Data<Edge>,
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    update(&edge, &request, &id, payload, DeedKind::CareTeam).await
}

async fn create(
    edge: &Data<Edge>,
    request: &HttpRequest,
    payload: Payload,
    kind: DeedKind,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(edge, request, transaction(kind), Shape::Create).await?;
    let id = DeedId(Edge::new_id());
    let (holder, filing, remarks) = match understand(&visit, request, payload, kind, id, None).await {
        Ok(understood) => understood,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    let Found::Deed(Some(deed)) = visit.ask(Act::FileDeed(Box::new(filing)), Some(holder.clone())).await? else {
        return Err(Problem::of(StatusCode::FORBIDDEN, diagnoses::FORBIDDEN));
    };
    let address = format!("{}/{}/{}", edge.base, deed::type_name(kind), deed.id);
    let body = deed::print(&deed, &holder);
    let reply = Reply::created(body, deed.version, deed.updated, &address);
    Ok(Reply { remarks, ..reply }.to_write(Preference::of(request.headers())))
}

async fn update(
    edge: &Data<Edge>,
    request: &HttpRequest,
    id: &str,
    payload: Payload,
    kind: DeedKind,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(edge, request, transaction(kind), Shape::Create).await?;
    let Some(address) = read::uuid(id).map(DeedId) else { return Err(visit.reject(no_such()).await) };
    let (holder, filing, remarks) = match understand(&visit, request, payload, kind, address, Some(id)).await {
        Ok(understood) => understood,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    // The deed must lie in the record that the resource names; whether it lies in another is not told.
    let lies_in = visit.holder_of_thing(Thing::Deed(address)).await?;
    if lies_in.as_ref() != Some(&holder) {
        return Err(visit.reject(no_such()).await);
    }
    let found = match visit.ask(Act::FileDeed(Box::new(filing)), Some(holder.clone())).await {
        Ok(found) => found,
        Err(problem) => return Err(told_of(&visit, kind, address, &holder, problem).await),
    };
    let Found::Deed(Some(deed)) = found else { return Err(no_such()) };
    Ok(Reply { remarks, ..reply(&deed, &holder) }.to_write(Preference::of(request.headers())))
}

/// A deed with its version.
pub fn reply(deed: &Deed, holder: &Ins) -> Reply {
    Reply::versioned(deed::print(deed, holder), deed.version, deed.updated)
}

const fn transaction(kind: DeedKind) -> &'static str {
    match kind {
        DeedKind::Consent => "ITI-108",
        DeedKind::CareTeam => "CDS",
    }
}

/// Whether the law refused: with the record or the deed, and what was sent, as its ground.
fn is_refusal(problem: &Problem) -> bool {
    [StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::PRECONDITION_FAILED].contains(&problem.status)
}

/// A refusal would tell that there is something of this id, or that the holder forbids the caller: who may not read it is told of absence.
async fn told_of(visit: &Visit, kind: DeedKind, id: DeedId, holder: &Ins, problem: Problem) -> Problem {
    if !is_refusal(&problem) {
        return problem;
    }
    let reading = visit.another(transaction(kind), visit.shape, "read, after a refusal", visit.acceptance.clone());
    match reading.ask(Act::ReadDeed(kind, id, None), Some(holder.clone())).await {
        Ok(Found::Deed(Some(_))) => problem,
        Ok(_) | Err(_) => no_such(),
    }
}

/// An update makes nothing new: where there is none of that id for this caller, it is not offered (RV-07).
fn no_such() -> Problem {
    let problem = Problem::of(StatusCode::METHOD_NOT_ALLOWED, diagnoses::NO_UPDATE_AS_CREATE);
    Problem { allow: Some("GET, HEAD"), ..problem }
}

async fn understand(
    visit: &Visit,
    request: &HttpRequest,
    payload: Payload,
    kind: DeedKind,
    id: DeedId,
    addressed: Option<&str>,
) -> Result<(Ins, DeedFiling, Vec<Issue>), Problem> {
    if request.headers().contains_key("if-none-exist") {
        return Err(Problem::of(StatusCode::BAD_REQUEST, diagnoses::CONDITIONAL_CREATE));
    }
    if addressed.is_some() && request.headers().contains_key(header::IF_NONE_MATCH) {
        return Err(Problem::of(StatusCode::PRECONDITION_FAILED, diagnoses::UPDATE_OF_ABSENT));
    }
    let if_version = if addressed.is_some() { amend::if_match(request)? } else { None };
    let tree = gates::resource(visit, request, payload).await?;
    check_identity(&tree, kind, addressed)?;
    let edge = &visit.edge;
    let patient = |id: &str| edge.patients.patient_of(id);
    let received = edge.clock.now();
    let setting = Setting { production: edge.production, base: &edge.base, received, id, patient: &patient };
    let read = deed::read(kind, &tree, &setting);
    let ReadDeed { holder, status, effect, rendition, warnings } =
        read.map_err(|issues| Problem::with(StatusCode::UNPROCESSABLE_ENTITY, issues.0))?;
    let filing = DeedFiling { id, is_new: addressed.is_none(), if_version, status, effect, rendition, received };
    Ok((holder, filing, warnings))
}

/// The resource is of the type of the address, and where it is updated it bears the id of the address (RV-06).
fn check_identity(tree: &Value, kind: DeedKind, addressed: Option<&str>) -> Result<(), Problem> {
    let text = |name: &str| tree.get(name).and_then(Value::as_str);
    let wrong = |place: &str| {
        let at = format!("{}.{place}", text("resourceType").unwrap_or_default());
        Problem::with(StatusCode::BAD_REQUEST, vec![Issue::error(diagnoses::OTHER_IDENTITY, at, "")])
    };
    if text("resourceType") != Some(deed::type_name(kind)) {
        return Err(wrong("resourceType"));
    }
    match addressed {
        Some(id) if text("id") != Some(id) => Err(wrong("id")),
        Some(_) | None => Ok(()),
    }
}
