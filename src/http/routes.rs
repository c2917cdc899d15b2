//! The routes: one table from which the router is built and of which the CapabilityStatement tells.

use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{self, ServiceConfig},
};

use super::{diagnoses, metadata, problem::Problem, read, retrieve, search, submit};
use crate::fhir::capability::Interaction;

/// The interactions that the router serves.
pub const INTERACTIONS: [Interaction; 5] = [
    Interaction { resource: None, code: "transaction" },
    Interaction { resource: Some("Binary"), code: "read" },
    Interaction { resource: Some("DocumentReference"), code: "create" },
    Interaction { resource: Some("DocumentReference"), code: "read" },
    Interaction { resource: Some("DocumentReference"), code: "search-type" },
];

/// The routes under the FHIR base.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource(["", "/"]).post(submit::bundle).default_service(web::to(only_post)))
        .service(web::resource("/metadata").get(metadata::get).default_service(web::to(only_get)))
        .service(
            web::resource("/DocumentReference")
                .get(search::get)
                .post(submit::create)
                .default_service(web::to(only_get_post)),
        )
        .service(web::resource("/DocumentReference/_search").post(search::post).default_service(web::to(only_post)))
        .service(web::resource("/DocumentReference/{id}").get(read::get).default_service(web::to(only_get)))
        .service(
            web::resource("/Binary/{id}")
                .get(retrieve::get)
                .head(retrieve::get)
                .default_service(web::to(only_get_head)),
        );
}

/// Anything else.
///
/// # Errors
/// 404, always.
pub async fn nowhere() -> Result<&'static str, Problem> {
    Err(Problem::of(StatusCode::NOT_FOUND, diagnoses::NO_ROUTE))
}

async fn only_get(request: HttpRequest) -> Result<&'static str, Problem> {
    refused(&request, "GET")
}

async fn only_post(request: HttpRequest) -> Result<&'static str, Problem> {
    refused(&request, "POST")
}

async fn only_get_post(request: HttpRequest) -> Result<&'static str, Problem> {
    refused(&request, "GET, POST")
}

async fn only_get_head(request: HttpRequest) -> Result<&'static str, Problem> {
    refused(&request, "GET, HEAD")
}

fn refused(_: &HttpRequest, allow: &'static str) -> Result<&'static str, Problem> {
    let problem = Problem::of(StatusCode::METHOD_NOT_ALLOWED, diagnoses::NO_METHOD);
    Err(Problem { allow: Some(allow), ..problem })
}
