//! The holder (titulaire): the person whose record it is.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// What the law needs to know of the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The date of birth, which decides majority (CSP R1111-30).
    pub birth_date: Date,
    /// The other traits of the national health identity, where they are known.
    #[serde(default)]
    pub traits: Option<Traits>,
}

/// The traits of the national health identity (INS) beside the date of birth. Source: RNIV, exigence 4.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traits {
    /// The name at birth.
    pub family: String,
    /// The given names, in the order of the civil register.
    pub given: Vec<String>,
    /// The name in use, where it differs.
    #[serde(default)]
    pub used_family: Option<String>,
    /// The given name in use, where it differs.
    #[serde(default)]
    pub used_given: Option<String>,
    /// `male`, `female` or `unknown`.
    pub gender: String,
    /// The code of the place of birth (code officiel géographique).
    #[serde(default)]
    pub birth_place: Option<String>,
}

impl fmt::Debug for Traits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traits")
    }
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
