//! Search of Patient (TD0.2): by identifier, which is mandatory.

use std::convert::Infallible;

use crate::{
    fhir::{
        issue::{Issue, Issues},
        search::{
            Kind, Parameter, ResultShape, Setting,
            asking::{Asking, How, Taken},
            table::{Row, hl7, result, summary, total},
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

/// The parameters.
pub(in crate::fhir) const PATIENTS: &[Row<Infallible, Infallible>] = &[
    Parameter::new("identifier", Kind::Token, hl7!("Patient-identifier"), "Mandatory: system|INS", How::Holder),
    Parameter::new("_id", Kind::Token, hl7!("Resource-id"), "the id that this server gave to the patient", How::Holder),
    result("_count", "there is one patient at most", How::Count),
    total(),
    summary(),
    result("_elements", "root elements: without name, gender and birthDate no traits", How::Elements),
];
