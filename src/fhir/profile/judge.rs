//! What each rule set makes of a finding. The rule sets are data (`rules.rs`); here is which of their checks a finding is.

use super::{
    Finding,
    diagnoses::{INVARIANT, MISSING, NOT_ALLOWED, NOT_CONTAINED, PROSE, TARGET},
};
use crate::fhir::{
    issue::{Diagnosis, Issue},
    rules::{
        CATEGORY_SYSTEM, CONTAINED_MISSING, CONTAINED_UNUSED, CUSTODIAN_MISSING, Check, DATE_MISSING,
        DESIGNATION_SYSTEM, FACILITY_SYSTEM, FORMAT_SYSTEM, IDENTIFIER_SENT, LABEL_MISSING, LANGUAGE_MISSING,
        NOT_CONTAINED as REFERENCE_NOT_CONTAINED, PRACTICE_SYSTEM, RuleSet, SET_UNIQUE_ID, SOURCE_PRACTITIONER,
        TYPE_SYSTEM, UNIQUE_ID_USE,
    },
};

/// A finding that a check of the rule sets is about: its diagnosis, how its element ends, and its key, any where it is empty.
struct Tolerance {
    diagnosis: Diagnosis,
    element: &'static str,
    key: &'static str,
    check: Check,
}

const fn tolerance(diagnosis: Diagnosis, element: &'static str, key: &'static str, check: Check) -> Tolerance {
    Tolerance { diagnosis, element, key, check }
}

/// Source: pdsm-dmp 1, 3, 15.3 and 16.
const TOLERANCES: &[Tolerance] = &[
    tolerance(MISSING, "DocumentReference.custodian", "", CUSTODIAN_MISSING),
    tolerance(MISSING, "DocumentReference.date", "", DATE_MISSING),
    tolerance(MISSING, "DocumentReference.securityLabel", "", LABEL_MISSING),
    tolerance(MISSING, "DocumentReference.content.attachment.language", "", LANGUAGE_MISSING),
    tolerance(MISSING, "DocumentReference.contained", "", CONTAINED_MISSING),
    tolerance(MISSING, "List.contained", "", CONTAINED_MISSING),
    tolerance(MISSING, "Identifier.use", "", UNIQUE_ID_USE),
    tolerance(MISSING, "DocumentReference.masterIdentifier.use", "", UNIQUE_ID_USE),
    tolerance(NOT_ALLOWED, "DocumentReference.identifier", "", IDENTIFIER_SENT),
    tolerance(NOT_CONTAINED, "DocumentReference.author", "", REFERENCE_NOT_CONTAINED),
    tolerance(NOT_CONTAINED, "DocumentReference.authenticator", "", REFERENCE_NOT_CONTAINED),
    tolerance(NOT_CONTAINED, "DocumentReference.context.sourcePatientInfo", "", REFERENCE_NOT_CONTAINED),
    tolerance(NOT_CONTAINED, "List.source", "", REFERENCE_NOT_CONTAINED),
    tolerance(TARGET, "List.source", "Practitioner", SOURCE_PRACTITIONER),
    tolerance(INVARIANT, "", "mhd-startswithoid", SET_UNIQUE_ID),
    tolerance(INVARIANT, "", "dom-3", CONTAINED_UNUSED),
    tolerance(PROSE, "", "constr-bind-type", TYPE_SYSTEM),
    tolerance(PROSE, "", "constr-bind-category", CATEGORY_SYSTEM),
    tolerance(PROSE, "", "constr-bind-format", FORMAT_SYSTEM),
    tolerance(PROSE, "DocumentReference.context.facilityType", "constr-bind-ProducteurDoc", FACILITY_SYSTEM),
    tolerance(PROSE, "DocumentReference.context.practiceSetting", "constr-bind-ProducteurDoc", PRACTICE_SYSTEM),
    tolerance(PROSE, "", "constr-bind-designationtype", DESIGNATION_SYSTEM),
];

/// What a rule set makes of findings: those that it tolerates become warnings or vanish, the others stay as the profile has them.
pub fn judge(findings: Vec<Finding>, rules: RuleSet) -> Vec<Issue> {
    findings.into_iter().filter_map(|finding| verdict(finding, rules)).collect()
}

fn verdict(finding: Finding, rules: RuleSet) -> Option<Issue> {
    match TOLERANCES.iter().find(|tolerance| is_about(tolerance, &finding)) {
        None => Some(finding.issue),
        Some(tolerance) => {
            let severity = rules.verdict(&tolerance.check).severity()?;
            Some(Issue { severity, ..finding.issue })
        }
    }
}

fn is_about(tolerance: &Tolerance, finding: &Finding) -> bool {
    tolerance.diagnosis == finding.issue.diagnosis
        && (tolerance.element.is_empty() || tolerance.element == finding.element)
        && (tolerance.key.is_empty() || tolerance.key == finding.key)
}
