//! Sequences that repeat, each kept once and named by its index. All lie in one piece of memory, without an allocation and a
//! map entry for each: a national directory has millions of them.

use std::hash::{BuildHasher, Hash, RandomState};

/// Sequences by index and indexes by sequence. Texts are sequences of bytes.
#[derive(Debug)]
pub struct Interner<T> {
    /// All sequences, one behind the other.
    items: Vec<T>,
    /// Where each sequence ends.
    ends: Vec<u32>,
    /// Open addressing with linear steps: an index and one, or 0 for a free place. The length is a power of two.
    table: Vec<u32>,
    hasher: RandomState,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ends: Vec::new(), table: vec![0; 16], hasher: RandomState::new() }
    }
}

/// There are more sequences than four bytes can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl<T: Copy + Eq + Hash> Interner<T> {
    /// An interner whose index 0 is the empty sequence.
    pub fn beginning_empty() -> Self {
        let mut interner = Self::default();
        interner.ends.push(0);
        interner.enter(0);
        interner
    }

    /// The index of a sequence, which is added where it is new.
    ///
    /// # Errors
    /// No room for one more.
    pub fn index_of(&mut self, sequence: &[T]) -> Result<u32, Full> {
        if let Some(index) = self.find(sequence) {
            return Ok(index);
        }
        let index = u32::try_from(self.ends.len()).ok().filter(|index| *index < u32::MAX).ok_or(Full)?;
        let end = self.items.len().checked_add(sequence.len()).and_then(|end| u32::try_from(end).ok()).ok_or(Full)?;
        self.items.extend_from_slice(sequence);
        self.ends.push(end);
        if self.ends.len() * 3 > self.table.len() * 2 {
            self.grow();
        } else {
            self.enter(index);
        }
        Ok(index)
    }

    /// The index of a sequence, where it is known.
    pub fn find(&self, sequence: &[T]) -> Option<u32> {
        let mut place = self.place_of(sequence);
        loop {
            let index = self.table.get(place)?.checked_sub(1)?;
            if self.get(index) == Some(sequence) {
                return Some(index);
            }
            place = self.after(place);
        }
    }

    /// The sequence of an index.
    pub fn get(&self, index: u32) -> Option<&[T]> {
        let at = index as usize;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.items.get(start as usize..*self.ends.get(at)? as usize)
    }

    fn grow(&mut self) {
        self.table = vec![0; self.table.len() * 2];
        (0..self.ends.len()).filter_map(|index| u32::try_from(index).ok()).for_each(|index| self.enter(index));
    }

    /// Enters an index at the first free place; there always is one.
    fn enter(&mut self, index: u32) {
        let mut place = self.get(index).map_or(0, |sequence| self.place_of(sequence));
        while self.table.get(place).is_some_and(|taken| *taken != 0) {
            place = self.after(place);
        }
        if let Some(free) = self.table.get_mut(place) {
            *free = index + 1;
        }
    }

    /// Where the search for a sequence begins.
    fn place_of(&self, sequence: &[T]) -> usize {
        self.hasher.hash_one(sequence) as usize & (self.table.len() - 1)
    }

    const fn after(&self, place: usize) -> usize {
        (place + 1) & (self.table.len() - 1)
    }
}

impl Interner<u8> {
    /// The text of an index; empty where there is none.
    pub fn text(&self, index: u32) -> &str {
        self.get(index).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
