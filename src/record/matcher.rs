//! Tests on stored things that the edge composes and a host applies, inside one record.

use std::{fmt, sync::Arc};

/// A test on a `T`; all things pass [`Matcher::all`].
pub struct Matcher<T: ?Sized>(Arc<dyn Fn(&T) -> bool + Send + Sync>);

impl<T: ?Sized + 'static> Matcher<T> {
    /// Accepts everything.
    pub fn all() -> Self {
        Self(Arc::new(|_| true))
    }

    /// Accepts what passes the test, which must be pure.
    pub fn of<F: Fn(&T) -> bool + Send + Sync + 'static>(test: F) -> Self {
        Self(Arc::new(test))
    }

    /// Whether it passes.
    pub fn accepts(&self, thing: &T) -> bool {
        (self.0)(thing)
    }

    /// What passes both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::of(move |thing: &T| self.accepts(thing) && other.accepts(thing))
    }
}

impl<T: ?Sized> Clone for Matcher<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized> fmt::Debug for Matcher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Matcher")
    }
}
