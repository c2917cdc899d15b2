//! A search inside one record, in the terms of the record model.

mod criterion;
#[cfg(test)]
mod tests;
mod value;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

pub use criterion::Criterion;
pub use value::{Comparison, DateTest, NamePart, NameTest, SystemAsked, Text, TextMatch, Token, fold};

use super::{
    document::{DocumentEntry, Status, TargetName},
    visibility::Labels,
};

/// The moment from which a page was made: the digest of all that was found and is open to the caller, with the versions, so that a page
/// of another moment neither repeats entries nor leaves some out; and what is not open to the caller leaves no trace in it. For traces
/// it is the last line that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot(u128);

impl Snapshot {
    /// That moment, which the host may name as it likes.
    pub const fn new(name: u128) -> Self {
        // Whatever the name, it is written in as many digits: the length of a cursor tells nothing.
        Self(name | 1 << 127)
    }

    /// The name, as given but for its highest bit.
    pub const fn name(self) -> u128 {
        self.0 & !(1 << 127)
    }
}

/// The place at which a page begins, in what was found at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageMark {
    /// So many entries stand on the pages before.
    pub offset: usize,
    /// At which moment.
    pub snapshot: Snapshot,
}

impl PageMark {
    /// How many entries stand before, if the page was made from these versions.
    pub fn offset_at(self, snapshot: Snapshot) -> Option<usize> {
        (self.snapshot == snapshot).then_some(self.offset)
    }
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey<By> {
    /// By what.
    pub by: By,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl<By> SortKey<By> {
    /// The order of two values that compare so.
    pub const fn turn(&self, ordering: Ordering) -> Ordering {
        if self.descending { ordering.reverse() } else { ordering }
    }
}

/// By what documents are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// `date`.
    Date,
    /// `_lastUpdated`.
    Updated,
    /// `creation`.
    Creation,
    /// `period`: its start.
    Period,
    /// `type`: system and code.
    Type,
    /// `category`: system and code.
    Category,
}

impl SortBy {
    fn compare(self, one: &DocumentEntry, other: &DocumentEntry) -> Ordering {
        match self {
            Self::Date => one.date.from.cmp(&other.date.from),
            Self::Updated => one.updated.cmp(&other.updated),
            Self::Creation => one.creation.from.cmp(&other.creation.from),
            Self::Period => one.period.0.cmp(&other.period.0),
            Self::Type => one.kind.cmp(&other.kind),
            Self::Category => one.class.cmp(&other.class),
        }
    }
}

/// A query on the documents of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The criteria, all of which must hold.
    pub criteria: Vec<Criterion>,
    /// In which order the answers come; where these keys do not decide, newest first by `date`, and then by id.
    pub sort: Vec<SortKey<SortBy>>,
    /// At most so many entries; zero asks for the count alone.
    pub page_size: usize,
    /// Where to go on.
    pub after: Option<PageMark>,
}

impl Query {
    /// Whether the entry is asked for. Deleted documents never are, archived ones only by name or where the query speaks of them.
    /// `relates_to` tells whether the entry has a relation to the document of that name, of those relations that are told to the
    /// caller: one whose target is not open to the caller must not be found by it.
    pub fn accepts(&self, entry: &DocumentEntry, relates_to: impl Fn(&TargetName) -> bool) -> bool {
        entry.status != Status::EnteredInError
            && (!entry.archived || self.criteria.iter().any(Criterion::asks_for_archived))
            && self.criteria.iter().all(|criterion| criterion.accepts(entry, &relates_to))
    }

    /// Whether the query asks for relations to other documents.
    pub fn asks_for_relations(&self) -> bool {
        self.criteria.iter().any(Criterion::asks_for_relations)
    }

    /// Whether the query names documents by identifier (TD3.1b).
    pub fn names_a_document(&self) -> bool {
        self.criteria.iter().any(Criterion::names_a_document)
    }

    /// The order of two entries in the answer.
    pub fn compare(&self, one: &DocumentEntry, other: &DocumentEntry) -> Ordering {
        let by_keys = self.sort.iter().map(|key| key.turn(key.by.compare(one, other)));
        let by_date = || other.date.from.cmp(&one.date.from).then_with(|| one.id.cmp(&other.id));
        by_keys.fold(Ordering::Equal, Ordering::then).then_with(by_date)
    }
}

/// A visibility code as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelCode {
    /// The code system, canonical.
    pub system: &'static str,
    /// The code.
    pub code: &'static str,
    /// The display.
    pub display: &'static str,
}

impl Labels {
    /// The system of the visibility flags, TRE_A07.
    pub const FLAGS: &'static str =
        "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";
    /// The system of the base confidentiality, TRE_A08.
    pub const CONFIDENTIALITY: &'static str =
        "https://mos.esante.gouv.fr/NOS/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality";

    /// The codes as they are written: flags first, the base confidentiality last (pdsm-dmp 6.6).
    pub fn codes(&self) -> Vec<LabelCode> {
        use super::visibility::Confidentiality;
        let flag = |set: bool, code, display| set.then_some(LabelCode { system: Self::FLAGS, code, display });
        let (code, display) = match self.confidentiality {
            Confidentiality::N => ("N", "Normal"),
            Confidentiality::R => ("R", "Restreint"),
            Confidentiality::V => ("V", "Très restreint"),
        };
        [
            flag(self.masked.is_some(), "MASQUE_PS", "Masqué aux professionnels de santé"),
            flag(self.hidden_from_patient.is_some(), "INVISIBLE_PATIENT", "Non visible par le patient"),
            flag(
                self.hidden_from_representatives.is_some(),
                "INVISIBLE_REPRESENTANTS_LEGAUX",
                "Non visible par les représentants légaux du patient",
            ),
            Some(LabelCode { system: Self::CONFIDENTIALITY, code, display }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
