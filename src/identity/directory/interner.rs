//! Values that repeat, each kept once and named by its index.

use std::{borrow::Borrow, collections::HashMap, hash::Hash, sync::Arc};

/// Values by index and indexes by value.
#[derive(Debug)]
pub struct Interner<T: ?Sized> {
    indexes: HashMap<Arc<T>, u32>,
    values: Vec<Arc<T>>,
}

impl<T: ?Sized + Eq + Hash> Default for Interner<T> {
    fn default() -> Self {
        Self { indexes: HashMap::new(), values: Vec::new() }
    }
}

impl<T: ?Sized + Eq + Hash> Interner<T>
where
    Arc<T>: for<'a> From<&'a T> + Borrow<T>,
{
    /// An interner whose index 0 is that value.
    pub fn beginning_with(value: &T) -> Self {
        let mut interner = Self::default();
        interner.index_of(value);
        interner
    }

    /// The index of a value, which is added where it is new. Saturates: no file has four thousand million values.
    pub fn index_of(&mut self, value: &T) -> u32 {
        if let Some(index) = self.find(value) {
            return index;
        }
        let index = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let value: Arc<T> = Arc::from(value);
        self.values.push(Arc::clone(&value));
        self.indexes.insert(value, index);
        index
    }

    /// The index of a value, where it is known.
    pub fn find(&self, value: &T) -> Option<u32> {
        self.indexes.get(value).copied()
    }

    /// The value of an index.
    pub fn get(&self, index: u32) -> Option<&T> {
        self.values.get(index as usize).map(AsRef::as_ref)
    }
}
