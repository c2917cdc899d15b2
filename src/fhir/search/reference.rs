//! References as search parameters: to people and organisations, whom the record knows by identifier, and to other documents.

use uuid::Uuid;

use super::value::{Asked, Read, alternatives, split_token, token, unescape};
use crate::{
    fhir::publication::{conditional, document_name},
    record::{
        code::{Identifier, URI_SYSTEM},
        document::TargetName,
        query::{SystemAsked, Token},
    },
};

/// The id that a reference to a resource of that type here holds: `Type/<id>`, the id alone, or the absolute address.
pub(in crate::fhir) fn id_of<'t>(text: &'t str, kind: &str, base: &str) -> Option<&'t str> {
    let local = text.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text);
    let id = local.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')).unwrap_or(local);
    let is_id = !id.is_empty() && id.len() <= 64;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    (is_id && id.bytes().all(is_plain)).then_some(id)
}

/// People and organisations: by identifier, by a condition, by the id of a Patient here, or by the absolute address of a resource
/// elsewhere. A reference that leads to nothing finds nothing.
pub(in crate::fhir) fn parties(asked: &Asked<'_>) -> Read<Vec<Token>> {
    let texts = alternatives(asked.value);
    if texts.is_empty() {
        return Some(None);
    }
    if asked.is_by_identifier() {
        return texts.iter().map(|text| token(text)).collect::<Option<_>>().map(Some);
    }
    Some(Some(texts.iter().filter_map(|text| party(&unescape(text), asked)).collect()))
}

const KINDS: &[&str] = &["Practitioner", "PractitionerRole", "Organization", "Device", "Patient", "RelatedPerson"];

fn party(link: &str, asked: &Asked<'_>) -> Option<Token> {
    if let Some(identifier) = KINDS.iter().find_map(|kind| conditional(link, kind)) {
        return Some(exactly(identifier));
    }
    let is_patient = link.contains("Patient/") || asked.name.types == ["Patient"];
    let id = is_patient.then(|| id_of(link, "Patient", asked.setting.base)).flatten();
    if let Some(ins) = id.and_then(|id| (asked.setting.patient)(id)) {
        let system = ins.system().uri().to_owned();
        return Some(exactly(Identifier { system, value: ins.matricule().to_owned() }));
    }
    let is_uri = link.contains("://") || link.starts_with("urn:");
    is_uri.then(|| exactly(Identifier { system: URI_SYSTEM.to_owned(), value: link.to_owned() }))
}

fn exactly(identifier: Identifier) -> Token {
    Token { system: SystemAsked::Is(identifier.system), code: Some(identifier.value) }
}

/// Other documents, as a relation names them.
pub(in crate::fhir) fn documents(asked: &Asked<'_>) -> Read<Vec<TargetName>> {
    let texts = alternatives(asked.value);
    if texts.is_empty() {
        return Some(None);
    }
    if asked.is_by_identifier() {
        return texts.iter().map(|text| called(text)).collect::<Option<_>>().map(Some);
    }
    let bare = |link: &str| Uuid::try_parse(link).ok().map(TargetName::Id);
    let named = |text: &String| {
        let link = unescape(text);
        bare(&link).or_else(|| document_name(&link))
    };
    Some(Some(texts.iter().filter_map(named).collect()))
}

/// A full identifier; one that is a URI needs no system.
fn called(text: &str) -> Option<TargetName> {
    let (system, value) = split_token(text);
    let system = system.or_else(|| value.starts_with("urn:").then(|| URI_SYSTEM.to_owned()))?;
    let is_full = !system.is_empty() && !value.is_empty();
    is_full.then_some(TargetName::Identifier(Identifier { system, value }))
}

/// Literal references, without the address of this server.
pub(in crate::fhir) fn links(asked: &Asked<'_>) -> Read<Vec<String>> {
    let base = asked.setting.base;
    let local = |text: &String| {
        let link = unescape(text);
        match link.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) if !base.is_empty() => rest.to_owned(),
            Some(_) | None => link,
        }
    };
    let links: Vec<String> = alternatives(asked.value).iter().map(local).collect();
    Some((!links.is_empty()).then_some(links))
}
