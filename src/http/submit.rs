//! Filing: ITI-65 (`POST /`) and ITI-105 (`POST /DocumentReference`), with content streamed into the host's quarantine.

use std::io;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload},
};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    batch, body, diagnoses,
    edge::Edge,
    format::{self, Acceptance, Format},
    gates,
    preference::Preference,
    problem::{Problem, Shape},
    quarantine::HostQuarantine,
    read,
    reply::Reply,
    validate::{self, Examined},
    visit::Visit,
};
use crate::{
    fhir::{
        canon::{COMPREHENSIVE, PROVIDE_BUNDLE, SIMPLIFIED},
        document,
        intake::{self, Intake},
        issue::{Issue, Issues, Severity},
        print::{self, FiledSubmission, FiledVersion},
        profile::{Within, judge},
        publication::{self, AuthorName, Publication, Rejected, Setting},
        xml,
    },
    hds::{Filed, FiledDocument, Found},
    journal::Trace,
    record::{
        access::Act,
        caller::{Caller, Who},
        code::Code,
        identity::StructIdNat,
        submission::DeclaredAuthor,
    },
};

/// The code system of sectors, TRE_R02.
const SECTOR: &str = "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite";

/// Files a submission set (ITI-65), or answers a batch of reads.
///
/// # Errors
/// 400 with every reason; nothing is stored.
pub async fn bundle(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "ITI-65", Shape::Bundle).await?;
    let (publication, filed) = match file(&visit, &request, payload, understand_bundle).await? {
        Outcome::Filed(filed) => *filed,
        Outcome::Batch(tree) => {
            let visit = Visit { trace: Trace { transaction: "batch".to_owned(), ..visit.trace.clone() }, ..visit };
            return batch::answer(&visit, &tree, Preference::of(request.headers()).strict).await;
        }
    };
    let documents: Vec<FiledVersion> = filed.documents.iter().map(version).collect();
    let superseded: Vec<FiledVersion> = filed.superseded.iter().map(version).collect();
    // The set was received when its first document was: the same answer comes to the same submission sent again.
    let received = documents.first().map_or(visit.at, |document| document.updated);
    let set = FiledSubmission {
        set: filed.set,
        folders: &filed.folders,
        received,
        documents: &documents,
        superseded: &superseded,
    };
    let body = print::transaction_response(&publication.reply, &set, &publication.warnings, &edge.base);
    Ok(Reply::of(body).to_write(Preference::of(request.headers())))
}

/// What a body turned out to be.
enum Understood {
    Publication(Box<Publication>),
    Batch(Box<Value>),
    Examined(Vec<Issue>),
}

/// What became of it.
enum Outcome {
    Filed(Box<(Publication, Filed)>),
    Batch(Box<Value>),
}

fn understand_bundle(intake: Intake, setting: &Setting<'_>) -> Result<Understood, Rejected> {
    if intake.tree.get("resourceType") == Some(&"Bundle".into()) && intake.tree.get("type") == Some(&"batch".into()) {
        return Ok(Understood::Batch(Box::new(intake.tree)));
    }
    publication::bundle(intake, setting).map(|publication| Understood::Publication(Box::new(publication)))
}

fn understand_generated(intake: Intake, setting: &Setting<'_>) -> Result<Understood, Rejected> {
    publication::generated(intake, setting).map(|publication| Understood::Publication(Box::new(publication)))
}

fn understand_simplified(intake: Intake, setting: &Setting<'_>) -> Result<Understood, Rejected> {
    publication::simplified(intake, setting).map(|publication| Understood::Publication(Box::new(publication)))
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
    let Outcome::Filed(filed) = file(&visit, &request, payload, understand_simplified).await? else {
        return Err(read::unexpected());
    };
    let filed = filed.1;
    let Some(document) = filed.stored.first() else { return Err(read::unexpected()) };
    let entry = &document.entry;
    let address = format!("{}/DocumentReference/{}", edge.base, entry.id);
    let mut reply = read::reply(&edge, document);
    // A delegate never reads: what was filed before, by whomever it files for, is not told again.
    if !filed.fresh && matches!(visit.caller.who, Who::Delegate { .. }) {
        reply.body.clear();
    }
    Ok(Reply::created(reply.body, entry.version, entry.updated, &address).to_write(Preference::of(request.headers())))
}

