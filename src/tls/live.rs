//! The trust of now. Lists are renewed every day or oftener: a server takes the new ones without closing its connections.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::DistinguishedName;

use super::{fault::TlsFault, hints::Hints, sessions::LiveSessions, trust::Trust};
use crate::live::Live;

/// The trust of now, which can be replaced while connections go on. Each connection and each request asks the current one, so
/// that a new list stops sessions that are open or resumed.
#[derive(Debug)]
pub struct LiveTrust {
    trust: Live<Trust>,
    /// One replaces at a time: between comparison and replacement nobody else may.
    replacing: Mutex<()>,
    sessions: Arc<LiveSessions>,
    hints: Hints,
}

impl LiveTrust {
    /// Begins with that trust.
    pub fn of(trust: Trust) -> Self {
        let hints = Hints::of(trust.authorities().hints());
        Self { trust: Live::of(trust), replacing: Mutex::new(()), sessions: Arc::default(), hints }
    }

    /// The current trust.
    pub fn current(&self) -> Arc<Trust> {
        self.trust.current()
    }

    /// Replaces the trust and forgets all sessions: whoever comes back is verified by a full handshake.
    ///
    /// # Errors
    /// A list is older than the one in use: someone may be hiding a revocation. The trust in use stays.
    pub fn replace(&self, trust: Trust) -> Result<(), TlsFault> {
        let _alone = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let current = self.current();
        let older = |id| trust.revocation().is_older_than(current.revocation(), id);
        if let Some(known) = trust.authorities().known().iter().find(|known| older(&known.id)) {
            return Err(TlsFault::OlderList { issuer: known.authority.name.clone() });
        }
        self.hints.add(trust.authorities().hints());
        self.trust.replace(trust);
        self.sessions.forget();
        Ok(())
    }

    /// The sessions that this trust let in.
    pub fn sessions(&self) -> Arc<LiveSessions> {
        Arc::clone(&self.sessions)
    }

    /// The names of the anchors of now, by which some clients choose their certificate.
    pub fn hints(&self) -> &[DistinguishedName] {
        self.hints.latest()
    }
}
