//! The sessions that may be resumed: kept in this process alone, and forgotten when trust changes.

use std::sync::Arc;

use rustls::server::{ServerSessionMemoryCache, StoresServerSessions};

use crate::live::Live;

/// So many sessions are remembered.
const SESSIONS: usize = 4096;

/// A store of sessions that can be emptied while connections go on.
#[derive(Debug)]
pub struct LiveSessions(Live<ServerSessionMemoryCache>);

impl Default for LiveSessions {
    fn default() -> Self {
        Self(Live::of(ServerSessionMemoryCache::new(SESSIONS)))
    }
}

impl LiveSessions {
    /// Forgets all sessions. One whose handshake is under way may still be put after this: it is resumed at most into the check
    /// that each connection makes.
    pub fn forget(&self) {
        self.0.replace(ServerSessionMemoryCache::new(SESSIONS));
    }

    fn store(&self) -> Arc<ServerSessionMemoryCache> {
        self.0.current()
    }
}

impl StoresServerSessions for LiveSessions {
    fn put(&self, key: Vec<u8>, value: Vec<u8>) -> bool {
        self.store().put(key, value)
    }

    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.store().get(key)
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.store().take(key)
    }

    fn can_cache(&self) -> bool {
        true
    }
}
