//! Content on its way out, hashed as it goes: what was changed on the disk ends in an error, never in a whole document.

use std::io::{self, Read};

use aws_lc_rs::digest::{Context, SHA256};

/// A reader that gives its last bytes only where all of them are those that were filed.
pub(super) struct Proven<R> {
    source: R,
    context: Context,
    left: u64,
    expected: [u8; 32],
}

impl<R: Read> Proven<R> {
    /// Reads that source, whose bytes must be so many and have that SHA-256.
    pub(super) fn new(source: R, size: u64, expected: [u8; 32]) -> Self {
        Self { source, context: Context::new(&SHA256), left: size, expected }
    }

    fn holds(&self) -> bool {
        self.context.clone().finish().as_ref() == self.expected
    }
}

impl<R: Read> Read for Proven<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.source.read(into)?;
        self.context.update(into.get(..size).unwrap_or_default());
        let ends = size as u64 >= self.left || (size == 0 && !into.is_empty());
        self.left = self.left.saturating_sub(size as u64);
        if ends && (self.left > 0 || !self.holds()) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "stored content is not what was filed"));
        }
        Ok(size)
    }
}

#[cfg(test)]
mod tests;
