//! What surrounds every answer: the request's id, the headers that keep health data out of caches, one span, the metrics.

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    rt::time::sleep,
    web::Data,
};
use uuid::Uuid;

use super::{
    diagnoses,
    edge::Edge,
    form,
    format::{Acceptance, Format},
    head,
    held::Held,
    peer::Peer,
    problem::Problem,
    server::Crowded,
    socket::Watch,
    visit::RequestId,
};
use crate::fhir::xml;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps a request. Neither log nor metric names anything but method, route, status and time: an address may carry an identity.
///
/// # Errors
/// Those of the request.
pub async fn wrap<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let ids = RequestId { own: Edge::new_id(), of_caller: id_of_caller(&request) };
    let id = ids.of_caller.unwrap_or(ids.own);
    request.extensions_mut().insert(ids);
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let method = method_of(&request);
    let began = Instant::now();
    let watch = request.conn_data::<Rc<Watch>>().cloned();
    watch.iter().for_each(|watch| watch.begin());
    // What the caller asked, and not what the head of a later request says, which may be read already.
    let asks_to_close = request.head().connection_type() == ConnectionType::Close;
    let mut body = Held::of(&mut request);
    if body.is_some() {
        // What came along with the head is read before anything is answered.
        tokio::task::yield_now().await;
    }
    let response = match admissible(&request) {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
        Err(problem) => Ok(refused(request, &problem)),
    };
    watch.iter().for_each(|watch| watch.end());
    let response = response?;
    let is_of_absence = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&response.status());
    if is_of_absence && (route.contains('{') || method == "PATCH") {
        tick(began).await;
    }
    let mut response = Style::of(response.request()).apply(response);
    account(&response, route, method, began, ids);
    seal(&mut response, id);
    let goes_on = body.as_mut().is_some_and(Held::goes_on);
    if goes_on || asks_to_close || response.request().conn_data::<Arc<Peer>>().is_some_and(|peer| peer.is_over()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    if response.response().head().connection_type() == ConnectionType::Close {
        watch.iter().for_each(|watch| watch.was_the_last());
    }
    Ok(match body.filter(|_| goes_on) {
        Some(body) => body.until(response),
        None => response,
    })
}

/// The answer in metrics and log.
fn account(response: &ServiceResponse<BoxBody>, route: String, method: &'static str, began: Instant, ids: RequestId) {
    let status = response.status().as_u16();
    let seconds = began.elapsed().as_secs_f64();
    metrics::histogram!("dmp_request_seconds", "route" => route.clone(), "method" => method).record(seconds);
    metrics::counter!("dmp_requests_total", "route" => route.clone(), "method" => method,
        "status" => status.to_string())
    .increment(1);
    tracing::info!(request.id = %ids.own, http.method = %method, http.route = %route, http.status = status,
        request.seconds = seconds, "answered");
}

/// Waits for the next tick since then. What is masked and what was never there are not found in different times, a few tenths of a
/// millisecond apart, because one is looked at and the other is not: both are told at a tick.
pub async fn tick(began: Instant) {
    sleep(until_tick(began.elapsed())).await;
}

/// How long until the next tick.
fn until_tick(passed: Duration) -> Duration {
    const TICK: u128 = 5_000_000;
    let over = u64::try_from(passed.as_nanos() % TICK).unwrap_or_default();
    Duration::from_nanos(5_000_000_u64.saturating_sub(over))
}

/// Whether a request may go on: its connection has a seat, its head is within the limits.
fn admissible(request: &ServiceRequest) -> Result<(), Problem> {
    if request.conn_data::<Rc<Watch>>().is_some_and(|watch| watch.is_over()) {
        return Err(Problem::of(StatusCode::SERVICE_UNAVAILABLE, diagnoses::CONNECTION_ENDED));
    }
    if request.conn_data::<Crowded>().is_some() {
        return Err(Problem::of(StatusCode::TOO_MANY_REQUESTS, diagnoses::TOO_MANY_CONNECTIONS));
    }
    request.app_data::<Data<Edge>>().map_or(Ok(()), |edge| head::check(request, &edge.limits))
}

/// The answer to a request that may not go on, after which the connection is closed: what else is on it is not read.
fn refused(request: ServiceRequest, problem: &Problem) -> ServiceResponse<BoxBody> {
    let mut response = request.into_response(problem.error_response());
    response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    response
}

/// The parameters of a POSTed search, those of the address first.
#[derive(Debug, Clone)]
pub struct Asked(pub String);

/// How whole FHIR answers are written, errors included. What is streamed has its form already.
struct Style {
    format: Format,
    pretty: bool,
}

impl Style {
    /// What was asked, in the address or in the form of a search.
    fn of(request: &HttpRequest) -> Self {
        let asked = request.extensions().get::<Asked>().map(|asked| asked.0.clone());
        let asked = asked.as_deref().unwrap_or_else(|| request.query_string());
        let format = Acceptance::read(asked, request.headers()).format().unwrap_or_default();
        let pretty = form::pairs(asked).iter().any(|(name, value)| name == "_pretty" && value == "true");
        Self { format, pretty }
    }

    /// Gives an answer the form that was asked for.
    fn apply(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let json = HeaderValue::from_static(Format::Json.media_type());
        let is_json = response.headers().get(header::CONTENT_TYPE) == Some(&json);
        let written = match self.format {
            Format::Json if !self.pretty => return response,
            _ if !is_json => return response,
            Format::Json => pretty,
            Format::Xml => as_xml,
        };
        let (request, response) = response.into_parts();
        let (head, body) = response.into_parts();
        let response = match body.try_into_bytes() {
            Err(stream) => head.set_body(stream),
            Ok(bytes) => match written(&bytes) {
                None => Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL).error_response(),
                Some(bytes) => {
                    let mut response = head.set_body(bytes).map_into_boxed_body();
                    let kind = HeaderValue::from_static(self.format.media_type());
                    response.headers_mut().insert(header::CONTENT_TYPE, kind);
                    response
                }
            },
        };
        ServiceResponse::new(request, response)
    }
}

fn pretty(json: &[u8]) -> Option<Vec<u8>> {
    let tree: serde_json::Value = serde_json::from_slice(json).ok()?;
    serde_json::to_vec_pretty(&tree).ok()
}

fn as_xml(json: &[u8]) -> Option<Vec<u8>> {
    xml::write(json).ok()
}

/// The caller's own id of the request, where it sends a UUID: it is echoed, so that both sides can speak of one request (BALP
/// `XrequestId`), and names nothing here.
fn id_of_caller(request: &ServiceRequest) -> Option<Uuid> {
    let sent = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok())?;
    Uuid::try_parse(sent).ok().filter(|id| !id.is_nil())
}

/// The method, of those that are known: whoever calls may send any word for one.
fn method_of(request: &ServiceRequest) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

fn seal<B>(response: &mut ServiceResponse<B>, id: Uuid) {
    let headers = response.headers_mut();
    let mut fixed = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    fixed(header::CACHE_CONTROL, "no-store");
    fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    if let Ok(value) = HeaderValue::from_str(&id.hyphenated().to_string()) {
        headers.insert(REQUEST_ID, value);
    }
}

#[cfg(test)]
mod tests;
