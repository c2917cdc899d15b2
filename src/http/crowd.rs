//! Counting who is there, so that nobody takes all there is.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// How many of each key are there; a key that has none is forgotten.
#[derive(Debug)]
pub struct Crowd<K> {
    counts: Arc<Mutex<HashMap<K, usize>>>,
    most: usize,
}

/// One that is there, until it is dropped.
#[derive(Debug)]
pub struct Seat<K: Eq + Hash> {
    counts: Arc<Mutex<HashMap<K, usize>>>,
    key: K,
}

impl<K: Eq + Hash + Clone> Crowd<K> {
    /// So many of one key, at most.
    pub fn new(most: usize) -> Self {
        Self { counts: Arc::default(), most }
    }

    /// One more of that key; nothing where there are as many as may be.
    pub fn enter(&self, key: K) -> Option<Seat<K>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&key).copied().unwrap_or_default();
        if count >= self.most {
            return None;
        }
        counts.insert(key.clone(), count + 1);
        drop(counts);
        Some(Seat { counts: Arc::clone(&self.counts), key })
    }

    /// How many keys are there.
    pub fn keys(&self) -> usize {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl<K: Eq + Hash> Drop for Seat<K> {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
