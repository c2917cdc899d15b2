//! Pages: one after the other of what was found at one moment. The moment has its name from what is told, so that what is not told
//! leaves no trace in it.

use aws_lc_rs::digest::{Context, SHA256};
use uuid::Uuid;

use crate::{
    hds::{Clash, HostFault},
    record::query::{PageMark, Snapshot},
};

/// A page in the making: everything that is told is counted, and what stands on the page is kept.
pub(super) struct Paging<T> {
    after: Option<PageMark>,
    size: usize,
    total: usize,
    kept: Vec<T>,
    told: Context,
}

impl<T> Paging<T> {
    /// A page of that size, from that mark on.
    pub(super) fn begin(after: Option<PageMark>, size: usize) -> Self {
        Self { after, size, total: 0, kept: Vec::new(), told: Context::new(&SHA256) }
    }

    /// Counts the next of what is told, and keeps it where it stands on the page.
    pub(super) fn take(&mut self, id: Uuid, version: u32, make: impl FnOnce() -> T) {
        self.told.update(id.as_bytes());
        self.told.update(&version.to_be_bytes());
        self.total += 1;
        if self.total > self.offset() && self.kept.len() < self.size {
            self.kept.push(make());
        }
    }

    /// The total, the page, and where the next one begins.
    ///
    /// # Errors
    /// The mark was made at another moment: something else was told then.
    pub(super) fn end(self) -> Result<(usize, Vec<T>, Option<PageMark>), HostFault> {
        self.end_at(|digest| digest)
    }

    /// The same, at a moment whose name holds more than the digest of what is told.
    ///
    /// # Errors
    /// As [`Self::end`].
    pub(super) fn end_at(
        self,
        name: impl FnOnce(u128) -> u128,
    ) -> Result<(usize, Vec<T>, Option<PageMark>), HostFault> {
        let offset = self.offset();
        let mut digest = [0; 16];
        digest.iter_mut().zip(self.told.finish().as_ref()).for_each(|(to, from)| *to = *from);
        let snapshot = Snapshot::new(name(u128::from_be_bytes(digest)));
        if self.after.is_some_and(|after| after.snapshot != snapshot) {
            return Err(HostFault::Clash(Clash::PageGone));
        }
        let told = offset.saturating_add(self.kept.len());
        let more = !self.kept.is_empty() && told < self.total;
        Ok((self.total, self.kept, more.then_some(PageMark { offset: told, snapshot })))
    }

    fn offset(&self) -> usize {
        self.after.map_or(0, |after| after.offset)
    }
}
