//! Search of AuditEvent (ITI-81). Both bounds of `date` are mandatory, and so is the patient: a search is in one record. Source: conformance
//! 2.4, SE-17; TDE 2.0.0; pdsm-dmp 9.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Observer, TDE, event};
use crate::{
    fhir::{
        issue::{Issue, Issues},
        search::{
            Kind, Parameter, ResultShape, Setting,
            asking::{Asking, How, Taken},
            table::{EXACT, IDENTIFIER, Row, count, criterion, elements, hl7, id, result, summary, total, updated},
            value::{self, Asked, Read},
        },
        tree::Node,
    },
    record::{
        identity::Ins,
        matcher::Matcher,
        query::{Comparison, DateTest, Text, Token},
        trace::{AccessTrace, TraceQuery},
    },
};

/// A search of traces as it was understood.
#[derive(Debug)]
pub struct TraceAsk {
    /// In whose record.
    pub holder: Ins,
    /// The query; a page other than the first is for the caller to set.
    pub query: TraceQuery,
    /// Whether the projection of the ANS guide is asked for (`_profile`).
    pub projected: bool,
    /// The shape of the answer.
    pub result: ResultShape,
    /// The parameters that had an effect, for the self link.
    pub used: Vec<(String, String)>,
    /// What was taken with a remark.
    pub warnings: Vec<Issue>,
}

/// Reads the parameters of a search of traces. The observer is this server, as the events name it.
///
/// # Errors
/// Everything that is wrong, each with the name of its parameter.
pub fn parse(pairs: &[(String, String)], setting: &Setting<'_>, observer: &Observer<'_>) -> Result<TraceAsk, Issues> {
    let mut asking = Asking::of(pairs, setting, TRACES);
    asking.demand("date", |criterion| is_bound(criterion, lower));
    asking.demand("date", |criterion| is_bound(criterion, upper));
    let Taken { holder, criteria, page_size, result, used, warnings, .. } = asking.conclude()?;
    let (from, until) = span_of(&criteria);
    let projected = criteria.iter().any(|criterion| matches!(criterion, Criterion::Projection));
    let (base, source_id) = (observer.base.to_owned(), observer.source_id.to_owned());
    let matches = Matcher::of(move |trace: &AccessTrace| {
        let observer = Observer { base: &base, source_id: &source_id, tells_grounds: false };
        accepts(&criteria, trace, &observer)
    });
    let query = TraceQuery { from, until, matches, page_size, after: None };
    Ok(TraceAsk { holder, query, projected, result, used, warnings })
}

