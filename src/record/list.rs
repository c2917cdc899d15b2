//! Submission sets (lots de soumission) and folders (classeurs): FHIR Lists of documents (ITI-66).

mod criterion;
#[cfg(test)]
mod tests;

use std::{cmp::Ordering, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    code::{Code, Identifier},
    document::{DateSpan, DocumentId},
    matcher::Matcher,
    query::{PageMark, SortKey},
};

pub use criterion::{ListCriterion, accepts};

/// What a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListKind {
    /// A submission set.
    SubmissionSet,
    /// A folder.
    Folder,
}

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonKind {
    /// A professional's.
    #[default]
    Practitioner,
    /// A patient's.
    Patient,
    /// A relative's.
    RelatedPerson,
    /// A device's.
    Device,
    /// An organisation's.
    Organization,
}

/// The name of an author, for search.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonName {
    /// Whose.
    pub kind: PersonKind,
    /// Family names, as written.
    pub family: Vec<String>,
    /// Given names, as written.
    pub given: Vec<String>,
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({:?})", self.kind)
    }
}

/// What search needs of one list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// The id that the server gave.
    pub id: Uuid,
    /// What it is.
    pub kind: ListKind,
    /// The version, from 1.
    pub version: u32,
    /// When this version was accepted.
    pub updated: Timestamp,
    /// The profiles that it claims.
    #[serde(default)]
    pub profiles: Vec<String>,
    /// The identifiers that the source gave (uniqueId, entryUUID).
    pub identifiers: Vec<Identifier>,
    /// `List.date`: submissionTime, or lastUpdateTime of a folder.
    pub date: DateSpan,
    /// `List.title`.
    #[serde(default)]
    pub title: Option<String>,
    /// contentTypeCode, or the codes of a folder.
    #[serde(default)]
    pub designation: Vec<Code>,
    /// The source system.
    #[serde(default)]
    pub source_id: Option<Identifier>,
    /// The names of the source.
    #[serde(default)]
    pub sources: Vec<PersonName>,
    /// The identifiers of the source and of its structure.
    #[serde(default)]
    pub source_identifiers: Vec<Identifier>,
    /// Whether it is archived.
    #[serde(default)]
    pub archived: bool,
    /// Its documents, in order; what the caller may not see of them is left out when the list is told.
    pub documents: Vec<DocumentId>,
    /// Its folders, in order.
    #[serde(default)]
    pub folders: Vec<Uuid>,
}

/// A list with its resource.
#[derive(Clone, PartialEq, Eq)]
pub struct FiledList {
    /// What search looks at.
    pub entry: ListEntry,
    /// The List as canonical JSON members, without braces and without `resourceType`, `id`, `meta` and `entry`, which are printed from
    /// the entry.
    pub rendition: Vec<u8>,
}

impl fmt::Debug for FiledList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FiledList({})", self.entry.id)
    }
}

/// By what lists are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListSortBy {
    /// `date`.
    Date,
    /// `_lastUpdated`.
    Updated,
    /// `title`.
    Title,
}

impl ListSortBy {
    fn compare(self, one: &ListEntry, other: &ListEntry) -> Ordering {
        match self {
            Self::Date => one.date.from.cmp(&other.date.from),
            Self::Updated => one.updated.cmp(&other.updated),
            Self::Title => one.title.cmp(&other.title),
        }
    }
}

/// A search among the lists of one record.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Which of them.
    pub matches: Matcher<ListEntry>,
    /// In which order the answers come; where these keys do not decide, newest first by `date`, and then by id.
    pub sort: Vec<SortKey<ListSortBy>>,
    /// Whether the documents of each list that the caller may see come along (`_include=List:item`).
    pub with_documents: bool,
    /// At most so many; zero asks for the count alone.
    pub page_size: usize,
    /// Where to go on.
    pub after: Option<PageMark>,
}

impl ListQuery {
    /// The order of two lists in the answer.
    pub fn compare(&self, one: &ListEntry, other: &ListEntry) -> Ordering {
        let by_keys = self.sort.iter().map(|key| key.turn(key.by.compare(one, other)));
        let by_date = || other.date.from.cmp(&one.date.from).then_with(|| one.id.cmp(&other.id));
        by_keys.fold(Ordering::Equal, Ordering::then).then_with(by_date)
    }
}
