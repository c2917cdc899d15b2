//! The patient of a header: the subject by INS, and the traits as the source knows them. Source: pdsm-dmp 8.6, 12.

use serde_json::{Value, json};

use super::{
    parties::{IDENTIFIER_TYPES, is_ins},
    sparse::{Sparse, identifier},
};
use crate::{
    fhir::cda::{Address, Ii, Name, Part, Patient, Telecom},
    record::{code::Identifier, identity::InsSystem},
};

/// The id of the contained patient.
pub(super) const PATIENT: &str = "patient";

const BIRTH_PLACE: &str = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
const INSEE_CODE: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code";
const GIVEN_NAMES: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name";
/// The code system of communes (COG).
const COMMUNES: &str = "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune";
const V2_0203: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";

/// A reference to the patient by INS: one of this environment where there is one, else whichever there is.
pub(super) fn subject(patient: &Patient, production: bool) -> Option<Value> {
    let all: Vec<Identifier> = patient.ids.iter().filter(|id| is_ins(id)).filter_map(Ii::identifier).collect();
    let is_ours =
        |id: &&Identifier| InsSystem::of_uri(&id.system).is_some_and(|system| system.is_production() == production);
    let id = all.iter().find(is_ours).or_else(|| all.first())?;
    Some(json!({"type": "Patient", "identifier": {"system": id.system, "value": id.value}}))
}

/// The patient as the source knows them.
pub(super) fn contained(patient: &Patient) -> Value {
    let identifiers: Vec<Value> = patient.ids.iter().filter_map(known_as).collect();
    let names: Vec<Value> = patient.names.iter().flat_map(names).collect();
    let birth = patient.birth.as_ref().and_then(|birth| birth.date_time.split('T').next().map(str::to_owned));
    let birthplace = patient.birthplace.as_ref().map(birthplace);
    Sparse::resource("Patient", PATIENT)
        .with("extension", birthplace.into_iter().collect::<Vec<_>>())
        .with("identifier", identifiers)
        .with("name", names)
        .with("telecom", patient.telecoms.iter().map(telecom).collect::<Vec<_>>())
        .with("gender", patient.gender.as_ref().map(|gender| gender_of(&gender.code)))
        .with("birthDate", birth)
        .with("address", patient.addresses.iter().map(|it| address(it).value()).collect::<Vec<_>>())
        .value()
}

fn known_as(id: &Ii) -> Option<Value> {
    if is_ins(id) { Some(ins(id)) } else { Some(identifier(id.identifier()?, V2_0203, "PI")) }
}

/// An identifier under an INS system, with its type.
pub(super) fn ins(id: &Ii) -> Value {
    let Some(told) = id.identifier() else { return Value::Null };
    let kind = match InsSystem::of_uri(&told.system) {
        Some(InsSystem::Nir) | None => "INS-NIR",
        Some(InsSystem::Nia) => "INS-NIA",
        Some(InsSystem::NirTest) => "INS-NIR-TEST",
        Some(InsSystem::NirDemo) => "INS-NIR-DEMO",
    };
    let mut identifier = identifier(told, IDENTIFIER_TYPES, kind);
    if let Some(members) = identifier.as_object_mut() {
        members.insert("use".to_owned(), json!("official"));
    }
    identifier
}

fn gender_of(code: &str) -> &'static str {
    match code {
        "M" => "male",
        "F" => "female",
        _ => "unknown",
    }
}

/// The name of birth, and the name as called where one is told.
fn names(name: &Name) -> Vec<Value> {
    let parts = |parts: &[Part], qualifier: Option<&str>| -> Vec<String> {
        let of = parts.iter().filter(|part| part.qualifier.as_deref() == qualifier);
        of.map(|part| part.text.clone()).collect()
    };
    let or = |found: Vec<String>, other: Vec<String>| if found.is_empty() { other } else { found };
    let plain = parts(&name.given, None);
    let given = or(parts(&name.given, Some("BR")), plain.clone());
    let is_list =
        given.first().zip(plain.first()).is_some_and(|(first, list)| list != first && list.starts_with(first));
    let list = plain.first().filter(|_| is_list).map(|list| json!([{"url": GIVEN_NAMES, "valueString": list}]));
    let birth = Sparse::default()
        .with("extension", list)
        .with("use", "official")
        .with("text", name.text.clone())
        .with("family", or(parts(&name.family, Some("BR")), parts(&name.family, None)).join(" "))
        .with("given", given);
    let family = or(parts(&name.family, Some("CL")), parts(&name.family, Some("SP")));
    let called = Sparse::default()
        .with("use", "usual")
        .with("family", family.join(" "))
        .with("given", parts(&name.given, Some("CL")));
    let is_called = !family.is_empty();
    std::iter::once(birth).chain(is_called.then_some(called)).map(Sparse::value).collect()
}

fn birthplace(place: &Address) -> Value {
    let is_code = |county: &&String| county.len() == 5 && county.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let code = place.county.as_ref().filter(is_code);
    let code = code.map(|code| json!([{"url": INSEE_CODE, "valueCoding": {"system": COMMUNES, "code": code}}]));
    json!({"url": BIRTH_PLACE, "valueAddress": Sparse::default().with("extension", code).and(address(place)).value()})
}

fn address(address: &Address) -> Sparse {
    Sparse::default()
        .with("line", address.lines.clone())
        .with("city", address.city.clone())
        .with("postalCode", address.postal_code.clone())
        .with("country", address.country.clone())
}

/// A telephone number or an electronic address.
pub(super) fn telecom(telecom: &Telecom) -> Value {
    let (scheme, rest) = telecom.value.split_once(':').unwrap_or(("", &telecom.value));
    let (system, value) = match scheme.to_ascii_lowercase().as_str() {
        "tel" => ("phone", rest),
        "mailto" => ("email", rest),
        "fax" => ("fax", rest),
        "http" | "https" => ("url", telecom.value.as_str()),
        _ => ("other", telecom.value.as_str()),
    };
    let purpose = match telecom.purpose.as_deref() {
        Some("H" | "HP") => Some("home"),
        Some("WP") => Some("work"),
        Some("MC") => Some("mobile"),
        None | Some(_) => None,
    };
    Sparse::default().with("system", system).with("value", value.trim()).with("use", purpose).value()
}
