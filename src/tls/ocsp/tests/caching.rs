//! What is asked, when, and what counts meanwhile.

use std::{net::TcpListener, sync::Arc};

use futures_util::future::join_all;
use rustls::pki_types::CertificateDer;

use super::infrastructure::{Card, Lab, Responder, later, names_responder, now, settings};
use crate::{
    identity::serial_of,
    tls::{
        AuthorityId, Doubt,
        ocsp::{
            Answer, Checks, Policy, Status, Subject,
            cache::{Cache, Known},
        },
    },
};

const LEAF: u64 = 0x1001;

fn subject(lab: &Lab, checks: &Checks, card: &Card) -> Subject {
    let chain: Vec<CertificateDer<'_>> = vec![card.der.clone()];
    checks.subject(&card.der, &lab.trust().current().verify(&chain, now()).unwrap())
}

fn nowhere() -> String {
    format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

// requirement: TL-02
#[tokio::test]
async fn what_the_responder_says_binds_under_either_policy() {
    let lab = Lab::new();
    let Some(responder) = lab.responder(&[(LEAF, 'V'), (0x1002, 'R')]) else { return };
    for policy in [Policy::Require, Policy::PreferLists] {
        let checks = lab.checks(&responder.url, policy);
        for (serial, expected) in [(LEAF, Ok(())), (0x1002, Err(Doubt::Revoked)), (0x1003, Err(Doubt::Unknown))] {
            let card = lab.below.card(serial, |_| {});
            assert_eq!(checks.check(&subject(&lab, &checks, &card), now()).await, expected, "{serial:x} {policy:?}");
        }
    }
}

// requirement: TL-02
#[tokio::test]
async fn without_an_answer_the_policy_decides() {
    let lab = Lab::new();
    let card = lab.below.card(LEAF, |_| {});
    for (policy, expected) in [(Policy::Require, Err(Doubt::NoAnswer)), (Policy::PreferLists, Ok(()))] {
        let checks = lab.checks(&nowhere(), policy);
        assert_eq!(checks.check(&subject(&lab, &checks, &card), now()).await, expected);
        let nameless = Arc::new(Checks::new(&settings(None), policy, lab.trust()).unwrap());
        assert_eq!(nameless.check(&subject(&lab, &nameless, &card), now()).await, expected, "no responder is named");
    }
}

#[tokio::test]
async fn the_responder_that_the_certificate_names_is_asked() {
    let lab = Lab::new();
    let Some(responder) = lab.responder(&[(LEAF, 'V')]) else { return };
    let card = lab.below.card(LEAF, |params| names_responder(params, &responder.url));
    let checks = Arc::new(Checks::new(&settings(None), Policy::Require, lab.trust()).unwrap());
    assert_eq!(checks.check(&subject(&lab, &checks, &card), now()).await, Ok(()));
    let secret = lab.below.card(LEAF, |params| names_responder(params, "ldap://127.0.0.1/"));
    let checks = Arc::new(Checks::new(&settings(None), Policy::Require, lab.trust()).unwrap());
    assert_eq!(checks.check(&subject(&lab, &checks, &secret), now()).await, Err(Doubt::NoAnswer));
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_asks() {
    let lab = Lab::new();
    // It ends after one question.
    let one = Responder::start(&lab.below.card, &lab.below.card, &[(LEAF, 'V')], &["-nrequest", "1"]);
    let Some(one) = one else { return };
    let checks = lab.checks(&one.url, Policy::Require);
    let asked = subject(&lab, &checks, &lab.below.card(LEAF, |_| {}));
    let answers = join_all((0..50).map(|_| checks.check(&asked, now()))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}

// requirement: TL-02
#[tokio::test]
async fn an_answer_is_kept_to_its_end_and_asked_for_again_then() {
    let lab = Lab::new();
    let Some(mut responder) = lab.responder(&[(LEAF, 'V')]) else { return };
    let checks = lab.checks(&responder.url, Policy::Require);
    let asked = subject(&lab, &checks, &lab.below.card(LEAF, |_| {}));
    assert_eq!(checks.check(&asked, now()).await, Ok(()));
    responder.knows(&[(LEAF, 'R')]);
    assert_eq!(checks.check(&asked, later(3500)).await, Ok(()), "the answer is good for an hour");
    assert_eq!(checks.check(&asked, later(3700)).await, Err(Doubt::Revoked), "asked again");
    responder.stop();
    assert_eq!(checks.check(&asked, later(3800)).await, Err(Doubt::Revoked), "kept as well");
    assert_eq!(checks.check(&asked, later(7500)).await, Err(Doubt::Revoked), "silence takes nothing back");
}

#[tokio::test]
async fn a_responder_that_failed_is_asked_again_soon_but_not_at_once() {
    let lab = Lab::new();
    let Some(responder) = lab.responder(&[(LEAF, 'V')]) else { return };
    let checks = lab.checks(&responder.url, Policy::Require);
    let mut asked = subject(&lab, &checks, &lab.below.card(LEAF, |_| {}));
    let good = asked.url.replace(nowhere());
    assert_eq!(checks.check(&asked, now()).await, Err(Doubt::NoAnswer));
    asked.url = good;
    assert_eq!(checks.check(&asked, later(5)).await, Err(Doubt::NoAnswer));
    assert_eq!(checks.check(&asked, later(11)).await, Ok(()));
}

#[test]
fn the_cache_holds_no_more_than_it_may() {
    let lab = Lab::new();
    let id = AuthorityId::of_certificate(&lab.below.card.der).unwrap();
    let cache = Cache::of(100);
    let held = cache.place(&(id, serial_of(&[1]).unwrap()), now());
    for number in 0_u64..1000 {
        let place = cache.place(&(id, serial_of(&number.to_be_bytes()).unwrap()), now());
        let answer = Ok(Answer { status: Status::Good, until: later(60) });
        *place.try_lock().unwrap() = Some(Known { answer, until: later(60) });
        assert!(cache.len() <= 100);
    }
    assert!(Arc::ptr_eq(&held, &cache.place(&(id, serial_of(&[1]).unwrap()), now())), "who waits keeps the place");
}
