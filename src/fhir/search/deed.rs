//! Search of Consent and CareTeam. Source: conformance 3.1; pdsm-dmp 10; <http://hl7.org/fhir/R4/consent.html#search>.
//!
//! One criterion looks at one view of a deed: at its codes and identifiers, or at its dates.

use std::fmt;

use serde_json::Value;
use uuid::Uuid;

use super::{
    ResultShape, Setting,
    asking::{Asking, How, Taken},
    care_team::CARE_TEAMS,
    consent::CONSENTS,
    reference, table,
    value::{self, Asked, Read},
};
use crate::{
    fhir::{
        canon::canonical,
        date,
        deed::{self, TEAM_SYSTEM},
        issue::{Issue, Issues},
        tree::Node,
    },
    record::{
        care_team::Span,
        code::Identifier,
        deed::{Deed, DeedKind, DeedQuery, DeedStatus},
        identity::{Ins, PsIdNat, StructIdNat},
        matcher::Matcher,
        query::{DateTest, SystemAsked, Token},
    },
};

/// A search of deeds as it was understood.
#[derive(Debug)]
pub struct DeedAsk {
    /// In whose record.
    pub holder: Ins,
    /// The query; a page other than the first is for the caller to set.
    pub query: DeedQuery,
    /// The shape of the answer.
    pub result: ResultShape,
    /// The parameters that had an effect, for the self link.
    pub used: Vec<(String, String)>,
    /// What was taken with a remark.
    pub warnings: Vec<Issue>,
}

/// Reads the parameters of a search of Consents or CareTeams.
///
/// # Errors
/// Everything that is wrong, each with the name of its parameter.
pub fn parse(kind: DeedKind, pairs: &[(String, String)], setting: &Setting<'_>) -> Result<DeedAsk, Issues> {
    let table = match kind {
        DeedKind::Consent => CONSENTS,
        DeedKind::CareTeam => CARE_TEAMS,
    };
    let Taken { holder, criteria, page_size, result, used, warnings, .. } =
        Asking::of(pairs, setting, table).conclude()?;
    let owner = holder.clone();
    let matches = Matcher::of(move |deed: &Deed| criteria.is_empty() || accepts(&criteria, deed, &owner));
    let query = DeedQuery { kind, matches, page_size, after: None };
    Ok(DeedAsk { holder, query, result, used, warnings })
}

fn accepts(criteria: &[DeedCriterion], deed: &Deed, holder: &Ins) -> bool {
    // What was printed here is well-formed.
    let printed: Value = serde_json::from_slice(&deed::print(deed, holder)).unwrap_or_default();
    let root = Node::new(&printed, "");
    criteria.iter().all(|criterion| criterion.accepts(deed, &root))
}

/// The codes or identifiers at which a criterion looks.
pub(super) type Names = fn(&Deed, &Node<'_>) -> Vec<Identifier>;
/// The times at which a criterion looks.
pub(super) type Times = fn(&Deed, &Node<'_>) -> Vec<Span>;

/// One criterion.
pub(in crate::fhir) enum DeedCriterion {
    /// `_id`.
    Id(Vec<Uuid>),
    /// `_lastUpdated`.
    Updated(Vec<DateTest>),
    /// `status`; those that no deed here has find nothing.
    Status(Vec<Option<DeedStatus>>),
    /// Codes and identifiers.
    Names(Names, Vec<Token>),
    /// Dates and periods.
    Times(Times, Vec<DateTest>),
}

impl fmt::Debug for DeedCriterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeedCriterion")
    }
}

impl DeedCriterion {
    fn accepts(&self, deed: &Deed, root: &Node<'_>) -> bool {
        match self {
            Self::Id(ids) => ids.contains(&deed.id.0),
            Self::Updated(tests) => tests.iter().any(|test| test.accepts_instant(deed.updated)),
            Self::Status(statuses) => statuses.contains(&Some(deed.status)),
            Self::Names(view, tokens) => {
                let names = view(deed, root);
                tokens.iter().any(|token| token.is_of(&names))
            }
            Self::Times(view, tests) => {
                let times = view(deed, root);
                let is_one = |test: &DateTest| times.iter().any(|time| test.accepts(time.from, time.until));
                tests.iter().any(is_one)
            }
        }
    }
}

/// A row of the tables; the order of deeds is fixed.
pub(super) type Row = table::Row<DeedCriterion, ()>;

/// `_id`.
pub(super) const ID: Row = table::id(|asked| Some(value::ids(asked)?.map(DeedCriterion::Id)));
/// `_lastUpdated`.
pub(super) const UPDATED: Row = table::updated(|asked| Some(value::dates(asked)?.map(DeedCriterion::Updated)));
/// `_sort`.
pub(super) const SORT: Row = table::result(
    "_sort",
    "-_lastUpdated: the last changed come first always",
    How::Order(&["-_lastUpdated", "-_lastupdated"]),
);

/// Codes, their systems in the one spelling.
pub(super) fn codes(asked: &Asked<'_>, view: Names) -> Read<DeedCriterion> {
    Some(value::codes(asked)?.map(|tokens| DeedCriterion::Names(view, tokens)))
}

