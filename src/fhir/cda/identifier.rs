//! HL7 v3 identifiers and codes, and what they are in FHIR. Source: HL7 v3 data types R1 (II, CD); pdsm-dmp 8.1, 14.1.

use std::fmt;

use super::element::{Element, plain};
use crate::{
    fhir::canon::canonical,
    record::{
        code::{Code, Identifier, URI_SYSTEM},
        identity::{Ins, PsIdNat, StructIdNat},
    },
};

/// An instance identifier (II).
#[derive(Clone, PartialEq, Eq)]
pub struct Ii {
    /// An OID or a UUID.
    pub root: String,
    /// What makes it unique below the root, where the root alone does not.
    pub extension: Option<String>,
}

impl Ii {
    /// The identifier in an element; nothing where it has no root.
    pub(super) fn of(element: &Element) -> Option<Self> {
        let root = element.attribute("root")?.to_owned();
        let extension = element.attribute("extension").map(plain).filter(|text| !text.is_empty());
        Some(Self { root, extension })
    }

    /// The root as a URI: `urn:oid:…` or `urn:uuid:…`; nothing where it is neither.
    pub fn system(&self) -> Option<String> {
        let uuid = || uuid::Uuid::try_parse(&self.root).ok().filter(|_| self.root.len() == 36);
        let oid = is_oid(&self.root).then(|| format!("urn:oid:{}", self.root));
        oid.or_else(|| uuid().map(|uuid| format!("urn:uuid:{}", uuid.hyphenated())))
    }

    /// As an identifier of FHIR: the extension under the root, or the root as a URI.
    pub fn identifier(&self) -> Option<Identifier> {
        let root = self.system()?;
        Some(match &self.extension {
            Some(extension) => Identifier { system: root, value: extension.clone() },
            None => Identifier { system: URI_SYSTEM.to_owned(), value: root },
        })
    }

    /// As the uniqueId of a document: like [`Ii::identifier`], but an extension that is itself an arc of an OID prolongs the root.
    pub fn unique_id(&self) -> Option<Identifier> {
        let whole = self.extension.as_ref().map(|extension| format!("{}.{extension}", self.root));
        match whole.filter(|oid| is_oid(oid) && self.extension.as_ref().is_some_and(|it| !it.contains('.'))) {
            Some(oid) => Some(Identifier { system: URI_SYSTEM.to_owned(), value: format!("urn:oid:{oid}") }),
            None => self.identifier(),
        }
    }

    /// The professional whom it names, with the prefix of the register or as a bare RPPS number.
    pub fn professional(&self) -> Option<PsIdNat> {
        let value = self.under(PsIdNat::SYSTEM)?;
        PsIdNat::new(value).or_else(|_| PsIdNat::of_rpps(value)).ok()
    }

    /// The structure that it names.
    pub fn structure(&self) -> Option<StructIdNat> {
        StructIdNat::new(self.under(StructIdNat::SYSTEM)?).ok()
    }

    /// The patient whom it names: a well formed matricule with its right key.
    pub fn patient(&self) -> Option<Ins> {
        Ins::new(&self.system()?, self.extension.as_deref()?).ok()
    }

    /// The extension, where the root is that system.
    fn under(&self, system: &str) -> Option<&str> {
        self.extension.as_deref().filter(|_| self.system().as_deref() == Some(system))
    }
}

/// Whether a text is an OID: arcs of digits without leading zeros, the first 0 to 2, at most 128 characters.
fn is_oid(text: &str) -> bool {
    let is_arc = |arc: &str| {
        !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit()) && (arc == "0" || !arc.starts_with('0'))
    };
    let is_rooted = ["0.", "1.", "2."].iter().any(|first| text.starts_with(first));
    is_rooted && text.len() <= 128 && text.split('.').all(is_arc)
}

/// A coded value (CD, CE).
#[derive(Clone, PartialEq, Eq)]
pub struct Concept {
    /// The code system, an OID; empty where none is told.
    pub system: String,
    /// The code.
    pub code: String,
    /// What it says, in words.
    pub display: Option<String>,
}

impl Concept {
    /// The code in an element; nothing where it has none.
    pub(super) fn of(element: &Element) -> Option<Self> {
        let code = plain(element.attribute("code")?);
        let system = element.attribute("codeSystem").unwrap_or_default().to_owned();
        let display = element.attribute("displayName").map(plain).filter(|text| !text.is_empty());
        (!code.is_empty()).then_some(Self { system, code, display })
    }

    /// As a code of the record, its system in its one spelling.
    pub fn code(&self) -> Code {
        let system = if is_oid(&self.system) { format!("urn:oid:{}", self.system) } else { String::new() };
        Code::new(canonical(&system), &self.code)
    }
}

/// No value is printed where it may be somebody's.
macro_rules! redacted {
    ($($name:ident),*) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        })*
    };
}
pub(super) use redacted;

redacted!(Ii, Concept);
