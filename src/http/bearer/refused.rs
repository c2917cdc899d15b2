//! Why nobody calls with a token, and what is told of it.

use actix_web::http::StatusCode;

use crate::{
    fhir::{
        diagnoses::bearer as diagnoses,
        issue::{Diagnosis, Issue},
    },
    http::problem::Problem,
    identity::{Unidentified, Untrusted},
};

/// Why nobody calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The header is doubled, or not Bearer and one token.
    Header,
    /// There is no token where one is needed.
    Needed,
    /// The token vouches for nobody.
    Untrusted(Untrusted),
    /// The directory does not know whom it names.
    Unidentified(Unidentified),
    /// Its issuer cannot be asked.
    Unavailable,
    /// Too many questions to its issuer wait already.
    Busy,
    /// The host cannot note that the assertion is used.
    Unnoted,
}

impl From<Untrusted> for Refused {
    fn from(untrusted: Untrusted) -> Self {
        Self::Untrusted(untrusted)
    }
}

impl Refused {
    /// The permanent word for journal, metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Header => "token-header",
            Self::Needed => "token-needed",
            Self::Untrusted(untrusted) => untrusted.word(),
            Self::Unidentified(unidentified) => unidentified.word(),
            Self::Unavailable => "token-issuer-unavailable",
            Self::Busy => "token-issuer-busy",
            Self::Unnoted => "token-not-noted",
        }
    }

    /// The claim that it is about, where it is about one.
    pub const fn claim(self) -> Option<&'static str> {
        match self {
            Self::Untrusted(untrusted) => untrusted.claim(),
            Self::Header | Self::Needed | Self::Unidentified(_) | Self::Unavailable | Self::Busy | Self::Unnoted => {
                None
            }
        }
    }

    /// What the caller is told: status, challenge (RFC 6750, 3) and OperationOutcome. A claim is told by its name.
    pub fn problem(self) -> Problem {
        let (status, error) = self.answer();
        let issue = Issue::error(self.diagnosis(), self.claim().unwrap_or_default(), "");
        let challenge = match (status, error) {
            (StatusCode::SERVICE_UNAVAILABLE, _) => None,
            (_, None) => Some(REALM.to_owned()),
            (_, Some(error)) => Some(format!("{REALM}, error=\"{error}\"")),
        };
        Problem { challenge, ..Problem::with(status, vec![issue]) }
    }

    const fn answer(self) -> (StatusCode, Option<&'static str>) {
        match self {
            Self::Header => (StatusCode::BAD_REQUEST, Some("invalid_request")),
            Self::Needed => (StatusCode::UNAUTHORIZED, None),
            Self::Untrusted(Untrusted::Scope) | Self::Unidentified(_) => {
                (StatusCode::FORBIDDEN, Some("insufficient_scope"))
            }
            Self::Untrusted(_) => (StatusCode::UNAUTHORIZED, Some("invalid_token")),
            Self::Unavailable | Self::Busy | Self::Unnoted => (StatusCode::SERVICE_UNAVAILABLE, None),
        }
    }

    const fn diagnosis(self) -> Diagnosis {
        match self {
            Self::Header => diagnoses::TOKEN_HEADER,
            Self::Needed => diagnoses::TOKEN_NEEDED,
            Self::Untrusted(untrusted) => of_token(untrusted),
            Self::Unidentified(_) => diagnoses::TOKEN_SUBJECT,
            Self::Unavailable => diagnoses::ISSUER_UNAVAILABLE,
            Self::Busy => diagnoses::ISSUER_BUSY,
            Self::Unnoted => diagnoses::ASSERTION_NOT_NOTED,
        }
    }
}

const REALM: &str = "Bearer realm=\"dmp\"";

const fn of_token(untrusted: Untrusted) -> Diagnosis {
    match untrusted {
        Untrusted::Malformed | Untrusted::Oversize => diagnoses::TOKEN_MALFORMED,
        Untrusted::UnknownIssuer => diagnoses::TOKEN_ISSUER,
        Untrusted::Algorithm => diagnoses::TOKEN_ALGORITHM,
        Untrusted::UnknownKey => diagnoses::TOKEN_KEY,
        Untrusted::Signature => diagnoses::TOKEN_SIGNATURE,
        Untrusted::Certificate => diagnoses::TOKEN_CERTIFICATE,
        Untrusted::Missing(_) | Untrusted::Wrong(_) => diagnoses::TOKEN_CLAIM,
        Untrusted::Expired => diagnoses::TOKEN_EXPIRED,
        Untrusted::NotYetValid => diagnoses::TOKEN_NOT_YET,
        Untrusted::TooLongLived => diagnoses::TOKEN_LIFE,
        Untrusted::Unbound => diagnoses::TOKEN_UNBOUND,
        Untrusted::Replayed => diagnoses::TOKEN_REPLAYED,
        Untrusted::Inactive => diagnoses::TOKEN_INACTIVE,
        Untrusted::Scope => diagnoses::TOKEN_SCOPE,
    }
}
