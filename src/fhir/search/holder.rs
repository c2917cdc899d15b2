//! The patient of a search. Source: conformance SE-03.

use super::{
    reference,
    value::{self, Asked},
};
use crate::{
    fhir::{
        publication::conditional,
        rules::{
            ASKED_PATIENT_FORM, ASKED_PATIENT_KEY, ASKED_PATIENT_SYSTEM, ASKED_PATIENT_UNKNOWN, Check, TWO_PATIENTS,
        },
    },
    record::{
        code::Identifier,
        identity::{IdentityError, Ins},
    },
};

/// The patient of a value, which names one, however often; else what is wrong.
pub(super) fn read(asked: &Asked<'_>) -> Result<Ins, Check> {
    let mut found: Option<Ins> = None;
    for text in value::alternatives(asked.value) {
        let one = if asked.is_by_identifier() { of_token(&text, asked) } else { of_reference(&text, asked) }?;
        if found.as_ref().is_some_and(|before| *before != one) {
            return Err(TWO_PATIENTS);
        }
        found = Some(one);
    }
    found.ok_or(ASKED_PATIENT_FORM)
}

fn of_token(text: &str, asked: &Asked<'_>) -> Result<Ins, Check> {
    let (system, value) = value::split_token(text);
    ins(Identifier { system: system.unwrap_or_default(), value }, asked.setting.production)
}

/// `Patient/<id>`, the id alone, or the absolute address; or a condition.
fn of_reference(text: &str, asked: &Asked<'_>) -> Result<Ins, Check> {
    if let Some(identifier) = conditional(text, "Patient") {
        return ins(identifier, asked.setting.production);
    }
    let id = reference::id_of(text, "Patient", asked.setting.base).ok_or(ASKED_PATIENT_UNKNOWN)?;
    (asked.setting.patient)(id).ok_or(ASKED_PATIENT_UNKNOWN)
}

fn ins(identifier: Identifier, production: bool) -> Result<Ins, Check> {
    let ins = Ins::new(&identifier.system, &identifier.value).map_err(|error| match error {
        IdentityError::UnknownSystem => ASKED_PATIENT_SYSTEM,
        IdentityError::Malformed => ASKED_PATIENT_FORM,
        IdentityError::WrongKey => ASKED_PATIENT_KEY,
    })?;
    if ins.system().is_production() == production { Ok(ins) } else { Err(ASKED_PATIENT_SYSTEM) }
}
