//! What is wrong with an input, where, and under which permanent code.

use std::fmt;

/// The issue types of FHIR that the gateway uses. Source: <http://hl7.org/fhir/R4/valueset-issue-type.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssueType {
    /// `structure`.
    Structure,
    /// `required`.
    Required,
    /// `value`.
    Value,
    /// `invariant`.
    Invariant,
    /// `code-invalid`.
    CodeInvalid,
    /// `not-found`.
    NotFound,
    /// `not-supported`.
    NotSupported,
    /// `business-rule`.
    BusinessRule,
    /// `duplicate`.
    Duplicate,
    /// `conflict`.
    Conflict,
    /// `too-long`.
    TooLong,
    /// `too-costly`.
    TooCostly,
    /// `forbidden`.
    Forbidden,
    /// `login`.
    Login,
    /// `throttled`.
    Throttled,
    /// `transient`.
    Transient,
    /// `exception`.
    Exception,
    /// `informational`.
    Informational,
    /// `expired`.
    Expired,
    /// `multiple-matches`.
    MultipleMatches,
    /// `processing`.
    Processing,
    /// `deleted`.
    Deleted,
    /// `invalid`.
    Invalid,
    /// `security`.
    Security,
}

impl IssueType {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Required => "required",
            Self::Value => "value",
            Self::Invariant => "invariant",
            Self::CodeInvalid => "code-invalid",
            Self::NotFound => "not-found",
            Self::NotSupported => "not-supported",
            Self::BusinessRule => "business-rule",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::TooLong => "too-long",
            Self::TooCostly => "too-costly",
            Self::Forbidden => "forbidden",
            Self::Login => "login",
            Self::Throttled => "throttled",
            Self::Transient => "transient",
            Self::Exception => "exception",
            Self::Informational => "informational",
            Self::Expired => "expired",
            Self::MultipleMatches => "multiple-matches",
            Self::Processing => "processing",
            Self::Deleted => "deleted",
            Self::Invalid => "invalid",
            Self::Security => "security",
        }
    }
}

/// How grave an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The input is refused.
    Error,
    /// The input is taken, with this remark.
    Warning,
    /// For information.
    Information,
}

impl Severity {
    /// The code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

/// A permanent diagnosis: its code never changes its meaning and is never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Diagnosis {
    /// The code, such as `DMP-0103`.
    pub code: &'static str,
    /// The FHIR issue type.
    pub kind: IssueType,
    /// What is wrong, in general, without any datum of the input.
    pub text: &'static str,
}

/// Declares permanent diagnoses, each with its doc line, code, issue type and text, and a slice `ALL` of them.
macro_rules! diagnoses {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $kind:ident, $text:literal;)*) => {
        $($(#[doc = $doc])* #[doc = $text] pub const $name: $crate::fhir::issue::Diagnosis = $crate::fhir::issue::Diagnosis {
            code: $code,
            kind: $crate::fhir::issue::IssueType::$kind,
            text: $text,
        };)*

        /// All of them.
        pub const ALL: &[$crate::fhir::issue::Diagnosis] = &[$($name),*];
    };
}
pub(in crate::fhir) use diagnoses;

/// One issue.
#[derive(Clone, PartialEq, Eq)]
pub struct Issue {
    /// How grave.
    pub severity: Severity,
    /// What.
    pub diagnosis: Diagnosis,
    /// Where: a FHIRPath such as `Bundle.entry[1].resource.status`, or `line 3, column 14` where the text is no JSON.
    pub at: String,
    /// What exactly; never a datum of the input beyond element names and codes.
    pub detail: String,
}

impl Issue {
    /// An error.
    pub fn error(diagnosis: Diagnosis, at: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Error, diagnosis, at: at.into(), detail: detail.into() }
    }

    /// A warning.
    pub fn warning(diagnosis: Diagnosis, at: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(diagnosis, at, detail) }
    }
}

impl fmt::Debug for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {}: {}", self.severity.code(), self.diagnosis.code, self.at, self.detail)
    }
}

/// One or more errors, with the warnings found beside them. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issues(pub Vec<Issue>);

impl From<Issue> for Issues {
    fn from(issue: Issue) -> Self {
        Self(vec![issue])
    }
}
