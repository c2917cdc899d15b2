//! The routes: one table from which the router is built and of which the CapabilityStatement tells.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web::{self, Data, ServiceConfig},
};

use super::{amend, deeds, diagnoses, edge::Edge, inquiry, metadata, problem::Problem, submit, validate, visit};
use crate::fhir::capability::{Interaction, Operation};

/// The interactions that the router serves.
pub const INTERACTIONS: &[Interaction] = &[
    Interaction { resource: None, code: "transaction" },
    Interaction { resource: None, code: "batch" },
    Interaction { resource: None, code: "search-system" },
    Interaction { resource: Some("Binary"), code: "read" },
    Interaction { resource: Some("DocumentReference"), code: "create" },
    Interaction { resource: Some("DocumentReference"), code: "read" },
    Interaction { resource: Some("DocumentReference"), code: "vread" },
    Interaction { resource: Some("DocumentReference"), code: "search-type" },
    Interaction { resource: Some("DocumentReference"), code: "patch" },
    Interaction { resource: Some("DocumentReference"), code: "history-instance" },
    Interaction { resource: Some("Consent"), code: "create" },
    Interaction { resource: Some("Consent"), code: "read" },
    Interaction { resource: Some("Consent"), code: "vread" },
    Interaction { resource: Some("Consent"), code: "update" },
    Interaction { resource: Some("Consent"), code: "history-instance" },
    Interaction { resource: Some("Consent"), code: "search-type" },
    Interaction { resource: Some("CareTeam"), code: "create" },
    Interaction { resource: Some("CareTeam"), code: "read" },
    Interaction { resource: Some("CareTeam"), code: "vread" },
    Interaction { resource: Some("CareTeam"), code: "update" },
    Interaction { resource: Some("CareTeam"), code: "history-instance" },
    Interaction { resource: Some("CareTeam"), code: "search-type" },
    Interaction { resource: Some("List"), code: "read" },
    Interaction { resource: Some("List"), code: "vread" },
    Interaction { resource: Some("List"), code: "search-type" },
    Interaction { resource: Some("AuditEvent"), code: "read" },
    Interaction { resource: Some("AuditEvent"), code: "search-type" },
    Interaction { resource: Some("Patient"), code: "read" },
    Interaction { resource: Some("Patient"), code: "search-type" },
];

/// The operations that the router serves.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        resource: "DocumentReference",
        name: "generate-metadata",
        definition: "https://profiles.ihe.net/ITI/MHD/OperationDefinition/generate-metadata",
    },
    Operation { resource: "DocumentReference", name: "validate", definition: VALIDATE },
    Operation { resource: "List", name: "validate", definition: VALIDATE },
    Operation { resource: "Bundle", name: "validate", definition: VALIDATE },
];

/// The definition of `$validate`.
const VALIDATE: &str = "http://hl7.org/fhir/OperationDefinition/Resource-validate";

