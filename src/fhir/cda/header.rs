//! The header as a whole. Source: HL7 CDA R2, POCD_MT000040; CI-SIS, volet « structuration minimale des documents ».

use std::fmt;

use super::{
    element::Element,
    identifier::{Concept, Ii, redacted},
    parties::{Author, Entity, Organization, Patient, Signature},
    time::Ts,
};

/// The header of a CDA. What it does not tell, or tells under a nullFlavor, is nothing here.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// The templates to which the document says it conforms.
    pub templates: Vec<Ii>,
    /// The identifier of the document.
    pub id: Option<Ii>,
    /// Its type.
    pub code: Option<Concept>,
    /// Its title.
    pub title: Option<String>,
    /// When it was made.
    pub effective_time: Option<Ts>,
    /// Its confidentiality.
    pub confidentiality: Option<Concept>,
    /// Its language, such as `fr-FR`.
    pub language: Option<String>,
    /// What all versions of the document have in common.
    pub set_id: Option<Ii>,
    /// The number of the version.
    pub version: Option<String>,
    /// The patient; more than one is possible in CDA and in no document of the record.
    pub patients: Vec<Patient>,
    /// The authors.
    pub authors: Vec<Author>,
    /// Who signs for it.
    pub legal_authenticator: Option<Signature>,
    /// Who attests it beside.
    pub authenticators: Vec<Signature>,
    /// Who keeps it.
    pub custodian: Option<Organization>,
    /// For whom it is meant.
    pub recipients: Vec<Entity>,
    /// The acts that it documents, the main one first.
    pub services: Vec<Service>,
    /// The stay or the contact in which it was made.
    pub encounter: Option<Encounter>,
    /// The documents to which it relates.
    pub related: Vec<Related>,
    /// The orders that it fulfils.
    pub orders: Vec<Ii>,
    /// The accession numbers of the imaging studies that it reports.
    pub accessions: Vec<Ii>,
    /// What its body is made of.
    pub body: Option<Body>,
}

impl Header {
    pub(super) fn of(root: &Element) -> Self {
        let orders = || root.each("inFulfillmentOf").flat_map(|link| link.each("order"));
        Self {
            templates: root.identifiers("templateId"),
            id: root.first("id").and_then(Ii::of),
            code: root.concept("code"),
            title: root.text_at("title"),
            effective_time: root.time("effectiveTime"),
            confidentiality: root.concept("confidentialityCode"),
            language: root.first("languageCode").and_then(|code| code.attribute("code")).map(str::to_owned),
            set_id: root.first("setId").and_then(Ii::of),
            version: root.first("versionNumber").and_then(|number| number.attribute("value")).map(str::to_owned),
            patients: root
                .each("recordTarget")
                .filter_map(|target| target.first("patientRole"))
                .map(Patient::of)
                .collect(),
            authors: root.each("author").filter_map(Author::of).collect(),
            legal_authenticator: root.each("legalAuthenticator").find_map(Signature::of),
            authenticators: root.each("authenticator").filter_map(Signature::of).collect(),
            custodian: root.first("custodian/assignedCustodian/representedCustodianOrganization").map(Organization::of),
            recipients: root.each("informationRecipient").filter_map(recipient).collect(),
            services: root
                .each("documentationOf")
                .filter_map(|link| link.first("serviceEvent"))
                .map(Service::of)
                .collect(),
            encounter: root.first("componentOf/encompassingEncounter").map(Encounter::of),
            related: root.each("relatedDocument").filter_map(Related::of).collect(),
            orders: orders().flat_map(|order| order.identifiers("id")).collect(),
            accessions: orders().flat_map(|order| order.identifiers("accessionNumber")).collect(),
            body: root.first("component").and_then(Body::of),
        }
    }
}

fn recipient(link: &Element) -> Option<Entity> {
    let intended = link.first("intendedRecipient")?;
    Some(Entity::of(intended, "informationRecipient", "receivedOrganization"))
}

/// An act that the document documents.
#[derive(Clone, PartialEq, Eq)]
pub struct Service {
    /// Its identifiers.
    pub ids: Vec<Ii>,
    /// What was done, or found.
    pub code: Option<Concept>,
    /// When it began; a moment without extent begins and does not end.
    pub start: Option<Ts>,
    /// When it ended.
    pub end: Option<Ts>,
    /// Who did it; the sector of the structure is the practice setting of the document.
    pub performer: Option<Entity>,
}

impl Service {
    fn of(event: &Element) -> Self {
        Self {
            ids: event.identifiers("id"),
            code: event.concept("code"),
            start: event.time("effectiveTime/low").or_else(|| event.time("effectiveTime")),
            end: event.time("effectiveTime/high"),
            performer: event.first("performer/assignedEntity").map(Entity::assigned),
        }
    }
}

/// The stay or the contact in which the document was made.
#[derive(Clone, PartialEq, Eq)]
pub struct Encounter {
    /// Its identifiers.
    pub ids: Vec<Ii>,
    /// Its kind.
    pub code: Option<Concept>,
    /// When it began.
    pub start: Option<Ts>,
    /// When it ended.
    pub end: Option<Ts>,
    /// The kind of the structure where it took place: the facility type of the document.
    pub facility: Option<Concept>,
}

impl Encounter {
    fn of(encounter: &Element) -> Self {
        Self {
            ids: encounter.identifiers("id"),
            code: encounter.concept("code"),
            start: encounter.time("effectiveTime/low").or_else(|| encounter.time("effectiveTime")),
            end: encounter.time("effectiveTime/high"),
            facility: encounter.concept("location/healthCareFacility/code"),
        }
    }
}

/// A document to which this one relates.
#[derive(Clone, PartialEq, Eq)]
pub struct Related {
    /// How: `RPLC` replaces it, `APND` adds to it, `XFRM` transforms it.
    pub kind: String,
    /// The other document.
    pub id: Ii,
}

impl Related {
    fn of(link: &Element) -> Option<Self> {
        Some(Self {
            kind: link.attribute("typeCode")?.to_owned(),
            id: link.first("parentDocument/id").and_then(Ii::of)?,
        })
    }
}

/// What the body is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Sections.
    Structured,
    /// Something wrapped, of that media type where it is told.
    Wrapped(Option<String>),
}

impl Body {
    fn of(component: &Element) -> Option<Self> {
        let media_type = || component.first("nonXMLBody/text").and_then(|text| text.attribute("mediaType"));
        let wrapped = component.first("nonXMLBody").map(|_| Self::Wrapped(media_type().map(str::to_owned)));
        wrapped.or_else(|| component.first("structuredBody").map(|_| Self::Structured))
    }
}

redacted!(Header, Service, Encounter, Related);
