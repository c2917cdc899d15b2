//! AUDIT of the digest: who reads which traces.

use super::Case;
use crate::record::trace::{AccessTrace, TraceOutcome};

impl Case<'_> {
    /// The holder and the treating physician all; others their own acts, but for those that asked for one thing and got nothing.
    pub(super) fn is_shown_trace(&self, trace: &AccessTrace) -> bool {
        if self.kind() == 'H' || self.reads_everything() {
            return true;
        }
        let by_me =
            trace.actor.as_ref().and_then(|actor| actor.person.as_ref()).is_some_and(|id| id.as_str() == self.me());
        let many = ["search", "submit", "look-up", "find-lists", "find-deeds", "find-traces"];
        let given = !trace.documents.is_empty() || trace.deed.is_some();
        let got = matches!(trace.outcome, TraceOutcome::Done) && given;
        by_me && (many.contains(&trace.act.as_str()) || got)
    }
}
