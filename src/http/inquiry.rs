//! Reading: one way for every request that reads, whether it comes alone or in a batch.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Payload},
};

use super::{
    bearer::Refused,
    body, diagnoses,
    edge::Edge,
    envelope::Asked,
    find, form,
    format::{self, Acceptance},
    preference::Preference,
    problem::{Problem, Shape},
    read,
    reply::Reply,
    retrieve, routes,
    target::{Kind, Target},
    visit::Visit,
};
use crate::fhir::issue::Issue;

/// What a search from the root is called until its type is known.
const FROM_THE_ROOT: &str = "search";
/// The largest form of a POSTed search, in bytes.
const FORM_LIMIT: usize = 16 * 1024;

/// A reading request.
#[derive(Debug)]
pub struct Inquiry {
    /// About what.
    pub target: Target,
    /// The parameters.
    pub pairs: Vec<(String, String)>,
    /// Whether what would be ignored is refused.
    pub strict: bool,
}

/// Answers a request that reads by its address.
///
/// # Errors
/// What the caller is told instead.
pub async fn get(edge: Data<Edge>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let target = Target::of_path(path_below(&edge, request.path())).ok_or_else(routes::no_route)?;
    let visit = Visit::begin(&edge, &request, target.transaction(), target.shape()).await?;
    let pairs = form::pairs(request.query_string());
    let strict = Preference::of(request.headers()).strict;
    if let Target::Content(id) = &target {
        return retrieve::respond(&visit, &request, id).await;
    }
    let reply = answer(&visit, &Inquiry { target, pairs, strict }).await?;
    Ok(reply.to_read(&request))
}

/// Searches the type that `_type` names, from the root: `GET /?_type=List&…`.
///
/// # Errors
/// As [`get`]; 400 where `_type` does not name one type that is searched.
pub async fn system(edge: Data<Edge>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, FROM_THE_ROOT, Shape::Search).await?;
    searched(visit, &request, None, form::pairs(request.query_string())).await
}

/// Searches, with the parameters in a form; those in the address count too.
///
/// # Errors
/// As [`get`]; 415 where the body is no form, 413 where it is too long.
pub async fn post_search(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let target = Target::of_path(path_below(&edge, request.path()));
    let transaction = target.as_ref().map_or(FROM_THE_ROOT, Target::transaction);
    let mut visit = Visit::begin(&edge, &request, transaction, Shape::Search).await?;
    let text = match form_of(&edge, &request, payload).await {
        Ok(text) => text,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    visit.trace.raw = format!("{}\n\n{}", visit.trace.raw, form::without_tokens(&text));
    if form::has_token(&text) {
        return Err(visit.reject(Refused::Header.problem()).await);
    }
    let asked = format!("{}&{text}", request.query_string());
    visit.acceptance = Acceptance::read(&asked, request.headers());
    request.extensions_mut().insert(Asked(asked));
    let mut pairs = form::pairs(request.query_string());
    pairs.extend(form::pairs(&text));
    searched(visit, &request, target, pairs).await
}

/// The answer to a search of that target, or from the root where there is none.
async fn searched(
    mut visit: Visit,
    request: &HttpRequest,
    target: Option<Target>,
    pairs: Vec<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (target, pairs) = match target.map_or_else(|| one_type(&pairs), |target| Ok((target, pairs.clone()))) {
        Ok(understood) => understood,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    target.transaction().clone_into(&mut visit.trace.transaction);
    let strict = Preference::of(request.headers()).strict;
    let reply = answer(&visit, &Inquiry { target, pairs, strict }).await?;
    Ok(reply.to_read(request))
}

/// The one type that `_type` names, and the other parameters.
fn one_type(pairs: &[(String, String)]) -> Result<(Target, Vec<(String, String)>), Problem> {
    let (types, others): (Vec<_>, Vec<_>) = pairs.iter().cloned().partition(|(name, _)| name == "_type");
    let kind = if let [(_, one)] = types.as_slice() { Kind::named(one) } else { None };
    let wrong = || Issue::error(diagnoses::WRONG_CONDITION, "_type", "");
    let kind = kind.ok_or_else(|| Problem::with(StatusCode::BAD_REQUEST, vec![wrong()]))?;
    Ok((Target::Search(kind), others))
}

async fn form_of(edge: &Edge, request: &HttpRequest, payload: Payload) -> Result<String, Problem> {
    let stated = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !format::essence(stated).eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(format::unsupported());
    }
    match body::gather(payload, FORM_LIMIT, edge.pace()).await {
        Ok(Some(form)) => Ok(String::from_utf8_lossy(&form).into_owned()),
        Ok(None) => Err(Problem::of(StatusCode::PAYLOAD_TOO_LARGE, diagnoses::TOO_LONG)),
        Err(error) => Err(body::problem_of(&error)),
    }
}

/// Answers anything but content, which is streamed.
///
/// # Errors
/// What the caller is told instead.
pub async fn answer(visit: &Visit, inquiry: &Inquiry) -> Result<Reply, Problem> {
    if let Err(problem) = visit.acceptance.format() {
        return Err(visit.reject(problem).await);
    }
    match &inquiry.target {
        Target::Search(kind) => find::search(visit, *kind, inquiry).await,
        Target::Read(kind, id) => read::one(visit, *kind, id, inquiry).await,
        Target::Version(kind, id, version) => read::version(visit, *kind, id, version).await,
        Target::History(kind, id) => read::history(visit, *kind, id).await,
        Target::Content(_) => Err(Problem::not_found()),
    }
}

/// The part of a path that lies below the base address.
pub fn path_below<'a>(edge: &Edge, path: &'a str) -> &'a str {
    path.strip_prefix(edge.path()).unwrap_or(path)
}

/// Whether a search of that type goes on from page to page.
pub const fn is_paged(kind: Kind) -> bool {
    match kind {
        Kind::Patient => false,
        Kind::DocumentReference | Kind::List | Kind::Consent | Kind::CareTeam | Kind::AuditEvent => true,
    }
}
