//! In which capacity a caller acts: values that a permit carries on, so that it can judge one document after the other without the facts.

use super::{
    column::Column, l1111_19::is_holder, law::Law, r1111_46::is_denied, r1111_50::is_adult, standing::Standing,
};
#[cfg(test)]
use crate::record::caller::Who;
use crate::record::{access::Question, facts::Facts};

/// In which capacity the caller stands before the documents of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capacity {
    /// The holder, or for a minor the representatives.
    Holder {
        /// Whether the holder is known to be of age, so that nobody else speaks through the front end.
        of_age: bool,
    },
    /// The treating physician, or a professional with the same rights (R1111-54).
    TreatingPhysician,
    /// A professional who is authorised to read what others filed.
    Authorised,
    /// Nobody but the author of what is their own: no other basis, a profession without a column, a block, or no authenticated
    /// professional.
    Author,
}

impl Capacity {
    /// The capacity in which the question is put.
    pub(super) fn of(law: &Law, question: &Question, facts: &Facts) -> Self {
        if is_holder(question) {
            return Self::Holder { of_age: is_adult(law, question, facts) };
        }
        match Standing::of_professional(question, facts) {
            None => Self::Author,
            Some(_) if is_denied(question, facts) => Self::Author,
            Some(standing) if Column::of(standing.professional()).is_none() => Self::Author,
            Some(standing) if standing.reads_all() => Self::TreatingPhysician,
            Some(standing) if standing.may_read_others() => Self::Authorised,
            Some(_) => Self::Author,
        }
    }

    /// The capacity that a permit without law gives, for the tests of hosts.
    #[cfg(test)]
    pub(super) const fn for_test(who: &Who) -> Self {
        match who {
            Who::HolderFrontEnd { .. } => Self::Holder { of_age: true },
            Who::Professional(_) => Self::Authorised,
            Who::Delegate { .. } | Who::Organisation { .. } => Self::Author,
        }
    }
}
