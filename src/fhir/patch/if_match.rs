//! The header that names the versions of which one must be the current. Source: RFC 9110 13.1.1, conformance RV-05.

use super::diagnoses::IF_MATCH;
use crate::fhir::issue::{Issue, Issues};

/// Reads `If-Match`: the versions that are named, nothing for `*` (any). A tag that is none of ours names no version, so a list
/// of such tags alone is empty and fits none. Weak and strong tags are the same here, as FHIR says.
///
/// # Errors
/// It is no list of entity tags.
pub fn if_match(header: &str) -> Result<Option<Vec<u32>>, Issues> {
    if header.trim() == "*" {
        return Ok(None);
    }
    let mut versions = Vec::new();
    let mut rest = header.trim();
    while !rest.is_empty() {
        let (version, after) = tag(rest).ok_or_else(|| Issue::error(IF_MATCH, "", ""))?;
        versions.extend(version);
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => after,
            None => return Err(Issue::error(IF_MATCH, "", "").into()),
        };
    }
    if header.trim().is_empty() {
        return Err(Issue::error(IF_MATCH, "", "").into());
    }
    Ok(Some(versions))
}

/// The version of the first tag, where it is one of ours, and what follows.
fn tag(text: &str) -> Option<(Option<u32>, &str)> {
    let text = text.strip_prefix("W/").unwrap_or(text);
    let (opaque, rest) = text.strip_prefix('"')?.split_once('"')?;
    let is_number = !opaque.is_empty() && opaque.bytes().all(|byte| byte.is_ascii_digit()) && !opaque.starts_with('0');
    Some((is_number.then(|| opaque.parse().ok()).flatten(), rest))
}
