use super::*;

#[test]
fn absence_is_told_at_the_next_tick_however_long_it_took_to_find() {
    for (passed, wait) in [(0, 5000), (760, 4240), (970, 4030), (4999, 1), (5000, 5000), (12_300, 2700)] {
        assert_eq!(until_tick(Duration::from_micros(passed)), Duration::from_micros(wait), "{passed}");
    }
}
