use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime, pem::PemObject},
    server::WebPkiClientVerifier,
};

use super::lab::{Ca, EC, Lab, Leaf, RSA, for_servers, hours, now, set_validity};
use crate::tls::{Distrust, provider};

#[test]
fn a_certificate_in_order_stands() {
    let lab = Lab::new();
    assert!(lab.verify(&lab.below.leaf(10)).is_ok());
    assert!(lab.verify(&lab.below.leaf_with(11, RSA, |_| {})).is_ok());
}

#[test]
fn no_certificate_is_no_trust() {
    assert_eq!(Lab::new().trust().verify(&[], now()), Err(Distrust::Absent));
}

#[test]
fn bytes_that_are_no_certificate_are_refused() {
    let lab = Lab::new();
    let chain = [CertificateDer::from(&b"\x30\x03\x02\x01\x01"[..])];
    assert_eq!(lab.trust().verify(&chain, now()), Err(Distrust::Malformed));
}

#[test]
fn an_intermediate_that_the_client_leaves_out_is_found() {
    let lab = Lab::new();
    let leaf = lab.below.leaf(10);
    assert!(lab.trust().verify(&leaf.chain[..1], now()).is_ok());
}

#[test]
fn leaving_out_a_revoked_intermediate_does_not_help() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[lab.below.serial]) + &lab.below.list(&[]));
    let leaf = lab.below.leaf(10);
    assert_eq!(lab.trust().verify(&leaf.chain, now()), Err(Distrust::RevokedAuthority));
    assert_eq!(lab.trust().verify(&leaf.chain[..1], now()), Err(Distrust::RevokedAuthority));
}

#[test]
fn extra_certificates_do_not_help_a_revoked_one() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[]) + &lab.below.list(&[10]));
    let mut leaf = lab.below.leaf(10);
    leaf.chain.extend(lab.below.leaf(11).chain);
    leaf.chain.push(Ca::root("below").der);
    assert_eq!(lab.verify(&leaf), Err(Distrust::Revoked));
}

#[test]
fn extra_certificates_do_not_harm_a_good_one() {
    let lab = Lab::new();
    let mut leaf = lab.below.leaf(10);
    leaf.chain.push(Ca::root("below").der);
    leaf.chain.push(Ca::root("root").der);
    assert!(lab.verify(&leaf).is_ok());
}

#[test]
fn a_client_with_very_many_certificates_is_refused() {
    let lab = Lab::new();
    let mut leaf = lab.below.leaf(10);
    leaf.chain.extend(std::iter::repeat_n(lab.below.der.clone(), 9));
    assert!(lab.verify(&leaf).is_ok());
    leaf.chain.push(lab.below.der.clone());
    assert_eq!(lab.verify(&leaf), Err(Distrust::LongChain));
}

#[test]
fn an_intermediate_that_nobody_configured_has_no_list() {
    let lab = Lab::new();
    let unknown = lab.root.below("unknown", 3);
    assert_eq!(lab.verify(&unknown.leaf(10)), Err(Distrust::NoList));
}

#[test]
fn an_authority_of_the_same_name_cannot_borrow_the_list() {
    let lab = Lab::new();
    let twin = lab.root.below("below", 3);
    assert_eq!(lab.verify(&twin.leaf(10)), Err(Distrust::NoList));
}

#[test]
fn the_same_serial_of_another_authority_is_not_revoked() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[10]) + &lab.below.list(&[]));
    assert!(lab.verify(&lab.below.leaf(10)).is_ok());
}

#[test]
fn each_fault_has_its_reason() {
    let lab = Lab::new();
    let dated = |from, until| lab.below.leaf_with(10, EC, |params| set_validity(params, from, until));
    assert_eq!(lab.verify(&dated(hours(-48), hours(-24))), Err(Distrust::Expired));
    assert_eq!(lab.verify(&dated(hours(24), hours(48))), Err(Distrust::NotYetValid));
    assert_eq!(lab.verify(&lab.below.leaf_with(10, EC, for_servers)), Err(Distrust::WrongPurpose));
    assert_eq!(lab.verify(&Ca::root("elsewhere").leaf(10)), Err(Distrust::UnknownAuthority));
    assert_eq!(lab.verify(&Ca::root("root").leaf(10)), Err(Distrust::UnknownAuthority));
}

#[test]
fn what_stood_falls_when_its_time_is_over() {
    let lab = Lab::new();
    let trust = lab.trust();
    let leaf = lab.below.leaf_with(10, EC, |params| set_validity(params, hours(-1), hours(5)));
    let standing = trust.verify(&leaf.chain, now()).unwrap();
    assert_eq!(trust.still_good(&standing, hours(4)), Ok(()));
    assert_eq!(trust.still_good(&standing, hours(6)), Err(Distrust::Expired));
    let longer = trust.verify(&lab.below.leaf(11).chain, now()).unwrap();
    assert_eq!(trust.still_good(&longer, hours(24 * 8)), Err(Distrust::StaleList));
}

#[test]
fn what_stood_falls_when_it_is_revoked() {
    let lab = Lab::new();
    let leaf = lab.below.leaf(10);
    let standing = lab.verify(&leaf).unwrap();
    let lab = lab.with_lists(|lab| lab.root.list(&[]) + &lab.below.list(&[leaf.serial]));
    assert_eq!(lab.trust().still_good(&standing, now()), Err(Distrust::Revoked));
}

/// The same question put to webpki's own checking of lists.
fn oracle(lab: &Lab, leaf: &Leaf) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(lab.root.der.clone()).unwrap();
    let lists: Vec<CertificateRevocationListDer<'static>> =
        CertificateRevocationListDer::pem_slice_iter(lab.lists.as_bytes()).map(Result::unwrap).collect();
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider())
        .with_crls(lists)
        .enforce_revocation_expiration()
        .build()
        .unwrap();
    let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now().as_second() as u64));
    verifier.verify_client_cert(&leaf.chain[0], &leaf.chain[1..], time).is_ok()
}

#[test]
fn revocation_agrees_with_webpki_in_every_combination() {
    let leaf_serials = [10_u64, 0x80, 0xff00, u64::MAX];
    let mut refused = 0;
    let mut accepted = 0;
    for serial in leaf_serials {
        for revoke_leaf in [false, true] {
            for revoke_below in [false, true] {
                for (root_until, below_until) in [(1, 1), (-1, 1), (1, -1)] {
                    let lab = Lab::new().with_lists(|lab| {
                        let mut below = vec![3, 77, 1 << 40];
                        below.extend(revoke_leaf.then_some(serial));
                        let root: Vec<u64> = revoke_below.then_some(lab.below.serial).into_iter().collect();
                        lab.root.list_of(1, &root, hours(-9), hours(root_until))
                            + &lab.below.list_of(1, &below, hours(-9), hours(below_until))
                    });
                    let leaf = lab.below.leaf(serial);
                    let ours = lab.verify(&leaf).is_ok();
                    assert_eq!(
                        ours,
                        oracle(&lab, &leaf),
                        "{serial} {revoke_leaf} {revoke_below} {root_until} {below_until}"
                    );
                    if ours { accepted += 1 } else { refused += 1 }
                }
            }
        }
    }
    assert_eq!((accepted, refused), (4, 44));
}
