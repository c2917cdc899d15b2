//! Flux 03 and TD3.3: `PATCH /DocumentReference/{id}` and, by a business identifier, `PATCH /DocumentReference?identifier=…`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{Data, Path, Payload},
};

use super::{
    body, diagnoses,
    edge::Edge,
    form,
    format::{self, Format},
    gates,
    preference::Preference,
    problem::{Problem, Shape},
    read,
    visit::Visit,
};
use crate::{
    fhir::{
        issue::Issue,
        patch::{self, Reading},
        search,
    },
    hds::{Amended, Found},
    record::{
        access::Act,
        amendment::{Amendment, Attestation, Named},
        code::Identifier,
        document::DocumentId,
        identity::Ins,
    },
};

/// The largest patch, in bytes.
const LIMIT: usize = 64 * 1024;
/// The header in which a professional attests what the law asks for: that the holder asked for a change (`holder-request`), or that the
/// document was announced to the patient (`announced`).
const ATTESTATION: &str = "dmp-attestation";

/// Patches the document of that id.
///
/// # Errors
/// 404 where there is none for this caller, 403, 405 for other elements, 412, 415, 422.
pub async fn by_id(
    edge: Data<Edge>,
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "TD3.3", Shape::Amend).await?;
    let Some(id) = read::uuid(&id).map(DocumentId) else { return Err(visit.reject(Problem::not_found()).await) };
    let amendment = match understand(&visit, &request, payload, Named::Id(id)).await {
        Ok(amendment) => amendment,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    let found = visit.ask_of(id, Act::Amend(amendment)).await?;
    respond(&visit, &request, found)
}

/// Patches the document of that business identifier.
///
/// # Errors
/// As [`by_id`]; 412 where the identifier names several documents.
pub async fn by_identifier(edge: Data<Edge>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "TD3.3", Shape::Amend).await?;
    let understood = match condition(&visit, &request) {
        Ok((name, holder)) => {
            let named = Named::Identifier(name.clone());
            understand(&visit, &request, payload, named).await.map(|amendment| (amendment, name, holder))
        }
        Err(problem) => Err(problem),
    };
    let (amendment, name, holder) = match understood {
        Ok(understood) => understood,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    let holder = match holder {
        Some(holder) => Some(holder),
        None => visit.holder_called(&name).await?,
    };
    let found = visit.ask(Act::Amend(amendment), holder).await?;
    respond(&visit, &request, found)
}

/// Which document, and whose where the condition says that: one `identifier`, perhaps `patient.identifier`, and nothing else.
fn condition(visit: &Visit, request: &HttpRequest) -> Result<(Identifier, Option<Ins>), Problem> {
    let wrong = |name: &str| {
        let issue = Issue::error(diagnoses::WRONG_CONDITION, search::printable(name), "");
        Problem::with(StatusCode::BAD_REQUEST, vec![issue])
    };
    let (mut named, mut holder) = (None, None);
    for (name, value) in form::pairs(request.query_string()) {
        let (system, text) = value.split_once('|').unwrap_or(("", value.as_str()));
        let identifier = Identifier { system: system.to_owned(), value: text.to_owned() };
        match name.as_str() {
            "identifier" if named.is_none() && !identifier.system.is_empty() && !identifier.value.is_empty() => {
                named = Some(identifier);
            }
            "patient.identifier" | "patient:identifier" if holder.is_none() => {
                let ins = Ins::new(&identifier.system, &identifier.value).map_err(|_| wrong(&name))?;
                let is_ours = ins.system().is_production() == visit.edge.production;
                holder = Some(Some(ins).filter(|_| is_ours).ok_or_else(|| wrong(&name))?);
            }
            "_format" | "_pretty" => {}
            _ => return Err(wrong(&name)),
        }
    }
    named.map(|named| (named, holder)).ok_or_else(|| wrong("identifier"))
}

async fn understand(
    visit: &Visit,
    request: &HttpRequest,
    payload: Payload,
    target: Named,
) -> Result<Amendment, Problem> {
    visit.acceptance.format()?;
    let if_version = if_match(request)?;
    let attested = request.headers().get(ATTESTATION).and_then(|value| value.to_str().ok());
    let attested = attested.and_then(Attestation::of_word);
    let kind = Kind::of(request)?;
    let bytes = match body::gather(payload, LIMIT, visit.edge.pace()).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(Problem::of(StatusCode::PAYLOAD_TOO_LARGE, diagnoses::TOO_LONG)),
        Err(error) => return Err(body::problem_of(&error)),
    };
    let reading = kind.read(visit, &bytes)?;
    Ok(Amendment { target, if_version, patch: reading.patch, attested })
}

/// The versions of which one must be the current.
///
/// # Errors
/// 400 where the header is malformed.
pub fn if_match(request: &HttpRequest) -> Result<Option<Vec<u32>>, Problem> {
    let wrong = |issues: crate::fhir::issue::Issues| Problem::with(StatusCode::BAD_REQUEST, issues.0);
    match request.headers().get(header::IF_MATCH) {
        None => Ok(None),
        Some(value) => patch::if_match(value.to_str().unwrap_or_default()).map_err(wrong),
    }
}

/// The three forms of a patch.
enum Kind {
    Json,
    Xml,
    FhirPath(Format),
}

impl Kind {
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        match format::essence(format::content_type(request)).to_ascii_lowercase().as_str() {
            "application/json-patch+json" => Ok(Self::Json),
            "application/xml-patch+xml" => Ok(Self::Xml),
            _ => format::of_body(request).map(Self::FhirPath),
        }
    }

    fn read(&self, visit: &Visit, bytes: &[u8]) -> Result<Reading, Problem> {
        let rules = visit.edge.rules;
        let wrong = |issues: crate::fhir::issue::Issues| Problem::with(StatusCode::BAD_REQUEST, issues.0);
        match self {
            Self::Json => patch::json(bytes, rules).map_err(wrong),
            Self::Xml => patch::xml(bytes, rules).map_err(wrong),
            Self::FhirPath(format) => {
                let tree = gates::small(*format, bytes, &visit.edge)?;
                patch::fhirpath(&tree, rules).map_err(wrong)
            }
        }
    }
}

fn respond(visit: &Visit, request: &HttpRequest, found: Found) -> Result<HttpResponse, Problem> {
    let Found::Amended(Some(amended)) = found else { return Err(read::missing(&found)) };
    let Amended { document, added_rather_than_exchanged, .. } = amended;
    let mut response = read::reply(&visit.edge, &document).to_write(Preference::of(request.headers()));
    if added_rather_than_exchanged {
        let remark = HeaderValue::from_static("199 - \"the label was added, and none was lifted\"");
        response.headers_mut().insert(header::WARNING, remark);
    }
    Ok(response)
}
