//! The patient of TD0.2: whether there is a record, whether it is open, and how the caller stands to it. The extensions are named by the
//! DMP's guide and defined nowhere: `profiles/` defines them under the very addresses, until the guide does. Source: pdsm-dmp 7 (TD0.2), 12, 16 no 23.

mod search;
#[cfg(test)]
mod tests;

pub(in crate::fhir) use search::PATIENTS;
pub use search::{PatientAsk, parse};

use serde_json::{Value, json};

use super::tree::put;
use crate::record::{
    dossier::State,
    holder::{Holder, Traits},
    standing::{Authorisation, PatientStanding},
};

macro_rules! dmp {
    ($name:literal) => {
        concat!("https://interop.esante.gouv.fr/ig/fhir/dmp/StructureDefinition/", $name)
    };
}

/// The profile of what is printed.
pub const PROFILE: &str = "https://dmp-gateway.example/fhir/StructureDefinition/dmp-patient";
/// The extension with the closing of a record.
pub const CLOSING: &str = dmp!("dmp-fermeture");
/// The extension that tells whether the record is part of the digital health space (Mon espace santé).
pub const ATTACHED: &str = dmp!("dmp-rattachement-mes");
/// The extension that tells whether the caller is the treating physician.
pub const TREATING: &str = dmp!("dmp-medecin-traitant");
/// The extension of ours that tells what the caller may do.
pub const AUTHORISATION: &str = "https://dmp-gateway.example/fhir/StructureDefinition/dmp-autorisation";
/// The code system of the reasons for which a record is closed.
const CLOSING_REASON: &str = "https://interop.esante.gouv.fr/ig/fhir/dmp/CodeSystem/dmp-motif-fermeture";
const IDENTIFIER_TYPE: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203";

/// The Patient, with traits unless they are not wanted (`_elements`, RG_0320). `id` is the opaque id under which it is known here.
pub fn print(standing: &PatientStanding, id: &str, with_traits: bool) -> Value {
    let facts = &standing.facts;
    let mut patient = json!({
        "resourceType": "Patient",
        "id": id,
        "extension": extensions(standing),
        "identifier": [{
            "use": if standing.holder.system().is_permanent() { "official" } else { "temp" },
            "type": {"coding": [{"system": IDENTIFIER_TYPE, "code": standing.holder.system().type_code()}]},
            "system": standing.holder.system().uri(),
            "value": standing.holder.matricule(),
        }],
        "active": is_open(facts.dossier.state),
    });
    if let Some(holder) = facts.holder.as_ref().filter(|_| with_traits) {
        add_traits(&mut patient, holder);
    }
    patient
}

/// Whether the record is open: `false` is closed or unknown, as the guide has it.
const fn is_open(state: State) -> bool {
    match state {
        State::Open | State::OpenUnattached => true,
        State::None
        | State::ConsentPending
        | State::Notified
        | State::Opposed
        | State::Suspended
        | State::Closed
        | State::ErasurePending
        | State::Destroyed => false,
    }
}

fn extensions(standing: &PatientStanding) -> Vec<Value> {
    let state = standing.facts.dossier.state;
    let mut extensions = vec![
        json!({"url": ATTACHED, "valueBoolean": state == State::Open}),
        json!({"url": TREATING, "valueBoolean": standing.authorisation.treats}),
        authorisation(standing.authorisation),
    ];
    if !is_open(state) {
        extensions.push(closing(state));
    }
    extensions
}

fn authorisation(authorisation: Authorisation) -> Value {
    json!({
        "url": AUTHORISATION,
        "extension": [
            {"url": "consultation", "valueBoolean": authorisation.reads},
            {"url": "alimentation", "valueBoolean": authorisation.feeds},
        ],
    })
}

/// Why it is not open, as far as that may be told to any caller.
fn closing(state: State) -> Value {
    let code = match state {
        State::Suspended => "suspendu",
        State::Closed | State::ErasurePending | State::Destroyed => "ferme",
        State::None
        | State::ConsentPending
        | State::Notified
        | State::Opposed
        | State::Open
        | State::OpenUnattached => "inconnu",
    };
    json!({
        "url": CLOSING,
        "extension": [{
            "url": "motifFermeture",
            "valueCodeableConcept": {"coding": [{"system": CLOSING_REASON, "code": code}]},
        }],
    })
}

fn add_traits(patient: &mut Value, holder: &Holder) {
    if let Some(traits) = &holder.traits {
        put(patient, "name", json!(names(traits)));
        put(patient, "gender", json!(traits.gender));
    }
    put(patient, "birthDate", json!(holder.birth_date.to_string()));
}

fn names(traits: &Traits) -> Vec<Value> {
    let mut names = vec![json!({"use": "official", "family": traits.family, "given": traits.given})];
    if traits.used_family.is_some() || traits.used_given.is_some() {
        let mut used = json!({"use": "usual", "family": traits.used_family.as_ref().unwrap_or(&traits.family)});
        if let Some(given) = traits.used_given.as_ref().or(traits.given.first()) {
            put(&mut used, "given", json!([given]));
        }
        names.push(used);
    }
    names
}
