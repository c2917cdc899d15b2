//! What the rules share besides question and facts: the calendar of the law.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The law as this gateway applies it: its rules, its calendar, and the matrix of the ministerial order.
#[derive(Debug, Clone)]
pub struct Law {
    paris: TimeZone,
}

impl Law {
    /// The day in Paris at that instant.
    pub fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.paris.clone()).date()
    }

    /// Paris, by whose clock the law counts days.
    pub const fn paris(&self) -> &TimeZone {
        &self.paris
    }
}
