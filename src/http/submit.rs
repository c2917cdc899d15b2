//! Filing: ITI-65 (`POST /`) and ITI-105 (`POST /DocumentReference`), with content streamed into the host's quarantine.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Payload},
};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    body, diagnoses,
    edge::Edge,
    format,
    problem::{FHIR_JSON, Problem, Shape},
    read,
    uploads::NoPlace,
    visit::Visit,
};
use crate::{
    fhir::{
        intake::{self, Intake, Quarantine, StagingArea, Unreadable},
        issue::Severity,
        primitive,
        print::{self, FiledSubmission, FiledVersion},
        publication::{self, AuthorName, Publication, Rejected, Setting},
        shape,
    },
    hds::{Filed, FiledDocument, Found, Host, Staging},
    journal::Trace,
    record::{
        access::{Act, MediaTaken},
        caller::{Caller, Who},
        code::Code,
        identity::StructIdNat,
        submission::{DeclaredAuthor, StagedContent},
    },
};

/// The code system of sectors, TRE_R02.
const SECTOR: &str = "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite";

/// Files a submission set (ITI-65).
///
/// # Errors
/// 400 with every reason; nothing is stored.
pub async fn bundle(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "ITI-65", Shape::Bundle).await?;
    let (publication, filed) = file(&visit, &request, payload, publication::bundle).await?;
    let documents: Vec<FiledVersion> = filed.documents.iter().map(version).collect();
    let superseded: Vec<FiledVersion> = filed.superseded.iter().map(version).collect();
    // The set was received when its first document was: the same answer comes to the same submission sent again.
    let received = documents.first().map_or(visit.at, |document| document.updated);
    let folders: Vec<Uuid> = publication.submission.folders.iter().map(|folder| folder.entry.id).collect();
    let set =
        FiledSubmission { set: filed.set, folders: &folders, received, documents: &documents, superseded: &superseded };
    let body = print::transaction_response(&publication.reply, &set, &publication.warnings, &edge.base);
    Ok(HttpResponse::Ok().content_type(FHIR_JSON).body(body))
}

const fn version(filed: &FiledDocument) -> FiledVersion {
    FiledVersion { id: filed.id, version: filed.version, updated: filed.updated }
}

/// Files one document (ITI-105).
///
/// # Errors
/// 400 where the resource is not well formed, 422 where it breaks a rule; nothing is stored.
pub async fn create(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "ITI-105", Shape::Create).await?;
    let (_, filed) = file(&visit, &request, payload, publication::simplified).await?;
    let Some(document) = filed.stored.first() else {
        return Err(Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL));
    };
    let entry = &document.entry;
    let location = format!("{}/DocumentReference/{}/_history/{}", edge.base, entry.id, entry.version);
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, location));
    // A delegate never reads: what was filed before, by whomever it files for, is not told again.
    if !filed.fresh && matches!(visit.caller.who, Who::Delegate { .. }) {
        return Ok(response.insert_header((header::ETAG, format!("W/\"{}\"", entry.version))).finish());
    }
    Ok(read::response(&edge, document, response))
}

type Understand = fn(intake::Intake, &Setting<'_>) -> Result<Publication, Rejected>;

/// Files one document (ITI-105) that is at hand on this machine, through the same gates and the same law as one that a caller sends.
///
/// # Errors
/// As [`create`].
pub async fn file_locally(edge: &Data<Edge>, caller: Caller, resource: &[u8], trace: &Trace) -> Result<Filed, Problem> {
    let at = edge.clock.now();
    let takes = MediaTaken::any();
    let visit = Visit { edge: edge.clone(), caller, trace: trace.clone(), shape: Shape::Create, at, takes };
    let taken = Circumstances::of(&visit).take_in(resource, publication::simplified)?;
    file_understood(&visit, taken).await.map(|(_, filed)| filed)
}

/// Files what the body holds, in a task of its own: where the caller goes away in the middle, the act is still ended and recorded.
async fn file(
    visit: &Visit,
    request: &HttpRequest,
    payload: Payload,
    understand: Understand,
) -> Result<(Publication, Filed), Problem> {
    let taken = format::require_json_body(request)
        .and_then(|()| format::accept_json(request))
        .and_then(|()| unconditional(request));
    if let Err(problem) = taken {
        return Err(visit.reject(problem).await);
    }
    let visit = visit.clone();
    let task = actix_web::rt::spawn(async move {
        match receive(&visit, payload, understand).await {
            Ok(taken) => file_understood(&visit, taken).await,
            Err(problem) => Err(visit.reject(problem).await),
        }
    });
    task.await.unwrap_or_else(|_| Err(Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL)))
}

