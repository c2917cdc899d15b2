//! Pages: one after the other of what was found at one moment.

use crate::{
    hds::{Clash, HostFault},
    record::query::{PageMark, Snapshot},
};

/// A page in the making: everything that is found is counted, and what stands on the page is kept.
#[derive(Debug)]
pub(super) struct Paging<T> {
    snapshot: Snapshot,
    offset: usize,
    size: usize,
    total: usize,
    kept: Vec<T>,
}

impl<T> Paging<T> {
    /// A page of that size, from that mark on.
    ///
    /// # Errors
    /// The mark was made from another snapshot: permits, labels or documents have changed since.
    pub(super) fn begin(after: Option<PageMark>, size: usize, snapshot: Snapshot) -> Result<Self, HostFault> {
        let gone = HostFault::Clash(Clash::PageGone);
        let offset = after.map_or(Some(0), |after| after.offset_at(snapshot)).ok_or(gone)?;
        Ok(Self { snapshot, offset, size, total: 0, kept: Vec::new() })
    }

    /// Counts the next of what is found, and keeps it where it stands on the page.
    pub(super) fn take(&mut self, make: impl FnOnce() -> T) {
        self.total += 1;
        if self.total > self.offset && self.kept.len() < self.size {
            self.kept.push(make());
        }
    }

    /// The total, the page, and where the next one begins.
    pub(super) fn end(self) -> (usize, Vec<T>, Option<PageMark>) {
        let told = self.offset.saturating_add(self.kept.len());
        let more = !self.kept.is_empty() && told < self.total;
        let next = more.then_some(PageMark { offset: told, snapshot: self.snapshot });
        (self.total, self.kept, next)
    }
}