/// Files a document whose metadata are made from its own header (ITI-106).
///
/// # Errors
/// As [`create`].
pub async fn generate(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "ITI-106", Shape::Create).await?;
    let Outcome::Filed(filed) = file(&visit, &request, payload, understand_generated).await? else {
        return Err(read::unexpected());
    };
    let Some(document) = filed.1.documents.first() else { return Err(read::unexpected()) };
    let body = print::parameters_with_reference(document.id, &edge.base);
    Ok(Reply::of(body).to_write(Preference::of(request.headers())))
}

type Understand = fn(Intake, &Setting<'_>) -> Result<Understood, Rejected>;

/// Files one document (ITI-105) that is at hand on this machine, through the same gates and the same law as one that a caller sends.
///
/// # Errors
/// As [`create`].
pub async fn file_locally(edge: &Data<Edge>, caller: Caller, resource: &[u8], trace: &Trace) -> Result<Filed, Problem> {
    let at = edge.clock.now();
    let acceptance = Acceptance::for_fhir(Format::Json);
    let shape = Shape::Create;
    let visit = Visit { edge: edge.clone(), caller, warrant: None, trace: trace.clone(), shape, at, acceptance };
    let taken = Circumstances::of(&visit).take_in(Format::Json, resource, understand_simplified)?;
    match file_understood(&visit, taken).await? {
        Outcome::Filed(filed) => Ok(filed.1),
        Outcome::Batch(_) => Err(read::unexpected()),
    }
}

/// Files what the body holds, in a task of its own: where the caller goes away in the middle, the act is still ended and recorded.
async fn file(
    visit: &Visit,
    request: &HttpRequest,
    payload: Payload,
    understand: Understand,
) -> Result<Outcome, Problem> {
    let taken = visit.acceptance.format().and_then(|_| unconditional(request)).and_then(|()| format::of_body(request));
    let format = match taken {
        Ok(format) => format,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    let visit = visit.clone();
    let task = actix_web::rt::spawn(async move {
        match receive(&visit, payload, format, understand).await {
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

async fn file_understood(visit: &Visit, taken: Taken) -> Result<Outcome, Problem> {
    let Taken { understood, quarantine: _quarantine } = taken;
    let mut publication = match understood {
        Understood::Publication(publication) => *publication,
        Understood::Batch(tree) => return Ok(Outcome::Batch(tree)),
        Understood::Examined(_) => return Err(read::unexpected()),
    };
    resolve_authors(visit, &mut publication);
    let act = Act::Submit(Box::new(publication.submission.clone()));
    let Found::Filed(filed) = visit.ask(act, Some(publication.holder.clone())).await? else {
        return Err(Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL));
    };
    Ok(Outcome::Filed(Box::new((publication, filed))))
}

/// What a publication of the body would be told (`$validate`); nothing is kept.
///
/// # Errors
/// What it is told where it is refused.
pub(super) async fn examine(
    visit: &Visit,
    kind: Examined,
    payload: Payload,
    format: Format,
) -> Result<Vec<Issue>, Problem> {
    let understand: Understand = match kind {
        Examined::DocumentReference => |intake, setting| understand_any(intake, setting, "DocumentReference"),
        Examined::List => |intake, setting| understand_any(intake, setting, "List"),
        Examined::Bundle => |intake, setting| understand_any(intake, setting, "Bundle"),
    };
    let Taken { understood, quarantine: _quarantine } = receive(visit, payload, format, understand).await?;
    match understood {
        Understood::Publication(mut publication) => {
            resolve_authors(visit, &mut publication);
            let mut issues = validate::foreseen(visit, &publication);
            issues.append(&mut publication.warnings);
            Ok(issues)
        }
        Understood::Batch(_) => Ok(Vec::new()),
        Understood::Examined(issues) => Ok(issues),
    }
}

/// A resource of that type to validate, perhaps in the Parameters of the operation.
fn understand_any(mut intake: Intake, setting: &Setting<'_>, kind: &str) -> Result<Understood, Rejected> {
    if intake.tree.get("resourceType") == Some(&"Parameters".into()) {
        unwrap_parameters(&mut intake);
    }
    if intake.tree.get("resourceType").and_then(Value::as_str) != Some(kind) {
        let wrong = Issue::error(diagnoses::OTHER_IDENTITY, format!("{kind}.resourceType"), "");
        return Err(Rejected { issues: Issues(vec![wrong]), staged: Vec::new() });
    }
    let has_content = intake.tree.pointer("/content/0/attachment/data").is_some();
    match intake.tree.get("resourceType").and_then(Value::as_str) {
        Some("Bundle") => understand_bundle(intake, setting),
        Some("DocumentReference") if has_content => understand_simplified(intake, setting),
        // A DocumentReference without its content, and a list, are judged by their profile alone.
        _ => Ok(Understood::Examined(Vec::new())),
    }
}

/// Puts the resource of `Parameters.parameter:resource` in the place of the Parameters.
fn unwrap_parameters(intake: &mut Intake) {
    let all = intake.tree.get_mut("parameter").and_then(Value::as_array_mut);
    let named = |parameter: &&mut Value| parameter.get("name") == Some(&"resource".into());
    let found = all.into_iter().flatten().find(named).and_then(|parameter| parameter.get_mut("resource"));
    if let Some(resource) = found.map(Value::take) {
        intake.tree = resource;
        for staged in &mut intake.staged {
            if let Some((_, inner)) = staged.at.split_once(".resource") {
                let kind = intake.tree.get("resourceType").and_then(Value::as_str).unwrap_or_default();
                staged.at = format!("{kind}{inner}");
            }
        }
    }
}

/// Takes the body in: the gates, then the profile, in a thread of its own.
async fn receive(visit: &Visit, payload: Payload, format: Format, understand: Understand) -> Result<Taken, Problem> {
    let edge = &visit.edge;
    let _place = edge.quotas.upload(&visit.caller.certificate).await?;
    let circumstances = Circumstances::of(visit);
    let understood =
        body::with_reader(payload, edge.pace(), move |reader| circumstances.take_in(format, reader, understand));
    understood.await.unwrap_or_else(|error| Err(body::problem_of(&error)))
}

/// An understood body, with the content that it staged.
struct Taken {
    understood: Understood,
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
            // A token is used at one place, by the first of its identifiers; a card says nothing of where.
            Who::Professional(professional) if visit.caller.asserted.is_some() => {
                professional.structures.first().cloned()
            }
            Who::Professional(professional) => visit.edge.directory.current().sole_workplace_of(&professional.id),
            Who::Delegate { structure, .. } | Who::Organisation { structure } | Who::HolderFrontEnd { structure } => {
                Some(structure.clone())
            }
        };
        Self { edge: visit.edge.clone(), shape: visit.shape, at: visit.at, structure }
    }

    /// Reads a body through the gates and understands it; blocking. What was staged lives as long as the quarantine that comes along.
    fn take_in(self, format: Format, body: impl io::Read, understand: Understand) -> Result<Taken, Problem> {
        let quarantine = HostQuarantine::new(self.edge.gateway.host());
        let understood = self.take_into(&quarantine, format, body, understand)?;
        Ok(Taken { understood, quarantine })
    }

    fn take_into(
        self,
        quarantine: &HostQuarantine,
        format: Format,
        body: impl io::Read,
        understand: Understand,
    ) -> Result<Understood, Problem> {
        let edge = &self.edge;
        let limits = edge.intake_limits();
        let intake = match format {
            Format::Json => intake::read(body, &limits, quarantine),
            Format::Xml => xml::read(body, &limits, quarantine),
        };
        let mut intake = intake.map_err(gates::problem_of)?;
        refuse_crowded(&intake.tree, edge.limits.entries)?;
        gates::refuse_wrong(&intake)?;
        document::stage(&mut intake, format.encoding(), &limits, quarantine).map_err(gates::problem_of)?;
        let findings = profiled(&intake.tree, edge);
        let directory = edge.directory.current();
        let facility = self.structure.as_ref().and_then(|id| directory.sector_of(id));
        let setting = Setting {
            rules: edge.rules,
            production: edge.production,
            received: self.at,
            new_id: &Edge::new_id,
            base: &edge.base,
            patient: &|id| edge.patients.patient_of(id),
            source_id: &edge.source_id,
            facility: facility.map(|code| Code::new(SECTOR, code)),
            practice_setting: edge.practice_setting.clone(),
            structure: self.structure,
        };
        let refused = |issues| Problem::with(self.shape.unprocessable(), issues);
        let understood = match understand(intake, &setting).map_err(|rejected| refused(rejected.issues.0))? {
            Understood::Examined(_) => Understood::Examined(findings.clone()),
            understood @ (Understood::Publication(_) | Understood::Batch(_)) => understood,
        };
        // The rules come first: their diagnoses are the more telling ones.
        if findings.iter().any(|issue| issue.severity == Severity::Error) {
            return Err(refused(findings));
        }
        Ok(understood)
    }
}

/// Refuses a Bundle of more entries than the limit, before any of them is looked at.
fn refuse_crowded(tree: &Value, most: usize) -> Result<(), Problem> {
    let entries = examined(tree).get("entry").and_then(Value::as_array).map_or(0, Vec::len);
    if entries > most {
        return Err(Problem::of(StatusCode::PAYLOAD_TOO_LARGE, diagnoses::TOO_MANY_ENTRIES));
    }
    Ok(())
}

/// What the profile of a publication finds, as the rule set has it; nothing in what is no publication.
pub(super) fn profiled(tree: &Value, edge: &Edge) -> Vec<Issue> {
    let tree = examined(tree);
    if tree.get("resourceType") == Some(&"List".into()) {
        return validate::judge_list(tree, edge);
    }
    let Some(profile) = profile_of(tree) else { return Vec::new() };
    let within = Within { at: tree.get("resourceType").and_then(Value::as_str).unwrap_or_default(), bundle: None };
    judge(edge.profiles.find(profile, tree, &within), edge.rules)
}

/// The resource that is looked at: of the Parameters of `$validate` the one inside.
fn examined(tree: &Value) -> &Value {
    let all = tree.get("parameter").and_then(Value::as_array).into_iter().flatten();
    let mut inside = all.filter(|parameter| parameter.get("name") == Some(&"resource".into()));
    inside.find_map(|parameter| parameter.get("resource")).unwrap_or(tree)
}

/// The profile by which a publication is judged.
fn profile_of(tree: &Value) -> Option<&'static str> {
    let text = |name: &str| tree.get(name).and_then(Value::as_str);
    match (text("resourceType")?, text("type")) {
        ("Bundle", Some("transaction")) => Some(PROVIDE_BUNDLE),
        ("DocumentReference", _) if tree.pointer("/content/0/attachment/data").is_some() => Some(SIMPLIFIED),
        ("DocumentReference", _) => Some(COMPREHENSIVE),
        _ => None,
    }
}

/// Looks up the declared authors: only the directory and the caller's own certificate vouch for anyone.
fn resolve_authors(visit: &Visit, publication: &mut Publication) {
    let directory = visit.edge.directory.current();
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
