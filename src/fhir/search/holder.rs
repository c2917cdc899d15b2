//! The patient of a search.

use super::value;
use crate::{
    fhir::{
        publication::conditional_patient,
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
pub(super) fn read(value: &str, by_identifier: bool, production: bool) -> Result<Ins, Check> {
    let mut found: Option<Ins> = None;
    for text in value::alternatives(value) {
        let one = if by_identifier { of_token(&text, production) } else { of_reference(&text, production) }?;
        if found.as_ref().is_some_and(|before| *before != one) {
            return Err(TWO_PATIENTS);
        }
        found = Some(one);
    }
    found.ok_or(ASKED_PATIENT_FORM)
}

fn of_token(text: &str, production: bool) -> Result<Ins, Check> {
    let (system, value) = value::split_token(text);
    ins(Identifier { system: system.unwrap_or_default(), value }, production)
}

/// No Patient is published here yet, so that a reference can only name one by identifier.
fn of_reference(text: &str, production: bool) -> Result<Ins, Check> {
    ins(conditional_patient(text).ok_or(ASKED_PATIENT_UNKNOWN)?, production)
}

fn ins(identifier: Identifier, production: bool) -> Result<Ins, Check> {
    let ins = Ins::new(&identifier.system, &identifier.value).map_err(|error| match error {
        IdentityError::UnknownSystem => ASKED_PATIENT_SYSTEM,
        IdentityError::Malformed => ASKED_PATIENT_FORM,
        IdentityError::WrongKey => ASKED_PATIENT_KEY,
    })?;
    if ins.system().is_production() == production { Ok(ins) } else { Err(ASKED_PATIENT_SYSTEM) }
}
