//! How fast untrusted bytes pass the first gates: submissions (ITI-65) as they come, their documents hashed on the way.
//!
//! `cargo bench --bench intake`. Nothing goes to disk here; the load bench measures that.

#![allow(missing_docs, reason = "the macros of criterion make items of their own")]

use std::io::{self, Write};

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use base64::{Engine, engine::general_purpose::STANDARD};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dmp_gateway::{
    fhir::intake::{Limits, Quarantine, StagingArea, read},
    record::submission::StagedContent,
};
use serde_json::json;
use uuid::Uuid;

criterion_group!(benches, intake);
criterion_main!(benches);

fn intake(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("intake of a submission with a document of");
    for (name, size) in [("300 B", 300), ("100 kB", 100_000), ("10 MB", 10_000_000)] {
        let body = submission(size);
        let passes = read(body.as_slice(), &Limits::default(), &Nowhere).is_ok_and(|intake| intake.staged.len() == 1);
        let name = if passes { name } else { "REFUSED" };
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &body, |bencher, body| {
            bencher.iter(|| read(body.as_slice(), &Limits::default(), &Nowhere).is_ok());
        });
    }
    group.finish();
}

/// A submission of one document, of the size and shape of a real one.
fn submission(size: usize) -> Vec<u8> {
    let content: Vec<u8> = (0..size).map(|at| (at.wrapping_mul(2_654_435_761) >> 7) as u8).collect();
    let coded = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code}]});
    let contained = json!([
        {"resourceType": "Patient", "id": "patient", "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"}]},
        {"resourceType": "Practitioner", "id": "author", "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700000013"}]},
    ]);
    let reference = json!({
        "resourceType": "DocumentReference", "contained": contained, "status": "current",
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.1"},
        "type": coded("http://loinc.org", "11488-4"), "date": "2026-06-12T10:00:00+02:00",
        "author": [{"reference": "#author"}],
        "content": [{"attachment": {"contentType": "application/pdf", "url": "urn:uuid:00000000-0000-4000-8000-000000000003", "size": size}}],
        "context": {"period": {"start": "2026-06-12T10:00:00+02:00"}, "sourcePatientInfo": {"reference": "#patient"}},
    });
    let set = json!({
        "resourceType": "List", "contained": contained, "status": "current", "mode": "working",
        "code": coded("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "submissionset"),
        "date": "2026-06-12T10:00:00+02:00", "source": {"reference": "#author"},
        "entry": [{"item": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000002"}}],
    });
    let binary = json!({"resourceType": "Binary", "contentType": "application/pdf", "data": STANDARD.encode(content)});
    let entries: Vec<_> = [("List", set), ("DocumentReference", reference), ("Binary", binary)]
        .into_iter()
        .map(|(kind, resource)| json!({"resource": resource, "request": {"method": "POST", "url": kind}}))
        .collect();
    json!({"resourceType": "Bundle", "type": "transaction", "entry": entries}).to_string().into_bytes()
}

/// A quarantine that hashes, as every host must, and keeps nothing.
struct Nowhere;

struct Passage {
    hash: Context,
    size: u64,
}

impl Quarantine for Nowhere {
    fn open(&self) -> io::Result<Box<dyn StagingArea>> {
        Ok(Box::new(Passage { hash: Context::new(&SHA1_FOR_LEGACY_USE_ONLY), size: 0 }))
    }
}

impl Write for Passage {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl StagingArea for Passage {
    fn finish(self: Box<Self>) -> io::Result<StagedContent> {
        let sha1 = self.hash.finish().as_ref().try_into().map_err(io::Error::other)?;
        Ok(StagedContent { handle: Uuid::nil(), size: self.size, sha1, head: Vec::new() })
    }
}
