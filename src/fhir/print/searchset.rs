//! The answers to searches. Source: pdsm-dmp 3.6, 4.3; conformance SE-02.

use super::{
    document,
    json::{member, raw},
    list, outcome,
};
use crate::{
    fhir::issue::Issue,
    record::{
        document::{DocumentEntry, Rendition},
        list::FiledList,
    },
};

/// Documents to print.
pub type Documents<'a> = &'a mut dyn Iterator<Item = (&'a DocumentEntry, &'a Rendition)>;

/// What a search of documents answers: everything that the caller may see, and nothing of what it may not.
pub struct SearchSet<'a> {
    /// How many entries match on all pages. PDSm wants it always, whatever `_total` asks.
    pub total: usize,
    /// The search as it was understood.
    pub self_link: String,
    /// The next page.
    pub next_link: Option<String>,
    /// The entries of this page.
    pub entries: Documents<'a>,
    /// Remarks, in an entry of their own.
    pub warnings: &'a [Issue],
}

/// What a search of lists answers. It has no place for remarks: its entries are lists, and what comes along with them.
pub struct ListSet<'a> {
    /// How many lists match on all pages.
    pub total: usize,
    /// The search as it was understood.
    pub self_link: String,
    /// The next page.
    pub next_link: Option<String>,
    /// The lists of this page.
    pub lists: &'a mut dyn Iterator<Item = &'a FiledList>,
    /// The documents that come along, each once.
    pub documents: Documents<'a>,
}

/// The Bundle of a search of documents. `base` is the address of the server without a final slash.
pub fn searchset(set: SearchSet<'_>, base: &str) -> Vec<u8> {
    let mut bundle = Searchset::open(set.total, &set.self_link, set.next_link.as_deref());
    for (entry, rendition) in set.entries {
        let url = format!("{base}/DocumentReference/{}", entry.id);
        bundle.add(&url, "match", |out| document(out, entry, rendition, base));
    }
    if !set.warnings.is_empty() {
        bundle.remark(set.warnings);
    }
    bundle.close()
}

/// The Bundle of a search of lists.
pub fn lists_searchset(set: ListSet<'_>, base: &str) -> Vec<u8> {
    let mut bundle = Searchset::open(set.total, &set.self_link, set.next_link.as_deref());
    for filed in set.lists {
        let url = format!("{base}/List/{}", filed.entry.id);
        bundle.add(&url, "match", |out| list(out, filed));
    }
    for (entry, rendition) in set.documents {
        let url = format!("{base}/DocumentReference/{}", entry.id);
        bundle.add(&url, "include", |out| document(out, entry, rendition, base));
    }
    bundle.close()
}

/// What a search of other resources answers.
pub struct ResourceSet<'a> {
    /// The type of the resources.
    pub kind: &'a str,
    /// How many match on all pages.
    pub total: usize,
    /// The search as it was understood.
    pub self_link: String,
    /// The next page.
    pub next_link: Option<String>,
    /// The resources of this page: the id and the JSON of each.
    pub resources: &'a [(String, Vec<u8>)],
    /// Remarks, in an entry of their own.
    pub warnings: &'a [Issue],
}

/// The Bundle of a search of other resources.
pub fn resources_searchset(set: &ResourceSet<'_>, base: &str) -> Vec<u8> {
    let mut bundle = Searchset::open(set.total, &set.self_link, set.next_link.as_deref());
    for (id, resource) in set.resources {
        bundle.add(&format!("{base}/{}/{id}", set.kind), "match", |out| out.extend_from_slice(resource));
    }
    if !set.warnings.is_empty() {
        bundle.remark(set.warnings);
    }
    bundle.close()
}

/// A Bundle in the making.
struct Searchset {
    out: Vec<u8>,
    separator: &'static str,
}

impl Searchset {
    fn open(total: usize, self_link: &str, next_link: Option<&str>) -> Self {
        let mut out = Vec::with_capacity(4096);
        raw(&mut out, "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"total\":");
        raw(&mut out, &total.to_string());
        raw(&mut out, ",\"link\":[");
        link(&mut out, "self", self_link);
        if let Some(next) = next_link {
            raw(&mut out, ",");
            link(&mut out, "next", next);
        }
        raw(&mut out, "]");
        Self { out, separator: ",\"entry\":[" }
    }

    fn begin(&mut self) -> &mut Vec<u8> {
        raw(&mut self.out, self.separator);
        self.separator = ",";
        raw(&mut self.out, "{");
        &mut self.out
    }

    fn add(&mut self, url: &str, mode: &str, resource: impl FnOnce(&mut Vec<u8>)) {
        let out = self.begin();
        member(out, "fullUrl", url);
        raw(out, ",\"resource\":");
        resource(out);
        raw(out, ",\"search\":{");
        member(out, "mode", mode);
        raw(out, "}}");
    }

    fn remark(&mut self, warnings: &[Issue]) {
        let out = self.begin();
        raw(out, "\"resource\":");
        outcome::print(out, warnings);
        raw(out, ",\"search\":{\"mode\":\"outcome\"}}");
    }

    fn close(mut self) -> Vec<u8> {
        raw(&mut self.out, if self.separator == "," { "]}" } else { "}" });
        self.out
    }
}

fn link(out: &mut Vec<u8>, relation: &str, url: &str) {
    raw(out, "{");
    member(out, "relation", relation);
    raw(out, ",");
    member(out, "url", url);
    raw(out, "}");
}
