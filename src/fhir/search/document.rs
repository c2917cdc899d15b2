//! Search of DocumentReference (ITI-67, TD3.1). Source: pdsm-dmp 5.2, 5.3, 7; conformance 1.5.

use super::{
    Kind, ResultShape, Setting,
    asking::{Asking, How, Taken},
    reference,
    table::{
        EXACT, IDENTIFIER, NOT, Negated, Row, count, criterion, elements, hl7, id, of, patient, pdsm, result, summary,
        total, updated,
    },
    value::{self},
};
use crate::{
    fhir::{
        canon::STATUS,
        issue::{Issue, Issues},
    },
    record::{
        document::Status,
        identity::Ins,
        query::{Criterion, NamePart, Query, SortBy},
    },
};

/// A search as it was understood.
#[derive(Debug)]
pub struct SearchAsk {
    /// In whose record.
    pub holder: Ins,
    /// The query; a page other than the first is for the caller to set.
    pub query: Query,
    /// The shape of the answer.
    pub result: ResultShape,
    /// The parameters that had an effect, for the self link.
    pub used: Vec<(String, String)>,
    /// What was taken with a remark.
    pub warnings: Vec<Issue>,
}

/// Reads the parameters of a search of documents.
///
/// # Errors
/// Everything that is wrong, each with the name of its parameter.
pub fn parse(pairs: &[(String, String)], setting: &Setting<'_>) -> Result<SearchAsk, Issues> {
    let mut asking = Asking::of(pairs, setting, DOCUMENTS);
    if !asking.criteria.iter().any(speaks_of_status) {
        default_status(&mut asking);
    }
    let Taken { holder, criteria, sort, page_size, result, used, warnings, .. } = asking.conclude()?;
    Ok(SearchAsk { holder, query: Query { criteria, sort, page_size, after: None }, result, used, warnings })
}

fn speaks_of_status(criterion: &Criterion) -> bool {
    let plain = if let Criterion::Not(inner) = criterion { inner } else { criterion };
    matches!(plain, Criterion::Status(_))
}

/// What is current, and what was superseded too where the search names documents.
fn default_status(asking: &mut Asking<'_, Criterion, SortBy>) {
    let names = |criterion: &Criterion| matches!(criterion, Criterion::Identifier(_) | Criterion::Id(_));
    let (statuses, printed) = if asking.criteria.iter().any(names) {
        (vec![Status::Current, Status::Superseded], "current,superseded")
    } else {
        (vec![Status::Current], "current")
    };
    asking.default_status(Criterion::Status(statuses), printed);
}

impl Negated for Criterion {
    fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}

/// What an author may be.
const AUTHORS: &[&str] = &["Practitioner", "PractitionerRole", "Organization", "Device", "Patient", "RelatedPerson"];