/// A condition is never ignored silently: filing is safe to repeat without one (K14).
fn unconditional(request: &HttpRequest) -> Result<(), Problem> {
    if request.headers().contains_key("if-none-exist") {
        return Err(Problem::of(StatusCode::BAD_REQUEST, diagnoses::CONDITIONAL_CREATE));
    }
    Ok(())
}

async fn file_understood(visit: &Visit, taken: Taken) -> Result<(Publication, Filed), Problem> {
    let Taken { mut publication, quarantine: _quarantine } = taken;
    resolve_authors(visit, &mut publication);
    let act = Act::Submit(Box::new(publication.submission.clone()));
    let Found::Filed(filed) = visit.ask(act, Some(publication.holder.clone())).await? else {
        return Err(Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL));
    };
    Ok((publication, filed))
}

/// Takes the body in: the gates, then the profile, in a thread of its own.
async fn receive(visit: &Visit, payload: Payload, understand: Understand) -> Result<Taken, Problem> {
    let edge = &visit.edge;
    let _place = edge.uploads.take(&visit.caller.certificate).await.map_err(|none| match none {
        NoPlace::OfCaller => Problem::of(StatusCode::TOO_MANY_REQUESTS, diagnoses::TOO_MANY_UPLOADS),
        NoPlace::OfAll => Problem::of(StatusCode::SERVICE_UNAVAILABLE, diagnoses::NO_UPLOAD_PLACE),
    })?;
    let circumstances = Circumstances::of(visit);
    let understood = body::with_reader(payload, edge.pace(), move |reader| circumstances.take_in(reader, understand));
    understood.await.unwrap_or_else(|_| Err(Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL)))
}

/// An understood body, with the content that it staged.
struct Taken {
    publication: Publication,
    quarantine: HostQuarantine,
}

/// What a body is understood by.
struct Circumstances {
    edge: Data<Edge>,
    shape: Shape,
    at: Timestamp,
    structure: Option<StructIdNat>,
}

impl Circumstances {
    fn of(visit: &Visit) -> Self {
        let structure = match &visit.caller.who {
            Who::Professional(professional) => visit.edge.directory.sole_workplace_of(&professional.id),
            Who::Delegate { structure, .. } | Who::Organisation { structure } | Who::HolderFrontEnd { structure } => {
                Some(structure.clone())
            }
        };
        Self { edge: visit.edge.clone(), shape: visit.shape, at: visit.at, structure }
    }

    /// Reads a body through the gates and understands it; blocking. What was staged lives as long as the quarantine that comes along.
    fn take_in(self, body: impl io::Read, understand: Understand) -> Result<Taken, Problem> {
        let quarantine = HostQuarantine::new(self.edge.gateway.host());
        let publication = self.take_into(&quarantine, body, understand)?;
        Ok(Taken { publication, quarantine })
    }

    fn take_into(
        self,
        quarantine: &HostQuarantine,
        body: impl io::Read,
        understand: Understand,
    ) -> Result<Publication, Problem> {
        let edge = &self.edge;
        let intake = intake::read(body, &edge.intake_limits(), quarantine).map_err(problem_of)?;
        refuse_wrong(&intake)?;
        let facility = self.structure.as_ref().and_then(|id| edge.directory.sector_of(id));
        let setting = Setting {
            rules: edge.rules,
            production: edge.production,
            received: self.at,
            new_id: &Edge::new_id,
            source_id: &edge.source_id,
            facility: facility.map(|code| Code::new(SECTOR, code)),
            practice_setting: edge.practice_setting.clone(),
            structure: self.structure,
        };
        understand(intake, &setting).map_err(|rejected| Problem::with(self.shape.unprocessable(), rejected.issues.0))
    }
}

