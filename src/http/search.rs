//! ITI-67: `GET /DocumentReference?…` and `POST /DocumentReference/_search`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Payload},
};

use super::{
    body, diagnoses,
    edge::Edge,
    form, format,
    problem::{FHIR_JSON, Problem, Shape},
    visit::Visit,
};
use crate::{
    fhir::{
        issue::Issue,
        print,
        search::{self, SearchAsk},
    },
    hds::{Found, Page},
    record::{access::Act, query::PageMark},
};

/// The largest form of a POSTed search, in bytes.
const FORM_LIMIT: usize = 16 * 1024;

/// Searches, with the parameters in the address.
///
/// # Errors
/// 400 where a parameter is wrong, 403 where the record is refused.
pub async fn get(edge: Data<Edge>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "ITI-67", Shape::Search).await?;
    run(&visit, &request, form::pairs(request.query_string())).await
}

/// Searches, with the parameters in a form; those in the address count too.
///
/// # Errors
/// As [`get`]; 415 where the body is no form, 413 where it is too long.
pub async fn post(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let mut visit = Visit::begin(&edge, &request, "ITI-67", Shape::Search).await?;
    if request.content_type_is_not_form() {
        let problem = Problem::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, diagnoses::UNSUPPORTED_MEDIA);
        return Err(visit.reject(problem).await);
    }
    let form = match body::gather(payload, FORM_LIMIT, edge.pace()).await {
        Ok(Some(form)) => form,
        Ok(None) => return Err(visit.reject(Problem::of(StatusCode::PAYLOAD_TOO_LARGE, diagnoses::TOO_LONG)).await),
        Err(_) => return Err(visit.reject(Problem::of(StatusCode::BAD_REQUEST, diagnoses::BODY_CUT)).await),
    };
    let text = String::from_utf8_lossy(&form);
    visit.trace.raw = format!("{}\n\n{text}", visit.trace.raw);
    let mut pairs = form::pairs(request.query_string());
    pairs.extend(form::pairs(&text));
    run(&visit, &request, pairs).await
}

trait FormType {
    fn content_type_is_not_form(&self) -> bool;
}

impl FormType for HttpRequest {
    fn content_type_is_not_form(&self) -> bool {
        let stated = self.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = stated.split(';').next().unwrap_or_default().trim();
        !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }
}

async fn run(visit: &Visit, request: &HttpRequest, pairs: Vec<(String, String)>) -> Result<HttpResponse, Problem> {
    let (ask, after) = match understand(visit, request, pairs) {
        Ok(understood) => understood,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    let mut query = ask.query.clone();
    query.after = after;
    let Found::Page(page) = visit.ask(Act::Search(query), Some(ask.holder.clone())).await? else {
        return Err(Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL));
    };
    bundle(visit, &ask, &page)
}

/// What is asked: the parameters, or those that a page cursor carries.
fn understand(
    visit: &Visit,
    request: &HttpRequest,
    pairs: Vec<(String, String)>,
) -> Result<(SearchAsk, Option<PageMark>), Problem> {
    format::accept_json(request)?;
    let edge = &visit.edge;
    let strict = is_strict(request);
    let cursor = pairs.iter().find(|(name, _)| name == "_cursor").map(|(_, cursor)| cursor.clone());
    let (pairs, after) = match cursor {
        None => (pairs, None),
        Some(cursor) => {
            let (pairs, mark) = edge.cursors.open(&visit.caller, &cursor).map_err(|_| {
                let issue = Issue::error(diagnoses::WRONG_CURSOR, "_cursor", "");
                Problem::with(StatusCode::BAD_REQUEST, vec![issue])
            })?;
            (pairs, Some(mark))
        }
    };
    let setting = search::Setting {
        rules: edge.rules,
        production: edge.production,
        strict,
        base: &edge.base,
        patient: &|_| None,
    };
    let ask = search::parse(&pairs, &setting).map_err(|issues| Problem::with(StatusCode::BAD_REQUEST, issues.0))?;
    Ok((ask, after))
}

fn is_strict(request: &HttpRequest) -> bool {
    let preferences = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    preferences
        .flat_map(|value| value.split([',', ';']))
        .any(|part| part.trim().eq_ignore_ascii_case("handling=strict"))
}

fn bundle(visit: &Visit, ask: &SearchAsk, page: &Page) -> Result<HttpResponse, Problem> {
    let edge = &visit.edge;
    let next_link = match page.next {
        None => None,
        Some(mark) => {
            let cursor = edge.cursors.seal(&visit.caller, &ask.used, mark);
            let cursor = cursor.map_err(|_| Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL))?;
            Some(format!("{}/DocumentReference?_cursor={cursor}", edge.base))
        }
    };
    let set = print::SearchSet {
        total: page.total,
        self_link: format!("{}/DocumentReference?{}", edge.base, form::text(&ask.used)),
        next_link,
        entries: &mut page.documents.iter().map(|document| (&document.entry, &document.rendition)),
        shape: &ask.result,
        warnings: &ask.warnings,
    };
    let body = print::searchset(set, &edge.base);
    Ok(HttpResponse::Ok().content_type(FHIR_JSON).body(body))
}
