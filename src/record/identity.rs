//! National identifiers as checked newtypes: a value of these types is well formed and bears a right check key.

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// Why a text is not the identifier that it claims to be. Never carries the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The identifier system is none of the INS systems.
    #[error("the identifier system is not an INS system")]
    UnknownSystem,
    /// The length or an inner character is wrong.
    #[error("the identifier is not well formed")]
    Malformed,
    /// The check key does not match the number.
    #[error("the check key of the identifier is wrong")]
    WrongKey,
}

/// The four systems under which a national health identity (identité nationale de santé, INS) is assigned.
/// Source: CSP R1111-8-1; ANS register of OIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InsSystem {
    /// INS-NIR, `urn:oid:1.2.250.1.213.1.4.8`.
    Nir,
    /// INS-NIA (while the NIR is pending), `urn:oid:1.2.250.1.213.1.4.9`.
    Nia,
    /// INS-NIR of the test range, `urn:oid:1.2.250.1.213.1.4.10`.
    NirTest,
    /// INS-NIR of the demonstration range, `urn:oid:1.2.250.1.213.1.4.11`.
    NirDemo,
}

impl InsSystem {
    /// All systems, in the order of their OIDs.
    pub const ALL: [Self; 4] = [Self::Nir, Self::Nia, Self::NirTest, Self::NirDemo];

    /// The FHIR identifier system.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Nir => "urn:oid:1.2.250.1.213.1.4.8",
            Self::Nia => "urn:oid:1.2.250.1.213.1.4.9",
            Self::NirTest => "urn:oid:1.2.250.1.213.1.4.10",
            Self::NirDemo => "urn:oid:1.2.250.1.213.1.4.11",
        }
    }

    /// Whether identities of this system are real people's.
    pub const fn is_production(self) -> bool {
        match self {
            Self::Nir | Self::Nia => true,
            Self::NirTest | Self::NirDemo => false,
        }
    }

    /// Whether identities of this system last: an INS-NIA waits for its NIR.
    pub const fn is_permanent(self) -> bool {
        match self {
            Self::Nir | Self::NirTest | Self::NirDemo => true,
            Self::Nia => false,
        }
    }

    /// The type of its identifiers in the French core guide. Source: pdsm-dmp 12.1.
    pub const fn type_code(self) -> &'static str {
        match self {
            Self::Nir => "INS-NIR",
            Self::Nia => "INS-NIA",
            Self::NirTest => "INS-NIR-TEST",
            Self::NirDemo => "INS-NIR-DEMO",
        }
    }

    /// The system that a FHIR identifier system names.
    pub fn of_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.uri() == uri)
    }
}

/// A national health identity (matricule INS): 13 characters and a key of two digits, with its system.
/// Source: CSP L1111-8-1, R1111-8-1; referential INS of ANS.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ins {
    system: InsSystem,
    matricule: String,
}

impl Ins {
    /// Reads an identifier.
    ///
    /// # Errors
    /// An unknown system, a wrong shape, or a wrong key.
    pub fn new(system: &str, matricule: &str) -> Result<Self, IdentityError> {
        let system = InsSystem::of_uri(system).ok_or(IdentityError::UnknownSystem)?;
        check_matricule(matricule)?;
        Ok(Self { system, matricule: matricule.to_owned() })
    }

    /// The system.
    pub const fn system(&self) -> InsSystem {
        self.system
    }

    /// The 15 characters.
    pub fn matricule(&self) -> &str {
        &self.matricule
    }

    /// `system|matricule`, the form of a FHIR token search.
    pub fn token(&self) -> String {
        format!("{}|{}", self.system.uri(), self.matricule)
    }
}

impl fmt::Debug for Ins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ins(redacted)")
    }
}

impl From<Ins> for String {
    fn from(ins: Ins) -> Self {
        ins.token()
    }
}

impl TryFrom<String> for Ins {
    type Error = IdentityError;

    fn try_from(token: String) -> Result<Self, IdentityError> {
        let (system, matricule) = token.split_once('|').ok_or(IdentityError::Malformed)?;
        Self::new(system, matricule)
    }
}

