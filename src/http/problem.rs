//! The one mapping from faults to status and OperationOutcome.

use std::time::Duration;

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{StatusCode, header},
};

use super::{diagnoses, format::Format};
use crate::{
    fhir::{
        issue::{Diagnosis, Issue, Severity},
        print,
    },
    gateway::Fault,
    hds::Clash,
    policy::{Ground, Refusal},
    record::amendment::{Inapplicable, Unpatched},
};

/// What the caller is told instead of an answer.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// The issues; never empty.
    pub issues: Vec<Issue>,
    /// The methods that are allowed, with 405.
    pub allow: Option<&'static str>,
    /// What a token must be, with 401 and 403 (RFC 6750).
    pub challenge: Option<String>,
    /// Seconds after which to come back, with 429 and 503.
    pub retry_after: u64,
}

/// Seconds after which to come back where nothing tells better.
const RETRY_AFTER: u64 = 5;

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code())
    }
}

impl std::error::Error for Problem {}

/// The shape of a request, on which the status of its faults depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It names a document: nothing may tell whether that exists.
    OfDocument,
    /// A search.
    Search,
    /// A transaction (ITI-65): every rejected Bundle is 400, as IHE's own tests expect.
    Bundle,
    /// A change of one resource: nothing may tell whether it exists, and 422 where the change is well formed and breaks a rule.
    Amend,
    /// A create (ITI-105): 422 where the resource is well formed and breaks a rule.
    Create,
}

impl Shape {
    /// Whether the request names one resource, of which nothing may tell whether it exists.
    const fn names_one(self) -> bool {
        match self {
            Self::OfDocument | Self::Amend => true,
            Self::Search | Self::Bundle | Self::Create => false,
        }
    }

    /// Whether the request files something, or creates it.
    pub const fn is_of_filing(self) -> bool {
        match self {
            Self::Bundle | Self::Create => true,
            Self::OfDocument | Self::Search | Self::Amend => false,
        }
    }

    /// The status of a broken rule.
    pub const fn unprocessable(self) -> StatusCode {
        match self {
            Self::Create | Self::Amend => StatusCode::UNPROCESSABLE_ENTITY,
            Self::OfDocument | Self::Search | Self::Bundle => StatusCode::BAD_REQUEST,
        }
    }
}

impl Problem {
    /// One diagnosis, without a place.
    pub fn of(status: StatusCode, diagnosis: Diagnosis) -> Self {
        Self::with(status, vec![Issue::error(diagnosis, "", "")])
    }

    /// Several issues.
    pub const fn with(status: StatusCode, issues: Vec<Issue>) -> Self {
        Self { status, issues, allow: None, challenge: None, retry_after: RETRY_AFTER }
    }

