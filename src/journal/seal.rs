//! The seal: what storage found cannot be read before the journal has its line.

use std::fmt;

use jiff::Timestamp;

use super::line::Disclosure;

/// What storage found, and the work that it is ready to commit. It cannot be read: only the journal opens it.
///
/// A host seals:
/// ```
/// use dmp_gateway::journal::Sealed;
/// let sealed: Sealed<&str, ()> = Sealed::read("a document");
/// assert!(!format!("{sealed:?}").contains("a document"));
/// ```
/// and nobody but the journal can open what it sealed, neither by its function
/// ```compile_fail,E0624
/// use dmp_gateway::journal::Sealed;
/// let sealed: Sealed<&str, ()> = Sealed::read("a document");
/// let (found, _) = sealed.open();
/// ```
/// nor by its fields
/// ```compile_fail,E0616
/// use dmp_gateway::journal::Sealed;
/// let sealed: Sealed<&str, ()> = Sealed::read("a document");
/// let found = sealed.found;
/// ```
/// nor by taking it apart.
/// ```compile_fail,E0451
/// use dmp_gateway::journal::Sealed;
/// let sealed: Sealed<&str, ()> = Sealed::read("a document");
/// let Sealed { found, .. } = sealed;
/// ```
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

impl<T, W> fmt::Debug for Sealed<T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

/// What the journal let go: its line is durable.
///
/// Who has one may read it:
/// ```
/// use dmp_gateway::journal::Released;
/// fn print(released: Released<&str>) -> &str {
///     released.into_inner()
/// }
/// ```
/// and only the journal can make one, neither by its function
/// ```compile_fail,E0624
/// use dmp_gateway::journal::Released;
/// let released = Released::new("a document");
/// ```
/// nor by its name.
/// ```compile_fail,E0423
/// use dmp_gateway::journal::Released;
/// let released = Released("a document");
/// ```
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

    /// Since when a document is deposited that is hidden from the patient by this very act, so that its announcement is owed
    /// (CSP R1111-53); only what storage found tells, where the act is a change.
    fn hides_since(&self) -> Option<Timestamp> {
        None
    }
}
