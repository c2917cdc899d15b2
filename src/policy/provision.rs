//! Provisions: where a rule stands in the law, and since when.

use jiff::civil::Date;

use super::finding::Finding;
use super::law::Law;
use crate::record::{access::Question, facts::Facts};

/// One provision of the law. Its id is the row in `conformance/requirements.csv`, the function that applies it, the folder of
/// its cases, and what refusals and journal lines name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provision {
    /// Article and name, such as `R1111-46@holder-denies`.
    pub id: &'static str,
    /// The version in force: the interval of days.
    pub force: Force,
    /// Which day counts.
    pub governs: Governs,
}

/// Which day tells whether a provision applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Governs {
    /// The day of the question.
    Acts,
    /// The day on which the record was opened, whenever it is asked: both regimes of L1111-14 live on in the records that they made.
    Openings,
}

/// The days on which a provision is in force, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Force {
    /// The first day.
    pub since: Date,
    /// The last day, where it was repealed.
    pub until: Option<Date>,
}

impl Force {
    /// In force since that day.
    pub const fn since(year: i16, month: i8, day: i8) -> Self {
        Self { since: jiff::civil::date(year, month, day), until: None }
    }

    /// Whether it is in force on that day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.since <= day && self.until.is_none_or(|last| day <= last)
    }
}

impl Provision {
    /// The id with the first day of the version in force, as the journal names it: `R1111-46@holder-denies;2023-01-01`.
    pub fn cited(&self) -> String {
        format!("{};{}", self.id, self.force.since)
    }
}

/// A rule: a provision and the function that applies it. A provision that is not in force on the day that counts is not asked.
#[derive(Clone, Copy)]
pub struct Rule {
    /// The provision.
    pub provision: &'static Provision,
    /// The function.
    pub apply: fn(&Law, &Question, &Facts) -> Finding,
}
