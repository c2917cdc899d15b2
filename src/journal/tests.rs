//! The chain cannot be changed unseen.

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::record::facts::FactsVersion;

fn line(number: u128) -> Line {
    Line {
        format: 1,
        at: Timestamp::UNIX_EPOCH,
        trace: Trace {
            request: Uuid::from_u128(number),
            correlation: None,
            transaction: "TEST".to_owned(),
            raw: String::new(),
            peer: None,
        },
        actor: None,
        act: "import".to_owned(),
        holder: None,
        document: None,
        thing: None,
        outcome: Outcome::Done,
        provisions: Vec::new(),
        facts: FactsVersion(1),
        disclosed: Disclosure::default(),
    }
}

fn chain(length: u128) -> Vec<Link> {
    let mut head = Head::START;
    let mut links = Vec::new();
    for number in 1..=length {
        let bytes = serde_json::to_vec(&line(number)).unwrap();
        head = link(&head, &bytes);
        links.push(Link { number: head.number, bytes, hash: head.hash });
    }
    links
}

fn notary() -> Notary {
    Notary::with_key(&Notary::new_key().unwrap()).unwrap()
}

fn head_of(link: &Link) -> Head {
    Head { number: link.number, hash: link.hash }
}

fn verify(links: &[Link], checkpoints: Vec<Checkpoint>, public_key: Vec<u8>) -> Result<Verdict, Break> {
    let mut verifier = Verifier::new(checkpoints, public_key);
    for link in links {
        verifier.follow(link)?;
    }
    verifier.finish()
}

fn found(links: &[Link]) -> Break {
    verify(links, Vec::new(), Vec::new()).unwrap_err()
}

#[test]
fn a_sound_chain_is_told_by_count_and_head() {
    let links = chain(5);
    let verdict = verify(&links, Vec::new(), Vec::new()).unwrap();
    assert_eq!(verdict, Verdict { count: 5, head: links[4].hash, checkpoints: 0 });
    assert_eq!(verify(&[], Vec::new(), Vec::new()).unwrap().count, 0);
}

#[test]
fn a_removed_line_is_missing() {
    for gone in 0..4 {
        let mut links = chain(5);
        links.remove(gone);
        assert_eq!(found(&links), Break { number: gone as u64 + 1, why: Why::Missing });
    }
}

#[test]
fn a_removed_line_is_found_though_the_rest_is_numbered_anew() {
    let mut links = chain(5);
    links.remove(2);
    for (place, link) in links.iter_mut().enumerate() {
        link.number = place as u64 + 1;
    }
    assert_eq!(found(&links), Break { number: 3, why: Why::WrongHash });
}

#[test]
fn swapped_inserted_and_changed_lines_are_found() {
    let mut swapped = chain(5);
    swapped.swap(1, 3);
    assert_eq!(found(&swapped).number, 2);
    let mut bytes_swapped = chain(5);
    let bytes = bytes_swapped[1].bytes.clone();
    bytes_swapped[1].bytes = std::mem::replace(&mut bytes_swapped[3].bytes, bytes);
    assert_eq!(found(&bytes_swapped), Break { number: 2, why: Why::WrongHash });
    let mut inserted = chain(5);
    inserted.insert(2, Link { number: 3, ..inserted[1].clone() });
    assert_eq!(found(&inserted), Break { number: 3, why: Why::WrongHash });
}

#[test]
fn bytes_that_are_no_line_are_found_though_their_hash_is_right() {
    let head = link(&Head::START, b"{}");
    let links = [Link { number: 1, bytes: b"{}".to_vec(), hash: head.hash }];
    assert_eq!(found(&links), Break { number: 1, why: Why::Unreadable });
}

