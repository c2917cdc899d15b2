//! FHIR's XML by a codec that is not the gateway's: fhirbolt's element model.

use fhirbolt::{FhirReleases, element::Element};
use serde_json::Value;

type R4 = Element<{ FhirReleases::R4 }>;

/// A resource in XML.
///
/// # Errors
/// It is no FHIR resource.
pub fn write(resource: &Value) -> Result<String, String> {
    let element: R4 = fhirbolt::json::from_json_value(resource.clone(), None).map_err(|error| error.to_string())?;
    fhirbolt::xml::to_string(&element, None).map_err(|error| error.to_string())
}

/// A resource from its XML.
///
/// # Errors
/// It is no FHIR resource.
pub fn read(text: &str) -> Result<Value, String> {
    let element: R4 = fhirbolt::xml::from_str(text, None).map_err(|error| error.to_string())?;
    let json = fhirbolt::json::to_string(&element, None).map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}
