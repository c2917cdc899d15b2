//! What happens often and is told seldom.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// It is told once in this time.
const PAUSE: Duration = Duration::from_secs(10);

/// Something that happens often.
#[derive(Debug, Default)]
pub struct Occasion(Mutex<(Option<Instant>, u64)>);

impl Occasion {
    /// It happened: how often since it was told last, where it is time to tell it.
    pub fn happened(&self, at: Instant) -> Option<u64> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.1 += 1;
        let is_due = told.0.is_none_or(|last| at.saturating_duration_since(last) >= PAUSE);
        is_due.then(|| std::mem::replace(&mut *told, (Some(at), 0)).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_often_is_told_at_once_and_then_in_numbers() {
        let (occasion, start) = (Occasion::default(), Instant::now());
        let after = |seconds| occasion.happened(start + Duration::from_secs(seconds));
        assert_eq!(after(0), Some(1));
        assert_eq!([after(1), after(9)], [None, None]);
        assert_eq!(after(10), Some(3));
        assert_eq!(after(11), None);
    }
}
