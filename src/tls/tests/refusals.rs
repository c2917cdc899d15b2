use std::{collections::HashSet, io};

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};

use super::lab::{Lab, now};
use crate::tls::{Blame, Distrust, Refusal, Rule, watch};

fn rule_of(error: Error) -> Rule {
    Refusal::of(&io::Error::other(error), None).rule
}

#[test]
fn every_end_of_a_handshake_has_its_rule() {
    for (error, rule) in [
        (Error::NoCertificatesPresented, Rule::Certificate(Distrust::Absent)),
        (CertificateError::BadSignature.into(), Rule::NotItsKey),
        (InvalidMessage::InvalidContentType.into(), Rule::NotTls),
        (PeerIncompatible::Tls12NotOfferedOrEnabled.into(), Rule::Version),
        (PeerIncompatible::NoCipherSuitesInCommon.into(), Rule::Cipher),
        (PeerIncompatible::NoKxGroupsInCommon.into(), Rule::Cipher),
        (PeerIncompatible::ExtendedMasterSecretExtensionRequired.into(), Rule::MasterSecret),
        (Error::NoApplicationProtocol, Rule::Application),
        (Error::AlertReceived(AlertDescription::UnknownCA), Rule::ByClient),
        (Error::DecryptError, Rule::Broken),
    ] {
        assert_eq!(rule_of(error.clone()), rule, "{error}");
    }
    assert_eq!(Refusal::of(&io::ErrorKind::UnexpectedEof.into(), None).rule, Rule::Closed);
}

#[test]
fn what_the_verifier_said_counts_for_more_than_the_error() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[]) + &lab.below.list(&[10]));
    let blame: Blame = lab.trust().judge(&lab.below.leaf(10).chain, now()).unwrap_err();
    let refusal = Refusal::of(&io::Error::other(Error::from(CertificateError::Revoked)), Some(blame));
    assert_eq!(refusal.rule.word(), "revoked");
    assert_eq!(refusal.certificate.unwrap().serial, "0a");
}

#[tokio::test]
async fn a_handshake_without_a_refused_certificate_leaves_no_blame() {
    assert_eq!(watch(async { 7 }).await, (7, None));
}

#[test]
fn every_rule_has_a_word_and_a_remedy_of_its_own() {
    let all = || Distrust::ALL.into_iter().map(Rule::Certificate).chain(Rule::OTHERS);
    let words: HashSet<&str> = all().map(Rule::word).collect();
    let remedies: HashSet<&str> = all().map(Rule::remedy).collect();
    assert_eq!(words.len(), Distrust::ALL.len() + Rule::OTHERS.len());
    assert_eq!(remedies.len(), words.len());
}
