use super::*;

const STALL: Duration = Duration::from_secs(30);

/// How long a reader holds out who takes so many bytes each time and waits so long in between, in seconds, up to an hour.
fn endures(bytes: usize, pause: u64) -> u64 {
    let (mut drain, start) = (Drain::of(STALL), Instant::now());
    let mut seconds = 0;
    while seconds < 3600 {
        let at = start + Duration::from_secs(seconds);
        let until = drain.waits(at);
        if until < at + Duration::from_secs(pause) {
            return (until - start).as_secs();
        }
        seconds += pause;
        drain.took(bytes, start + Duration::from_secs(seconds));
    }
    seconds
}

#[test]
fn who_stands_still_is_waited_for_once() {
    assert_eq!(endures(0, 31), 30);
}

#[test]
fn who_drips_is_waited_for_twice_as_long() {
    assert_eq!(endures(1, 1), 60);
    assert_eq!(endures(100, 29), 60);
}

#[test]
fn who_takes_at_the_slowest_pace_is_served() {
    let a_second = usize::try_from(Pace::BYTES_A_SECOND).unwrap();
    assert_eq!(endures(a_second, 1), 3600);
    assert_eq!(endures(a_second * 20, 20), 3600);
}

#[test]
fn what_was_taken_fast_buys_no_more_than_the_grace() {
    let (mut drain, now) = (Drain::of(STALL), Instant::now());
    drain.took(1 << 30, now);
    assert_eq!(drain.waits(now), now + STALL);
    drain.took(0, now + STALL);
    assert_eq!(drain.waits(now + STALL), now + STALL * 2);
    drain.took(0, now + STALL * 2);
    assert_eq!(drain.waits(now + STALL * 2), now + STALL * 2, "all credit is spent");
}
