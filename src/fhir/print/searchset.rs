//! The answer to a search. Source: pdsm-dmp 3.6, 4.3; conformance SE-02.

use super::{
    document,
    json::{member, raw},
    outcome,
};
use crate::{
    fhir::issue::Issue,
    record::document::{DocumentEntry, Rendition},
};

/// What a search answers: everything that the caller may see, and nothing of what it may not.
pub struct SearchSet<'a> {
    /// How many entries match on all pages.
    pub total: usize,
    /// The search as it was understood.
    pub self_link: String,
    /// The next page.
    pub next_link: Option<String>,
    /// The entries of this page.
    pub entries: &'a mut dyn Iterator<Item = (&'a DocumentEntry, &'a Rendition)>,
    /// Remarks, in an entry of their own.
    pub warnings: &'a [Issue],
}

/// The Bundle. `base` is the address of the server without a final slash.
pub fn searchset(set: SearchSet<'_>, base: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(4096);
    raw(&mut out, "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"total\":");
    raw(&mut out, &set.total.to_string());
    raw(&mut out, ",\"link\":[");
    link(&mut out, "self", &set.self_link);
    if let Some(next) = &set.next_link {
        raw(&mut out, ",");
        link(&mut out, "next", next);
    }
    raw(&mut out, "]");
    let mut separator = ",\"entry\":[";
    for (entry, rendition) in set.entries {
        raw(&mut out, separator);
        separator = ",";
        found(&mut out, entry, rendition, base);
    }
    if !set.warnings.is_empty() {
        raw(&mut out, separator);
        separator = ",";
        raw(&mut out, "{\"resource\":");
        outcome::print(&mut out, set.warnings);
        raw(&mut out, ",\"search\":{\"mode\":\"outcome\"}}");
    }
    raw(&mut out, if separator == "," { "]}" } else { "}" });
    out
}

fn link(out: &mut Vec<u8>, relation: &str, url: &str) {
    raw(out, "{");
    member(out, "relation", relation);
    raw(out, ",");
    member(out, "url", url);
    raw(out, "}");
}

fn found(out: &mut Vec<u8>, entry: &DocumentEntry, rendition: &Rendition, base: &str) {
    raw(out, "{");
    member(out, "fullUrl", &format!("{base}/DocumentReference/{}", entry.id));
    raw(out, ",\"resource\":");
    document(out, entry, rendition, base);
    raw(out, ",\"search\":{\"mode\":\"match\"}}");
}