/// The routes under the FHIR base.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource(["", "/"])
                .get(inquiry::system)
                .head(inquiry::system)
                .post(submit::bundle)
                .default_service(only("GET, HEAD, POST")),
        )
        .service(web::resource("/_search").post(inquiry::post_search).default_service(only("POST")))
        .service(read_only("/metadata", metadata::get))
        .service(
            web::resource("/DocumentReference")
                .get(inquiry::get)
                .head(inquiry::get)
                .post(submit::create)
                .patch(amend::by_identifier)
                .default_service(only("GET, HEAD, PATCH, POST")),
        )
        .service(
            web::resource("/DocumentReference/$generate-metadata").post(submit::generate).default_service(only("POST")),
        )
        .service(web::resource("/DocumentReference/$validate").post(validate::document).default_service(only("POST")))
        .service(web::resource("/List/$validate").post(validate::list).default_service(only("POST")))
        .service(web::resource("/Bundle/$validate").post(validate::bundle).default_service(only("POST")))
        .service(web::resource("/DocumentReference/_search").post(inquiry::post_search).default_service(only("POST")))
        .service(
            web::resource("/DocumentReference/{id}")
                .get(inquiry::get)
                .head(inquiry::get)
                .patch(amend::by_id)
                .default_service(only("GET, HEAD, PATCH")),
        )
        .service(read_only("/DocumentReference/{id}/_history/{version}", inquiry::get))
        .service(read_only("/DocumentReference/{id}/_history", inquiry::get))
        .service(read_only("/List", inquiry::get))
        .service(web::resource("/List/_search").post(inquiry::post_search).default_service(only("POST")))
        .service(read_only("/List/{id}", inquiry::get))
        .service(read_only("/List/{id}/_history/{version}", inquiry::get))
        .service(deed_type("/Consent").post(deeds::create_consent))
        .service(web::resource("/Consent/_search").post(inquiry::post_search).default_service(only("POST")))
        .service(deed_instance("/Consent/{id}").put(deeds::update_consent))
        .service(read_only("/Consent/{id}/_history", inquiry::get))
        .service(read_only("/Consent/{id}/_history/{version}", inquiry::get))
        .service(deed_type("/CareTeam").post(deeds::create_care_team))
        .service(web::resource("/CareTeam/_search").post(inquiry::post_search).default_service(only("POST")))
        .service(deed_instance("/CareTeam/{id}").put(deeds::update_care_team))
        .service(read_only("/CareTeam/{id}/_history", inquiry::get))
        .service(read_only("/CareTeam/{id}/_history/{version}", inquiry::get))
        .service(read_only("/AuditEvent", inquiry::get))
        .service(web::resource("/AuditEvent/_search").post(inquiry::post_search).default_service(only("POST")))
        .service(read_only("/AuditEvent/{id}", inquiry::get))
        .service(read_only("/Patient", inquiry::get))
        .service(web::resource("/Patient/_search").post(inquiry::post_search).default_service(only("POST")))
        .service(read_only("/Patient/{id}", inquiry::get))
        .service(read_only("/Binary/{id}", inquiry::get));
}

fn deed_type(path: &str) -> actix_web::Resource {
    web::resource(path).get(inquiry::get).head(inquiry::get).default_service(only("GET, HEAD, POST"))
}

fn deed_instance(path: &str) -> actix_web::Resource {
    web::resource(path).get(inquiry::get).head(inquiry::get).default_service(only("GET, HEAD, PUT"))
}

/// A resource that is read and nothing else.
fn read_only<F, Args>(path: &str, handler: F) -> actix_web::Resource
where
    F: actix_web::Handler<Args> + Copy,
    Args: actix_web::FromRequest + 'static,
    F::Output: actix_web::Responder + 'static,
{
    web::resource(path).get(handler).head(handler).default_service(only("GET, HEAD"))
}

/// Anything else.
///
/// # Errors
/// 404, always.
pub async fn nowhere(edge: Data<Edge>, request: HttpRequest) -> Result<&'static str, Problem> {
    visit::pass(&edge, &request).await?;
    Err(no_route())
}

/// 404 for an address that is none.
pub fn no_route() -> Problem {
    Problem::of(StatusCode::NOT_FOUND, diagnoses::NO_ROUTE)
}

/// What is allowed: the answer to `OPTIONS`, and with 405 to everything else. Nothing is told of resources, and no other origin is let in.
fn only(allow: &'static str) -> actix_web::Route {
    web::to(move |edge: Data<Edge>, request: HttpRequest| async move {
        visit::pass(&edge, &request).await?;
        if request.method() == Method::OPTIONS {
            return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, format!("{allow}, OPTIONS"))).finish());
        }
        let problem = Problem::of(StatusCode::METHOD_NOT_ALLOWED, diagnoses::NO_METHOD);
        Err(Problem { allow: Some(allow), ..problem })
    })
}
