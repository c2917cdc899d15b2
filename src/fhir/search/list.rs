//! Search of List: submission sets and folders (ITI-66). Source: pdsm-dmp 5.1 to 5.3; conformance 1.5.

use super::{
    Kind, ResultShape, Setting,
    asking::{Asking, How, Taken},
    reference,
    table::{
        EXACT, IDENTIFIER, NOT, Negated, Row, count, criterion, elements, hl7, id, of, patient, pdsm, result, summary,
        total, updated,
    },
    value::{self, Asked, Read},
};
use crate::{
    fhir::{
        canon::LIST_TYPES,
        issue::{Issue, Issues},
    },
    record::{
        identity::Ins,
        list::{self, ListCriterion, ListEntry, ListKind, ListQuery, ListSortBy},
        matcher::Matcher,
        query::{NamePart, SystemAsked, Token},
    },
};

/// What may come along.
pub const INCLUDES: &[&str] = &["List:item", "List:item:DocumentReference"];

/// A search of lists as it was understood.
#[derive(Debug)]
pub struct ListAsk {
    /// In whose record.
    pub holder: Ins,
    /// The query; a page other than the first is for the caller to set.
    pub query: ListQuery,
    /// The criteria that the query's matcher holds, as data.
    pub criteria: Vec<ListCriterion>,
    /// The shape of the answer.
    pub result: ResultShape,
    /// The parameters that had an effect, for the self link.
    pub used: Vec<(String, String)>,
    /// What was taken with a remark. The answer has no place for it: its entries are lists, and what is included (pdsm-dmp 16 no 14).
    pub warnings: Vec<Issue>,
}

/// Reads the parameters of a search of lists.
///
/// # Errors
/// Everything that is wrong, each with the name of its parameter.
pub fn parse(pairs: &[(String, String)], setting: &Setting<'_>) -> Result<ListAsk, Issues> {
    let mut asking = Asking::of(pairs, setting, LISTS);
    asking.demand("code", |criterion| matches!(plain(criterion), ListCriterion::Kind(_)));
    if !asking.criteria.iter().any(|criterion| matches!(plain(criterion), ListCriterion::Current(_))) {
        asking.default_status(ListCriterion::Current(true), "current");
    }
    let Taken { holder, criteria, sort, page_size, included, result, used, warnings } = asking.conclude()?;
    let held = criteria.clone();
    let matches = Matcher::of(move |entry: &ListEntry| list::accepts(&held, entry));
    let query = ListQuery { matches, sort, with_documents: included, page_size, after: None };
    Ok(ListAsk { holder, query, criteria, result, used, warnings })
}

/// The criterion that `:not` turns round, or the criterion itself.
fn plain(criterion: &ListCriterion) -> &ListCriterion {
    if let ListCriterion::Not(inner) = criterion { inner } else { criterion }
}

impl Negated for ListCriterion {
    fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}

/// What a source may be.
const SOURCES: &[&str] = &["Practitioner", "PractitionerRole", "Device", "Patient"];

