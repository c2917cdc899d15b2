//! A search inside one record, in the terms of the record model.

use jiff::Timestamp;

use serde::{Deserialize, Serialize};

use super::{
    document::{DateSpan, DocumentEntry, Status},
    visibility::Labels,
};

/// A token of FHIR search: `code`, `system|code`, `|code` or `system|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The system asked for.
    pub system: SystemAsked,
    /// The code or value; nothing means any.
    pub code: Option<String>,
}

/// What a token says of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemAsked {
    /// Any.
    Any,
    /// None at all.
    Absent,
    /// One of these spellings of one system.
    Is(String),
}

impl Token {
    fn accepts(&self, system: &str, code: &str) -> bool {
        let by_system = match &self.system {
            SystemAsked::Any => true,
            SystemAsked::Absent => system.is_empty(),
            SystemAsked::Is(asked) => asked == system,
        };
        by_system && self.code.as_deref().is_none_or(|asked| asked == code)
    }
}

/// The comparisons of FHIR date search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`: the asked span contains the value.
    Equal,
    /// `ne`.
    NotEqual,
    /// `gt`.
    Greater,
    /// `lt`.
    Less,
    /// `ge`.
    GreaterOrEqual,
    /// `le`.
    LessOrEqual,
    /// `sa`: starts after.
    StartsAfter,
    /// `eb`: ends before.
    EndsBefore,
    /// `ap`: overlaps.
    Approximately,
}

/// One date test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTest {
    /// How to compare.
    pub comparison: Comparison,
    /// The span that the asked value stands for.
    pub asked: DateSpan,
}

impl DateTest {
    /// Whether a value passes; an open end lasts for ever. Source: FHIR R4 search, "date".
    pub fn accepts(&self, from: Timestamp, until: Option<Timestamp>) -> bool {
        let until = until.unwrap_or(Timestamp::MAX);
        let asked = self.asked;
        let contained = asked.from <= from && until <= asked.until;
        match self.comparison {
            Comparison::Equal => contained,
            Comparison::NotEqual => !contained,
            Comparison::Greater => until > asked.until,
            Comparison::Less => from < asked.from,
            Comparison::GreaterOrEqual => until > asked.until || contained,
            Comparison::LessOrEqual => from < asked.from || contained,
            Comparison::StartsAfter => from >= asked.until,
            Comparison::EndsBefore => until <= asked.from,
            Comparison::Approximately => from < asked.until && asked.from < until,
        }
    }
}

/// One criterion; its alternatives are joined by OR, the criteria of a query by AND.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    /// `status`.
    Status(Vec<Status>),
    /// `identifier`: uniqueId, any entryUUID, the logical id.
    Identifier(Vec<Token>),
    /// `type`.
    Type(Vec<Token>),
    /// `category`.
    Category(Vec<Token>),
    /// `security-label`.
    SecurityLabel(Vec<Token>),
    /// `date`.
    Date(Vec<DateTest>),
    /// `creation`.
    Creation(Vec<DateTest>),
    /// `period`.
    Period(Vec<DateTest>),
}

impl Criterion {
    /// Whether the entry passes, given how its labels are spelt.
    fn accepts(&self, entry: &DocumentEntry) -> bool {
        match self {
            Self::Status(statuses) => statuses.contains(&entry.status),
            Self::Identifier(tokens) => tokens.iter().any(|token| accepts_identifier(token, entry)),
            Self::Type(tokens) => tokens.iter().any(|token| token.accepts(&entry.kind.system, &entry.kind.code)),
            Self::Category(tokens) => tokens.iter().any(|token| token.accepts(&entry.class.system, &entry.class.code)),
            Self::SecurityLabel(tokens) => entry
                .labels
                .codes()
                .iter()
                .any(|label| tokens.iter().any(|token| token.accepts(label.system, label.code))),
            Self::Date(tests) => tests.iter().any(|test| test.accepts(entry.date.from, Some(entry.date.until))),
            Self::Creation(tests) => {
                tests.iter().any(|test| test.accepts(entry.creation.from, Some(entry.creation.until)))
            }
            Self::Period(tests) => tests.iter().any(|test| test.accepts(entry.period.0, entry.period.1)),
        }
    }
}

fn accepts_identifier(token: &Token, entry: &DocumentEntry) -> bool {
    let system = match &token.system {
        SystemAsked::Any => None,
        SystemAsked::Absent => return false,
        SystemAsked::Is(system) => Some(system.as_str()),
    };
    match &token.code {
        Some(value) => entry.is_called(system, value),
        None => system.is_some_and(|system| system == entry.unique_id.system || system == super::code::URI_SYSTEM),
    }
}

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

/// A query on the documents of one record; answers come newest first, by `date` and then by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The criteria, all of which must hold.
    pub criteria: Vec<Criterion>,
    /// At most so many entries; zero asks for the count alone.
    pub page_size: usize,
    /// Where to go on.
    pub after: Option<PageMark>,
}

impl Query {
    /// Whether the entry is asked for. Deleted documents never are, archived ones only by identifier.
    pub fn accepts(&self, entry: &DocumentEntry) -> bool {
        entry.status != Status::EnteredInError
            && (!entry.archived || self.names_a_document())
            && self.criteria.iter().all(|criterion| criterion.accepts(entry))
    }

    /// Whether the query names documents by identifier (TD3.1b).
    pub fn names_a_document(&self) -> bool {
        self.criteria.iter().any(|criterion| match criterion {
            Criterion::Identifier(tokens) => !tokens.is_empty() && tokens.iter().all(|token| token.code.is_some()),
            Criterion::Status(_)
            | Criterion::Type(_)
            | Criterion::Category(_)
            | Criterion::SecurityLabel(_)
            | Criterion::Date(_)
            | Criterion::Creation(_)
            | Criterion::Period(_) => false,
        })
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