/// The parameters.
pub(in crate::fhir) const DOCUMENTS: &[Row<Criterion, SortBy>] = &[
    patient().also(&["patient.identifier", "subject", "subject.identifier"]),
    criterion("status", Kind::Token, hl7!("DocumentReference-status"), "current, superseded", |asked| {
        of(asked, value::meanings(asked, STATUS, status), Criterion::Status)
    })
    .modified(NOT),
    id(|asked| of(asked, value::ids(asked), Criterion::Id)),
    updated(|asked| of(asked, value::dates(asked), Criterion::Updated)),
    criterion(
        "identifier",
        Kind::Token,
        hl7!("clinical-identifier"),
        "uniqueId, every entryUUID, the logical id, and other identifiers of the source",
        |asked| of(asked, value::tokens(asked), Criterion::Identifier),
    ),
    criterion("type", Kind::Token, hl7!("clinical-type"), "the type", |asked| {
        of(asked, value::codes(asked), Criterion::Type)
    })
    .modified(NOT),
    criterion("category", Kind::Token, hl7!("DocumentReference-category"), "the class", |asked| {
        of(asked, value::codes(asked), Criterion::Category)
    })
    .modified(NOT),
    criterion("setting", Kind::Token, hl7!("DocumentReference-setting"), "context.practiceSetting", |asked| {
        of(asked, value::codes(asked), Criterion::Setting)
    })
    .modified(NOT),
    criterion("facility", Kind::Token, hl7!("DocumentReference-facility"), "context.facilityType", |asked| {
        of(asked, value::codes(asked), Criterion::Facility)
    })
    .modified(NOT),
    criterion("event", Kind::Token, hl7!("DocumentReference-event"), "context.event", |asked| {
        of(asked, value::codes(asked), Criterion::Event)
    })
    .modified(NOT),
    criterion("format", Kind::Token, hl7!("DocumentReference-format"), "content.format", |asked| {
        of(asked, value::codes(asked), Criterion::Format)
    })
    .modified(NOT),
    criterion(
        "security-label",
        Kind::Token,
        hl7!("DocumentReference-security-label"),
        "the confidentiality and the visibility flags",
        |asked| of(asked, value::labels(asked), Criterion::SecurityLabel),
    )
    .modified(NOT),
    criterion("contenttype", Kind::Token, hl7!("DocumentReference-contenttype"), "the media type", |asked| {
        of(asked, value::media_types(asked), Criterion::ContentType)
    })
    .modified(NOT),
    criterion("date", Kind::Date, hl7!("DocumentReference-date"), "DocumentReference.date", |asked| {
        of(asked, value::dates(asked), Criterion::Date)
    }),
    criterion(
        "creation",
        Kind::Date,
        "https://profiles.ihe.net/ITI/MHD/SearchParameter/DocumentReference-Creation",
        "content.attachment.creation",
        |asked| of(asked, value::dates(asked), Criterion::Creation),
    ),
    criterion("period", Kind::Date, hl7!("DocumentReference-period"), "context.period", |asked| {
        of(asked, value::dates(asked), Criterion::Period)
    }),
    criterion(
        "period-start",
        Kind::Date,
        pdsm!("PDSm-DocumentReference-period-start"),
        "context.period.start",
        |asked| of(asked, value::dates(asked), Criterion::PeriodStart),
    )
    .also(&["PDSm_DocumentReference_period-start", "PDSm-DocumentReference-period-start"]),
    criterion("period-end", Kind::Date, pdsm!("PDSm-DocumentReference-period-end"), "context.period.end", |asked| {
        of(asked, value::dates(asked), Criterion::PeriodEnd)
    })
    .also(&["PDSm_DocumentReference_period-end", "PDSm-DocumentReference-period-end"]),
    criterion(
        "author",
        Kind::Reference,
        hl7!("DocumentReference-author"),
        "the authors, also contained ones: author:identifier, author.identifier, author.family, author.given",
        |asked| of(asked, reference::parties(asked), Criterion::AuthorIdentifier),
    )
    .also(&["author.identifier", "author.practitioner.identifier", "author.organization.identifier"])
    .modified(IDENTIFIER)
    .to(AUTHORS),
    criterion("author.family", Kind::String, "", "the family names of the authors", |asked| {
        of(asked, value::names(asked, NamePart::Family), Criterion::AuthorName)
    })
    .also(&["author.practitioner.family"])
    .modified(EXACT)
    .to(AUTHORS),
    criterion("author.given", Kind::String, "", "the given names of the authors", |asked| {
        of(asked, value::names(asked, NamePart::Given), Criterion::AuthorName)
    })
    .also(&["author.practitioner.given"])
    .modified(EXACT)
    .to(AUTHORS),
    criterion("author.name", Kind::String, "", "the names of the authors", |asked| {
        of(asked, value::names(asked, NamePart::Any), Criterion::AuthorName)
    })
    .also(&["author.practitioner.name", "author.device-name"])
    .modified(EXACT)
    .to(AUTHORS),
    criterion(
        "related",
        Kind::Reference,
        hl7!("DocumentReference-related"),
        "context.related: related:identifier for the referenceIdList",
        |asked| {
            if asked.is_by_identifier() {
                return of(asked, value::tokens(asked), Criterion::RelatedIdentifier);
            }
            of(asked, reference::links(asked), Criterion::Related)
        },
    )
    .also(&["related.identifier"])
    .modified(IDENTIFIER),
    criterion(
        "relatesto",
        Kind::Reference,
        hl7!("DocumentReference-relatesto"),
        "another document, by id, entryUUID or identifier, where it is open to the caller",
        |asked| of(asked, reference::documents(asked), Criterion::RelatesTo),
    )
    .also(&["relatesTo", "relatesto.identifier", "relatesTo.identifier"])
    .modified(IDENTIFIER)
    .to(&["DocumentReference"]),
    criterion(
        "isArchived",
        Kind::Token,
        pdsm!("PDSm-isArchived"),
        "archived documents are left out unless asked for, or named by identifier or _id",
        |asked| of(asked, value::booleans(asked), Criterion::Archived),
    )
    .also(&["isarchived", "PDSm_isArchived", "PDSm-isArchived"]),
    count(),
    result("_sort", "date, _lastUpdated, creation, period, period-start, type, category", How::Sort(sort_key)),
    total(),
    summary(),
    elements(),
];

fn status(code: &str) -> Option<Status> {
    match code {
        "current" => Some(Status::Current),
        "superseded" => Some(Status::Superseded),
        "entered-in-error" => Some(Status::EnteredInError),
        _ => None,
    }
}

fn sort_key(word: &str) -> Option<SortBy> {
    match word {
        "date" => Some(SortBy::Date),
        "_lastUpdated" | "_lastupdated" => Some(SortBy::Updated),
        "creation" => Some(SortBy::Creation),
        "period" | "period-start" => Some(SortBy::Period),
        "type" => Some(SortBy::Type),
        "category" => Some(SortBy::Category),
        _ => None,
    }
}
