//! The seal: what storage found cannot be read before the journal has its line.

use super::line::Disclosure;

/// What storage found, and the work that it is ready to commit. It cannot be read: only the journal opens it.
#[derive(Debug)]
pub struct Sealed<T, W> {
    found: T,
    work: Option<W>,
}

impl<T, W> Sealed<T, W> {
    /// Seals what a read found.
    pub const fn read(found: T) -> Self {
        Self { found, work: None }
    }

    /// Seals what a write will have done, with the work that does it when the line is committed.
    pub const fn write(found: T, work: W) -> Self {
        Self { found, work: Some(work) }
    }

    pub(super) fn open(self) -> (T, Option<W>) {
        (self.found, self.work)
    }
}

/// What the journal let go: its line is durable.
#[derive(Debug)]
pub struct Released<T>(T);

impl<T> Released<T> {
    pub(super) const fn new(found: T) -> Self {
        Self(found)
    }

    /// The released value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// What a line says of a released value.
pub trait Account {
    /// The entries that it gives out, or files.
    fn account(&self) -> Disclosure;
}
