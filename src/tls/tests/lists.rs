use super::lab::{Ca, Lab, hours, now};
use crate::tls::{Distrust, TlsFault};

#[test]
fn a_list_that_no_configured_authority_signed_is_refused() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[]) + &Ca::root("elsewhere").list(&[]));
    assert!(matches!(lab.try_trust(), Err(TlsFault::ForeignList { issuer, .. }) if issuer == "elsewhere"));
}

#[test]
fn a_list_signed_by_another_key_under_the_same_name_is_refused() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[]) + &Ca::root("below").list(&[]));
    assert!(matches!(lab.try_trust(), Err(TlsFault::ForeignList { .. })));
}

#[test]
fn a_list_with_one_changed_byte_is_refused() {
    let lab = Lab::new();
    let changed = lab.below.list_of(1, &[0x1122_3344_5566], hours(-1), hours(1));
    let der = rustls::pki_types::CertificateRevocationListDer::from(der_of(&changed));
    let mut bytes = der.as_ref().to_vec();
    let at = bytes.windows(6).position(|window| window == [0x11, 0x22, 0x33, 0x44, 0x55, 0x66]).unwrap();
    bytes[at] = 0x12;
    let files = lab.trust_files();
    std::fs::write(&files.revocation_lists[0], &bytes).unwrap();
    let read = crate::tls::Trust::read(&files, &crate::tls::provider());
    assert!(matches!(read, Err(TlsFault::ForeignList { .. })));
    std::fs::write(&files.revocation_lists[0], der.as_ref()).unwrap();
    assert!(crate::tls::Trust::read(&files, &crate::tls::provider()).is_ok(), "unchanged, the DER file is taken");
}

fn der_of(pem: &str) -> Vec<u8> {
    use rustls::pki_types::pem::PemObject;
    rustls::pki_types::CertificateRevocationListDer::from_pem_slice(pem.as_bytes()).unwrap().as_ref().to_vec()
}

#[test]
fn a_missing_list_refuses_all_that_its_authority_issued() {
    let without_below = Lab::new().with_lists(|lab| lab.root.list(&[]));
    assert_eq!(without_below.verify(&without_below.below.leaf(10)), Err(Distrust::NoList));
    let without_root = Lab::new().with_lists(|lab| lab.below.list(&[]));
    assert_eq!(without_root.verify(&without_root.below.leaf(10)), Err(Distrust::NoList));
}

#[test]
fn a_list_outside_its_time_refuses() {
    let over = Lab::new().with_lists(|lab| lab.root.list(&[]) + &lab.below.list_of(1, &[], hours(-9), hours(-1)));
    assert_eq!(over.verify(&over.below.leaf(10)), Err(Distrust::StaleList));
    let early = Lab::new().with_lists(|lab| lab.root.list(&[]) + &lab.below.list_of(1, &[], hours(1), hours(9)));
    assert_eq!(early.verify(&early.below.leaf(10)), Err(Distrust::StaleList));
}

#[test]
fn of_two_lists_the_one_with_the_greater_number_counts_in_whatever_order() {
    let older = |lab: &Lab| lab.below.list_of(7, &[], hours(-1), hours(9));
    let newer = |lab: &Lab| lab.below.list_of(8, &[10], hours(-1), hours(9));
    let first = Lab::new().with_lists(|lab| lab.root.list(&[]) + &older(lab) + &newer(lab));
    assert_eq!(first.verify(&first.below.leaf(10)), Err(Distrust::Revoked));
    let last = Lab::new().with_lists(|lab| lab.root.list(&[]) + &newer(lab) + &older(lab));
    assert_eq!(last.verify(&last.below.leaf(10)), Err(Distrust::Revoked));
}

#[test]
fn the_anchor_itself_is_not_looked_up() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[lab.root.serial]) + &lab.below.list(&[]));
    assert!(lab.trust().verify(&lab.below.leaf(10).chain, now()).is_ok());
}

#[test]
fn an_older_list_does_not_replace_a_newer_one() {
    let lists = |lab: &Lab, number| lab.root.list(&[]) + &lab.below.list_of(number, &[10], hours(-1), hours(9));
    let lab = Lab::new().with_lists(|lab| lists(lab, 8));
    let live = lab.live();
    let older = lab.root.list(&[]) + &lab.below.list_of(7, &[], hours(-1), hours(9));
    assert!(matches!(live.replace(lab.trust_with(&older)), Err(TlsFault::OlderList { issuer }) if issuer == "below"));
    assert_eq!(live.current().verify(&lab.below.leaf(10).chain, now()), Err(Distrust::Revoked));
    assert!(live.replace(lab.trust_with(&lists(&lab, 8))).is_ok(), "the same again is no harm");
}