#[test]
fn a_shortened_chain_is_found_by_its_checkpoint() {
    let (links, notary) = (chain(5), notary());
    let checkpoints = vec![
        notary.sign(head_of(&links[1]), Timestamp::UNIX_EPOCH),
        notary.sign(head_of(&links[4]), Timestamp::UNIX_EPOCH),
    ];
    assert_eq!(verify(&links, checkpoints.clone(), notary.public_key()).unwrap().checkpoints, 2);
    let short = verify(&links[..4], checkpoints, notary.public_key());
    assert_eq!(short, Err(Break { number: 5, why: Why::Truncated }));
}

#[test]
fn a_chain_forged_anew_does_not_match_its_checkpoint() {
    let (links, notary) = (chain(3), notary());
    let checkpoint = notary.sign(head_of(&links[2]), Timestamp::UNIX_EPOCH);
    let forged = chain(4).split_off(1);
    let mut head = Head::START;
    let forged: Vec<Link> = forged
        .into_iter()
        .map(|old| {
            head = link(&head, &old.bytes);
            Link { number: head.number, hash: head.hash, bytes: old.bytes }
        })
        .collect();
    let wrong = Err(Break { number: 3, why: Why::WrongCheckpoint });
    assert_eq!(verify(&forged, vec![checkpoint], notary.public_key()), wrong);
    let by_another = self::notary().sign(head_of(&links[2]), Timestamp::UNIX_EPOCH);
    assert_eq!(verify(&links, vec![by_another], notary.public_key()), wrong);
}

#[test]
fn the_hash_binds_the_hash_before_the_number_and_the_bytes() {
    let first = link(&Head::START, b"line");
    let mut bytes = [0_u8; 32].to_vec();
    bytes.extend(1_u64.to_be_bytes());
    bytes.extend(b"line");
    let expected = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    assert_eq!((first.number, first.hash.as_slice()), (1, expected.as_ref()));
}

#[test]
fn an_exported_line_carries_its_canonical_bytes() {
    let links = chain(1);
    let mut out = Vec::new();
    export(&links[0], &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let bytes = String::from_utf8(links[0].bytes.clone()).unwrap();
    let hash = crate::record::hex(&links[0].hash);
    assert_eq!(text, format!("{{\"number\":1,\"hash\":\"{hash}\",\"line\":{bytes}}}\n"));
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
}

#[test]
fn a_checkpoint_that_was_taken_away_is_missed() {
    let (links, notary) = (chain(300), notary());
    let signed = |links: &[Link]| notary.sign(head_of(&links[255]), Timestamp::UNIX_EPOCH);
    let whole = verify(&links, vec![signed(&links)], notary.public_key());
    assert_eq!(whole.unwrap().checkpoints, 1);
    assert_eq!(found(&links), Break { number: 256, why: Why::MissingCheckpoint });
}

#[test]
fn a_head_that_was_kept_elsewhere_proves_that_nothing_was_cut_off_or_forged() {
    let links = chain(9);
    let expecting = |kept: Head, links: &[Link]| {
        let mut verifier = Verifier::new(Vec::new(), Vec::new()).expecting(Some(kept));
        links.iter().try_for_each(|link| verifier.follow(link).map(drop))?;
        verifier.finish()
    };
    let kept = head_of(&links[6]);
    assert_eq!(expecting(kept, &links).unwrap().count, 9);
    assert_eq!(expecting(kept, &links[..5]).unwrap_err(), Break { number: 6, why: Why::Truncated });
    let other = Head { hash: [7; 32], ..kept };
    assert_eq!(expecting(other, &links).unwrap_err(), Break { number: 7, why: Why::AnotherHead });
}

#[test]
fn a_trace_names_the_consent_that_was_asked_for_only_where_it_was_given() {
    let asked = Line { thing: Some(Uuid::from_u128(7)), ..line(1) };
    assert_eq!(asked.told(1).deed, None);
    let disclosed = Disclosure { things: vec![Uuid::from_u128(7)], ..Disclosure::default() };
    assert_eq!(Line { disclosed, ..asked }.told(1).deed, Some(Uuid::from_u128(7)));
}
