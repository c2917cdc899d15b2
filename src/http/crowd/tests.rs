use super::*;

#[test]
fn a_key_has_no_more_seats_than_it_may_and_gets_one_back() {
    let crowd = Crowd::new(2);
    let (first, _second) = (crowd.enter("a").unwrap(), crowd.enter("a").unwrap());
    assert!(crowd.enter("a").is_none());
    assert!(crowd.enter("b").is_some(), "another key is not concerned");
    drop(first);
    assert!(crowd.enter("a").is_some());
}

#[test]
fn who_has_left_is_forgotten() {
    let crowd = Crowd::new(1);
    drop(crowd.enter("a"));
    assert!(Crowd::<u8>::new(0).enter(1).is_none());
    assert_eq!(crowd.keys(), 0);
}
