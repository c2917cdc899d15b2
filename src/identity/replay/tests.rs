use super::*;

fn second(at: i64) -> Timestamp {
    Timestamp::from_second(at).unwrap()
}

// requirement: TK-05
#[test]
fn an_assertion_serves_once_until_it_is_over() {
    let mut replays = Replays::new(2);
    assert_eq!(replays.take([1; 32], second(100), second(10)), Ok(()));
    assert_eq!(replays.take([1; 32], second(100), second(100)), Err(NotFresh::Used));
    assert_eq!(replays.used.len(), 1);
}

#[test]
fn what_cannot_be_remembered_does_not_serve() {
    let mut replays = Replays::new(2);
    replays.take([1; 32], second(100), second(10)).unwrap();
    replays.take([2; 32], second(200), second(10)).unwrap();
    assert_eq!(replays.take([3; 32], second(300), second(100)), Err(NotFresh::Full));
    assert_eq!(replays.take([3; 32], second(300), second(101)), Ok(()), "the first is over");
    assert_eq!((replays.used.len(), replays.ends.len()), (2, 2));
}
