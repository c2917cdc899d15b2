use jiff::{SignedDuration, Timestamp};

use super::lab::{Lab, now};
use crate::tls::{Ending, LiveKey, Term, Warner, provider, terms};

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

fn term(life: i64, left: i64) -> Term {
    let until = now().saturating_add(days(left)).unwrap();
    let from = until.saturating_sub(days(life)).unwrap();
    Term { what: Ending::Certificate, name: "server".to_owned(), from, until }
}

/// The steps that are told when one looks every hour for so many days.
fn told(warner: &mut Warner, term: &Term, for_days: i64) -> Vec<i64> {
    let at = |hours| now().saturating_add(SignedDuration::from_hours(hours)).unwrap();
    let hours = 0..24 * for_days;
    hours.flat_map(|hour| warner.due(std::slice::from_ref(term), at(hour))).map(|warning| warning.days).collect()
}

#[test]
fn it_is_warned_thirty_seven_and_one_day_ahead_and_at_the_end_once_each() {
    assert_eq!(told(&mut Warner::default(), &term(1000, 40), 50), [30, 7, 1, 0]);
}

#[test]
fn who_starts_late_is_told_the_nearest_step_alone() {
    assert_eq!(told(&mut Warner::default(), &term(1000, 5), 3), [7]);
    assert_eq!(told(&mut Warner::default(), &term(1000, -5), 3), [0]);
}

#[test]
fn what_is_renewed_is_warned_of_anew() {
    let mut warner = Warner::default();
    assert_eq!(told(&mut warner, &term(1000, 6), 1), [7]);
    assert_eq!(told(&mut warner, &term(1000, 400), 1), [] as [i64; 0]);
    assert_eq!(told(&mut warner, &term(1000, 6), 1), [7]);
}

#[test]
fn a_list_of_a_week_is_not_warned_of_all_its_life() {
    assert_eq!(told(&mut Warner::default(), &term(7, 7), 9), [1, 0]);
    assert_eq!(told(&mut Warner::default(), &term(1, 1), 3), [0]);
}

#[test]
fn everything_that_ends_is_named() {
    let lab = Lab::new();
    let key = LiveKey::read(&lab.server_files(), &provider()).unwrap();
    let found = terms(&key, &lab.trust());
    let words: Vec<(&str, &str)> = found.iter().map(|term| (term.what.word(), term.name.as_str())).collect();
    let expected =
        [("certificate", "server"), ("anchor", "root"), ("list", "root"), ("intermediate", "below"), ("list", "below")];
    assert_eq!(words, expected);
    assert_eq!(found[4].seconds_left(now()), 7 * 24 * 3600);
    assert!(found[0].seconds_left(Timestamp::MAX) < 0);
}
