//! Places for streams, uploads or downloads: so many at once, and no caller may take them all.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::crowd::{Crowd, Seat};
use crate::record::caller::CertificateId;

/// How long a request waits for a place.
const PATIENCE: Duration = Duration::from_secs(10);

/// A caller, by the certificate.
type Bearer = [u8; 32];

/// The places.
#[derive(Debug)]
pub struct Streams {
    places: Arc<Semaphore>,
    callers: Crowd<Bearer>,
}

/// A place that was taken, given back when dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    _share: Seat<Bearer>,
}

/// Why there is no place now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// The caller has as many streams as one caller may.
    OfCaller,
    /// All places are taken.
    OfAll,
}

impl Streams {
    /// So many places, of which one caller may take a quarter.
    pub fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), callers: Crowd::new(places.div_ceil(4)) }
    }

    /// Takes a place for that caller, waiting a little where all are taken.
    ///
    /// # Errors
    /// There is none.
    pub async fn take(&self, caller: &CertificateId) -> Result<Place, NoPlace> {
        let share = self.callers.enter(caller.fingerprint).ok_or(NoPlace::OfCaller)?;
        let waited = tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let permit = waited.map_err(|_| NoPlace::OfAll)?.map_err(|_| NoPlace::OfAll)?;
        Ok(Place { _permit: permit, _share: share })
    }
}

#[cfg(test)]
mod tests;
