//! The DocumentReference of a header. Source: PCC TF-2 4.1; pdsm-dmp 3.1, 8.1, 8.4.

use serde_json::{Value, json};

use super::{
    parties,
    patient::{self, PATIENT},
    sparse::{Sparse, concept, identifier, link},
};
use crate::{
    fhir::{
        canon::A08,
        cda::{Header, Ii, Related, Ts, format_of},
    },
    record::code::{Identifier, URI_SYSTEM},
};

/// The metadata that the header tells.
pub(super) fn document(header: &Header, media_type: &str, production: bool) -> Value {
    let people = parties::all(header);
    let source = header.patients.first().map(patient::contained);
    let contained: Vec<Value> = source.into_iter().chain(people.contained).collect();
    let created = header.effective_time.as_ref();
    let subject = header.patients.first().and_then(|patient| patient::subject(patient, production));
    Sparse::resource("DocumentReference", "")
        .with("contained", contained)
        .with("masterIdentifier", header.id.as_ref().and_then(Ii::unique_id).map(usual))
        .with("status", "current")
        .with("type", header.code.as_ref().map(concept))
        .with("subject", subject)
        .with("date", created.map(|time| time.instant.clone()))
        .with("author", people.authors)
        .with("authenticator", people.signer)
        .with("custodian", header.custodian.as_ref().and_then(parties::custodian))
        .with("relatesTo", header.related.iter().filter_map(relation).collect::<Vec<_>>())
        .with("securityLabel", vec![label(header)])
        .with("content", vec![content(header, media_type, created)])
        .with("context", context(header))
        .value()
}

fn usual(unique_id: Identifier) -> Value {
    json!({"use": "usual", "system": unique_id.system, "value": unique_id.value})
}

/// The confidentiality; what is not told is normal.
fn label(header: &Header) -> Value {
    let normal = || json!({"coding": [{"system": A08, "code": "N"}]});
    header.confidentiality.as_ref().map_or_else(normal, concept)
}

fn content(header: &Header, media_type: &str, created: Option<&Ts>) -> Value {
    let of_type = || header.code.as_ref().and_then(|code| code.display.clone());
    let attachment = Sparse::default()
        .with("contentType", media_type)
        .with("language", header.language.clone())
        .with("title", header.title.clone().or_else(of_type))
        .with("creation", created.map(|time| time.date_time.clone()));
    let format = format_of(header).map(|format| json!({"system": format.system, "code": format.code}));
    Sparse::default().with("attachment", attachment.value()).with("format", format).value()
}

fn context(header: &Header) -> Value {
    let events: Vec<Value> = header.services.iter().filter_map(|service| service.code.as_ref()).map(concept).collect();
    let facility = header.encounter.as_ref().and_then(|encounter| encounter.facility.as_ref());
    let source = header.patients.first().map(|_| link(PATIENT));
    Sparse::default()
        .with("event", events)
        .with("period", period(header))
        .with("facilityType", facility.map(concept))
        .with("practiceSetting", parties::practice(header).map(concept))
        .with("sourcePatientInfo", source)
        .with("related", related(header))
        .value()
}

/// When the main act took place, else the stay.
fn period(header: &Header) -> Value {
    let of_services = header.services.iter().map(|service| (&service.start, &service.end));
    let of_stay = header.encounter.iter().map(|encounter| (&encounter.start, &encounter.end));
    let Some((start, end)) = of_services.chain(of_stay).find(|(start, _)| start.is_some()) else { return Value::Null };
    let told = |time: &Option<Ts>| time.as_ref().map(|time| time.date_time.clone());
    Sparse::default().with("start", told(start)).with("end", told(end)).value()
}

/// The orders that it fulfils, and the accession numbers of its studies (referenceIdList).
fn related(header: &Header) -> Vec<Value> {
    let orders = header.orders.iter().map(|id| (id, "urn:ihe:iti:xds:2013:order"));
    let accessions = header.accessions.iter().map(|id| (id, "urn:ihe:iti:xds:2013:accession"));
    let named = orders.chain(accessions).filter_map(|(id, kind)| Some(identifier(id.identifier()?, URI_SYSTEM, kind)));
    named.map(|identifier| json!({"identifier": identifier})).collect()
}

/// The relation to another document: one that the header replaces is replaced in the record too.
fn relation(related: &Related) -> Option<Value> {
    let code = match related.kind.as_str() {
        "RPLC" => "replaces",
        "APND" => "appends",
        "XFRM" => "transforms",
        _ => return None,
    };
    let Identifier { system, value } = related.id.unique_id()?;
    Some(json!({"code": code, "target": {"identifier": {"system": system, "value": value}}}))
}
