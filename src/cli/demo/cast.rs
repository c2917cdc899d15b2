//! The cast: who calls and whose records they are, with identifiers of the test ranges only.

pub mod callers;
mod holders;

use serde::Serialize;

use crate::record::{
    holder::Traits,
    identity::{IdentityError, Ins, PsIdNat, StructIdNat, luhn_holds},
    professional::{Profession, Speciality},
};

/// Everyone in the demonstration.
#[derive(Debug, Clone)]
pub struct Cast {
    /// Who calls.
    pub callers: Vec<CastCaller>,
    /// Whose records there are, or are not.
    pub holders: Vec<CastHolder>,
}

/// Someone who calls.
#[derive(Debug, Clone)]
pub struct CastCaller {
    /// The name, also that of the files.
    pub name: &'static str,
    /// Whose certificate it is.
    pub card: Card,
    /// The structure.
    pub structure: StructIdNat,
    /// The sort of key.
    pub key: KeySort,
    /// How the certificate stands.
    pub standing: CardStanding,
    /// Who it is and what to expect.
    pub story: &'static str,
}

/// The kinds of certificates.
#[derive(Debug, Clone)]
pub enum Card {
    /// A professional's (CPS), with what the directory says.
    Professional {
        /// The national identifier.
        id: PsIdNat,
        /// Who it is.
        called: PersonName,
        /// The profession.
        profession: Profession,
        /// The profession's label, for the title of the certificate.
        title: &'static str,
        /// The speciality.
        speciality: Option<Speciality>,
    },
    /// An employee's (CPE).
    Employee {
        /// The identifier that the structure gave.
        id: PsIdNat,
        /// Who it is.
        called: PersonName,
    },
    /// A structure's software.
    Organisation,
    /// The holder's front end.
    FrontEnd,
}

/// A person's name: made up, and such as stands nowhere else, so that a test can look for it in all that is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonName {
    /// The surname.
    pub family: &'static str,
    /// The given name.
    pub given: &'static str,
}

/// The sorts of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySort {
    /// EC P-256.
    Ec,
    /// RSA of 2048 bits.
    Rsa,
}

/// How a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardStanding {
    /// Good.
    Good,
    /// Revoked.
    Revoked,
    /// Always expired.
    Expired,
    /// Its authority is revoked.
    AuthorityRevoked,
    /// Of an authority that is not trusted.
    Stranger,
    /// Its common name is no PS_IdNat.
    WrongName,
    /// Its organisational unit is no Struct_IdNat.
    WrongUnit,
}

/// Someone whose record there is, or is not.
#[derive(Debug, Clone)]
pub struct CastHolder {
    /// The name.
    pub name: &'static str,
    /// The national health identity.
    pub ins: Ins,
    /// The date of birth.
    pub birth_date: jiff::civil::Date,
    /// The name and sex.
    pub traits: Traits,
    /// Whose record it is and what to expect.
    pub story: &'static str,
}

impl Cast {
    /// The cast.
    ///
    /// # Errors
    /// An identifier is not valid: a fault of this program, which a test rules out.
    pub fn assemble() -> Result<Self, IdentityError> {
        Ok(Self { callers: callers::all()?, holders: holders::all()? })
    }

    /// The caller of that name.
    pub fn caller(&self, name: &str) -> Option<&CastCaller> {
        self.callers.iter().find(|caller| caller.name == name)
    }

    /// The holder of that name.
    pub fn holder(&self, name: &str) -> Option<&CastHolder> {
        self.holders.iter().find(|holder| holder.name == name)
    }

    /// The structures that run the holder's front end, for the configuration.
    pub fn front_ends(&self) -> impl Iterator<Item = &StructIdNat> {
        self.callers.iter().filter(|caller| matches!(caller.card, Card::FrontEnd)).map(|caller| &caller.structure)
    }
}

impl CastCaller {
    /// The national identifier, where the certificate is a person's.
    pub const fn ps_idnat(&self) -> Option<&PsIdNat> {
        match &self.card {
            Card::Professional { id, .. } | Card::Employee { id, .. } => Some(id),
            Card::Organisation | Card::FrontEnd => None,
        }
    }

