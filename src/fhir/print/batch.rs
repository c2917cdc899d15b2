//! The answer to a batch, piece by piece. Source: <http://hl7.org/fhir/R4/http.html#transaction-response>.

use jiff::Timestamp;

use super::json::{instant, member, raw};

/// How one entry ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchResponse {
    /// The status.
    pub status: u16,
    /// The version of the resource, and since when it is that.
    pub version: Option<(u32, Timestamp)>,
}

/// What stands before the first entry.
pub const fn batch_opening(is_xml: bool) -> &'static [u8] {
    if is_xml {
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"batch-response\"/>"
    } else {
        b"{\"resourceType\":\"Bundle\",\"type\":\"batch-response\",\"entry\":["
    }
}

/// What stands after the last entry.
pub const fn batch_closing(is_xml: bool) -> &'static [u8] {
    if is_xml { b"</Bundle>" } else { b"]}" }
}

/// An entry with a resource, which is in the form of the answer. `separator` stands before it.
pub fn batch_entry(separator: &str, response: &BatchResponse, resource: &[u8], is_xml: bool) -> Vec<u8> {
    let (mut out, after) = batch_frame(separator, response, is_xml);
    out.extend_from_slice(resource);
    out.extend_from_slice(&after);
    out
}

/// An entry without a resource.
pub fn batch_unchanged(separator: &str, response: &BatchResponse, is_xml: bool) -> Vec<u8> {
    let mut out = separator.as_bytes().to_vec();
    if is_xml {
        raw(&mut out, "<entry><response>");
        xml_response(&mut out, response);
        raw(&mut out, "</response></entry>");
    } else {
        raw(&mut out, "{\"response\":{");
        json_response(&mut out, response);
        raw(&mut out, "}}");
    }
    out
}

/// What stands before and after the resource of an entry.
pub fn batch_frame(separator: &str, response: &BatchResponse, is_xml: bool) -> (Vec<u8>, Vec<u8>) {
    let mut before = separator.as_bytes().to_vec();
    let mut after = Vec::new();
    if is_xml {
        raw(&mut before, "<entry><resource>");
        raw(&mut after, "</resource><response>");
        xml_response(&mut after, response);
        raw(&mut after, "</response></entry>");
    } else {
        raw(&mut before, "{\"resource\":");
        raw(&mut after, ",\"response\":{");
        json_response(&mut after, response);
        raw(&mut after, "}}");
    }
    (before, after)
}

/// An entry that failed, with its OperationOutcome in the form of the answer.
pub fn batch_outcome(separator: &str, response: &BatchResponse, outcome: &[u8], is_xml: bool) -> Vec<u8> {
    let mut out = separator.as_bytes().to_vec();
    if is_xml {
        raw(&mut out, "<entry><response>");
        xml_response(&mut out, response);
        raw(&mut out, "<outcome>");
        out.extend_from_slice(outcome);
        raw(&mut out, "</outcome></response></entry>");
    } else {
        raw(&mut out, "{\"response\":{");
        json_response(&mut out, response);
        raw(&mut out, ",\"outcome\":");
        out.extend_from_slice(outcome);
        raw(&mut out, "}}");
    }
    out
}

fn json_response(out: &mut Vec<u8>, response: &BatchResponse) {
    member(out, "status", &response.status.to_string());
    if let Some((version, updated)) = response.version {
        raw(out, ",");
        member(out, "etag", &format!("W/\"{version}\""));
        raw(out, ",");
        member(out, "lastModified", &instant(updated));
    }
}

fn xml_response(out: &mut Vec<u8>, response: &BatchResponse) {
    raw(out, &format!("<status value=\"{}\"/>", response.status));
    if let Some((version, updated)) = response.version {
        raw(out, &format!("<etag value=\"W/&quot;{version}&quot;\"/><lastModified value=\"{}\"/>", instant(updated)));
    }
}