/// Identifiers.
pub(super) fn identifiers(asked: &Asked<'_>, view: Names) -> Read<DeedCriterion> {
    Some(value::tokens(asked)?.map(|tokens| DeedCriterion::Names(view, tokens)))
}

/// Dates.
pub(super) fn dates(asked: &Asked<'_>, view: Times) -> Read<DeedCriterion> {
    Some(value::dates(asked)?.map(|tests| DeedCriterion::Times(view, tests)))
}

/// People, structures and care teams: by identifier, by condition, or by the id of a care team here.
pub(super) fn parties(asked: &Asked<'_>, view: Names) -> Read<DeedCriterion> {
    let by_identifier = asked.is_by_identifier();
    let tokens = reference::parties(asked)?;
    let teams = value::alternatives(asked.value);
    let teams = teams.iter().filter(|_| !by_identifier).filter_map(|text| team(text, asked));
    Some(tokens.map(|tokens| DeedCriterion::Names(view, tokens.into_iter().chain(teams).collect())))
}

fn team(text: &str, asked: &Asked<'_>) -> Option<Token> {
    let id = Uuid::try_parse(reference::id_of(text, "CareTeam", asked.setting.base)?).ok()?;
    let system = SystemAsked::Is(TEAM_SYSTEM.to_owned());
    Some(Token { system, code: Some(id.hyphenated().to_string()) })
}

/// The statuses of a value; those that are of FHIR and that no deed here has find nothing.
pub(super) fn statuses(asked: &Asked<'_>, system: &str, others: &[&str]) -> Read<DeedCriterion> {
    let all = [DeedStatus::Active, DeedStatus::Inactive, DeedStatus::EnteredInError];
    let read = value::meanings(asked, system, |code| {
        let own = all.into_iter().find(|status| deed::status_code(*status) == code);
        (own.is_some() || others.contains(&code)).then_some(own)
    })?;
    Some(read.map(DeedCriterion::Status))
}

/// The codings at a path.
pub(super) fn codings(root: &Node<'_>, path: &str) -> Vec<Identifier> {
    let code = |coding: &Node<'_>| Identifier {
        system: canonical(coding.text("system").unwrap_or_default()).to_owned(),
        value: coding.text("code").unwrap_or_default().to_owned(),
    };
    root.all(path).iter().map(code).collect()
}

/// The identifiers at a path, each in all its spellings.
pub(super) fn identifiers_at(root: &Node<'_>, path: &str) -> Vec<Identifier> {
    let read = |node: &Node<'_>| Identifier {
        system: node.text("system").unwrap_or_default().to_owned(),
        value: node.text("value").unwrap_or_default().to_owned(),
    };
    root.all(path).iter().map(read).flat_map(spellings).collect()
}

/// Whom the references at a path name: themselves, and by what they contain.
pub(super) fn named_at(root: &Node<'_>, path: &str) -> Vec<Identifier> {
    let references = root.all(path);
    let all = references.iter().flat_map(|reference| {
        let id = reference.text("reference").and_then(|link| link.strip_prefix('#'));
        let contained = id.and_then(|id| root.contained(id));
        let own = identifiers_at(reference, "identifier");
        own.into_iter().chain(contained.into_iter().flat_map(|resource| identifiers_at(&resource, "identifier")))
    });
    all.collect()
}

/// A professional in both spellings.
pub(super) fn of_professional(id: &PsIdNat) -> Vec<Identifier> {
    spellings(Identifier { system: PsIdNat::SYSTEM.to_owned(), value: id.as_str().to_owned() })
}

/// A structure in both spellings.
pub(super) fn of_structure(id: &StructIdNat) -> Vec<Identifier> {
    spellings(Identifier { system: StructIdNat::SYSTEM.to_owned(), value: id.as_str().to_owned() })
}

/// A care team.
pub(super) fn of_team(id: &str) -> Vec<Identifier> {
    vec![Identifier { system: TEAM_SYSTEM.to_owned(), value: id.to_owned() }]
}

/// Prefixed and bare: PS_IdNat and RPPS, Struct_IdNat and FINESS.
const SPELLINGS: [(&str, &str, &str); 2] =
    [(PsIdNat::SYSTEM, "8", PsIdNat::RPPS_SYSTEM), (StructIdNat::SYSTEM, "1", StructIdNat::FINESS_SYSTEM)];

fn spellings(identifier: Identifier) -> Vec<Identifier> {
    let other = SPELLINGS.iter().find_map(|(prefixed, prefix, bare)| {
        let (system, value) = if identifier.system == *prefixed {
            (*bare, identifier.value.strip_prefix(prefix)?.to_owned())
        } else {
            (*prefixed, (identifier.system == *bare).then(|| format!("{prefix}{}", identifier.value))?)
        };
        Some(Identifier { system: system.to_owned(), value })
    });
    [Some(identifier), other].into_iter().flatten().collect()
}

/// The dates at a path, each as the span that it stands for.
pub(super) fn dates_at(root: &Node<'_>, path: &str) -> Vec<Span> {
    let texts = root.all(path);
    let spans = texts.iter().filter_map(|node| date::span(node.value().as_str()?).ok());
    spans.map(|span| Span { from: span.from, until: Some(span.until) }).collect()
}

#[cfg(test)]
mod tests;
