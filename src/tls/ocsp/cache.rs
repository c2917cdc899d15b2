//! What responders said, until it ends: a bounded number of answers, each asked for by one at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use tokio::sync::Mutex as Turn;

use super::{super::AuthorityId, answer::Answer, fault::OcspFault};
use crate::identity::Serial;

/// What names a certificate.
pub type Key = (AuthorityId, Serial);

/// What came of a question, and until when it is not asked again.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The answer, or why there is none.
    pub answer: Result<Answer, OcspFault>,
    /// Until when.
    pub until: Timestamp,
}

/// The place of one certificate. Whoever holds it asks; the others wait for it and find the answer.
pub type Place = Arc<Turn<Option<Known>>>;

/// The places of certificates.
#[derive(Debug)]
pub struct Cache {
    places: Mutex<HashMap<Key, Place>>,
    most: usize,
}

impl Cache {
    /// A cache of at most so many certificates.
    pub fn of(most: usize) -> Self {
        Self { places: Mutex::default(), most }
    }

    /// The place of a certificate.
    pub fn place(&self, key: &Key, at: Timestamp) -> Place {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.get(key) {
            return Arc::clone(place);
        }
        if places.len() >= self.most {
            make_room(&mut places, self.most, at);
        }
        Arc::clone(places.entry(*key).or_default())
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.places.lock().unwrap().len()
    }
}

/// Forgets what is over, and a tenth of all where that makes no room; never a place in which someone waits.
fn make_room(places: &mut HashMap<Key, Place>, most: usize, at: Timestamp) {
    places.retain(|_, place| is_waited_for(place) || !is_over(place, at));
    let mut surplus = if places.len() < most { 0 } else { most / 10 + 1 };
    places.retain(|_, place| {
        let goes = surplus > 0 && !is_waited_for(place);
        surplus -= usize::from(goes);
        !goes
    });
}

fn is_waited_for(place: &Place) -> bool {
    Arc::strong_count(place) > 1
}

fn is_over(place: &Place, at: Timestamp) -> bool {
    place.try_lock().is_ok_and(|known| known.is_none_or(|known| known.until < at))
}
