//! The `Prefer` header: what comes back of a write, and how unknown parameters are handled. Source: FHIR R4 http, "ops"; RFC 7240.

use actix_web::http::header::HeaderMap;

/// What the caller wants back of a write. The status does not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Return {
    /// Nothing but headers.
    Minimal,
    /// The resource as it is stored.
    #[default]
    Representation,
    /// An OperationOutcome.
    Outcome,
}

/// What the caller prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preference {
    /// What comes back of a write.
    pub back: Return,
    /// Whether what would be ignored is refused (`handling=strict`).
    pub strict: bool,
}

impl Preference {
    /// What a request prefers; what is not understood is no preference.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut preference = Self::default();
        let values = headers.get_all("prefer").filter_map(|value| value.to_str().ok());
        for part in values.flat_map(|value| value.split([',', ';'])).map(str::trim) {
            // A token may be quoted (RFC 7240 section 2).
            match part.to_ascii_lowercase().replace('"', "").as_str() {
                "return=minimal" => preference.back = Return::Minimal,
                "return=representation" => preference.back = Return::Representation,
                "return=operationoutcome" => preference.back = Return::Outcome,
                "handling=strict" => preference.strict = true,
                "handling=lenient" => preference.strict = false,
                _ => {}
            }
        }
        preference
    }
}