    /// With the time after which to come back, in whole seconds upwards.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self { retry_after: wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1), ..self }
    }

    /// The permanent code of the first error, for journal and metrics.
    pub fn code(&self) -> &'static str {
        let error = self.issues.iter().find(|issue| issue.severity == Severity::Error);
        error.or(self.issues.first()).map_or(diagnoses::INTERNAL.code, |issue| issue.diagnosis.code)
    }

    /// A fault of the gateway.
    pub fn of_fault(fault: &Fault, shape: Shape) -> Self {
        match fault {
            Fault::Refused(refusal) => Self::of_refusal(refusal, shape),
            Fault::Clash(Clash::UniqueIdTaken(_)) => Self::of(StatusCode::CONFLICT, diagnoses::UNIQUE_ID_TAKEN),
            Fault::Clash(Clash::NotReplaceable(_)) => Self::of(shape.unprocessable(), diagnoses::NOT_REPLACEABLE),
            Fault::Clash(Clash::LabelConflict(_)) => Self::of(shape.unprocessable(), diagnoses::LABEL_CONFLICT),
            Fault::Clash(Clash::PageGone) => Self::of(StatusCode::GONE, diagnoses::PAGE_GONE),
            Fault::Clash(Clash::VersionMoved) => Self::of(StatusCode::PRECONDITION_FAILED, diagnoses::VERSION_MOVED),
            Fault::Clash(Clash::SeveralNamed) => Self::of(StatusCode::PRECONDITION_FAILED, diagnoses::SEVERAL_NAMED),
            Fault::Clash(Clash::Inapplicable(inapplicable)) => Self::of_patch(inapplicable),
            Fault::Clash(Clash::NotAllowed(_)) => Self::of(StatusCode::FORBIDDEN, diagnoses::FORBIDDEN),
            Fault::Unavailable(_) => Self::of(StatusCode::SERVICE_UNAVAILABLE, diagnoses::UNAVAILABLE),
            Fault::Busy => Self::of(StatusCode::SERVICE_UNAVAILABLE, diagnoses::BUSY),
        }
    }

    fn of_patch(inapplicable: &Inapplicable) -> Self {
        let (status, diagnosis) = match inapplicable.why {
            Unpatched::OtherElement => (StatusCode::METHOD_NOT_ALLOWED, diagnoses::NOT_PATCHABLE),
            Unpatched::NoSuchPlace => (StatusCode::UNPROCESSABLE_ENTITY, diagnoses::NO_SUCH_PLACE),
            Unpatched::TestFailed => (StatusCode::UNPROCESSABLE_ENTITY, diagnoses::TEST_FAILED),
            Unpatched::WrongValue => (StatusCode::UNPROCESSABLE_ENTITY, diagnoses::PATCH_VALUE),
            Unpatched::WrongLabels => (StatusCode::UNPROCESSABLE_ENTITY, diagnoses::PATCH_LABELS),
        };
        let at = format!("operation[{}]", inapplicable.operation);
        let allow = (status == StatusCode::METHOD_NOT_ALLOWED).then_some("GET, HEAD, PATCH");
        Self { allow, ..Self::with(status, vec![Issue::error(diagnosis, at, "")]) }
    }

    fn of_refusal(refusal: &Refusal, shape: Shape) -> Self {
        let mut grounds = refusal.grounds.iter().map(|(_, ground)| *ground);
        if !refusal.grounds.is_empty() && grounds.clone().all(Ground::is_of_submission) {
            return Self::with(shape.unprocessable(), issues_of(grounds));
        }
        if shape.names_one() && !grounds.any(Ground::is_of_caller) {
            return Self::not_found();
        }
        Self::of(StatusCode::FORBIDDEN, diagnoses::FORBIDDEN)
    }

    /// The answer where a document is not there for this caller: the same to the byte whether it exists or not.
    pub fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND, diagnoses::NOT_FOUND)
    }

    fn response(&self) -> HttpResponse {
        metrics::counter!("dmp_problems_total", "code" => self.code()).increment(1);
        let mut response = HttpResponse::build(self.status);
        response.content_type(Format::Json.media_type());
        if let Some(allow) = self.allow {
            response.insert_header((header::ALLOW, allow));
        }
        if let Some(challenge) = &self.challenge {
            response.insert_header((header::WWW_AUTHENTICATE, challenge.as_str()));
        }
        if [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&self.status) {
            response.insert_header((header::RETRY_AFTER, self.retry_after.to_string()));
        }
        response.body(print::outcome(&self.issues))
    }
}

/// What may be told of grounds: of those that lie in the submission, and of no other.
pub fn issues_of(grounds: impl Iterator<Item = Ground>) -> Vec<Issue> {
    let mut told: Vec<Diagnosis> = grounds.filter_map(told).collect();
    // Who is somebody else by number has other traits too; to say that would add nothing but a hint.
    let is_other = told.contains(&diagnoses::OTHER_PATIENT);
    told.retain(|diagnosis| !(is_other && *diagnosis == diagnoses::OTHER_PERSON));
    told.into_iter().map(|diagnosis| Issue::error(diagnosis, "", "")).collect()
}

/// What may be told of a ground that lies in the submission.
fn told(ground: Ground) -> Option<Diagnosis> {
    match ground {
        Ground::AuthorNotVerified => Some(diagnoses::AUTHOR_NOT_VERIFIED),
        Ground::TypeReserved => Some(diagnoses::TYPE_RESERVED),
        Ground::ContentOfAnotherPatient => Some(diagnoses::OTHER_PATIENT),
        Ground::IdentityNotQualified => Some(diagnoses::NOT_QUALIFIED),
        Ground::TraitDiffers(_) => Some(diagnoses::OTHER_PERSON),
        Ground::LabelConflict => Some(diagnoses::LABEL_CONFLICT),
        Ground::InformationMissing
        | Ground::NotCollectedByCaller
        | Ground::ConsentDate
        | Ground::BeyondEpisode
        | Ground::ReasonMissing
        | Ground::KindChanged => Some(diagnoses::CONSENT_UNPROVEN),
        Ground::PurposeNotCare
        | Ground::NoAuthenticatedProfessional
        | Ground::DelegateNeverReads
        | Ground::ProfessionNotEntitled
        | Ground::NoRecord
        | Ground::UnlawfulOpening
        | Ground::Suspended
        | Ground::Closed
        | Ground::BlockedByHolder
        | Ground::InitialConsentMissing
        | Ground::ConsentMissing
        | Ground::FeedingOpposed
        | Ground::NotTheirs
        | Ground::DelegateFeedsOnly
        | Ground::NotAttested
        | Ground::AlreadyShown
        | Ground::ReservedToHolder
        | Ground::HolderNotIdentified
        | Ground::TokenOfAnotherPatient
        | Ground::SoftwareNotApproved => None,
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.response()
    }
}
