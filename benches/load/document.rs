//! Documents of any size that are never whole in memory, and the resources in which they are filed.

use std::{io::Write, sync::Arc};

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Outcome, gateway::Person};

/// Bytes of a block: divisible by three, so that blocks in base64 follow each other without padding.
const BLOCK: usize = 9_999;

/// Where the content goes in a resource that has none yet.
const GAP: &str = "@content@";

/// A document: one block of incompressible bytes, over and over.
#[derive(Debug, Clone)]
pub struct Content {
    base64: Arc<str>,
    block: usize,
    times: usize,
    sha1: String,
}

impl Content {
    /// A document of about that many bytes.
    pub fn of_size(bytes: usize) -> Self {
        let length = BLOCK.min(bytes / 3 * 3);
        let (block, times) = (noise(length), bytes / length);
        let mut sha1 = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
        (0..times).for_each(|_| sha1.update(&block));
        Self { base64: STANDARD.encode(&block).into(), block: length, times, sha1: STANDARD.encode(sha1.finish()) }
    }

    /// Its bytes.
    pub const fn size(&self) -> usize {
        self.block * self.times
    }
}

/// Bytes that begin like a PDF and do not compress (xorshift64).
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = b"%PDF-1.7\n".to_vec();
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// A body of any size: text, a document in base64, text.
#[derive(Debug, Clone)]
pub struct Body {
    before: String,
    content: Content,
    after: String,
}

impl Body {
    fn around(content: &Content, resource: &Value) -> Outcome<Self> {
        let text = resource.to_string();
        let (before, after) = text.split_once(GAP).ok_or("the resource has no place for content")?;
        Ok(Self { before: before.to_owned(), content: content.clone(), after: after.to_owned() })
    }

    /// Its bytes.
    pub fn len(&self) -> usize {
        self.before.len() + self.content.base64.len() * self.content.times + self.after.len()
    }

    /// Sends it.
    pub fn write_to(&self, wire: &mut impl Write) -> Outcome<()> {
        wire.write_all(self.before.as_bytes())?;
        for _ in 0..self.content.times {
            wire.write_all(self.content.base64.as_bytes())?;
        }
        Ok(wire.write_all(self.after.as_bytes())?)
    }
}

/// Files documents of one author in one record.
#[derive(Debug, Clone)]
pub struct Filing {
    /// The author, who is also the caller.
    pub author: Person,
    /// The patient, as a conditional reference.
    pub patient: (String, String),
    /// Whether other professionals must not see it (`MASQUE_PS`).
    pub masked: bool,
}

impl Filing {
    /// A simplified publication (ITI-105).
    pub fn simplified(&self, content: &Content) -> Outcome<Body> {
        let mut reference = self.reference(Uuid::new_v4(), content);
        let attachment = json!({"contentType": "application/pdf", "title": "Bench", "data": GAP});
        set(&mut reference, "/content/0/attachment", attachment);
        set(&mut reference, "/meta/profile/0", pdsm("pdsm-simplified-publish"));
        if let Some(members) = reference.as_object_mut() {
            members.remove("authenticator");
        }
        Body::around(content, &reference)
    }

    /// A submission of one document (ITI-65).
    pub fn submission(&self, content: &Content) -> Outcome<Body> {
        let (list, document, binary) = (urn(), urn(), urn());
        let mut reference = self.reference(Uuid::new_v4(), content);
        set(&mut reference, "/content/0/attachment/url", json!(binary));
        let data = json!({"resourceType": "Binary", "contentType": "application/pdf", "data": GAP});
        let entries = [
            entry(&list, "List", self.submission_set(&document)),
            entry(&document, "DocumentReference", reference),
            entry(&binary, "Binary", data),
        ];
        let bundle = json!({
            "resourceType": "Bundle",
            "meta": {"profile": [pdsm("pdsm-comprehensive-provide-document-bundle")]},
            "type": "transaction",
            "entry": entries,
        });
        Body::around(content, &bundle)
    }

