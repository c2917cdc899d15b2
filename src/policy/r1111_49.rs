//! CSP R1111-49, with L1111-15: the holder's masks, and the rights of authors.

use super::{
    finding::Finding,
    law::Law,
    provision::{Force, Governs, Provision},
    scope::Scope,
    standing::Standing,
};
use crate::record::{
    access::{Act, Question},
    caller::Who,
    facts::Facts,
};

const fn provision(id: &'static str) -> Provision {
    Provision { id, force: Force::since(2021, 8, 8), governs: Governs::Acts }
}

/// The mask.
pub(super) static MASKED: Provision = provision("R1111-49@masked");
/// The author's right to see.
pub(super) static AUTHOR_READS: Provision = provision("R1111-49@author-reads");
/// Its limit.
pub(super) static AUTHOR_READS_OWN: Provision = provision("R1111-49@author-reads-own");

/// What is masked to professionals is closed to all but its authors and those who have the treating physician's rights.
pub(super) fn masked(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match &question.caller.who {
        Who::HolderFrontEnd { .. } => Finding::Silent,
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } if !question.act.reads() => {
            Finding::Silent
        }
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } if reads_all(question, facts) => {
            Finding::Silent
        }
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => {
            Finding::Narrows(Scope::only(&MASKED, |entry, who, _| entry.labels.masked.is_none() || entry.is_by(who)))
        }
    }
}

/// Authors keep sight of what they filed: the professional, and the structure whose software looks it up by identifier.
pub(super) fn author_reads(_: &Law, question: &Question, facts: &Facts) -> Finding {
    let permitted = match (&question.caller.who, &question.act) {
        (Who::Professional(_), _) => Standing::of_reader(question, facts).is_some_and(|standing| standing.has_filed()),
        (Who::Organisation { .. }, Act::Search(query)) => query.names_a_document(),
        (Who::Organisation { .. } | Who::Delegate { .. } | Who::HolderFrontEnd { .. }, _) => false,
    };
    Finding::permits_if(permitted)
}

/// Who reads as an author alone reads nothing else.
pub(super) fn author_reads_own(_: &Law, question: &Question, facts: &Facts) -> Finding {
    match Standing::of_reader(question, facts) {
        Some(standing) if !standing.may_read_others() => {
            Finding::Narrows(Scope::only(&AUTHOR_READS_OWN, |entry, who, _| entry.is_by(who)))
        }
        Some(_) | None => Finding::Silent,
    }
}

fn reads_all(question: &Question, facts: &Facts) -> bool {
    Standing::of_reader(question, facts).is_some_and(|standing| standing.reads_all())
}
