//! What surrounds every answer: the request's id, the headers that keep health data out of caches, one span, the metrics.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use uuid::Uuid;

use super::{edge::Edge, visit::RequestId};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps a request. Neither log nor metric names anything but method, route, status and time: an address may carry an identity.
///
/// # Errors
/// Those of the request.
pub async fn wrap<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id));
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let method = method_of(&request);
    let began = Instant::now();
    let mut response = next.call(request).await?;
    let status = response.status().as_u16();
    let seconds = began.elapsed().as_secs_f64();
    metrics::histogram!("dmp_request_seconds", "route" => route.clone(), "method" => method).record(seconds);
    metrics::counter!("dmp_requests_total", "route" => route.clone(), "method" => method,
        "status" => status.to_string())
    .increment(1);
    tracing::info!(request.id = %id, http.method = %method, http.route = %route, http.status = status,
        request.seconds = seconds, "answered");
    seal(&mut response, id);
    Ok(response)
}

/// The caller's own id where it sends a UUID, so that both sides can speak of one request (BALP `XrequestId`), else a new one. It
/// names nothing alone: a line of the journal is known by its number.
fn request_id(request: &ServiceRequest) -> Uuid {
    let sent = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    sent.and_then(|text| Uuid::try_parse(text).ok()).filter(|id| !id.is_nil()).unwrap_or_else(Edge::new_id)
}

/// The method, of those that are known: whoever calls may send any word for one.
fn method_of(request: &ServiceRequest) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
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
