use super::*;

const PACE: Pace = Pace { stall: Duration::from_secs(30), grace: Duration::from_secs(60) };

#[test]
fn a_body_that_drips_loses_its_place_after_the_grace() {
    assert!(PACE.is_kept(Duration::from_secs(60), 1), "in the grace anything goes");
    assert!(!PACE.is_kept(Duration::from_secs(62), 1));
    assert!(PACE.is_kept(Duration::from_secs(62), 2 * Pace::BYTES_A_SECOND));
    assert!(PACE.is_kept(Duration::from_secs(3660), 3600 * Pace::BYTES_A_SECOND));
    assert!(!PACE.is_kept(Duration::from_secs(3660), 3599 * Pace::BYTES_A_SECOND));
}

#[test]
fn a_reader_takes_chunks_in_order_and_ends_with_an_error_where_the_body_breaks() {
    let (sender, chunks) = mpsc::channel(4);
    let mut reader = BodyReader { chunks, current: Bytes::new() };
    for chunk in [
        Ok(Bytes::from_static(b"ab")),
        Ok(Bytes::new()),
        Ok(Bytes::from_static(b"c")),
        Err(io::ErrorKind::TimedOut.into()),
    ] {
        sender.blocking_send(chunk).unwrap();
    }
    let mut got = Vec::new();
    assert_eq!(reader.read_to_end(&mut got).unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(got, b"abc");
    drop(sender);
    assert_eq!(reader.read(&mut [0; 4]).unwrap(), 0);
}

#[test]
fn a_small_body_is_counted_as_a_large_one() {
    let begun = |seconds| Coming {
        pace: PACE,
        began: Instant::now().checked_sub(Duration::from_secs(seconds)).unwrap(),
        bytes: 0,
    };
    assert!(begun(59).counted(Bytes::from_static(b"x")).is_ok());
    let late = begun(62).counted(Bytes::from_static(b"x")).unwrap_err();
    assert_eq!(late.kind(), io::ErrorKind::TimedOut);
    assert!(begun(62).counted(Bytes::from(vec![0; 3 * 8192])).is_ok());
}
