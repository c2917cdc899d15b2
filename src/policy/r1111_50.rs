//! CSP R1111-50: what a minor keeps from the legal representatives.

use super::{
    finding::Finding,
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
};
use crate::record::{access::Question, caller::Who, facts::Facts};

/// The article.
pub(super) static HIDDEN_FROM_REPRESENTATIVES: Provision =
    Provision { id: "R1111-50@hidden-from-representatives", force: Force::since(2021, 8, 8), governs: Governs::Acts };

/// While the holder is a minor, or of unknown age, the front end speaks for the representatives, who do not see what the minor
/// keeps from them. At majority the label is moot (R1111-30).
pub(super) fn hidden_from_representatives(law: &Law, question: &Question, facts: &Facts) -> Finding {
    match question.caller.who {
        Who::HolderFrontEnd { .. } if question.act.reads() && !is_adult(law, question, facts) => {
            Finding::Narrows(Scope::only(&HIDDEN_FROM_REPRESENTATIVES, |entry, _, _| {
                entry.labels.hidden_from_representatives.is_none()
            }))
        }
        Who::HolderFrontEnd { .. } | Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => {
            Finding::Silent
        }
    }
}

fn is_adult(law: &Law, question: &Question, facts: &Facts) -> bool {
    facts.holder.as_ref().is_some_and(|holder| !holder.is_minor_at(question.at, law.paris()))
}
