//! Acts that nobody asked for yet: how the caller stands to the record (TD0.2) is what the law would say of them.

use jiff::Timestamp;
use uuid::Uuid;

use crate::record::{
    access::Act,
    document::DateSpan,
    list::{FiledList, ListEntry, ListKind},
    query::Query,
    submission::Submission,
};

/// A search for everything.
pub(super) const fn search() -> Act {
    Act::Search(Query { criteria: Vec::new(), sort: Vec::new(), page_size: 0, after: None })
}

/// A submission of nothing: nothing permits it, and what forbids it would forbid any submission.
pub(super) fn submission(received: Timestamp) -> Act {
    let set = FiledList { entry: empty_set(received), rendition: Vec::new() };
    let (folders, documents, replacements) = (Vec::new(), Vec::new(), Vec::new());
    Act::Submit(Box::new(Submission { set, folders, documents, replacements, traits: Vec::new(), received }))
}

const fn empty_set(at: Timestamp) -> ListEntry {
    ListEntry {
        id: Uuid::nil(),
        kind: ListKind::SubmissionSet,
        version: 1,
        updated: at,
        profiles: Vec::new(),
        identifiers: Vec::new(),
        date: DateSpan { from: at, until: at },
        title: None,
        designation: Vec::new(),
        source_id: None,
        sources: Vec::new(),
        source_identifiers: Vec::new(),
        archived: false,
        documents: Vec::new(),
        folders: Vec::new(),
    }
}
