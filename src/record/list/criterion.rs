//! What is asked of a list, as data.

use uuid::Uuid;

use super::{ListEntry, ListKind};
use crate::record::query::{DateTest, NameTest, Text, Token};

/// One criterion; its alternatives are joined by OR, the criteria of a search by AND. A criterion without alternatives holds of nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListCriterion {
    /// `status`: whether `current` is among those asked for, as every list here is.
    Current(bool),
    /// `code`.
    Kind(Vec<ListKind>),
    /// `_id`.
    Id(Vec<Uuid>),
    /// `identifier`: uniqueId and entryUUID.
    Identifier(Vec<Token>),
    /// `date`.
    Date(Vec<DateTest>),
    /// `_lastUpdated`.
    Updated(Vec<DateTest>),
    /// `title`.
    Title(Vec<Text>),
    /// `designationType`.
    Designation(Vec<Token>),
    /// `sourceId`.
    SourceId(Vec<Token>),
    /// `source`, `source.identifier`, `authorOrg`: the identifiers of the source and of its structure.
    SourceIdentifier(Vec<Token>),
    /// `source.family`, `source.given`, `source.name`.
    SourceName(NameTest),
    /// `isArchived`.
    Archived(Vec<bool>),
    /// `:not`.
    Not(Box<Self>),
}

impl ListCriterion {
    fn accepts(&self, entry: &ListEntry) -> bool {
        match self {
            Self::Current(asked) => *asked,
            Self::Kind(kinds) => kinds.contains(&entry.kind),
            Self::Id(ids) => ids.contains(&entry.id),
            Self::Identifier(tokens) => tokens.iter().any(|token| token.is_of(&entry.identifiers)),
            Self::Date(tests) => tests.iter().any(|test| test.accepts(entry.date.from, Some(entry.date.until))),
            Self::Updated(tests) => tests.iter().any(|test| test.accepts_instant(entry.updated)),
            Self::Title(texts) => entry.title.iter().any(|title| texts.iter().any(|text| text.accepts(title))),
            Self::Designation(tokens) => tokens.iter().any(|token| token.is_among(&entry.designation)),
            Self::SourceId(tokens) => tokens.iter().any(|token| token.is_of(entry.source_id.as_slice())),
            Self::SourceIdentifier(tokens) => tokens.iter().any(|token| token.is_of(&entry.source_identifiers)),
            Self::SourceName(test) => test.accepts(&entry.sources),
            Self::Archived(asked) => asked.contains(&entry.archived),
            Self::Not(criterion) => !criterion.accepts(entry),
        }
    }

    /// Whether it names lists, or speaks of archived ones, which are else left out.
    fn asks_for_archived(&self) -> bool {
        match self {
            Self::Identifier(tokens) => !tokens.is_empty() && tokens.iter().all(|token| token.code.is_some()),
            Self::Id(_) | Self::Archived(_) => true,
            Self::Current(_)
            | Self::Kind(_)
            | Self::Date(_)
            | Self::Updated(_)
            | Self::Title(_)
            | Self::Designation(_)
            | Self::SourceId(_)
            | Self::SourceIdentifier(_)
            | Self::SourceName(_)
            | Self::Not(_) => false,
        }
    }
}

/// Whether all criteria hold of the list; an archived one only where it is named, or where the search speaks of archived ones.
pub fn accepts(criteria: &[ListCriterion], entry: &ListEntry) -> bool {
    (!entry.archived || criteria.iter().any(ListCriterion::asks_for_archived))
        && criteria.iter().all(|criterion| criterion.accepts(entry))
}