/// The parameters.
pub(in crate::fhir) const LISTS: &[Row<ListCriterion, ListSortBy>] = &[
    patient().also(&["patient.identifier", "subject", "subject.identifier"]),
    criterion("code", Kind::Token, hl7!("clinical-code"), "Mandatory: submissionset, folder", |asked| {
        of(asked, kinds(asked), ListCriterion::Kind)
    }),
    criterion("status", Kind::Token, hl7!("List-status"), "current: every list here is", |asked| {
        of(asked, value::meanings(asked, STATUS, status), |asked| ListCriterion::Current(asked.contains(&true)))
    })
    .modified(NOT),
    id(|asked| of(asked, value::ids(asked), ListCriterion::Id)),
    updated(|asked| of(asked, value::dates(asked), ListCriterion::Updated)),
    criterion("identifier", Kind::Token, hl7!("clinical-identifier"), "uniqueId, entryUUID", |asked| {
        of(asked, value::tokens(asked), ListCriterion::Identifier)
    }),
    criterion(
        "date",
        Kind::Date,
        hl7!("clinical-date"),
        "List.date: the submission time, the last update of a folder",
        |asked| of(asked, value::dates(asked), ListCriterion::Date),
    ),
    criterion("title", Kind::String, hl7!("List-title"), "the title", |asked| {
        of(asked, value::texts(asked), ListCriterion::Title)
    })
    .modified(EXACT),
    criterion(
        "designationType",
        Kind::Token,
        "https://profiles.ihe.net/ITI/MHD/SearchParameter/List-DesignationType",
        "the content type of a submission set, the codes of a folder",
        |asked| of(asked, value::codes(asked), ListCriterion::Designation),
    )
    .also(&["DesignationType", "designationtype"])
    .modified(NOT),
    criterion(
        "sourceId",
        Kind::Token,
        "https://profiles.ihe.net/ITI/MHD/SearchParameter/List-SourceId",
        "the source system",
        |asked| of(asked, value::tokens(asked), ListCriterion::SourceId),
    )
    .also(&["SourceId", "sourceid", "sourceId.identifier", "SourceId.identifier"])
    .modified(IDENTIFIER),
    criterion(
        "source",
        Kind::Reference,
        hl7!("List-source"),
        "the source, also a contained one: source:identifier, source.identifier, source.family, source.given",
        |asked| of(asked, reference::parties(asked), ListCriterion::SourceIdentifier),
    )
    .also(&[
        "source.identifier",
        "source.practitioner.identifier",
        "PDSm_List_PatientAsSource",
        "PDSm_List_PractitionerRoleAsSource",
    ])
    .modified(IDENTIFIER)
    .to(SOURCES),
    criterion("source.family", Kind::String, "", "the family names of the source", |asked| {
        of(asked, value::names(asked, NamePart::Family), ListCriterion::SourceName)
    })
    .also(&["source.practitioner.family", "PDSm_List_PatientAsSource.family"])
    .modified(EXACT)
    .to(SOURCES),
    criterion("source.given", Kind::String, "", "the given names of the source", |asked| {
        of(asked, value::names(asked, NamePart::Given), ListCriterion::SourceName)
    })
    .also(&["source.practitioner.given", "PDSm_List_PatientAsSource.given"])
    .modified(EXACT)
    .to(SOURCES),
    criterion("source.name", Kind::String, "", "the names of the source", |asked| {
        of(asked, value::names(asked, NamePart::Any), ListCriterion::SourceName)
    })
    .also(&["source.practitioner.name", "source.device-name"])
    .modified(EXACT)
    .to(SOURCES),
    criterion(
        "authorOrg",
        Kind::Reference,
        pdsm!("PDSm-List-authorOrg"),
        "the structure of the source: authorOrg:identifier, authorOrg.identifier",
        |asked| of(asked, reference::parties(asked), ListCriterion::SourceIdentifier),
    )
    .also(&["authorOrg.identifier", "PDSm_authorOrg", "PDSm_authorOrg.identifier", "authororg", "authororg.identifier"])
    .modified(IDENTIFIER)
    .to(&["Organization"]),
    criterion(
        "isArchived",
        Kind::Token,
        pdsm!("PDSm-isArchived"),
        "archived lists are left out unless asked for, or named by identifier or _id",
        |asked| of(asked, value::booleans(asked), ListCriterion::Archived),
    )
    .also(&["isarchived", "PDSm_isArchived", "PDSm-isArchived"]),
    count(),
    result("_sort", "date, _lastUpdated, title", How::Sort(sort_key)),
    result("_include", "List:item", How::Include(INCLUDES)),
    total(),
    summary(),
    elements(),
];

/// The code system of `List.status`.
const STATUS: &str = "http://hl7.org/fhir/list-status";

/// Whether a status is that of the lists here; those of documents are taken too.
fn status(code: &str) -> Option<bool> {
    match code {
        "current" => Some(true),
        "retired" | "entered-in-error" | "superseded" => Some(false),
        _ => None,
    }
}

/// The kinds that tokens ask for; a code of which nothing is known finds nothing.
fn kinds(asked: &Asked<'_>) -> Read<Vec<ListKind>> {
    let tokens = value::codes(asked)?;
    Some(tokens.map(|tokens| tokens.iter().flat_map(kinds_of).collect()))
}

fn kinds_of(token: &Token) -> Vec<ListKind> {
    let all = [("submissionset", ListKind::SubmissionSet), ("folder", ListKind::Folder)];
    let of_system = match &token.system {
        SystemAsked::Any => true,
        SystemAsked::Absent => false,
        SystemAsked::Is(system) => system == LIST_TYPES,
    };
    let is_asked = |code: &str| of_system && token.code.as_deref().is_none_or(|asked| asked == code);
    all.into_iter().filter(|(code, _)| is_asked(code)).map(|(_, kind)| kind).collect()
}

fn sort_key(word: &str) -> Option<ListSortBy> {
    match word {
        "date" => Some(ListSortBy::Date),
        "_lastUpdated" | "_lastupdated" => Some(ListSortBy::Updated),
        "title" => Some(ListSortBy::Title),
        _ => None,
    }
}
