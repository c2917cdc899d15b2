//! What is asked of a document, as data: a host may map it to stored queries of its own.

use uuid::Uuid;

use super::value::{DateTest, NameTest, SystemAsked, Token};
use crate::record::{
    code::{Identifier, URI_SYSTEM},
    document::{DocumentEntry, Status, TargetName},
};

/// One criterion; its alternatives are joined by OR, the criteria of a query by AND. A criterion without alternatives holds of nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    /// `status`.
    Status(Vec<Status>),
    /// `_id`: the logical id.
    Id(Vec<Uuid>),
    /// `identifier`: uniqueId, any entryUUID, the logical id, and what else the source calls it.
    Identifier(Vec<Token>),
    /// `type`.
    Type(Vec<Token>),
    /// `category`.
    Category(Vec<Token>),
    /// `facility`.
    Facility(Vec<Token>),
    /// `setting`.
    Setting(Vec<Token>),
    /// `format`.
    Format(Vec<Token>),
    /// `event`.
    Event(Vec<Token>),
    /// `security-label`.
    SecurityLabel(Vec<Token>),
    /// `contenttype`: media types without their parameters, in lower case.
    ContentType(Vec<String>),
    /// `isArchived`.
    Archived(Vec<bool>),
    /// `date`.
    Date(Vec<DateTest>),
    /// `creation`.
    Creation(Vec<DateTest>),
    /// `period`.
    Period(Vec<DateTest>),
    /// `period-start`.
    PeriodStart(Vec<DateTest>),
    /// `period-end`.
    PeriodEnd(Vec<DateTest>),
    /// `_lastUpdated`.
    Updated(Vec<DateTest>),
    /// `author.family`, `author.given`, `author.name`.
    AuthorName(NameTest),
    /// `author`, `author.identifier`.
    AuthorIdentifier(Vec<Token>),
    /// `related`: literal references.
    Related(Vec<String>),
    /// `related:identifier`: the referenceIdList.
    RelatedIdentifier(Vec<Token>),
    /// `relatesto`: another document, which must be open to the caller.
    RelatesTo(Vec<TargetName>),
    /// `:not`.
    Not(Box<Self>),
}

impl Criterion {
    /// Whether the entry passes. `relates_to` tells whether it has a relation to the document of that name, of those relations that
    /// are told to the caller.
    pub(super) fn accepts(&self, entry: &DocumentEntry, relates_to: &dyn Fn(&TargetName) -> bool) -> bool {
        let index = &entry.index;
        match self {
            Self::Status(statuses) => statuses.contains(&entry.status),
            Self::Id(ids) => ids.contains(&entry.id.0),
            Self::Identifier(tokens) => tokens.iter().any(|token| is_called(token, entry)),
            Self::Type(tokens) => tokens.iter().any(|token| token.accepts(&entry.kind.system, &entry.kind.code)),
            Self::Category(tokens) => tokens.iter().any(|token| token.accepts(&entry.class.system, &entry.class.code)),
            Self::Facility(tokens) => tokens.iter().any(|token| token.is_among(&index.facility)),
            Self::Setting(tokens) => tokens.iter().any(|token| token.is_among(&index.setting)),
            Self::Format(tokens) => tokens.iter().any(|token| token.is_among(&index.format)),
            Self::Event(tokens) => tokens.iter().any(|token| token.is_among(&index.events)),
            Self::SecurityLabel(tokens) => tokens.iter().any(|token| is_labelled(token, entry)),
            Self::ContentType(types) => types.contains(&essence(&entry.content.content_type)),
            Self::Archived(asked) => asked.contains(&entry.archived),
            Self::Date(tests) => tests.iter().any(|test| test.accepts(entry.date.from, Some(entry.date.until))),
            Self::Creation(tests) => {
                tests.iter().any(|test| test.accepts(entry.creation.from, Some(entry.creation.until)))
            }
            Self::Period(tests) => tests.iter().any(|test| test.accepts(entry.period.0, entry.period.1)),
            Self::PeriodStart(tests) => tests.iter().any(|test| test.accepts_instant(entry.period.0)),
            Self::PeriodEnd(tests) => {
                entry.period.1.is_some_and(|until| tests.iter().any(|test| test.accepts_end(until)))
            }
            Self::Updated(tests) => tests.iter().any(|test| test.accepts_instant(entry.updated)),
            Self::AuthorName(test) => test.accepts(&index.author_names),
            Self::AuthorIdentifier(tokens) => tokens.iter().any(|token| token.is_of(&index.author_identifiers)),
            Self::Related(links) => links.iter().any(|link| is_linked(link, &index.related_references)),
            Self::RelatedIdentifier(tokens) => tokens.iter().any(|token| token.is_of(&index.related)),
            Self::RelatesTo(names) => names.iter().any(relates_to),
            Self::Not(criterion) => !criterion.accepts(entry, relates_to),
        }
    }

    /// Whether it asks for documents by a full business identifier (TD3.1b).
    pub(super) fn names_a_document(&self) -> bool {
        let Self::Identifier(tokens) = self else { return false };
        !tokens.is_empty() && tokens.iter().all(|token| token.code.is_some())
    }

    /// Whether it asks for relations to other documents.
    pub(super) fn asks_for_relations(&self) -> bool {
        matches!(self, Self::RelatesTo(_)) || matches!(self, Self::Not(inner) if inner.asks_for_relations())
    }

    /// Whether it speaks of archived documents, which are else left out.
    pub(super) fn asks_for_archived(&self) -> bool {
        self.names_a_document() || matches!(self, Self::Archived(_) | Self::Id(_))
    }
}

fn is_called(token: &Token, entry: &DocumentEntry) -> bool {
    token.is_of(&entry.index.identifiers) || is_called_here(token, entry)
}

/// Whether the token names an identifier that the server prints itself.
fn is_called_here(token: &Token, entry: &DocumentEntry) -> bool {
    let system = match &token.system {
        SystemAsked::Any => None,
        SystemAsked::Absent => return false,
        SystemAsked::Is(system) => Some(system.as_str()),
    };
    let Identifier { system: of_unique_id, .. } = &entry.unique_id;
    match &token.code {
        Some(value) => entry.is_called(system, value),
        None => system.is_some_and(|system| system == of_unique_id || system == URI_SYSTEM),
    }
}

fn is_labelled(token: &Token, entry: &DocumentEntry) -> bool {
    entry.labels.codes().iter().any(|label| token.accepts(label.system, label.code))
}

/// Whether a reference is among these; a bare id is of any type.
fn is_linked(asked: &str, links: &[String]) -> bool {
    let is_it = |link: &String| {
        let id = link.rsplit('/').next().unwrap_or_default();
        link == asked || (!asked.contains('/') && id == asked)
    };
    links.iter().any(is_it)
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
