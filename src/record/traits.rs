//! What a submission tells of the person whom it concerns, to be compared with the holder of the record.
//! Source: CSP R1111-8-6; RNIV (traits and statuses of identities).

use std::fmt;

/// What one resource or one header tells of a person: nothing of it is believed, all of it is compared.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TraitsTold {
    /// The names.
    pub names: Vec<NameTold>,
    /// The date of birth.
    pub birth_date: Option<DateTold>,
    /// `male`, `female`, or `unknown`, which differs from nothing.
    pub gender: Option<String>,
    /// The code of the place of birth (code officiel géographique).
    pub birth_place: Option<String>,
    /// What is told of the identity itself; empty where nothing is.
    pub statuses: Vec<IdentityStatus>,
}

impl fmt::Debug for TraitsTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TraitsTold(redacted)")
    }
}

/// A name as it is told.
#[derive(Clone, PartialEq, Eq)]
pub struct NameTold {
    /// What the name is said to be.
    pub kind: NameKind,
    /// The family name.
    pub family: Option<String>,
    /// The given names, the first alone or all of them, parted by blanks.
    pub given: Option<String>,
}

impl fmt::Debug for NameTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameTold(redacted)")
    }
}

/// What a name is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// The name at birth.
    OfBirth,
    /// Not said: that of birth or the one in use.
    Unsaid,
}

/// A date of birth as far as it is told: what is left out is unknown, and compared with nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DateTold {
    /// The year.
    pub year: i16,
    /// The month, where it is told.
    pub month: Option<i8>,
    /// The day, where it is told.
    pub day: Option<i8>,
}

impl fmt::Debug for DateTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DateTold(redacted)")
    }
}

impl DateTold {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, a time behind it ignored. A month or a day of `00` is an unknown one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('T').next()?.splitn(3, '-');
        let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
        let mut part = || match parts.next() {
            None | Some("00") => Some(None),
            Some(two) if two.len() == 2 => two.parse().ok().map(Some),
            Some(_) => None,
        };
        Some(Self { year, month: part()?, day: part()? })
    }
}

/// What is told of an identity. Source: RNIV; the code systems of the French core guide, pdsm-dmp 12.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityStatus {
    /// Qualified: checked against a document of identity, and the INS retrieved or verified.
    Qualified,
    /// Checked against a document of identity, and the INS not retrieved.
    Validated,
    /// The INS retrieved, and not checked against a document of identity.
    Retrieved,
    /// Neither.
    Provisional,
    /// Others bear like traits; it takes nothing from a qualified identity.
    Homonym,
    /// Doubtful, fictitious, in anomaly, a double, usurped and the like, or a word that is not known here.
    Unreliable,
}

/// The traits that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trait {
    /// The name at birth.
    BirthName,
    /// The first given name.
    GivenName,
    /// The date of birth.
    BirthDate,
    /// The sex.
    Sex,
    /// The place of birth.
    BirthPlace,
}

impl Trait {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::BirthName, Self::GivenName, Self::BirthDate, Self::Sex, Self::BirthPlace];
}
