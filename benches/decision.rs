//! How long the law takes: one decision, and one page of entries put to the scope of a permit.
//!
//! `cargo bench --bench decision`; the budget is 5 µs for a decision (`docs/performance.md`).

#![allow(missing_docs, reason = "the macros of criterion make items of their own")]

use std::{error::Error, hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use dmp_gateway::{
    policy::Law,
    record::{
        access::{Act, MediaTaken, Purpose, Question},
        caller::{Caller, CertificateId, Who},
        document::{DocumentEntry, DocumentId},
        facts::Facts,
        identity::{Ins, PsIdNat, StructIdNat},
        professional::{Profession, Professional, Speciality},
        query::Query,
    },
};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

const TREATING_PHYSICIAN: &str = "899700000013";
const SURGEON: &str = "899700000021";
const ESTABLISHMENT: &str = "10B0999001";
const INS_SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.10";
const INS: &str = "279035121518989";

criterion_group!(benches, decisions);
criterion_main!(benches);

fn decisions(criterion: &mut Criterion) {
    if let Err(fault) = measure(criterion) {
        criterion.bench_function(&format!("impossible: {fault}"), |bencher| bencher.iter(|| ()));
    }
}

fn measure(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let law = Law::of_the_order()?;
    let facts = facts()?;
    let search = || Act::Search(Query { criteria: Vec::new(), sort: Vec::new(), page_size: 50, after: None });
    let read = || Act::Read(DocumentId(Uuid::from_u128(1)));
    let surgeon = |act| question(SURGEON, ESTABLISHMENT, act);
    let stranger = |act| question("899700000039", "10B0999002", act);
    let asked = [
        ("search by a member of the team: permitted", surgeon(search())?),
        ("read by a member of the team: permitted", surgeon(read())?),
        ("search by a stranger: refused", stranger(search())?),
    ];
    for (name, question) in asked {
        criterion.bench_function(name, |bencher| bencher.iter(|| black_box(law.decide(&question, &facts))));
    }
    let permit = law.decide(&surgeon(search())?, &facts).map_err(|refusal| format!("{refusal:?}"))?;
    let entries = (0..75).map(entry).collect::<Result<Vec<_>, _>>()?;
    criterion.bench_function("75 entries put to a permit, 25 of them masked", |bencher| {
        bencher.iter(|| entries.iter().filter(|entry| permit.admits(black_box(entry))).count());
    });
    Ok(())
}

fn question(person: &str, structure: &str, act: Act) -> Result<Arc<Question>, Box<dyn Error>> {
    let professional = Professional {
        id: PsIdNat::new(person)?,
        profession: Profession("10".to_owned()),
        specialities: vec![Speciality("SM04".to_owned())],
        structures: vec![StructIdNat::new(structure)?],
    };
    let certificate = CertificateId { fingerprint: [0; 32], serial: "01".to_owned(), issuer: "bench".to_owned() };
    Ok(Arc::new(Question {
        caller: Caller::by_certificate(Who::Professional(professional), certificate),
        act,
        holder: Some(Ins::new(INS_SYSTEM, INS)?),
        purpose: Purpose::Care,
        takes: MediaTaken::any(),
        at: at()?,
    }))
}

fn at() -> Result<Timestamp, jiff::Error> {
    "2026-06-12T10:00:00Z".parse()
}

/// An ordinary record: open, a treating physician, a stay in an establishment with its initial consent, a block, ten authors.
fn facts() -> Result<Facts, serde_json::Error> {
    let since = json!({"from": "2026-01-01T00:00:00Z"});
    let evidence = json!({"information_given": true, "collected_by": TREATING_PHYSICIAN, "at": "2026-01-01T00:00:00Z"});
    let authors: Vec<_> = (0..10).map(|_| json!({"kind": "person", "id": TREATING_PHYSICIAN})).collect();
    serde_json::from_value(json!({
        "holder": {"birth_date": "1979-03-28"},
        "dossier": {"state": "open", "opening": {"on": "2022-07-01", "basis": {"kind": "automatic"}}},
        "treating_physician": TREATING_PHYSICIAN,
        "teams": [{"id": "stay", "path": "same-establishment", "structures": [ESTABLISHMENT], "members": [SURGEON], "episode": since}],
        "consents": [{"id": "initial", "grant": {"kind": "initial-for-team", "team": "stay"}, "evidence": evidence, "period": since}],
        "blocks": [{"blocked": {"kind": "structure", "id": "10B0999003"}, "period": since}],
        "authors": authors,
    }))
}

fn entry(number: u128) -> Result<DocumentEntry, Box<dyn Error>> {
    let day = json!({"from": "2026-06-01T00:00:00Z", "until": "2026-06-02T00:00:00Z"});
    let masked = (number % 3 == 2).then_some("author");
    Ok(serde_json::from_value(json!({
        "id": Uuid::from_u128(number),
        "version": 1,
        "updated": "2026-06-01T00:00:00Z",
        "unique_id": {"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:2.25.{number}")},
        "entry_uuids": [Uuid::from_u128(number)],
        "status": "current",
        "archived": false,
        "kind": {"system": "http://loinc.org", "code": "11488-4"},
        "class": {"system": "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument", "code": "10"},
        "date": day,
        "creation": day,
        "period": ["2026-06-01T00:00:00Z", null],
        "authors": [{"kind": "person", "id": TREATING_PHYSICIAN}],
        "labels": {"confidentiality": "N", "masked": masked},
        "first_deposited": "2026-06-01T00:00:00Z",
        "announced": null,
        "content": {"handle": Uuid::from_u128(number), "content_type": "application/pdf", "size": 1, "sha1": "00".repeat(20)},
        "replaces": [],
    }))?)
}
