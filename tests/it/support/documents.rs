//! Documents to file, made of nothing but what a test gives.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Demo;

/// The code system of visibility flags.
pub const FLAGS: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";

/// What a test says of a document; the rest is made up.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Whose record.
    pub holder: (String, String),
    /// The author, PS_IdNat.
    pub author: String,
    /// The uniqueId, `urn:oid:…`.
    pub unique_id: String,
    /// The LOINC type.
    pub kind: &'static str,
    /// The class.
    pub class: &'static str,
    /// Visibility flags beside `N`.
    pub flags: Vec<&'static str>,
    /// The media type.
    pub media: &'static str,
    /// The content.
    pub content: Vec<u8>,
}

impl Draft {
    /// A consultation report by that caller for that holder, with content of its own.
    pub fn by(demo: &Demo, caller: &str, holder: &str) -> Self {
        let unique = Uuid::new_v4();
        Self {
            holder: demo.holder(holder),
            author: author(demo, caller).to_owned(),
            unique_id: format!("urn:oid:2.25.{}", unique.as_u128()),
            kind: "11488-4",
            class: "10",
            flags: Vec::new(),
            media: "text/plain",
            content: format!("document {unique}").into_bytes(),
        }
    }

    /// The same with that content.
    pub fn holding(mut self, media: &'static str, content: impl Into<Vec<u8>>) -> Self {
        (self.media, self.content) = (media, content.into());
        self
    }

    /// The same of that type and class.
    pub const fn of_kind(mut self, kind: &'static str, class: &'static str) -> Self {
        (self.kind, self.class) = (kind, class);
        self
    }

    /// The same with that flag.
    pub fn flagged(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    /// For ITI-105.
    pub fn simplified(&self) -> Value {
        let (system, matricule) = &self.holder;
        json!({
            "resourceType": "DocumentReference",
            "meta": {"profile": ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish"]},
            "contained": [{"resourceType": "Practitioner", "id": "author",
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": self.author}]}],
            "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": self.unique_id},
            "status": "current",
            "type": {"coding": [{"system": system_of(self.kind), "code": self.kind}]},
            "category": [{"coding": [{"system":
                "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument", "code": self.class}]}],
            "subject": {"identifier": {"system": system, "value": matricule}},
            "date": "2026-06-12T10:00:00+02:00",
            "author": [{"reference": "#author"}],
            "securityLabel": self.labels(),
            "content": [{"attachment": {"contentType": self.media, "data": STANDARD.encode(&self.content),
                "title": "Compte rendu"}}]
        })
    }

    /// For ITI-65: a whole Bundle with this one document.
    pub fn bundle(&self) -> Value {
        bundle(&[self])
    }

    fn labels(&self) -> Vec<Value> {
        const BASE: &str = "https://mos.esante.gouv.fr/NOS/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality";
        let label = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code}]});
        self.flags.iter().map(|flag| label(FLAGS, flag)).chain([label(BASE, "N")]).collect()
    }

    fn contained(&self) -> Vec<Value> {
        let (system, matricule) = &self.holder;
        vec![
            json!({"resourceType": "Patient", "id": "patient", "identifier": [{"system": system, "value": matricule}]}),
            json!({"resourceType": "Practitioner", "id": "practitioner",
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": self.author}]}),
            json!({"resourceType": "PractitionerRole", "id": "author",
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": self.author}],
                "practitioner": {"reference": "#practitioner"}}),
        ]
    }

    fn reference(&self, binary: &str) -> Value {
        let (system, matricule) = &self.holder;
        let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.content);
        json!({
            "resourceType": "DocumentReference",
            "meta": {"profile":
                ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference"]},
            "contained": self.contained(),
            "masterIdentifier": {"use": "usual", "system": "urn:ietf:rfc:3986", "value": self.unique_id},
            "status": "current",
            "type": {"coding": [{"system": system_of(self.kind), "code": self.kind}]},
            "category": [{"coding": [{"system":
                "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument", "code": self.class}]}],
            "subject": {"identifier": {"system": system, "value": matricule}},
            "date": "2026-06-12T10:00:00+02:00",
            "author": [{"reference": "#author"}],
            "authenticator": {"reference": "#author"},
            "securityLabel": self.labels(),
            "content": [{
                "attachment": {"contentType": self.media, "language": "fr-FR", "url": binary,
                    "size": self.content.len(), "hash": STANDARD.encode(sha1), "title": "Compte rendu",
                    "creation": "2026-06-12T10:00:00+02:00"},
                "format": {"system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
                    "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient"}}],
            "context": {
                "period": {"start": "2026-06-12T10:00:00+02:00"},
                "facilityType": {"coding": [{"system":
                    "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite", "code": "SA07"}]},
                "practiceSetting": {"coding": [{"system":
                    "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice", "code": "AMBULATOIRE"}]},
                "sourcePatientInfo": {"reference": "#patient"}
            }
        })
    }
}

/// The professional's number; the treating physician's for callers who have none.
fn author<'a>(demo: &'a Demo, caller: &str) -> &'a str {
    let number = |name: &str| demo.caller(name)["ps_idnat"].as_str().filter(|id| !id.is_empty());
    number(caller).or_else(|| number("treating-physician")).unwrap()
}

/// The code system of a document type: LOINC codes end with a dash and a check digit.
fn system_of(kind: &str) -> &'static str {
    if kind.contains('-') {
        "http://loinc.org"
    } else {
        "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire"
    }
}

/// A Bundle that files those documents together.
pub fn bundle(drafts: &[&Draft]) -> Value {
    let links: Vec<(String, String)> = drafts.iter().map(|_| (urn(), urn())).collect();
    let mut entries = vec![submission_set(drafts[0], &links)];
    for (draft, (reference, binary)) in drafts.iter().zip(&links) {
        entries.push(post(reference, "DocumentReference", draft.reference(binary)));
        let content =
            json!({"resourceType": "Binary", "contentType": draft.media, "data": STANDARD.encode(&draft.content)});
        entries.push(post(binary, "Binary", content));
    }
    json!({
        "resourceType": "Bundle",
        "meta": {"profile":
            ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle"]},
        "type": "transaction",
        "entry": entries
    })
}

fn submission_set(draft: &Draft, links: &[(String, String)]) -> Value {
    let (system, matricule) = &draft.holder;
    let source: Vec<Value> = draft.contained().into_iter().filter(|it| it["resourceType"] != "Patient").collect();
    let items: Vec<Value> = links.iter().map(|(reference, _)| json!({"item": {"reference": reference}})).collect();
    let list = json!({
        "resourceType": "List",
        "meta": {"profile":
            ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive"]},
        "contained": source,
        "extension": [
            {"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType",
                "valueCodeableConcept": {"coding": [{"system":
                    "https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite", "code": "07"}]}},
            {"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId",
                "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.1"}}
        ],
        "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986",
            "value": format!("urn:oid:2.25.{}", Uuid::new_v4().as_u128())}],
        "status": "current",
        "mode": "working",
        "code": {"coding": [{"system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "submissionset"}]},
        "subject": {"identifier": {"system": system, "value": matricule}},
        "date": "2026-06-12T10:00:00+02:00",
        "source": {"reference": "#author"},
        "entry": items
    });
    post(&urn(), "List", list)
}

fn post(full_url: &str, url: &str, resource: Value) -> Value {
    json!({"fullUrl": full_url, "resource": resource, "request": {"method": "POST", "url": url}})
}

fn urn() -> String {
    format!("urn:uuid:{}", Uuid::new_v4())
}