    /// The name, where the certificate is a person's.
    pub const fn called(&self) -> Option<&PersonName> {
        match &self.card {
            Card::Professional { called, .. } | Card::Employee { called, .. } => Some(called),
            Card::Organisation | Card::FrontEnd => None,
        }
    }

    /// The profession, where the caller is a registered professional.
    pub const fn profession(&self) -> Option<&Profession> {
        match &self.card {
            Card::Professional { profession, .. } => Some(profession),
            Card::Employee { .. } | Card::Organisation | Card::FrontEnd => None,
        }
    }

    /// The kind, in the words of the access journal.
    pub const fn kind(&self) -> &'static str {
        match self.card {
            Card::Professional { .. } => "professional",
            Card::Employee { .. } => "delegate",
            Card::Organisation => "organisation",
            Card::FrontEnd => "holder-front-end",
        }
    }
}

/// A matricule from its thirteen digits: the key is 97 − (N mod 97). Digits only.
///
/// # Errors
/// Not thirteen digits.
pub fn matricule_of(number: &str) -> Result<String, IdentityError> {
    let value: u64 = number.parse().map_err(|_| IdentityError::Malformed)?;
    if number.len() == 13 { Ok(format!("{number}{:02}", 97 - value % 97)) } else { Err(IdentityError::Malformed) }
}

/// A PS_IdNat of the test range from five digits: `8`, `99700`, the digits, and Luhn's key.
///
/// # Errors
/// More than five digits.
pub fn test_professional(number: u32) -> Result<PsIdNat, IdentityError> {
    let stem = format!("99700{number:05}");
    let rpps = (0..10).map(|key| format!("{stem}{key}")).find(|rpps| luhn_holds(rpps));
    PsIdNat::of_rpps(&rpps.ok_or(IdentityError::Malformed)?)
}

/// `cast.json`: the cast for machines, with paths relative to the demonstration's directory.
///
/// # Errors
/// Never for this cast; the serialiser has the last word.
pub fn cast_json(cast: &Cast) -> serde_json::Result<String> {
    let told = Told {
        holders: cast.holders.iter().map(ToldHolder::of).collect(),
        callers: cast.callers.iter().map(|caller| ToldCaller::of(cast, caller)).collect(),
    };
    serde_json::to_string_pretty(&told)
}

#[derive(Serialize)]
struct Told<'a> {
    holders: Vec<ToldHolder<'a>>,
    callers: Vec<ToldCaller<'a>>,
}

#[derive(Serialize)]
struct ToldHolder<'a> {
    name: &'a str,
    ins_system: &'a str,
    ins: &'a str,
    family: &'a str,
    given: &'a [String],
    used_family: Option<&'a str>,
    story: &'a str,
}

#[derive(Serialize)]
struct ToldCaller<'a> {
    name: &'a str,
    certificate: String,
    key: String,
    kind: &'a str,
    ps_idnat: Option<&'a str>,
    family: Option<&'a str>,
    given: Option<&'a str>,
    profession: Option<&'a str>,
    structure: &'a str,
    story: &'a str,
    /// Where its tokens are, by those for whom they are: holders, or professionals.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<serde_json::Value>,
}

impl<'a> ToldHolder<'a> {
    fn of(holder: &'a CastHolder) -> Self {
        Self {
            name: holder.name,
            ins_system: holder.ins.system().uri(),
            ins: holder.ins.matricule(),
            family: &holder.traits.family,
            given: &holder.traits.given,
            used_family: holder.traits.used_family.as_deref(),
            story: holder.story,
        }
    }
}

impl<'a> ToldCaller<'a> {
    fn of(cast: &Cast, caller: &'a CastCaller) -> Self {
        Self {
            name: caller.name,
            certificate: format!("pki/clients/{}.pem", caller.name),
            key: format!("pki/clients/{}.key", caller.name),
            kind: caller.kind(),
            ps_idnat: caller.ps_idnat().map(PsIdNat::as_str),
            family: caller.called().map(|name| name.family),
            given: caller.called().map(|name| name.given),
            profession: caller.profession().map(|profession| profession.0.as_str()),
            structure: caller.structure.as_str(),
            story: caller.story,
            tokens: super::tokens::told(cast, caller),
        }
    }
}

#[cfg(test)]
mod tests;