/// One criterion; its alternatives are joined by OR, the criteria by AND.
#[derive(Debug)]
pub(in crate::fhir) enum Criterion {
    Id(Vec<Uuid>),
    Date(Vec<DateTest>),
    Instant(Vec<DateTest>),
    Coded(&'static str, Vec<Token>),
    Code(&'static str, Vec<Token>),
    Identifier(&'static str, Vec<Token>),
    Reference(Vec<String>),
    Address(Vec<Text>),
    Projection,
}

fn accepts(criteria: &[Criterion], trace: &AccessTrace, observer: &Observer<'_>) -> bool {
    let on_time = criteria.iter().all(|criterion| match criterion {
        Criterion::Id(ids) => ids.contains(&trace.request),
        Criterion::Date(tests) | Criterion::Instant(tests) => tests.iter().any(|test| test.accepts_instant(trace.at)),
        Criterion::Coded(..)
        | Criterion::Code(..)
        | Criterion::Identifier(..)
        | Criterion::Reference(_)
        | Criterion::Address(_)
        | Criterion::Projection => true,
    });
    if !on_time {
        return false;
    }
    let event = event::print(trace, observer);
    let event = Node::new(&event, "AuditEvent".to_owned());
    criteria.iter().all(|criterion| holds(criterion, &event))
}

fn holds(criterion: &Criterion, event: &Node<'_>) -> bool {
    let named = |tokens: &[Token], node: &Node<'_>, value: &str| {
        let code = node.text(value).unwrap_or_default();
        tokens.iter().any(|token| token.accepts(node.text("system").unwrap_or_default(), code))
    };
    match criterion {
        Criterion::Id(_) | Criterion::Date(_) | Criterion::Instant(_) | Criterion::Projection => true,
        Criterion::Coded(path, tokens) => event.all(path).iter().any(|node| named(tokens, node, "code")),
        Criterion::Identifier(path, tokens) => event.all(path).iter().any(|node| named(tokens, node, "value")),
        Criterion::Code(path, tokens) => {
            event.text_at(path).is_some_and(|code| tokens.iter().any(|token| token.accepts("", code)))
        }
        Criterion::Reference(asked) => event.all("entity.what.reference").iter().any(|node| {
            let told = node.value().as_str().unwrap_or_default();
            let without_version = told.split("/_history/").next().unwrap_or_default();
            asked.iter().any(|asked| asked == without_version)
        }),
        Criterion::Address(texts) => event
            .all("agent.network.address")
            .iter()
            .filter_map(|node| node.value().as_str())
            .any(|address| texts.iter().any(|text| text.accepts(address))),
    }
}

/// The first instant that a date test lets through, where it has one.
const fn lower(test: &DateTest) -> Option<Timestamp> {
    match test.comparison {
        Comparison::Equal | Comparison::GreaterOrEqual | Comparison::Approximately => Some(test.asked.from),
        Comparison::Greater | Comparison::StartsAfter => Some(test.asked.until),
        Comparison::NotEqual | Comparison::Less | Comparison::LessOrEqual | Comparison::EndsBefore => None,
    }
}

/// The first instant after the last that a date test lets through, where it has one.
const fn upper(test: &DateTest) -> Option<Timestamp> {
    match test.comparison {
        Comparison::Equal | Comparison::LessOrEqual | Comparison::Approximately => Some(test.asked.until),
        Comparison::Less | Comparison::EndsBefore => Some(test.asked.from),
        Comparison::NotEqual | Comparison::Greater | Comparison::GreaterOrEqual | Comparison::StartsAfter => None,
    }
}

/// Whether every alternative of a criterion on the date has that bound.
fn is_bound(criterion: &Criterion, bound: fn(&DateTest) -> Option<Timestamp>) -> bool {
    matches!(criterion, Criterion::Date(tests) if tests.iter().all(|test| bound(test).is_some()))
}

/// The span in which all criteria on the date lie.
fn span_of(criteria: &[Criterion]) -> (Timestamp, Timestamp) {
    let (mut from, mut until) = (Timestamp::MIN, Timestamp::MAX);
    for criterion in criteria {
        if let Criterion::Date(tests) = criterion {
            let (lows, highs) = (tests.iter().map(lower), tests.iter().map(upper));
            from = from.max(lows.map(|low| low.unwrap_or(Timestamp::MIN)).min().unwrap_or(Timestamp::MIN));
            until = until.min(highs.map(|high| high.unwrap_or(Timestamp::MAX)).max().unwrap_or(Timestamp::MAX));
        }
    }
    (from, until)
}

/// Traces come newest first, and in no other order.
#[derive(Debug, Clone, Copy)]
pub(in crate::fhir) struct NoOrder;

fn coded(asked: &Asked<'_>, path: &'static str) -> Read<Criterion> {
    Some(value::codes(asked)?.map(|tokens| Criterion::Coded(path, tokens)))
}

fn code(asked: &Asked<'_>, path: &'static str) -> Read<Criterion> {
    let bare = |token: Token| Token { system: crate::record::query::SystemAsked::Any, ..token };
    Some(value::codes(asked)?.map(|tokens| Criterion::Code(path, tokens.into_iter().map(bare).collect())))
}

fn identifier(asked: &Asked<'_>, path: &'static str) -> Read<Criterion> {
    Some(value::tokens(asked)?.map(|tokens| Criterion::Identifier(path, tokens)))
}

fn date(asked: &Asked<'_>) -> Read<Criterion> {
    Some(value::dates(asked)?.map(Criterion::Date))
}

fn instant(asked: &Asked<'_>) -> Read<Criterion> {
    Some(value::dates(asked)?.map(Criterion::Instant))
}

fn reference(asked: &Asked<'_>) -> Read<Criterion> {
    let here = |text: String| text.strip_prefix(asked.setting.base).unwrap_or(&text).trim_start_matches('/').to_owned();
    let all: Vec<String> = value::alternatives(asked.value).into_iter().map(here).collect();
    Some((!all.is_empty()).then_some(Criterion::Reference(all)))
}

fn profile(asked: &Asked<'_>) -> Read<Criterion> {
    let of = value::alternatives(asked.value);
    let is_tde = |url: &String| url.split('|').next() == Some(TDE);
    of.iter().all(is_tde).then_some(Some(Criterion::Projection))
}

/// The parameters.
pub(in crate::fhir) const TRACES: &[Row<Criterion, NoOrder>] = &[
    Parameter::new(
        "patient",
        Kind::Reference,
        hl7!("AuditEvent-patient"),
        "Mandatory: patient.identifier=system|INS (or entity.identifier); every search is in one record.",
        How::Holder,
    )
    .also(&["patient.identifier", "entity.identifier"])
    .modified(IDENTIFIER)
    .to(&["Patient"]),
    criterion("date", Kind::Date, hl7!("AuditEvent-date"), "Mandatory, with both bounds: when it was recorded", date),
    id(|asked| Some(value::ids(asked)?.map(Criterion::Id))),
    updated(instant),
    criterion(
        "period-start",
        Kind::Date,
        "https://interop.esante.gouv.fr/ig/fhir/tde/SearchParameter/TDE-AuditEvent-period-start",
        "when it happened",
        instant,
    )
    .also(&["TDE_AuditEvent_period-start"]),
    criterion("type", Kind::Token, hl7!("AuditEvent-type"), "rest, or 110107 (Import)", |asked| coded(asked, "type")),
    criterion(
        "subtype",
        Kind::Token,
        hl7!("AuditEvent-subtype"),
        "the interaction, and the transaction of IHE",
        |asked| coded(asked, "subtype"),
    ),
    criterion("action", Kind::Token, hl7!("AuditEvent-action"), "C, R, U, E", |asked| code(asked, "action")),
    criterion("outcome", Kind::Token, hl7!("AuditEvent-outcome"), "0, 4, 8", |asked| code(asked, "outcome")),
    criterion(
        "agent",
        Kind::Reference,
        hl7!("AuditEvent-agent"),
        "agent.identifier or agent:identifier: who acted",
        |asked| identifier(asked, "agent.who.identifier"),
    )
    .also(&["agent.identifier"])
    .modified(IDENTIFIER)
    .to(&["Practitioner", "PractitionerRole", "Organization", "Device", "Patient"]),
    criterion("agent-role", Kind::Token, hl7!("AuditEvent-agent-role"), "the profession", |asked| {
        coded(asked, "agent.role.coding")
    }),
    criterion("address", Kind::String, hl7!("AuditEvent-address"), "the network address of the caller", |asked| {
        Some(value::texts(asked)?.map(Criterion::Address))
    })
    .modified(EXACT),
    criterion(
        "entity",
        Kind::Reference,
        hl7!("AuditEvent-entity"),
        "a document, list, consent or care team",
        reference,
    ),
    criterion("entity-type", Kind::Token, hl7!("AuditEvent-entity-type"), "the type of an entity", |asked| {
        coded(asked, "entity.type")
    }),
    criterion("entity-role", Kind::Token, hl7!("AuditEvent-entity-role"), "the role of an entity", |asked| {
        coded(asked, "entity.role")
    }),
    criterion("source", Kind::Reference, hl7!("AuditEvent-source"), "source.identifier: this server", |asked| {
        identifier(asked, "source.observer.identifier")
    })
    .also(&["source.identifier"])
    .modified(IDENTIFIER)
    .to(&["Device"]),
    criterion(
        "_profile",
        Kind::Token,
        hl7!("Resource-profile"),
        "the profile of the ANS traceability guide asks for events in its form",
        profile,
    ),
    count(),
    result(
        "_sort",
        "date and _lastUpdated: they come newest first in any case",
        How::Sort(|word| ["date", "_lastUpdated"].contains(&word).then_some(NoOrder)),
    ),
    total(),
    summary(),
    elements(),
];
