//! The memory of records read: bounded, the least used goes first. What it holds is checked against the stored version each time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::shelf::Shelf;
use crate::record::{
    facts::{Facts, FactsVersion},
    identity::Ins,
};

/// Bounds and content of the memory.
#[derive(Debug)]
pub(super) struct Memory {
    records: usize,
    bytes: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    clock: u64,
    weight: usize,
    slots: HashMap<Ins, Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    used: u64,
    facts: Option<Arc<Facts>>,
    shelf: Option<Arc<Shelf>>,
}

impl Memory {
    /// A memory of so many records, and so many bytes of documents.
    pub(super) fn of(records: usize, bytes: usize) -> Self {
        Self { records, bytes, held: Mutex::default() }
    }

    /// The facts, if they are of that version.
    pub(super) fn facts(&self, holder: &Ins, version: FactsVersion) -> Option<Arc<Facts>> {
        let mut held = self.held();
        held.touch(holder)?.facts.as_ref().filter(|facts| facts.version == version).map(Arc::clone)
    }

    /// The documents, of whatever version.
    pub(super) fn shelf(&self, holder: &Ins) -> Option<Arc<Shelf>> {
        self.held().touch(holder)?.shelf.as_ref().map(Arc::clone)
    }

    /// Keeps facts.
    pub(super) fn keep_facts(&self, holder: &Ins, facts: &Arc<Facts>) {
        let mut held = self.held();
        held.slot(holder).facts = Some(Arc::clone(facts));
        held.make_room(self.records, self.bytes);
    }

    /// Keeps documents, unless they alone would fill the memory.
    pub(super) fn keep_shelf(&self, holder: &Ins, shelf: &Arc<Shelf>) {
        let mut held = self.held();
        let kept = (shelf.weight <= self.bytes / 2).then(|| Arc::clone(shelf));
        let weight = kept.as_ref().map_or(0, |shelf| shelf.weight);
        let before = std::mem::replace(&mut held.slot(holder).shelf, kept);
        held.weight = (held.weight + weight).saturating_sub(before.map_or(0, |shelf| shelf.weight));
        held.make_room(self.records, self.bytes);
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn touch(&mut self, holder: &Ins) -> Option<&Slot> {
        self.clock += 1;
        let slot = self.slots.get_mut(holder)?;
        slot.used = self.clock;
        Some(slot)
    }

    fn slot(&mut self, holder: &Ins) -> &mut Slot {
        self.clock += 1;
        let slot = self.slots.entry(holder.clone()).or_default();
        slot.used = self.clock;
        slot
    }

    fn make_room(&mut self, records: usize, bytes: usize) {
        while self.slots.len() > records || self.weight > bytes {
            let Some(least) = self.slots.iter().min_by_key(|(_, slot)| slot.used).map(|(holder, _)| holder.clone())
            else {
                return;
            };
            let gone = self.slots.remove(&least).and_then(|slot| slot.shelf);
            self.weight = self.weight.saturating_sub(gone.map_or(0, |shelf| shelf.weight));
        }
    }
}

#[cfg(test)]
mod tests;
