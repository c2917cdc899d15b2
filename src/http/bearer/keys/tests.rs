use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use serde_json::json;

use super::*;
use crate::identity::{Untrusted, jwks_tests::fresh};

/// An issuer over a real socket: its key set is always the same, and it can be down.
struct Served {
    address: String,
    asked: AtomicUsize,
    down: AtomicBool,
}

fn serve(set: String) -> Arc<Served> {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/keys", socket.local_addr().unwrap());
    let served = Arc::new(Served { address, asked: AtomicUsize::new(0), down: AtomicBool::new(false) });
    let issuer = Arc::clone(&served);
    thread::spawn(move || {
        for stream in socket.incoming() {
            let mut stream = stream.unwrap();
            issuer.asked.fetch_add(1, Ordering::SeqCst);
            if issuer.down.load(Ordering::SeqCst) {
                continue;
            }
            let head = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in head {
                if line.unwrap().is_empty() {
                    break;
                }
            }
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{set}", set.len())
                .unwrap();
        }
    });
    served
}

fn set() -> String {
    json!({"keys": [fresh(Algorithm::Es256).jwk("1")]}).to_string()
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn live(served: &Served, cache: Option<&Path>) -> LiveKeys {
    LiveKeys::at(&served.address, cache, Fetcher::trusting(None).unwrap())
}

async fn asked_for(keys: &LiveKeys, kid: &str, minutes: i64) -> Result<(), Refused> {
    keys.key(Some(kid), Algorithm::Es256, at(minutes)).await.map(drop)
}

const UNKNOWN: Result<(), Refused> = Err(Refused::Untrusted(Untrusted::UnknownKey));

// requirement: TK-06
#[tokio::test]
async fn keys_are_fetched_when_needed_and_again_after_ten_minutes() {
    let served = serve(set());
    let keys = live(&served, None);
    for (minutes, asked) in [(0, 1), (9, 1), (10, 2), (19, 2), (20, 3)] {
        assert_eq!(asked_for(&keys, "1", minutes).await, Ok(()));
        assert_eq!(served.asked.load(Ordering::SeqCst), asked, "{minutes}");
    }
}

// requirement: TK-06
#[tokio::test]
async fn a_key_that_is_not_there_makes_the_issuer_be_asked_twice_a_minute_at_most() {
    let served = serve(set());
    let keys = live(&served, None);
    asked_for(&keys, "1", 0).await.unwrap();
    for (minutes, asked) in [(1, 2), (1, 2), (1, 2), (2, 3)] {
        assert_eq!(asked_for(&keys, "2", minutes).await, UNKNOWN);
        assert_eq!(served.asked.load(Ordering::SeqCst), asked);
    }
}

// requirement: TK-06
#[tokio::test]
async fn the_last_good_keys_serve_for_a_day_and_from_disk() {
    let (served, folder) = (serve(set()), tempfile::tempdir().unwrap());
    let keys = live(&served, Some(folder.path()));
    asked_for(&keys, "1", 0).await.unwrap();
    served.down.store(true, Ordering::SeqCst);
    let restarted = live(&served, Some(folder.path()));
    for keys in [&keys, &restarted] {
        assert_eq!(asked_for(keys, "1", 24 * 60 - 1).await, Ok(()));
        assert_eq!(asked_for(keys, "2", 24 * 60 - 1).await, UNKNOWN);
        assert_eq!(asked_for(keys, "1", 24 * 60).await, Err(Refused::Unavailable), "not for ever");
    }
    served.down.store(false, Ordering::SeqCst);
    assert_eq!(asked_for(&keys, "1", 24 * 60 + 1).await, Ok(()));
    assert_eq!(asked_for(&live(&served, None), "1", 0).await, Ok(()));
}

// requirement: TK-06
#[tokio::test]
async fn keys_outlive_the_settings_under_which_they_were_fetched() {
    let served = serve(set());
    let before = live(&served, None);
    asked_for(&before, "1", 0).await.unwrap();
    let taken = || {
        let keys = live(&served, None);
        keys.remember(&before);
        keys
    };
    served.down.store(true, Ordering::SeqCst);
    assert_eq!(asked_for(&taken(), "1", 1).await, Ok(()), "the issuer is down");
    served.down.store(false, Ordering::SeqCst);
    let asked = served.asked.load(Ordering::SeqCst);
    asked_for(&taken(), "1", 1).await.unwrap();
    assert_eq!(served.asked.load(Ordering::SeqCst), asked + 1, "and is asked anew where it is up");
    let elsewhere = LiveKeys::at("http://127.0.0.1:1/", None, Fetcher::trusting(None).unwrap());
    elsewhere.remember(&before);
    assert_eq!(asked_for(&elsewhere, "1", 1).await, Err(Refused::Unavailable));
}

// requirement: TK-06
#[tokio::test]
async fn keys_of_the_future_are_not_fresh() {
    let served = serve(set());
    let keys = live(&served, None);
    asked_for(&keys, "1", 60).await.unwrap();
    asked_for(&keys, "1", 0).await.unwrap();
    assert_eq!(served.asked.load(Ordering::SeqCst), 2, "the clock was ahead");
}

#[tokio::test]
async fn an_issuer_that_never_answered_cannot_be_asked_and_is_left_alone_for_a_while() {
    let served = serve("no key set".to_owned());
    let keys = live(&served, None);
    for (minutes, asked) in [(0, 1), (0, 1), (1, 2)] {
        assert_eq!(asked_for(&keys, "1", minutes).await, Err(Refused::Unavailable));
        assert_eq!(served.asked.load(Ordering::SeqCst), asked);
    }
}

#[tokio::test]
async fn of_many_requests_one_fetches() {
    let served = serve(set());
    let keys = Arc::new(live(&served, None));
    let asking = (0..20).map(|_| {
        let keys = Arc::clone(&keys);
        async move { asked_for(&keys, "1", 0).await }
    });
    assert!(futures_util::future::join_all(asking).await.into_iter().all(|found| found == Ok(())));
    assert_eq!(served.asked.load(Ordering::SeqCst), 1);
}
