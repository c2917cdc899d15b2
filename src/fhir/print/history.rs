//! The versions of one resource. Source: <http://hl7.org/fhir/R4/http.html#history>; conformance RV-09.

use jiff::Timestamp;

use super::{
    document,
    json::{instant, member, raw},
};
use crate::record::document::{DocumentEntry, Rendition};

/// One version, printed.
#[derive(Debug, Clone, Copy)]
pub struct PrintedVersion<'a> {
    /// The resource.
    pub resource: &'a [u8],
    /// The version.
    pub version: u32,
    /// When it was accepted.
    pub updated: Timestamp,
    /// Whether it made the resource.
    pub is_first: bool,
}

/// The versions of one resource that the caller may see.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// The resource type.
    pub kind: &'a str,
    /// The id.
    pub id: &'a str,
    /// The address that was asked.
    pub self_link: &'a str,
    /// The versions, the newest first.
    pub versions: &'a [PrintedVersion<'a>],
}

/// The Bundle. `base` is the address of the server without a final slash.
pub fn history(history: &History<'_>, base: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(4096);
    raw(&mut out, "{\"resourceType\":\"Bundle\",\"type\":\"history\",\"total\":");
    raw(&mut out, &history.versions.len().to_string());
    raw(&mut out, ",\"link\":[{");
    member(&mut out, "relation", "self");
    raw(&mut out, ",");
    member(&mut out, "url", history.self_link);
    raw(&mut out, "}]");
    for (index, version) in history.versions.iter().enumerate() {
        raw(&mut out, if index == 0 { ",\"entry\":[" } else { "," });
        print_version(&mut out, history, version, base);
    }
    raw(&mut out, if history.versions.is_empty() { "}" } else { "]}" });
    out
}

/// The history of a document, from its versions, the newest first.
pub fn document_history(versions: &[(&DocumentEntry, &Rendition)], self_link: &str, base: &str) -> Vec<u8> {
    let printed: Vec<Vec<u8>> = versions.iter().map(|(entry, rendition)| print(entry, rendition, base)).collect();
    let versions_printed: Vec<PrintedVersion<'_>> = versions
        .iter()
        .zip(&printed)
        .map(|((entry, _), resource)| PrintedVersion {
            resource,
            version: entry.version,
            updated: entry.updated,
            is_first: entry.version == 1,
        })
        .collect();
    let id = versions.first().map(|(entry, _)| entry.id.to_string()).unwrap_or_default();
    history(&History { kind: "DocumentReference", id: &id, self_link, versions: &versions_printed }, base)
}

fn print(entry: &DocumentEntry, rendition: &Rendition, base: &str) -> Vec<u8> {
    let mut out = Vec::new();
    document(&mut out, entry, rendition, base);
    out
}

fn print_version(out: &mut Vec<u8>, history: &History<'_>, version: &PrintedVersion<'_>, base: &str) {
    let place = format!("{}/{}", history.kind, history.id);
    raw(out, "{");
    member(out, "fullUrl", &format!("{base}/{place}"));
    raw(out, ",\"resource\":");
    out.extend_from_slice(version.resource);
    raw(out, ",\"request\":{");
    // Whatever changed a resource, its history tells it as the update that it amounts to.
    let (method, url, status) =
        if version.is_first { ("POST", history.kind, "201") } else { ("PUT", place.as_str(), "200") };
    member(out, "method", method);
    raw(out, ",");
    member(out, "url", url);
    raw(out, "},\"response\":{");
    member(out, "status", status);
    raw(out, ",");
    member(out, "etag", &format!("W/\"{}\"", version.version));
    raw(out, ",");
    member(out, "lastModified", &instant(version.updated));
    raw(out, "}}");
}
