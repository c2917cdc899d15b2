//! The archived flag (TD3.3d, law.md I12): it puts a document out of the way, and out of nobody's reach.

use super::{capacity::Capacity, change::Change, finding::Ground};

/// `I12@archived`: an author archives a document and brings it back, and so does an authorised professional.
pub(super) fn archived(change: &Change<'_>) -> Result<(), Ground> {
    let may = match change.capacity() {
        Capacity::TreatingPhysician | Capacity::Authorised => true,
        Capacity::Holder { .. } | Capacity::Author => change.is_by_author(),
    };
    Ground::NotTheirs.unless(may || change.entry.archived == change.revision.archived)
}
