//! The demonstration's records: facts loaded as an operator would, documents filed as a caller would, through the whole gateway.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::json;

use super::{
    cast::{Cast, CastHolder},
    stories,
};
use crate::{
    cli::serve::Parts,
    fhir::{
        canon::CANONICAL,
        consent::{KINDS, Kind, POLICY},
    },
    http::edge::Edge,
    journal::Trace,
    record::{
        caller::Caller,
        consent::Grant,
        dossier::State,
        facts::Facts,
        identity::{PsIdNat, StructIdNat},
        query::LabelCode,
        visibility::{Labels, Origin},
    },
};

/// One document of the demonstration.
struct Sample {
    holder: &'static str,
    author: &'static str,
    kind: &'static str,
    title: &'static str,
    labels: fn(&mut Labels),
}

const fn plain(_: &mut Labels) {}

const fn masked(labels: &mut Labels) {
    labels.masked = Some(Origin::Author);
}

const fn hidden(labels: &mut Labels) {
    labels.hidden_from_patient = Some(Origin::Author);
}

const SAMPLES: [Sample; 9] = [
    sample("open", "treating-physician", "11488-4", "Compte rendu de consultation", plain),
    sample("open", "treating-physician", "57833-6", "Prescription de produits de santé", plain),
    sample("open", "team-surgeon", "34874-8", "Compte rendu opératoire", plain),
    sample("masked", "treating-physician", "11488-4", "Compte rendu de consultation", plain),
    sample("masked", "team-surgeon", "34874-8", "Compte rendu opératoire", masked),
    sample("masked", "treating-physician", "11502-2", "Compte rendu d'examens biologiques", hidden),
    sample("masked", "team-surgeon", "60591-5", "Synthèse médicale", masked),
    sample("closed", "treating-physician", "11488-4", "Compte rendu de consultation", plain),
    sample("minor", "treating-physician", "11369-6", "Historique des vaccinations", plain),
];

const fn sample(
    holder: &'static str,
    author: &'static str,
    kind: &'static str,
    title: &'static str,
    labels: fn(&mut Labels),
) -> Sample {
    Sample { holder, author, kind, title, labels }
}

/// Files to send by hand.
#[derive(Debug)]
pub struct Samples {
    /// A document for the record `open`, by its treating physician.
    pub document: PathBuf,
    /// A consent to the reading of `outside-specialist`, as the holder gives it.
    pub consent: PathBuf,
}

/// Loads the records that are missing and files their documents; renews the consent of the day. Returns what may be sent by hand.
///
/// # Errors
/// The host cannot be written, or the gateway refuses what the story says it permits.
pub async fn records(parts: &Parts, cast: &Cast, dir: &Path) -> Result<Samples, Box<dyn Error>> {
    let edge = &parts.edge;
    let now = edge.clock.now();
    for (ins, facts) in stories::facts(cast, now) {
        let host = edge.gateway.host();
        let known = host.facts(&ins).await?;
        if known.dossier.state == State::None {
            let Some(holder) = cast.holders.iter().find(|holder| holder.ins == ins) else { continue };
            let mut open = facts.clone();
            open.dossier.state = State::Open;
            host.load(&ins, open, now).await?;
            file_all(parts, cast, holder, dir, now).await?;
            if facts.dossier.state != State::Open {
                host.load(&ins, facts, now).await?;
            }
        } else if let Some(renewed) = renew(&known, &facts) {
            host.load(&ins, renewed, now).await?;
        }
    }
    write_samples(cast, dir, now)
}

/// The facts with today's explicit consents, where such consents still stand: outside the care team a consent is collected at each
/// consultation, and the demonstration's consultation is today's.
fn renew(known: &Facts, story: &Facts) -> Option<Facts> {
    let is_of_the_day = |grant: &Grant| matches!(grant, Grant::Professional { .. });
    let mut renewed = known.clone();
    for consent in renewed.consents.iter_mut().filter(|consent| is_of_the_day(&consent.grant)) {
        if let Some(todays) = story.consents.iter().find(|todays| todays.grant == consent.grant) {
            *consent = todays.clone();
        }
    }
    (renewed.consents != known.consents).then_some(renewed)
}

