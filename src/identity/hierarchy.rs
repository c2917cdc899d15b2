//! The two hierarchies of the health public-key infrastructure (IGC-Santé), which are never mixed: a test card must open no real
//! record, and a real one no test record. Source: IGC-Santé naming; pdsm-dmp 13.2.

use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// What the common names of the test hierarchy begin with.
pub const TEST_PREFIX: &str = "TEST ";

/// The organisational unit of the test hierarchy.
const TEST_UNIT: &str = "IGC-SANTE TEST";

/// To which hierarchy an authority belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hierarchy {
    /// Test certificates: the name begins with `TEST `, or bears the unit `IGC-SANTE TEST`.
    Test,
    /// Everything else.
    Production,
}

impl Hierarchy {
    /// The word for messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Production => "production",
        }
    }

    /// An authority's common name as this hierarchy writes it.
    pub fn name_of(self, production: &str) -> String {
        match self {
            Self::Test => format!("{TEST_PREFIX}{production}"),
            Self::Production => production.to_owned(),
        }
    }

    pub(super) fn of(name: &X509Name<'_>) -> Self {
        let named = holds(name.iter_common_name(), |text| text.starts_with(TEST_PREFIX));
        let placed = holds(name.iter_organizational_unit(), |text| text == TEST_UNIT);
        if named || placed { Self::Test } else { Self::Production }
    }
}

fn holds<'a>(mut values: impl Iterator<Item = &'a AttributeTypeAndValue<'a>>, what: impl Fn(&str) -> bool) -> bool {
    values.any(|value| value.as_str().is_ok_and(&what))
}

#[cfg(test)]
mod tests;
