//! A value that is replaced whole while others read it.

use std::sync::{Arc, PoisonError, RwLock};

/// The value of now. Readers hold what they were given until they ask again; nobody ever sees half of a new one.
#[derive(Debug)]
pub struct Live<T>(RwLock<Arc<T>>);

impl<T> Live<T> {
    /// Begins with that value.
    pub fn of(value: impl Into<Arc<T>>) -> Self {
        Self(RwLock::new(value.into()))
    }

    /// The current value.
    pub fn current(&self) -> Arc<T> {
        // A panic cannot leave half a value behind: the pointer is replaced whole.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the value.
    pub fn replace(&self, value: impl Into<Arc<T>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = value.into();
    }
}
