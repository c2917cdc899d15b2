//! Where the entries of a submission come to stand, so that links into it can be made to last.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::{
    entries::{Entries, Kind},
    patient::conditional_name,
    reader::Reader,
};
use crate::{
    fhir::{rules::LINK_DANGLING, tree::Node},
    record::{code::Identifier, document::DocumentId, identity::Ins},
};

/// The ids given to the new documents, by the number of their entry and of the entry of their content, and to the new folders.
#[derive(Debug)]
pub(super) struct Places<'p, 'a> {
    pub(super) entries: &'p Entries<'a>,
    pub(super) documents: BTreeMap<usize, DocumentId>,
    pub(super) binaries: BTreeMap<usize, DocumentId>,
    pub(super) folders: BTreeMap<usize, Uuid>,
}

impl<'p, 'a> Places<'p, 'a> {
    /// No places yet.
    pub(super) const fn new(entries: &'p Entries<'a>) -> Self {
        Self { entries, documents: BTreeMap::new(), binaries: BTreeMap::new(), folders: BTreeMap::new() }
    }

    /// The new document that a fullUrl names.
    pub(super) fn new_document(&self, link: &str) -> Option<DocumentId> {
        self.entries.by_full_url(link).and_then(|(index, _)| self.documents.get(&index).copied())
    }

    /// Whether a link leads to the Patient of the submission.
    pub(super) fn is_patient(&self, link: &str) -> bool {
        self.entries.linked(link).is_some_and(|(_, entry)| entry.kind == Kind::Patient)
    }

    /// The patient to whom a link leads, by identifier.
    pub(super) fn patient(&self, link: &str, holder: &Ins) -> Option<Identifier> {
        let named = || Identifier { system: holder.system().uri().to_owned(), value: holder.matricule().to_owned() };
        self.is_patient(link).then(named).or_else(|| conditional_name(link))
    }

    /// The lasting form of a link into the submission.
    pub(super) fn lasting(&self, link: &str) -> Option<String> {
        let (index, _) = self.entries.by_full_url(link)?;
        let document = self.documents.get(&index).map(|id| format!("DocumentReference/{id}"));
        let folder = || self.folders.get(&index).map(|id| format!("List/{id}"));
        document.or_else(|| self.binaries.get(&index).map(|id| format!("Binary/{id}"))).or_else(folder)
    }

    /// The lasting form of a list item, by fullUrl or as `Type/id`.
    pub(super) fn lasting_item(&self, link: &str) -> Option<String> {
        let (index, _) = self.entries.linked(link)?;
        let document = self.documents.get(&index).map(|id| format!("DocumentReference/{id}"));
        document.or_else(|| self.folders.get(&index).map(|id| format!("List/{id}")))
    }

    /// Notes the links below a node that lead to nothing; relations and list items are looked at elsewhere.
    pub(super) fn check_links(&self, node: &Node<'_>, reader: &mut Reader<'_>) {
        if let Some(link) = node.text("reference")
            && link.starts_with("urn:")
            && !self.is_patient(link)
            && self.lasting(link).is_none()
        {
            reader.note(&LINK_DANGLING, node.place("reference"), "");
        }
        let Value::Object(members) = node.value() else { return };
        for name in members.keys().filter(|name| !["relatesTo", "entry"].contains(&name.as_str())) {
            for child in node.each(name) {
                self.check_links(&child, reader);
            }
        }
    }
}
