//! The trust of now. Lists are renewed every day or oftener: a server takes the new ones without closing its connections.

use std::sync::{Arc, PoisonError, RwLock};

use super::{fault::TlsFault, trust::Trust};

/// The trust of now, which can be replaced while connections go on. Each connection and each request asks the current one, so
/// that a new list stops sessions that are open or resumed.
#[derive(Debug)]
pub struct LiveTrust(RwLock<Arc<Trust>>);

impl LiveTrust {
    /// Begins with that trust.
    pub fn of(trust: Trust) -> Self {
        Self(RwLock::new(Arc::new(trust)))
    }

    /// The current trust.
    pub fn current(&self) -> Arc<Trust> {
        // A panic cannot leave half a trust behind: the pointer is replaced whole.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the trust.
    ///
    /// # Errors
    /// A list is older than the one in use: someone may be hiding a revocation. The trust in use stays.
    pub fn replace(&self, trust: Trust) -> Result<(), TlsFault> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let older = |id| trust.revocation().is_older_than(current.revocation(), id);
        if let Some(known) = trust.authorities().known().iter().find(|known| older(&known.id)) {
            return Err(TlsFault::OlderList { issuer: known.authority.name.clone() });
        }
        *current = Arc::new(trust);
        Ok(())
    }
}
