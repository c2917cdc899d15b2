use std::collections::HashSet;

use rcgen::{GeneralSubtree, NameConstraints};

use super::lab::{Ca, EC, Lab, Leaf, RSA, for_servers, hours, now, set_validity};
use crate::{
    identity::Hierarchy,
    tls::{Blame, Demands, Distrust, Trust},
};

const STRONGER: Demands = Demands { hierarchy: Hierarchy::Production, rsa_bits: 3072 };

fn judged(trust: &Trust, leaf: &Leaf) -> Blame {
    trust.judge(&leaf.chain, now()).unwrap_err()
}

/// The rule, with the serial number and the issuer of the certificate that is to blame.
fn told(blame: Blame) -> (Distrust, String, String) {
    let certificate = blame.certificate.unwrap();
    (blame.rule, certificate.serial, certificate.issuer)
}

fn is(rule: Distrust, serial: &str, issuer: &str) -> (Distrust, String, String) {
    (rule, serial.to_owned(), issuer.to_owned())
}

#[test]
fn a_key_shorter_than_demanded_is_refused_wherever_it_stands() {
    let lab = Lab::new();
    let trust = lab.trust_demanding(STRONGER).unwrap();
    assert!(trust.verify(&lab.below.leaf(10).chain, now()).is_ok());
    let leaf = lab.below.leaf_with(11, RSA, |_| {});
    assert_eq!(told(judged(&trust, &leaf)), is(Distrust::WeakKey, "0b", "below"));
    let short = lab.root.below_with("short", 12, RSA, |_| {});
    assert_eq!(told(judged(&trust, &short.leaf(13))), is(Distrust::WeakKey, "0c", "root"));
}

#[test]
fn the_floor_holds_whatever_is_demanded() {
    let lab = Lab::new();
    let lax = Demands { rsa_bits: 512, ..STRONGER };
    let trust = lab.trust_demanding(lax).unwrap();
    assert!(trust.verify(&lab.below.leaf_with(11, RSA, |_| {}).chain, now()).is_ok());
    assert_eq!(Demands::of(Hierarchy::Test).rsa_bits, crate::tls::RSA_FLOOR);
}

#[test]
fn a_weak_authority_is_not_even_taken_at_the_start() {
    let mut lab = Lab::new();
    lab.below = lab.root.below_with("short", 12, RSA, |_| {});
    lab.lists = lab.root.list(&[]) + &lab.below.list(&[]);
    let fault = lab.trust_demanding(STRONGER).unwrap_err().to_string();
    assert!(fault.contains("\"short\"") && fault.contains("3072"), "{fault}");
}

#[test]
fn authorities_of_the_other_hierarchy_are_not_taken() {
    for (root, below, named) in [("TEST root", "TEST below", "TEST root"), ("root", "TEST below", "TEST below")] {
        let fault = Lab::named(root, below).try_trust().unwrap_err().to_string();
        assert!(fault.contains(named) && fault.contains("never mixed"), "{fault}");
    }
    let fault = Lab::new().trust_demanding(Demands::of(Hierarchy::Test)).unwrap_err().to_string();
    assert!(fault.contains("\"root\" is of the production hierarchy"), "{fault}");
}

#[test]
fn a_chain_of_the_other_hierarchy_is_refused_as_such() {
    let lab = Lab::new();
    let trust = lab.trust();
    let stranger = Lab::named("TEST root", "TEST below").below.leaf(10);
    assert_eq!(told(judged(&trust, &stranger)), is(Distrust::WrongHierarchy, "0a", "TEST below"));
    let crossed = lab.root.below("TEST crossed", 7);
    assert_eq!(told(judged(&trust, &crossed.leaf(10))), is(Distrust::WrongHierarchy, "07", "root"));
}

#[test]
fn the_certificate_to_blame_is_told() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[3]) + &lab.below.list(&[10]));
    let trust = lab.trust();
    let fallen = lab.root.below("fallen", 3);
    let over = lab.root.below_with("over", 4, EC, |params| set_validity(params, hours(-48), hours(-1)));
    let dated = |from, until| lab.below.leaf_with(11, EC, |params| set_validity(params, hours(from), hours(until)));
    for (leaf, expected) in [
        (lab.below.leaf(10), is(Distrust::Revoked, "0a", "below")),
        (fallen.leaf(11), is(Distrust::RevokedAuthority, "03", "root")),
        (over.leaf(11), is(Distrust::Expired, "04", "root")),
        (dated(-48, -24), is(Distrust::Expired, "0b", "below")),
        (dated(24, 48), is(Distrust::NotYetValid, "0b", "below")),
        (lab.below.leaf_with(11, EC, for_servers), is(Distrust::WrongPurpose, "0b", "below")),
        (Ca::root("elsewhere").leaf(11), is(Distrust::UnknownAuthority, "0b", "elsewhere")),
    ] {
        assert_eq!(told(judged(&trust, &leaf)), expected);
    }
    assert_eq!(trust.judge(&[], now()), Err(Blame { rule: Distrust::Absent, certificate: None }));
}

#[test]
fn an_authority_issues_only_the_names_that_it_may() {
    let mut lab = Lab::new();
    lab.below = lab.root.below_with("constrained", 5, EC, |params| {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("localhost".to_owned())],
            excluded_subtrees: Vec::new(),
        });
    });
    lab.lists = lab.root.list(&[]) + &lab.below.list(&[]);
    let named = |name: &str| {
        let name = rcgen::SanType::DnsName(name.try_into().unwrap());
        lab.below.leaf_with(10, EC, |params| params.subject_alt_names = vec![name])
    };
    assert!(lab.verify(&named("localhost")).is_ok());
    assert_eq!(lab.verify(&named("elsewhere.example")), Err(Distrust::ForbiddenName));
}

#[test]
fn every_rule_has_a_word_and_a_remedy_of_its_own() {
    for tell in [Distrust::word, Distrust::remedy] {
        let told: HashSet<&str> = Distrust::ALL.into_iter().map(tell).collect();
        assert_eq!(told.len(), Distrust::ALL.len());
    }
}
