//! Which answers of a real responder count.

use jiff::{SignedDuration, Timestamp};

use super::infrastructure::{Ca, Card, Lab, NONCE, Responder, inquirer, later, now};
use crate::{
    identity::{Serial, serial_of},
    tls::ocsp::{Answer, CertId, Issuer, NamedBy, OcspFault, Question, Status, verify},
};

const LEAF: u64 = 0x1001;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn serial(number: u64) -> Serial {
    serial_of(&number.to_be_bytes()).unwrap()
}

async fn ask(lab: &Lab, responder: &Responder, number: u64) -> Result<(Answer, Vec<u8>), OcspFault> {
    let issuer = Issuer::read(&lab.below.card.der).unwrap();
    inquirer().inquire(&responder.url, &issuer, serial(number), &lab.trust().current(), now()).await
}

/// What a responder with that signer and those arguments is worth.
async fn worth(lab: &Lab, signer: &Card, arguments: &[&str]) -> Option<Result<Status, OcspFault>> {
    let responder = Responder::start(&lab.below.card, signer, &[(LEAF, 'V')], arguments)?;
    Some(ask(lab, &responder, LEAF).await.map(|(answer, _)| answer.status))
}

/// Judges an answer about the leaf again.
fn judge(lab: &Lab, der: &[u8], nonce: u8, at: Timestamp) -> Result<Answer, OcspFault> {
    let issuer = Issuer::read(&lab.below.card.der).unwrap();
    let id = CertId::of(&issuer, serial(LEAF), NamedBy::Sha1);
    let question = Question { id: &id, issuer: &issuer, nonce: &[nonce; 32] };
    verify(der, &question, lab.trust().current().revocation(), HOUR, at)
}

// requirement: TL-02
#[tokio::test]
async fn good_revoked_and_unknown_are_told_apart() {
    let lab = Lab::new();
    let Some(responder) = lab.responder(&[(LEAF, 'V'), (0x1002, 'R')]) else { return };
    for (number, expected) in [(LEAF, Status::Good), (0x1002, Status::Revoked), (0x1003, Status::Unknown)] {
        let (answer, _) = ask(&lab, &responder, number).await.unwrap();
        assert_eq!(answer.status, expected, "{number:x}");
        assert!(answer.until > now() && answer.until <= later(3600));
    }
}

#[tokio::test]
async fn the_issuer_and_whom_it_delegated_may_sign_and_nobody_else() {
    let lab = Lab::new();
    let stranger = Ca::root("stranger");
    // Of the same name, as whoever wants to be taken for it would be.
    let double = lab.root.below("below", 3);
    assert_eq!(worth(&lab, &lab.below.delegate(0x2001), &[]).await.unwrap_or(Ok(Status::Good)), Ok(Status::Good));
    let signers = [
        lab.below.card(0x2002, |_| {}),
        stranger.delegate(0x2003),
        stranger.card,
        lab.root.delegate(0x2004),
        double.delegate(0x2005),
        double.card,
    ];
    for signer in signers {
        let Some(worth) = worth(&lab, &signer, &[]).await else { return };
        assert_eq!(worth, Err(OcspFault::NotSigned), "{:x}", signer.serial);
    }
}

#[tokio::test]
async fn the_issuer_is_recognised_where_no_certificate_comes_with_the_answer() {
    let lab = Lab::new();
    let Some(worth) = worth(&lab, &lab.below.card, &["-resp_no_certs"]).await else { return };
    assert_eq!(worth, Ok(Status::Good));
}

#[tokio::test]
async fn a_delegated_responder_on_the_issuers_list_is_not_believed() {
    let lab = Lab::new();
    let delegate = lab.below.delegate(0x2001);
    let Some(responder) = Responder::start(&lab.below.card, &delegate, &[(LEAF, 'V')], &[]) else { return };
    let issuer = Issuer::read(&lab.below.card.der).unwrap();
    let trust = lab.trust_without(&[0x2001]).current();
    let asked = inquirer().inquire(&responder.url, &issuer, serial(LEAF), &trust, now()).await;
    assert_eq!(asked.map(|(answer, _)| answer), Err(OcspFault::RevokedResponder));
}

#[tokio::test]
async fn an_answer_with_a_weak_or_a_wrong_signature_does_not_count() {
    let lab = Lab::new();
    let Some(broken) = worth(&lab, &lab.below.card, &["-badsig"]).await else { return };
    // The last byte of an ECDSA signature is changed: it may no longer be DER, which is as good a reason.
    assert!(matches!(broken, Err(OcspFault::NotSigned | OcspFault::Malformed)), "{broken:?}");
    let weak = worth(&lab, &lab.below.card, &["-rmd", "sha1"]).await.unwrap();
    assert_eq!(weak, Err(OcspFault::WeakSignature));
}

#[tokio::test]
async fn no_changed_byte_makes_an_answer_say_anything_else() {
    let lab = Lab::new();
    let Some(responder) = lab.responder(&[(LEAF, 'R')]) else { return };
    let (answer, der) = ask(&lab, &responder, LEAF).await.unwrap();
    let at = now();
    for place in 0..der.len() {
        let mut changed = der.clone();
        changed[place] ^= 0x55;
        if let Ok(read) = judge(&lab, &changed, NONCE[0], at) {
            // Outside of what is signed a change may be without effect.
            assert_eq!(read.status, answer.status, "byte {place}");
        }
        assert!(judge(&lab, &der[..place], NONCE[0], at).is_err(), "cut at {place}");
    }
}

#[tokio::test]
async fn an_answer_counts_in_its_time_and_no_longer_than_asked_for() {
    let lab = Lab::new();
    let short = Responder::start(&lab.below.card, &lab.below.card, &[(LEAF, 'V')], &["-nmin", "10"]);
    let Some(short) = short else { return };
    let (answer, der) = ask(&lab, &short, LEAF).await.unwrap();
    assert!(answer.until <= later(600) && answer.until > later(500), "its own end");
    assert_eq!(judge(&lab, &der, NONCE[0], later(660)), Err(OcspFault::Over));
    assert_eq!(judge(&lab, &der, NONCE[0], later(-3600)), Err(OcspFault::NotYet));
    assert!(judge(&lab, &der, NONCE[0], later(-200)).is_ok(), "the responder's clock may be ahead a little");
}

#[tokio::test]
async fn an_answer_about_another_certificate_or_to_another_question_does_not_count() {
    let lab = Lab::new();
    let Some(responder) = lab.responder(&[(LEAF, 'V'), (0x1002, 'V')]) else { return };
    let (_, der) = ask(&lab, &responder, 0x1002).await.unwrap();
    assert_eq!(judge(&lab, &der, NONCE[0], now()), Err(OcspFault::OtherCertificate));
    let (_, der) = ask(&lab, &responder, LEAF).await.unwrap();
    assert_eq!(judge(&lab, &der, NONCE[0] + 1, now()), Err(OcspFault::OtherNonce));
    assert!(judge(&lab, &der, NONCE[0], now()).is_ok());
}

#[test]
fn a_responder_that_declines_is_quoted() {
    let lab = Lab::new();
    assert_eq!(judge(&lab, &[0x30, 3, 0x0a, 1, 3], 7, now()), Err(OcspFault::Declined(3)));
    assert_eq!(judge(&lab, &[0x30, 3, 0x0a, 1, 0], 7, now()), Err(OcspFault::Malformed));
    assert_eq!(judge(&lab, &[0; 70_000], 7, now()), Err(OcspFault::TooLong));
}