/// The third gate and the first half of the fourth: the shape, and where that holds the primitives. The rest is the rule set's.
fn refuse_wrong(intake: &Intake) -> Result<(), Problem> {
    for check in [shape::check, primitive::check] {
        let issues = check(&intake.tree);
        if issues.iter().any(|issue| issue.severity == Severity::Error) {
            return Err(Problem::with(StatusCode::BAD_REQUEST, issues));
        }
    }
    Ok(())
}

fn problem_of(unreadable: Unreadable) -> Problem {
    match unreadable {
        Unreadable::Issues(issues) => Problem::with(StatusCode::BAD_REQUEST, issues.0),
        Unreadable::TooLong(issues) => Problem::with(StatusCode::PAYLOAD_TOO_LARGE, issues.0),
        Unreadable::Cut => Problem::of(StatusCode::BAD_REQUEST, diagnoses::BODY_CUT),
        Unreadable::Storage(error) => {
            tracing::error!(cause = %error, "quarantine");
            Problem::of(StatusCode::SERVICE_UNAVAILABLE, diagnoses::UNAVAILABLE)
        }
    }
}

/// Looks up the declared authors: only the directory and the caller's own certificate vouch for anyone.
fn resolve_authors(visit: &Visit, publication: &mut Publication) {
    let directory = &visit.edge.directory;
    let own = |name: &AuthorName| match (name, &visit.caller.who) {
        (AuthorName::Professional(id), Who::Professional(caller)) if caller.id == *id => Some(caller.clone()),
        _ => None,
    };
    let resolved = |name: &AuthorName| match (own(name), name) {
        (Some(caller), _) => DeclaredAuthor::Professional(caller),
        (None, AuthorName::Professional(id)) => {
            directory.professional(id).map_or(DeclaredAuthor::Unverified, DeclaredAuthor::Professional)
        }
        (None, AuthorName::Structure(id)) => DeclaredAuthor::Structure(id.clone()),
        (None, AuthorName::Patient(ins)) => DeclaredAuthor::Patient(ins.clone()),
        (None, AuthorName::Unidentified) => DeclaredAuthor::Unverified,
    };
    let names = publication.authors.iter().zip(&publication.signatories);
    for (document, (authors, signatories)) in publication.submission.documents.iter_mut().zip(names) {
        document.declared = authors.iter().map(resolved).collect();
        document.signatories = signatories.iter().map(resolved).collect();
    }
}

/// The host's quarantine as the intake knows it, with all that was staged in it.
struct HostQuarantine {
    host: Host,
    staged: Arc<Mutex<Vec<StagedContent>>>,
}

impl HostQuarantine {
    fn new(host: &Host) -> Self {
        Self { host: host.clone(), staged: Arc::default() }
    }
}

/// What was staged is discarded when the request ends, however it ends; what a commit adopted is no longer in the quarantine.
impl Drop for HostQuarantine {
    fn drop(&mut self) {
        self.host.discard(&self.staged.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Quarantine for HostQuarantine {
    fn open(&self) -> io::Result<Box<dyn StagingArea>> {
        Ok(Box::new(HostStaging { staging: self.host.stage()?, staged: Arc::clone(&self.staged) }))
    }
}

struct HostStaging {
    staging: Box<dyn Staging>,
    staged: Arc<Mutex<Vec<StagedContent>>>,
}

impl io::Write for HostStaging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.staging.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.staging.flush()
    }
}

impl StagingArea for HostStaging {
    fn finish(self: Box<Self>) -> io::Result<StagedContent> {
        let staged = self.staging.finish()?;
        let name = StagedContent { head: Vec::new(), ..staged.clone() };
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        Ok(staged)
    }
}