/// Checks shape and key of a matricule: key = 97 − (N mod 97), Corsica's `2A` and `2B` counted as 19 and 18.
///
/// # Errors
/// A wrong shape or a wrong key.
pub fn check_matricule(matricule: &str) -> Result<(), IdentityError> {
    if matricule.len() != 15 || !matricule.is_ascii() {
        return Err(IdentityError::Malformed);
    }
    let (number, key) = matricule.split_at(13);
    let number = match number.get(5..7) {
        Some("2A") => [number.get(..5), Some("19"), number.get(7..)],
        Some("2B") => [number.get(..5), Some("18"), number.get(7..)],
        _ => [Some(number), None, None],
    };
    let number: String = number.into_iter().flatten().collect();
    if !number.starts_with(['1', '2', '3', '4', '7', '8']) || !all_digits(&number) || !all_digits(key) {
        return Err(IdentityError::Malformed);
    }
    let number: u64 = number.parse().map_err(|_| IdentityError::Malformed)?;
    let key: u64 = key.parse().map_err(|_| IdentityError::Malformed)?;
    if 97 - number % 97 == key { Ok(()) } else { Err(IdentityError::WrongKey) }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Luhn's check over decimal digits, as RPPS, FINESS (digits), SIREN and SIRET bear it.
pub fn luhn_holds(digits: &str) -> bool {
    if digits.is_empty() || !all_digits(digits) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            let weighed = if place % 2 == 1 { digit * 2 } else { digit };
            weighed / 10 + weighed % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The national identifier of a person of health (PS_IdNat): a prefix that tells the register, then its number.
/// OID `1.2.250.1.71.4.2.1`. Source: ANS, CI-SIS and IGC-Santé naming.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PsIdNat(String);

impl PsIdNat {
    /// The FHIR identifier system.
    pub const SYSTEM: &'static str = "urn:oid:1.2.250.1.71.4.2.1";
    /// The FHIR system of the bare RPPS number.
    pub const RPPS_SYSTEM: &'static str = "https://rpps.esante.gouv.fr";

    /// Reads a PS_IdNat: `8` + RPPS (11 digits with Luhn's key), `0` + ADELI (9), or `1`, `3` to `6` + structure + `/` + internal id.
    ///
    /// # Errors
    /// A wrong shape, or an RPPS whose key is wrong.
    pub fn new(text: &str) -> Result<Self, IdentityError> {
        let rest = text.get(1..).ok_or(IdentityError::Malformed)?;
        match text.as_bytes().first() {
            Some(b'8') if rest.len() == 11 && all_digits(rest) => {
                if !luhn_holds(rest) {
                    return Err(IdentityError::WrongKey);
                }
            }
            Some(b'0') if rest.len() == 9 && rest.bytes().all(is_code_byte) => {}
            Some(b'1' | b'3'..=b'6') if is_internal(rest) => {}
            _ => return Err(IdentityError::Malformed),
        }
        Ok(Self(text.to_owned()))
    }

    /// Reads a bare RPPS number.
    ///
    /// # Errors
    /// Not 11 digits, or a wrong key.
    pub fn of_rpps(rpps: &str) -> Result<Self, IdentityError> {
        Self::new(&format!("8{rpps}"))
    }

    /// Reads a FHIR identifier of either system.
    ///
    /// # Errors
    /// Another system, or a wrong value.
    pub fn of_identifier(system: &str, value: &str) -> Result<Self, IdentityError> {
        match system {
            Self::SYSTEM => Self::new(value),
            Self::RPPS_SYSTEM => Self::of_rpps(value),
            _ => Err(IdentityError::UnknownSystem),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the number is one that this structure gave to its own staff: both name the structure in the same register, each under a
    /// prefix of its own (persons 3, structures 1 for FINESS; 4 and 2 for SIREN; 5 and 3 for SIRET; 6 and 4 for RPPS and rank; 1 and 0
    /// for ADELI).
    pub fn is_assigned_by(&self, structure: &StructIdNat) -> bool {
        const REGISTERS: [(char, char); 5] = [('3', '1'), ('4', '2'), ('5', '3'), ('6', '4'), ('1', '0')];
        let own = self.0.split_once('/').map(|(structure, _)| structure);
        REGISTERS.iter().any(|(person, of_structure)| {
            let number = own.and_then(|own| own.strip_prefix(*person));
            number.is_some() && number == structure.0.strip_prefix(*of_structure)
        })
    }

    /// Whether the number is assigned by a structure to its own staff (a CPE), rather than by a national register.
    pub fn is_assigned_by_structure(&self) -> bool {
        !self.0.starts_with(['8', '0'])
    }
}

fn is_code_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}

fn is_internal(rest: &str) -> bool {
    rest.split_once('/').is_some_and(|(structure, internal)| {
        !structure.is_empty()
            && structure.bytes().all(is_code_byte)
            && !internal.is_empty()
            && internal.len() <= 64
            && internal.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
    })
}

/// The national identifier of a structure (Struct_IdNat). OID `1.2.250.1.71.4.2.2`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StructIdNat(String);

impl StructIdNat {
    /// The FHIR identifier system.
    pub const SYSTEM: &'static str = "urn:oid:1.2.250.1.71.4.2.2";
    /// The FHIR system of the bare FINESS number.
    pub const FINESS_SYSTEM: &'static str = "https://finess.esante.gouv.fr";

    /// Reads a Struct_IdNat: `1` + FINESS (9, the test range holds letters), `2` + SIREN, `3` + SIRET, `4` + RPPS and rank,
    /// `0` + ADELI of a practice, or `R` + technical number.
    ///
    /// # Errors
    /// A wrong shape, or a SIREN or SIRET whose key is wrong.
    pub fn new(text: &str) -> Result<Self, IdentityError> {
        let rest = text.get(1..).ok_or(IdentityError::Malformed)?;
        let shaped = match text.as_bytes().first() {
            Some(b'0' | b'1') => rest.len() == 9 && rest.bytes().all(is_code_byte),
            Some(b'2') => rest.len() == 9 && all_digits(rest),
            Some(b'3' | b'4') => rest.len() == 14 && all_digits(rest),
            Some(b'R') => !rest.is_empty() && rest.len() <= 32 && rest.bytes().all(is_code_byte),
            _ => false,
        };
        if shaped { Ok(Self(text.to_owned())) } else { Err(IdentityError::Malformed) }
    }

    /// Reads a FHIR identifier: Struct_IdNat, or a bare FINESS number.
    ///
    /// # Errors
    /// Another system, or a wrong value.
    pub fn of_identifier(system: &str, value: &str) -> Result<Self, IdentityError> {
        match system {
            Self::SYSTEM => Self::new(value),
            Self::FINESS_SYSTEM => Self::new(&format!("1{value}")),
            _ => Err(IdentityError::UnknownSystem),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! redacted_text {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdentityError;

            fn try_from(text: String) -> Result<Self, IdentityError> {
                Self::new(&text)
            }
        }
    };
}

redacted_text!(PsIdNat);
redacted_text!(StructIdNat);