async fn file_all(
    parts: &Parts,
    cast: &Cast,
    holder: &CastHolder,
    dir: &Path,
    now: Timestamp,
) -> Result<(), Box<dyn Error>> {
    for sample in SAMPLES.iter().filter(|sample| sample.holder == holder.name) {
        let caller = caller(parts, dir, sample.author)?;
        let resource = resource(cast, holder, sample, now)?;
        crate::http::submit::file_locally(&parts.edge, caller, resource.as_bytes(), &trace()).await?;
    }
    Ok(())
}

/// A caller of the cast, identified by the very certificate.
fn caller(parts: &Parts, dir: &Path, name: &str) -> Result<Caller, Box<dyn Error>> {
    let leaf = CertificateDer::from_pem_file(dir.join("pki/clients").join(format!("{name}.pem")))?;
    Ok(parts.vouching.caller_of(&leaf)?)
}

fn trace() -> Trace {
    Trace {
        request: Edge::new_id(),
        correlation: None,
        transaction: "ITI-105".to_owned(),
        raw: "demo".to_owned(),
        peer: None,
    }
}

/// Writes what may be sent by hand: a document with a new uniqueId each time the demonstration starts, and a consent of now.
fn write_samples(cast: &Cast, dir: &Path, now: Timestamp) -> Result<Samples, Box<dyn Error>> {
    let samples = Samples { document: dir.join("document.json"), consent: dir.join("consent.json") };
    if let (Some(sample), Some(holder)) = (SAMPLES.first(), cast.holder("open")) {
        fs::write(&samples.document, resource(cast, holder, sample, now)?)?;
        fs::write(&samples.consent, consent(cast, holder, now)?)?;
    }
    Ok(samples)
}

/// The holder's own consent that a specialist may read; the specialist is not there, so that nobody collects it.
fn consent(cast: &Cast, holder: &CastHolder, now: Timestamp) -> Result<String, Box<dyn Error>> {
    let reader =
        cast.caller("outside-specialist").and_then(|caller| caller.ps_idnat()).ok_or("the cast is not whole")?;
    let keeper = cast.front_ends().next().ok_or("the cast is not whole")?;
    let at = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let patient = json!({"identifier": {"system": holder.ins.system().uri(), "value": holder.ins.matricule()}});
    let coding = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code}]});
    let consent = json!({
        "resourceType": "Consent",
        "extension": [{"url": format!("{CANONICAL}/StructureDefinition/dmp-consent-information-given"), "valueBoolean": true}],
        "status": "active",
        "scope": coding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [coding(KINDS, Kind::Professional.code())],
        "patient": patient,
        "dateTime": at,
        "performer": [patient],
        "organization": [{"identifier": {"system": StructIdNat::SYSTEM, "value": keeper.as_str()}}],
        "sourceAttachment": {"title": "Consentement donné dans l'espace numérique de santé"},
        "policy": [{"uri": POLICY}],
        "provision": {
            "type": "permit",
            "period": {"start": at},
            "actor": [{
                "role": coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"),
                "reference": {"identifier": {"system": PsIdNat::SYSTEM, "value": reader.as_str()}},
            }],
            "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}],
        },
    });
    Ok(serde_json::to_string_pretty(&consent)?)
}

fn resource(cast: &Cast, holder: &CastHolder, sample: &Sample, now: Timestamp) -> Result<String, Box<dyn Error>> {
    let author = cast.caller(sample.author).and_then(|caller| caller.ps_idnat()).ok_or("the author is in the cast")?;
    let mut labels = Labels::default();
    (sample.labels)(&mut labels);
    let label = |code: LabelCode| json!({"coding": [{"system": code.system, "code": code.code}]});
    let content = format!("{} ({}, {now})\n", sample.title, sample.author);
    let resource = json!({
        "resourceType": "DocumentReference",
        "meta": {"profile": ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish"]},
        "contained": [{"resourceType": "Practitioner", "id": "author",
            "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": author.as_str()}]}],
        "masterIdentifier": {"use": "usual", "system": "urn:ietf:rfc:3986",
            "value": format!("urn:oid:2.25.{}", Edge::new_id().as_u128())},
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": sample.kind, "display": sample.title}]},
        "subject": {"identifier": {"system": holder.ins.system().uri(), "value": holder.ins.matricule()}},
        "date": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "author": [{"reference": "#author"}],
        "securityLabel": labels.codes().into_iter().map(label).collect::<Vec<_>>(),
        "content": [{"attachment": {"contentType": "text/plain", "title": sample.title, "data": STANDARD.encode(content)}}]
    });
    Ok(serde_json::to_string_pretty(&resource)?)
}
