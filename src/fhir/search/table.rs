//! What the tables of search parameters share: their rows, and the parameters that every resource has.

use super::{
    Kind, Parameter,
    asking::How,
    value::{Asked, Read},
};

/// A SearchParameter of FHIR.
macro_rules! hl7 {
    ($name:literal) => {
        concat!("http://hl7.org/fhir/SearchParameter/", $name)
    };
}
/// A SearchParameter of PDSm.
macro_rules! pdsm {
    ($name:literal) => {
        concat!("https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/", $name)
    };
}
pub(in crate::fhir) use hl7;
pub(in crate::fhir) use pdsm;

/// A row of a table; `C` is a criterion of the resource, `By` what it may be put in order by.
pub(in crate::fhir) type Row<C, By> = Parameter<How<C, By>>;

/// Tokens can be turned round.
pub(in crate::fhir) const NOT: &[&str] = &["not"];
/// How texts are compared.
pub(in crate::fhir) const EXACT: &[&str] = &["exact", "contains"];
/// References may be by identifier.
pub(in crate::fhir) const IDENTIFIER: &[&str] = &["identifier"];

/// A criterion that can be turned round.
pub(in crate::fhir) trait Negated {
    /// What it does not accept.
    fn negated(self) -> Self;
}

/// A criterion of a value, turned round by `:not`.
pub(in crate::fhir) fn of<T, C: Negated>(asked: &Asked<'_>, read: Read<T>, make: fn(T) -> C) -> Read<C> {
    let turn = |criterion: C| if asked.is_negated() { criterion.negated() } else { criterion };
    Some(read?.map(make).map(turn))
}

/// A parameter that selects.
pub(in crate::fhir) const fn criterion<C, By>(
    name: &'static str,
    kind: Kind,
    definition: &'static str,
    documentation: &'static str,
    read: fn(&Asked<'_>) -> Read<C>,
) -> Row<C, By> {
    Parameter::new(name, kind, definition, documentation, How::Criterion(read))
}

/// A parameter that shapes the answer.
pub(in crate::fhir) const fn result<C, By>(
    name: &'static str,
    documentation: &'static str,
    read: How<C, By>,
) -> Row<C, By> {
    Parameter::new(name, Kind::Result, "", documentation, read)
}

/// The patient, by whom the record is named. It has no other names yet.
pub(in crate::fhir) const fn patient<C, By>() -> Row<C, By> {
    Parameter::new(
        "patient",
        Kind::Reference,
        hl7!("clinical-patient"),
        "Mandatory: patient.identifier=system|INS, patient:identifier, or the Patient of TD0.2; every search is in one record.",
        How::Holder,
    )
    .modified(IDENTIFIER)
    .to(&["Patient"])
}

/// `_id`.
pub(in crate::fhir) const fn id<C, By>(read: fn(&Asked<'_>) -> Read<C>) -> Row<C, By> {
    criterion("_id", Kind::Token, hl7!("Resource-id"), "the logical id", read)
}

/// `_lastUpdated`.
pub(in crate::fhir) const fn updated<C, By>(read: fn(&Asked<'_>) -> Read<C>) -> Row<C, By> {
    criterion("_lastUpdated", Kind::Date, hl7!("Resource-lastUpdated"), "when this version was accepted", read)
        .also(&["_lastupdated"])
}

/// `_count`.
pub(in crate::fhir) const fn count<C, By>() -> Row<C, By> {
    result("_count", "entries of a page, 50 unless told, 200 at most; 0 for the total alone", How::Count)
}

/// `_total`.
pub(in crate::fhir) const fn total<C, By>() -> Row<C, By> {
    result("_total", "the total is exact always", How::Total)
}

/// `_summary`.
pub(in crate::fhir) const fn summary<C, By>() -> Row<C, By> {
    result("_summary", "true, text, data, count, false", How::Summary)
}

/// `_elements`.
pub(in crate::fhir) const fn elements<C, By>() -> Row<C, By> {
    result("_elements", "root elements", How::Elements)
}
