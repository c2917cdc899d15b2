//! The index at the size of a national list.

use std::path::Path;

use super::lab::{Ca, hours, now};
use crate::{
    identity::{Serial, serial_of},
    tls::{Authorities, AuthorityId, Distrust, RevocationIndex, provider},
};

const ENTRIES: u64 = 300_000;

/// Spread as serial numbers are, and never even.
fn revoked(nth: u64) -> u64 {
    (nth.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1) | 1
}

fn serial(number: u64) -> Serial {
    serial_of(&number.to_be_bytes()).unwrap()
}

#[test]
fn of_three_hundred_thousand_entries_each_is_found_under_its_issuer_alone() {
    let folder = tempfile::tempdir().unwrap();
    let put = |file: &str, content: &str| {
        let path = folder.path().join(file);
        std::fs::write(&path, content).unwrap();
        path
    };
    let (large, small) = (Ca::root("large"), Ca::root("small"));
    let all: Vec<u64> = (0..ENTRIES).map(revoked).collect();
    let lists = [put("large.crl", &large.list_of(1, &all, hours(-1), hours(9))), put("small.crl", &small.list(&[8]))];
    let authorities = Authorities::read(&put("ca.pem", &(large.pem.clone() + &small.pem)), None).unwrap();
    let algorithms = provider().signature_verification_algorithms;
    let index = RevocationIndex::read(lists.iter().map(|path| -> &Path { path }), &authorities, &algorithms).unwrap();
    let [large, small] = [&large.der, &small.der].map(|der| AuthorityId::of_certificate(der).unwrap());
    for number in &all {
        assert_eq!(index.check(&large, &serial(*number), now()), Err(Distrust::Revoked));
        assert_eq!(index.check(&large, &serial(number - 1), now()), Ok(()), "its neighbour, which is even");
    }
    for number in all.iter().step_by(1000) {
        assert_eq!(index.check(&small, &serial(*number), now()), Ok(()), "of another issuer");
    }
    assert_eq!(index.check(&small, &serial(8), now()), Err(Distrust::Revoked));
    assert_eq!(index.check(&large, &serial(8), hours(10)), Err(Distrust::StaleList));
}