    fn reference(&self, id: Uuid, content: &Content) -> Value {
        json!({
            "resourceType": "DocumentReference",
            "meta": {"profile": [pdsm("pdsm-comprehensive-document-reference")]},
            "contained": self.contained(),
            "masterIdentifier": {"use": "usual", "system": "urn:ietf:rfc:3986", "value": oid(id)},
            "status": "current",
            "type": coded("http://loinc.org", "11488-4"),
            "category": [coded(&nos("TRE_A03-ClasseDocument"), "10")],
            "subject": self.subject(),
            "date": DATE,
            "author": [{"reference": "#author"}],
            "authenticator": {"reference": "#author"},
            "securityLabel": self.labels(),
            "content": [{
                "attachment": {
                    "contentType": "application/pdf", "language": "fr-FR", "title": "Bench", "creation": DATE,
                    "size": content.size(), "hash": content.sha1,
                },
                "format": {"system": nos("TRE_A11-IheFormatCode"), "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient"},
            }],
            "context": {
                "period": {"start": DATE},
                "facilityType": coded(&nos("TRE_R02-SecteurActivite"), "SA07"),
                "practiceSetting": coded(&nos("TRE_A01-CadreExercice"), "AMBULATOIRE"),
                "sourcePatientInfo": {"reference": "#patient"},
            },
        })
    }

    fn submission_set(&self, document: &str) -> Value {
        let extension = |name: &str, kind: &str, value: Value| json!({"url": format!("{MHD}/StructureDefinition/{name}"), kind: value});
        json!({
            "resourceType": "List",
            "meta": {"profile": [pdsm("pdsm-submissionset-comprehensive")]},
            "contained": [self.practitioner()],
            "extension": [
                extension("ihe-designationType", "valueCodeableConcept", coded(&nos("TRE_R209-TypeActivite"), "07")),
                extension("ihe-sourceId", "valueIdentifier", json!({"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.213.1.4.99999"})),
            ],
            "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": oid(Uuid::new_v4())}],
            "status": "current",
            "mode": "working",
            "code": coded(&format!("{MHD}/CodeSystem/MHDlistTypes"), "submissionset"),
            "subject": self.subject(),
            "date": DATE,
            "source": {"reference": "#author"},
            "entry": [{"item": {"reference": document}}],
        })
    }

    fn contained(&self) -> Value {
        let (system, value) = &self.patient;
        json!([
            {"resourceType": "Patient", "id": "patient", "identifier": [{"system": system, "value": value}]},
            self.practitioner(),
        ])
    }

    fn practitioner(&self) -> Value {
        let identifier = json!([{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": self.author.ps_idnat}]);
        json!({"resourceType": "Practitioner", "id": "author", "identifier": identifier})
    }

    fn subject(&self) -> Value {
        let (system, value) = &self.patient;
        json!({"reference": format!("Patient?identifier={system}|{value}")})
    }

    fn labels(&self) -> Value {
        let normal = coded(&nos("TRE_A08-HL7Confidentiality"), "N");
        let masked = coded(&nos("TRE_A07-StatutVisibiliteDocument"), "MASQUE_PS");
        if self.masked { json!([masked, normal]) } else { json!([normal]) }
    }
}

const DATE: &str = "2026-06-12T10:00:00+02:00";
const MHD: &str = "https://profiles.ihe.net/ITI/MHD";

fn pdsm(profile: &str) -> Value {
    json!(format!("https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/{profile}"))
}

/// The URL of a code system of the national terminology: `NOS/TRE_X/FHIR/TRE-X`.
fn nos(name: &str) -> String {
    format!("https://mos.esante.gouv.fr/NOS/{name}/FHIR/{}", name.replace('_', "-"))
}

fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

fn entry(full_url: &str, kind: &str, resource: Value) -> Value {
    json!({"fullUrl": full_url, "resource": resource, "request": {"method": "POST", "url": kind}})
}

fn set(resource: &mut Value, pointer: &str, value: Value) {
    match resource.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => insert(resource, pointer, value),
    }
}

fn insert(resource: &mut Value, pointer: &str, value: Value) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    if let Some(members) = resource.pointer_mut(parent).and_then(Value::as_object_mut) {
        members.insert(name.to_owned(), value);
    }
}

fn urn() -> String {
    format!("urn:uuid:{}", Uuid::new_v4())
}

/// The OID that a UUID makes (arc 2.25).
fn oid(id: Uuid) -> String {
    format!("urn:oid:2.25.{}", id.as_u128())
}
