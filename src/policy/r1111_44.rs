//! CSP R1111-44: the record is reached through approved software alone.

use std::collections::BTreeSet;

use super::{
    finding::{Finding, Ground},
    law::Law,
    provision::{Force, Governs, Provision},
};
use crate::record::{
    access::Question,
    caller::{Mode, Software},
    facts::Facts,
};

/// Al. 2.
pub(super) static APPROVED_SOFTWARE: Provision =
    Provision { id: "R1111-44@approved-software", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// The software that is approved: numbers of homologation, and identifiers of software (LPS_ID).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApprovedSoftware(BTreeSet<String>);

impl ApprovedSoftware {
    /// Whether that software is approved.
    fn holds(&self, software: &Software) -> bool {
        [&software.homologation, &software.id].into_iter().flatten().any(|number| self.0.contains(number))
    }
}

impl FromIterator<String> for ApprovedSoftware {
    fn from_iter<I: IntoIterator<Item = String>>(numbers: I) -> Self {
        Self(numbers.into_iter().collect())
    }
}

/// Where a list is kept, whoever calls by a structure's software must name one that is on it. Cards and the holder's front end name none.
pub(super) fn approved_software(law: &Law, question: &Question, _: &Facts) -> Finding {
    let Some(approved) = law.approved() else { return Finding::Silent };
    let by_software = match question.caller.mode() {
        Mode::Indirect | Mode::Air | Mode::ProSanteConnect => true,
        Mode::DirectCps | Mode::DirectCpe | Mode::Holder => false,
    };
    let is_approved = question.caller.software().is_some_and(|software| approved.holds(software));
    Finding::forbids_if(by_software && !is_approved, Ground::SoftwareNotApproved)
}
