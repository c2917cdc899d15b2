//! Search of Patient (TD0.2): by identifier, which is mandatory.

use crate::{
    fhir::{
        issue::{Issue, Issues},
        search::{
            Kind, Parameter, ResultShape, Setting,
            asking::{Asking, How, Taken},
        },
    },
    record::identity::Ins,
};

/// A search of patients as it was understood.
#[derive(Debug)]
pub struct PatientAsk {
    /// Whose record is asked for.
    pub holder: Ins,
    /// The shape of the answer.
    pub result: ResultShape,
    /// The parameters that had an effect, for the self link.
    pub used: Vec<(String, String)>,
    /// What was taken with a remark.
    pub warnings: Vec<Issue>,
}

/// Reads the parameters of a search of patients.
///
/// # Errors
/// Everything that is wrong, each with the name of its parameter.
pub fn parse(pairs: &[(String, String)], setting: &Setting<'_>) -> Result<PatientAsk, Issues> {
    let Taken { holder, result, used, warnings, .. } = Asking::of(pairs, setting, PATIENTS).conclude()?;
    Ok(PatientAsk { holder, result, used, warnings })
}

type Row = Parameter<How<std::convert::Infallible, std::convert::Infallible>>;

/// The parameters.
pub(in crate::fhir) const PATIENTS: &[Row] = &[
    Parameter::new(
        "identifier",
        Kind::Token,
        "http://hl7.org/fhir/SearchParameter/Patient-identifier",
        "Mandatory: system|INS",
        How::Holder,
    ),
    Parameter::new(
        "_id",
        Kind::Token,
        "http://hl7.org/fhir/SearchParameter/Resource-id",
        "the id that this server gave to the patient",
        How::Holder,
    ),
    Parameter::new("_count", Kind::Result, "", "there is one patient at most", How::Count),
    Parameter::new("_total", Kind::Result, "", "the total is always told", How::Total),
    Parameter::new("_summary", Kind::Result, "", "true, text, data, count or false", How::Summary),
    Parameter::new(
        "_elements",
        Kind::Result,
        "",
        "the elements that are wanted: without name, gender and birthDate no traits",
        How::Elements,
    ),
];
