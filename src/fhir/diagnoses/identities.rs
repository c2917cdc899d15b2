//! The diagnoses of patients' identities, from `DMP-0770`. A code never changes its meaning. Those of checks in which the rule sets
//! differ, `DMP-0772` to `DMP-0774`, stand with the checks.

use crate::fhir::issue::diagnoses;

diagnoses! {
    /// An identity of another status.
    NOT_QUALIFIED = "DMP-0770", BusinessRule, "the identity of the patient is told not to be qualified: only a qualified one feeds the record";
    /// Traits of somebody else.
    OTHER_PERSON = "DMP-0771", BusinessRule, "what the submission tells of its patient is not true of the holder of that health identity";
}
