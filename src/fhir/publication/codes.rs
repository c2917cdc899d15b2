//! Coded elements: which code systems each may be of, and the labels as a set. Source: pdsm-dmp 3.1, 6.6, 14.

use super::reader::Reader;
use crate::{
    fhir::{
        canon::{A00, A01, A03, A05, A06, A07, A08, A09, A10, A11, A12, LOINC, R02, R209, canonical, label_code},
        rules::{
            CATEGORY_SYSTEM, Check, DESIGNATION_SYSTEM, FACILITY_SYSTEM, FORMAT_SYSTEM, LABEL_ALIAS, LABEL_TWICE,
            LABEL_UNKNOWN, PRACTICE_SYSTEM, TYPE_SYSTEM,
        },
        tree::Node,
    },
    record::{
        code::Code,
        visibility::{Confidentiality, Labels, Origin},
    },
};

/// A coded element and the code systems that it may be of.
pub(super) struct Coded {
    path: &'static str,
    systems: &'static [&'static str],
    check: Check,
}

pub(super) const TYPE: Coded = Coded { path: "type", systems: &[LOINC, A05, A12], check: TYPE_SYSTEM };
pub(super) const CATEGORY: Coded = Coded { path: "category", systems: &[A03, A10], check: CATEGORY_SYSTEM };
pub(super) const FACILITY: Coded = Coded { path: "context.facilityType", systems: &[A00, R02], check: FACILITY_SYSTEM };
pub(super) const PRACTICE: Coded =
    Coded { path: "context.practiceSetting", systems: &[A00, A01], check: PRACTICE_SYSTEM };
pub(super) const DESIGNATION: Coded =
    Coded { path: "valueCodeableConcept", systems: &[A00, R209, R02], check: DESIGNATION_SYSTEM };
const FORMATS: &[&str] = &[A06, A09, A10, A11];

/// The code of an element, of the first system that is allowed, else its first coding.
pub(super) fn take(parent: &Node<'_>, coded: &Coded, reader: &mut Reader<'_>) -> Option<Code> {
    let concept = parent.all(coded.path).into_iter().next()?;
    let codes: Vec<Code> = concept.each("coding").iter().filter_map(code).collect();
    let allowed = codes.iter().find(|code| coded.systems.contains(&code.system.as_str()));
    if allowed.is_none() {
        reader.note(&coded.check, concept.at(), "");
    }
    allowed.or_else(|| codes.first()).cloned()
}

/// Checks the code system of the format.
pub(super) fn check_format(document: &Node<'_>, reader: &mut Reader<'_>) {
    for format in document.all("content.format") {
        if !code(&format).is_some_and(|code| FORMATS.contains(&code.system.as_str())) {
            reader.note(&FORMAT_SYSTEM, format.at(), "");
        }
    }
}

/// A coding with its canonical system.
pub(super) fn code(coding: &Node<'_>) -> Option<Code> {
    coding.text("code").map(|code| Code::new(canonical(coding.text("system").unwrap_or_default()), code))
}

/// The labels, read as a set: one base confidentiality, `N` where none is told, and any of three flags.
pub(super) fn labels(document: &Node<'_>, origin: Origin, reader: &mut Reader<'_>) -> Labels {
    let mut labels = Labels::default();
    let mut base = None;
    for coding in document.all("securityLabel.coding") {
        match label(&coding, reader) {
            Some(Label::Base(told)) if base.is_some_and(|before| before != told) => {
                reader.note(&LABEL_TWICE, coding.at(), "");
            }
            Some(Label::Base(told)) => base = Some(told),
            Some(Label::Masked) => labels.masked = Some(origin),
            Some(Label::HiddenFromPatient) => labels.hidden_from_patient = Some(origin),
            Some(Label::HiddenFromRepresentatives) => labels.hidden_from_representatives = Some(origin),
            None => reader.note(&LABEL_UNKNOWN, coding.at(), ""),
        }
    }
    Labels { confidentiality: base.unwrap_or_default(), ..labels }
}

/// A visibility label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum Label {
    /// A base confidentiality.
    Base(Confidentiality),
    /// `MASQUE_PS`.
    Masked,
    /// `INVISIBLE_PATIENT`.
    HiddenFromPatient,
    /// `INVISIBLE_REPRESENTANTS_LEGAUX`.
    HiddenFromRepresentatives,
}

/// The label that a coding means.
fn label(coding: &Node<'_>, reader: &mut Reader<'_>) -> Option<Label> {
    let told = coding.text("code")?;
    let system = coding.text("system").unwrap_or_default();
    let (label, home) = meaning(system, told)?;
    if system != home || told != label_code(told) {
        reader.note(&LABEL_ALIAS, coding.at(), home);
    }
    Some(label)
}

/// The label that a code means, and the code system in which it is at home: the code decides, the system must be one of the
/// two, in any spelling, or none.
pub(in crate::fhir) fn meaning(system: &str, code: &str) -> Option<(Label, &'static str)> {
    let meant = match label_code(code) {
        "N" => (Label::Base(Confidentiality::N), A08),
        "R" => (Label::Base(Confidentiality::R), A08),
        "V" => (Label::Base(Confidentiality::V), A08),
        "MASQUE_PS" => (Label::Masked, A07),
        "INVISIBLE_PATIENT" => (Label::HiddenFromPatient, A07),
        "INVISIBLE_REPRESENTANTS_LEGAUX" => (Label::HiddenFromRepresentatives, A07),
        _ => return None,
    };
    [A07, A08, ""].contains(&canonical(system)).then_some(meant)
}
