//! The holder (titulaire): the person whose record it is.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// What the law needs to know of the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The date of birth, which decides majority (CSP R1111-30).
    pub birth_date: Date,
}

impl Holder {
    /// Whether the holder is under 18 at that instant; majority begins at 00:00 in Paris on the birthday,
    /// and on 1 March for someone born on 29 February in a year that has none. Source: CSP R1111-30.
    pub fn is_minor_at(&self, at: Timestamp, paris: &TimeZone) -> bool {
        at.to_zoned(paris.clone()).date() < self.majority()
    }

    fn majority(&self) -> Date {
        let year = self.birth_date.year().saturating_add(18);
        Date::new(year, self.birth_date.month(), self.birth_date.day())
            .or_else(|_| Date::new(year, 3, 1))
            .unwrap_or(Date::MAX)
    }
}
