//! The entries of a submission: a closed list, each with its request. Source: conformance 1.2, pdsm-dmp 3.5.

use std::collections::HashMap;

use serde_json::Value;

use super::{folder::PARTIAL, reader::Reader};
use crate::fhir::{
    document::is_document,
    rules::{
        DOCUMENT_COUNT, ENTRY_CONDITIONAL, ENTRY_REQUEST, ENTRY_UNEXPECTED, FOLDER_UPDATE, FULL_URL_REPEATED,
        NOT_A_FHIR_DOCUMENT, PATIENT_COUNT, SET_COUNT,
    },
    tree::Node,
};

/// What an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    SubmissionSet,
    Folder,
    Document,
    Binary,
    FhirDocument,
    Patch,
    Patient,
}

impl Kind {
    /// Whether it is the content of a document.
    pub(super) const fn is_content(self) -> bool {
        match self {
            Self::Binary | Self::FhirDocument => true,
            Self::SubmissionSet | Self::Folder | Self::Document | Self::Patch | Self::Patient => false,
        }
    }
}

/// One entry.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) kind: Kind,
    pub(super) full_url: Option<&'a str>,
    pub(super) resource: Node<'a>,
    /// `request.url`, with its place.
    pub(super) url: &'a str,
    pub(super) at: String,
}

impl Entry<'_> {
    /// Where content stands in it, as what was staged of it is called.
    pub(super) fn content_place(&self) -> String {
        match self.kind {
            Kind::FhirDocument => self.resource.at().to_owned(),
            Kind::Binary | Kind::SubmissionSet | Kind::Folder | Kind::Document | Kind::Patch | Kind::Patient => {
                self.resource.place("data")
            }
        }
    }
}

/// The entries, and how links find them.
#[derive(Debug, Default)]
pub(super) struct Entries<'a> {
    pub(super) all: Vec<Entry<'a>>,
    by_full_url: HashMap<&'a str, usize>,
    by_path: HashMap<String, usize>,
}

const NOTHING: &Value = &Value::Null;

impl<'a> Entries<'a> {
    /// Reads the entries; those that a submission may not hold are noted and left out.
    pub(super) fn read(bundle: &Node<'a>, reader: &mut Reader<'_>) -> Self {
        let all = bundle.each("entry").iter().filter_map(|node| entry(node, reader)).collect();
        let mut entries = Self { all, ..Self::default() };
        entries.index(reader);
        entries.count(reader);
        entries
    }

    /// The entries of a kind, with their numbers.
    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = (usize, &Entry<'a>)> {
        self.all.iter().enumerate().filter(move |(_, entry)| entry.kind == kind)
    }

    /// The entries that are the content of documents, with their numbers.
    pub(super) fn contents(&self) -> impl Iterator<Item = (usize, &Entry<'a>)> {
        self.all.iter().enumerate().filter(|(_, entry)| entry.kind.is_content())
    }

    /// The entry that a link leads to, by fullUrl.
    pub(super) fn by_full_url(&self, link: &str) -> Option<(usize, &Entry<'a>)> {
        self.by_full_url.get(link).and_then(|index| Some((*index, self.all.get(*index)?)))
    }

    /// The entry that a link leads to, by fullUrl or as `Type/id`.
    pub(super) fn linked(&self, link: &str) -> Option<(usize, &Entry<'a>)> {
        self.by_full_url(link)
            .or_else(|| self.by_path.get(link).and_then(|index| Some((*index, self.all.get(*index)?))))
    }

    fn index(&mut self, reader: &mut Reader<'_>) {
        for (index, entry) in self.all.iter().enumerate() {
            if let Some(url) = entry.full_url
                && self.by_full_url.insert(url, index).is_some()
            {
                reader.note(&FULL_URL_REPEATED, format!("{}.fullUrl", entry.at), "");
            }
            if let Some(id) = entry.resource.text("id") {
                self.by_path.insert(format!("{}/{id}", entry.resource.kind()), index);
            }
        }
    }

    fn count(&self, reader: &mut Reader<'_>) {
        if self.of(Kind::SubmissionSet).count() != 1 {
            reader.note(&SET_COUNT, "Bundle.entry", "");
        }
        if self.of(Kind::Document).count() == 0 {
            reader.note(&DOCUMENT_COUNT, "Bundle.entry", "");
        }
        if self.of(Kind::Patient).count() > 1 {
            reader.note(&PATIENT_COUNT, "Bundle.entry", "");
        }
    }
}

fn entry<'a>(node: &Node<'a>, reader: &mut Reader<'_>) -> Option<Entry<'a>> {
    let request = node.first("request");
    let of_request = |name: &str| request.as_ref().and_then(|request| request.text(name)).unwrap_or_default();
    let (method, url) = (of_request("method"), of_request("url"));
    let resource = node.first("resource").unwrap_or_else(|| Node::new(NOTHING, node.place("resource")));
    let kind = kind_of(&resource, url, reader)?;
    if kind == Kind::Folder && method == "PUT" {
        reader.note(&FOLDER_UPDATE, node.place("request"), PARTIAL);
        return None;
    }
    if !fits(kind, method, url) {
        reader.note(&ENTRY_REQUEST, node.place("request"), "");
    }
    for condition in ["ifNoneExist", "ifMatch", "ifNoneMatch", "ifModifiedSince"] {
        if !of_request(condition).is_empty() {
            reader.note(&ENTRY_CONDITIONAL, format!("{}.request.{condition}", node.at()), condition);
        }
    }
    Some(Entry { kind, full_url: node.text("fullUrl"), resource, url, at: node.at().to_owned() })
}

fn kind_of(resource: &Node<'_>, url: &str, reader: &mut Reader<'_>) -> Option<Kind> {
    match resource.kind() {
        "List" if resource.all("code.coding").iter().any(|coding| coding.text("code") == Some("folder")) => {
            Some(Kind::Folder)
        }
        "List" => Some(Kind::SubmissionSet),
        "DocumentReference" => Some(Kind::Document),
        "Binary" => Some(Kind::Binary),
        "Parameters" => Some(Kind::Patch),
        "Patient" => Some(Kind::Patient),
        "" if url.starts_with("Patient") => Some(Kind::Patient),
        "Bundle" if is_document(resource.value()) => Some(Kind::FhirDocument),
        "Bundle" => {
            reader.note(&NOT_A_FHIR_DOCUMENT, resource.place("type"), "");
            None
        }
        _ => {
            reader.note(&ENTRY_UNEXPECTED, resource.at(), "");
            None
        }
    }
}

/// Whether method and url fit what the entry holds.
fn fits(kind: Kind, method: &str, url: &str) -> bool {
    match kind {
        Kind::SubmissionSet | Kind::Folder => method == "POST" && url == "List",
        Kind::Document => method == "POST" && url == "DocumentReference",
        Kind::Binary => method == "POST" && url == "Binary",
        Kind::FhirDocument => method == "POST" && url == "Bundle",
        Kind::Patch => method == "PATCH" && url.starts_with("DocumentReference"),
        Kind::Patient => ["GET", "POST", "PUT"].contains(&method) && url.starts_with("Patient"),
    }
}
