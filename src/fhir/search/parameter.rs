//! The table of search parameters, and how their names are written.

use super::value;
use crate::record::query::Criterion;

/// The type of a search parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `reference`.
    Reference,
    /// `token`.
    Token,
    /// `date`.
    Date,
    /// One that shapes the answer and selects nothing; not declared among the parameters of a resource.
    Result,
}

impl Kind {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Token => "token",
            Self::Date => "date",
            Self::Result => "special",
        }
    }
}

/// How a parameter is read.
#[derive(Clone, Copy)]
pub(super) enum Special {
    /// It names the record.
    Holder,
    /// It says how many entries a page has.
    Count,
    /// It gives a criterion, or none where all its alternatives are empty; nothing where it is malformed.
    Criterion(fn(&str) -> Option<Option<Criterion>>),
}

impl Special {
    /// Whether a value that was not taken is simply malformed; else what is wrong was told already.
    pub(super) const fn is_malformed_when_refused(self) -> bool {
        match self {
            Self::Holder => false,
            Self::Count | Self::Criterion(_) => true,
        }
    }
}

/// A search parameter.
pub struct Parameter {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// Other ways to write the name, with modifier or chain.
    pub aliases: &'static [&'static str],
    /// The SearchParameter that defines it.
    pub definition: &'static str,
    /// What it looks at.
    pub documentation: &'static str,
    pub(super) special: Special,
}

macro_rules! core {
    ($name:literal) => {
        concat!("http://hl7.org/fhir/SearchParameter/", $name)
    };
}

const fn criterion(
    name: &'static str,
    kind: Kind,
    definition: &'static str,
    documentation: &'static str,
    read: fn(&str) -> Option<Option<Criterion>>,
) -> Parameter {
    Parameter { name, kind, aliases: &[], definition, documentation, special: Special::Criterion(read) }
}

/// The parameters.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "patient",
        kind: Kind::Reference,
        aliases: &[
            "patient.identifier",
            "patient:identifier",
            "patient:Patient.identifier",
            "subject",
            "subject.identifier",
            "subject:identifier",
            "subject:Patient.identifier",
        ],
        definition: core!("clinical-patient"),
        documentation: "Mandatory: patient.identifier=system|INS (or patient:identifier); every search is in one record.",
        special: Special::Holder,
    },
    criterion("status", Kind::Token, core!("DocumentReference-status"), "current, superseded", value::status),
    criterion(
        "identifier",
        Kind::Token,
        core!("clinical-identifier"),
        "uniqueId, every entryUUID, the logical id",
        value::identifier,
    ),
    criterion("type", Kind::Token, core!("clinical-type"), "the type", value::kind),
    criterion("category", Kind::Token, core!("DocumentReference-category"), "the class", value::category),
    criterion("date", Kind::Date, core!("DocumentReference-date"), "DocumentReference.date", value::date),
    criterion(
        "creation",
        Kind::Date,
        "https://profiles.ihe.net/ITI/MHD/SearchParameter/DocumentReference-Creation",
        "content.attachment.creation",
        value::creation,
    ),
    criterion("period", Kind::Date, core!("DocumentReference-period"), "context.period", value::period),
    criterion(
        "security-label",
        Kind::Token,
        core!("DocumentReference-security-label"),
        "the confidentiality and the visibility flags",
        value::security_label,
    ),
    Parameter {
        name: "_count",
        kind: Kind::Result,
        aliases: &[],
        definition: "",
        documentation: "entries of a page, 50 unless told, 200 at most; 0 for the total alone",
        special: Special::Count,
    },
];

/// Parameters that others read: the format of the answer, and the place of a page.
const OTHERS: &[&str] = &["_format", "_pretty", "_cursor"];

/// What a name turned out to be.
pub(super) enum Name {
    Known(&'static Parameter),
    WrongModifier(&'static Parameter),
    Ours,
    Unknown,
}

/// Finds the parameter of a name.
pub(super) fn find(name: &str) -> Name {
    if OTHERS.contains(&name) {
        return Name::Ours;
    }
    let bare = name.split([':', '.']).next().unwrap_or_default();
    let is_named = |parameter: &&Parameter, name: &str| parameter.name == name || parameter.aliases.contains(&name);
    match PARAMETERS.iter().find(|parameter| is_named(parameter, name)) {
        Some(parameter) => Name::Known(parameter),
        None => {
            PARAMETERS.iter().find(|parameter| is_named(parameter, bare)).map_or(Name::Unknown, Name::WrongModifier)
        }
    }
}

/// Whether a name asks for the patient by identifier.
pub(super) fn names_an_identifier(name: &str) -> bool {
    name.ends_with("identifier")
}

/// The name where it can be printed: what a client writes there may be anything.
pub fn printable(name: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphabetic() || b"_-:.".contains(&byte);
    if name.len() <= 64 && name.bytes().all(is_plain) { name } else { "" }
}
