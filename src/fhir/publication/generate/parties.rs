//! Authors, signer, custodian of a header as contained resources. Source: pdsm-dmp 8.5, 13.1.

use serde_json::{Value, json};

use super::{
    patient::{self, PATIENT},
    sparse::{Sparse, concept, identifier, link},
};
use crate::{
    fhir::cda::{Author, Concept, Device, Entity, Header, Ii, Name, Organization, Part},
    record::{
        code::Identifier,
        identity::{InsSystem, PsIdNat, StructIdNat},
    },
};

/// The code system of the types of French identifiers.
pub(super) const IDENTIFIER_TYPES: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203";

/// The people and devices of a header.
#[derive(Default)]
pub(super) struct Parties {
    /// The resources.
    pub(super) contained: Vec<Value>,
    /// References to the authors.
    pub(super) authors: Vec<Value>,
    /// The reference to the legal authenticator. A patient who signs has none: the profile knows no such authenticator.
    pub(super) signer: Option<Value>,
}

/// All of them.
pub(super) fn all(header: &Header) -> Parties {
    let mut parties = Parties::default();
    for (number, author) in header.authors.iter().enumerate() {
        let link = parties.author(author, &format!("author-{}", number + 1), header);
        parties.authors.push(link);
    }
    let signer = header.legal_authenticator.as_ref().filter(|signature| patient_of(&signature.entity).is_none());
    parties.signer = signer.map(|signature| parties.role(&signature.entity, None, "signer"));
    parties
}

impl Parties {
    fn author(&mut self, author: &Author, id: &str, header: &Header) -> Value {
        if let Some(ins) = patient_of(&author.entity) {
            return self.patient(&author.entity, ins, id, header);
        }
        match &author.device {
            Some(device) => self.device(&author.entity, device, id),
            None => self.role(&author.entity, author.function.as_ref(), id),
        }
    }

    /// The patient of the document, or another.
    fn patient(&mut self, entity: &Entity, ins: &Ii, id: &str, header: &Header) -> Value {
        if header.patients.first().is_some_and(|patient| patient.ids.contains(ins)) {
            return link(PATIENT);
        }
        let names: Vec<Value> = entity.person.iter().map(name).collect();
        let identifiers = vec![patient::ins(ins)];
        let patient = Sparse::resource("Patient", id).with("identifier", identifiers).with("name", names);
        self.contain(id, patient)
    }

    fn device(&mut self, entity: &Entity, device: &Device, id: &str) -> Value {
        let named = |name: &Option<String>, kind: &str| {
            let name = name.clone().filter(|name| name.chars().any(char::is_alphanumeric));
            name.map(|name| json!({"name": name, "type": kind}))
        };
        let names: Vec<Value> = [named(&device.software, "user-friendly-name"), named(&device.model, "model-name")]
            .into_iter()
            .flatten()
            .collect();
        let owner = self.organization(entity.organization.as_ref(), id);
        let resource = Sparse::resource("Device", id)
            .with("identifier", identifiers(&entity.ids))
            .with("deviceName", names)
            .with("owner", owner);
        self.contain(id, resource)
    }

    /// A professional in a structure.
    fn role(&mut self, entity: &Entity, function: Option<&Concept>, id: &str) -> Value {
        let person = format!("{id}-person");
        let names: Vec<Value> = entity.person.iter().map(name).collect();
        let is_told = !names.is_empty() || !entity.ids.is_empty();
        let practitioner = is_told.then(|| {
            let resource = Sparse::resource("Practitioner", &person)
                .with("identifier", identifiers(&entity.ids))
                .with("name", names);
            self.contain(&person, resource)
        });
        let organization = self.organization(entity.organization.as_ref(), id);
        let list = |concept_of: Option<&Concept>| concept_of.map(concept).into_iter().collect::<Vec<_>>();
        let telecoms: Vec<Value> = entity.telecoms.iter().map(patient::telecom).collect();
        let role = Sparse::resource("PractitionerRole", id)
            .with("practitioner", practitioner)
            .with("organization", organization)
            .with("code", list(function))
            .with("specialty", list(entity.code.as_ref()))
            .with("telecom", telecoms);
        self.contain(id, role)
    }

    fn organization(&mut self, organization: Option<&Organization>, of: &str) -> Option<Value> {
        let organization = organization.filter(|it| it.name.is_some() || !it.ids.is_empty())?;
        let id = format!("{of}-structure");
        let resource = Sparse::resource("Organization", &id)
            .with("identifier", identifiers(&organization.ids))
            .with("name", organization.name.clone());
        Some(self.contain(&id, resource))
    }

    fn contain(&mut self, id: &str, resource: Sparse) -> Value {
        self.contained.push(resource.value());
        link(id)
    }
}

/// The INS among the identifiers of someone, whether it is valid or not.
fn patient_of(entity: &Entity) -> Option<&Ii> {
    entity.ids.iter().find(|id| is_ins(id))
}

/// Whether an identifier is under an INS system.
pub(super) fn is_ins(id: &Ii) -> bool {
    id.extension.is_some() && id.system().is_some_and(|system| InsSystem::of_uri(&system).is_some())
}

/// The structure that keeps the document.
pub(super) fn custodian(organization: &Organization) -> Option<Value> {
    let id = organization.ids.iter().find_map(Ii::structure)?;
    let identifier = json!({"system": StructIdNat::SYSTEM, "value": id.as_str()});
    Some(
        Sparse::default()
            .with("type", "Organization")
            .with("identifier", identifier)
            .with("display", organization.name.clone())
            .value(),
    )
}

/// The practice setting: of who did the main act, else of who wrote it, else of who signed it.
pub(super) fn practice(header: &Header) -> Option<&Concept> {
    let performers = header.services.iter().filter_map(|service| service.performer.as_ref());
    let authors = header.authors.iter().map(|author| &author.entity);
    let signers = header.legal_authenticator.iter().map(|signature| &signature.entity);
    let mut all = performers.chain(authors).chain(signers);
    all.find_map(|entity| entity.organization.as_ref()?.setting.as_ref())
}

fn identifiers(ids: &[Ii]) -> Vec<Value> {
    ids.iter().filter_map(Ii::identifier).map(typed).collect()
}

/// An identifier with its type, where it is a national one.
fn typed(id: Identifier) -> Value {
    match id.system.as_str() {
        PsIdNat::SYSTEM => identifier(id, IDENTIFIER_TYPES, "IDNPS"),
        StructIdNat::SYSTEM => identifier(id, IDENTIFIER_TYPES, "IDNST"),
        _ => json!({"system": id.system, "value": id.value}),
    }
}

/// A name with all its parts.
fn name(name: &Name) -> Value {
    let texts = |parts: &[Part]| parts.iter().map(|part| part.text.clone()).collect::<Vec<_>>();
    Sparse::default()
        .with("text", name.text.clone())
        .with("family", texts(&name.family).join(" "))
        .with("given", texts(&name.given))
        .with("prefix", texts(&name.prefix))
        .with("suffix", texts(&name.suffix))
        .value()
}
