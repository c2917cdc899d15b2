//! The head of a request: how long its address may be, and how many and how long its header fields.
//!
//! Above 96 fields or 128 KiB in all the HTTP library refuses by itself, with an empty body; these limits lie below.

use actix_web::{
    dev::ServiceRequest,
    http::{StatusCode, header::HeaderMap},
};

use super::{diagnoses, problem::Problem};
use crate::config::Limits;

/// Refuses a head above the limits.
///
/// # Errors
/// 414, 431.
pub fn check(request: &ServiceRequest, limits: &Limits) -> Result<(), Problem> {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if address > limits.url_bytes {
        return Err(Problem::of(StatusCode::URI_TOO_LONG, diagnoses::ADDRESS_TOO_LONG));
    }
    let headers = request.headers();
    if headers.len() > limits.headers || size_of(headers) > limits.header_bytes {
        return Err(Problem::of(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, diagnoses::HEAD_TOO_LARGE));
    }
    Ok(())
}

/// Bytes of names and values, with what stands between and after them.
fn size_of(headers: &HeaderMap) -> usize {
    const BETWEEN: usize = ": \r\n".len();
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + BETWEEN).sum()
}

#[cfg(test)]
mod tests;
