//! `[limits]`: which of them cannot be.

use super::{ConfigError, Limits};

impl Limits {
    /// Above them the HTTP library refuses by itself: header fields, and bytes of a head.
    const LIBRARY: (usize, usize) = (96, 131_072);

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if let Some(member) = self.nothing() {
            return Err(ConfigError::Wrong { member, why: "must be at least 1: nothing could be asked" });
        }
        let (fields, bytes) = Self::LIBRARY;
        if self.headers > fields || self.url_bytes.saturating_add(self.header_bytes) >= bytes {
            let why = "must be at most 96 headers, and less than 131072 url_bytes and header_bytes together";
            return Err(ConfigError::Wrong { member: "limits", why });
        }
        Ok(())
    }

    /// The first of those that leave nothing to ask where they are 0.
    fn nothing(&self) -> Option<&'static str> {
        let counted = [
            ("limits.uploads", self.uploads),
            ("limits.downloads", self.downloads),
            ("limits.connections", self.connections),
            ("limits.connections_per_peer", self.connections_per_peer),
            ("limits.handshakes_per_address", self.handshakes_per_address),
            ("limits.entries", self.entries),
            ("limits.url_bytes", self.url_bytes),
            ("limits.headers", self.headers),
            ("limits.header_bytes", self.header_bytes),
        ];
        let a_second = [
            ("limits.requests_per_second", self.requests_per_second),
            ("limits.filings_per_second", self.filings_per_second),
            ("limits.filings_burst", self.filings_burst),
            ("limits.burst", self.burst),
        ];
        let lasting = [
            ("limits.body_bytes", self.body_bytes),
            ("limits.content_bytes", self.content_bytes),
            ("limits.handshake_seconds", self.handshake_seconds),
            ("limits.idle_seconds", self.idle_seconds),
            ("limits.stall_seconds", self.stall_seconds),
        ];
        let counted = counted.map(|(member, value)| (member, value == 0));
        let a_second = a_second.map(|(member, value)| (member, value == 0));
        let lasting = lasting.map(|(member, value)| (member, value == 0));
        let all = counted.into_iter().chain(a_second).chain(lasting);
        all.filter(|(_, is_nothing)| *is_nothing).map(|(member, _)| member).next()
    }
}

#[cfg(test)]
mod tests;
