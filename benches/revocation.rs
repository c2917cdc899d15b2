//! How long revocation takes: a look-up, a whole chain as a handshake verifies it, and the loading of a list, with 0 and with 300 000 entries.
//!
//! `cargo bench --bench revocation`. A handshake may cost at most 5 % more with the large list than with the empty one.

#![allow(missing_docs, reason = "the macros of criterion make items of their own")]

use std::{error::Error, fs, hint::black_box, path::Path};

use criterion::{Criterion, criterion_group, criterion_main};
use dmp_gateway::{
    identity::{Hierarchy, serial_of},
    tls::{Authorities, AuthorityId, Demands, RevocationIndex, Trust, TrustFiles, provider},
};
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
};
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;

/// The sizes of the list.
const SIZES: [u64; 2] = [0, 300_000];
/// The serial of the caller, which no list names: they name odd numbers.
const CALLER: u64 = 1 << 40;

criterion_group!(benches, revocation);
criterion_main!(benches);

fn revocation(criterion: &mut Criterion) {
    for entries in SIZES {
        if let Err(fault) = measure(criterion, entries) {
            criterion.bench_function(&format!("impossible: {fault}"), |bencher| bencher.iter(|| ()));
        }
    }
}

fn measure(criterion: &mut Criterion, entries: u64) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let now = Timestamp::now();
    let authority = authority()?;
    let leaf = leaf(&authority, now)?;
    let files = TrustFiles {
        anchors: folder.path().join("ca.pem"),
        intermediates: None,
        revocation_lists: vec![folder.path().join("list.crl")],
        demands: Demands::of(Hierarchy::Production),
    };
    fs::write(&files.anchors, authority.pem())?;
    fs::write(folder.path().join("list.crl"), list(&authority, entries, now)?)?;
    let provider = provider();
    let trust = Trust::read(&files, &provider)?;
    let issuer = AuthorityId::of_certificate(authority.der()).ok_or("no authority")?;
    let serial = serial_of(&CALLER.to_be_bytes()).ok_or("no serial")?;
    criterion.bench_function(&format!("look up among {entries}"), |bencher| {
        bencher.iter(|| trust.revocation().check(&issuer, black_box(&serial), now));
    });
    criterion.bench_function(&format!("verify a chain with {entries} revoked"), |bencher| {
        bencher.iter(|| trust.verify(black_box(std::slice::from_ref(&leaf)), now).is_ok());
    });
    let authorities = Authorities::read(&files.anchors, None)?;
    let algorithms = provider.signature_verification_algorithms;
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10).bench_function(format!("{entries} entries"), |bencher| {
        let files = || files.revocation_lists.iter().map(|path| -> &Path { path });
        bencher.iter(|| RevocationIndex::read(files(), &authorities, &algorithms).is_ok());
    });
    group.finish();
    Ok(())
}

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn date(at: Timestamp, hours: i64) -> Result<OffsetDateTime, time::error::ComponentRange> {
    OffsetDateTime::from_unix_timestamp(at.as_second() + 3600 * hours)
}

fn authority() -> Result<Issuer, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn leaf(authority: &Issuer, now: Timestamp) -> Result<CertificateDer<'static>, Box<dyn Error>> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "leaf");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.serial_number = Some(SerialNumber::from(CALLER));
    (params.not_before, params.not_after) = (date(now, -24)?, date(now, 24 * 30)?);
    Ok(params.signed_by(&KeyPair::generate()?, authority)?.der().clone())
}

fn list(authority: &Issuer, entries: u64, now: Timestamp) -> Result<Vec<u8>, Box<dyn Error>> {
    let (this_update, next_update) = (date(now, -1)?, date(now, 24)?);
    let entry = |nth: u64| RevokedCertParams {
        serial_number: SerialNumber::from((nth.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1) | 1),
        revocation_time: this_update,
        reason_code: None,
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update,
        next_update,
        crl_number: SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: (0..entries).map(entry).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    Ok(params.signed_by(authority)?.der().to_vec())
}
