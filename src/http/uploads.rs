//! Places for uploads: so many at once, and no caller may take them all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::record::caller::CertificateId;

/// How long a request waits for a place.
const PATIENCE: Duration = Duration::from_secs(10);

/// A caller, by the certificate.
type Bearer = [u8; 32];

/// The places.
#[derive(Debug)]
pub struct Uploads {
    places: Arc<Semaphore>,
    taken: Arc<Mutex<HashMap<Bearer, usize>>>,
    most: usize,
}

/// A place that was taken, given back when dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    _share: Share,
}

/// Why there is no place now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// The caller has as many uploads as one caller may.
    OfCaller,
    /// All places are taken.
    OfAll,
}

impl Uploads {
    /// So many places, of which one caller may take a quarter.
    pub fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), taken: Arc::default(), most: places.div_ceil(4) }
    }

    /// Takes a place for that caller, waiting a little where all are taken.
    ///
    /// # Errors
    /// There is none.
    pub async fn take(&self, caller: &CertificateId) -> Result<Place, NoPlace> {
        let share = Share::of(&self.taken, caller.fingerprint, self.most).ok_or(NoPlace::OfCaller)?;
        let waited = tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let permit = waited.map_err(|_| NoPlace::OfAll)?.map_err(|_| NoPlace::OfAll)?;
        Ok(Place { _permit: permit, _share: share })
    }
}

/// One upload in a caller's share.
#[derive(Debug)]
struct Share {
    taken: Arc<Mutex<HashMap<Bearer, usize>>>,
    bearer: Bearer,
}

impl Share {
    fn of(taken: &Arc<Mutex<HashMap<Bearer, usize>>>, bearer: Bearer, most: usize) -> Option<Self> {
        let mut counts = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(bearer).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Self { taken: Arc::clone(taken), bearer })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut counts = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.bearer) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.bearer);
            }
        }
    }
}

#[cfg(test)]
mod tests;
