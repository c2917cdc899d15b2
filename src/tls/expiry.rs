//! What ends, when, and whom to warn before it does.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::{own::LiveKey, trust::Trust};

/// What may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ending {
    /// The server's own chain.
    Certificate,
    /// An anchor.
    Anchor,
    /// An intermediate.
    Intermediate,
    /// The revocation list of an authority.
    List,
}

impl Ending {
    /// The word in metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Anchor => "anchor",
            Self::Intermediate => "intermediate",
            Self::List => "list",
        }
    }
}

/// Something that ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// What it is.
    pub what: Ending,
    /// Whose: the common name of an authority, or `server`.
    pub name: String,
    /// When it began.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl Term {
    /// The seconds that are left; fewer than none where it has ended.
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        self.until.duration_since(now).as_secs()
    }
}

/// All that ends: the server's chain, each authority, each list.
pub fn terms(key: &LiveKey, trust: &Trust) -> Vec<Term> {
    let own = Term { what: Ending::Certificate, name: "server".to_owned(), from: key.begins(), until: key.ends() };
    let authorities = trust.authorities().known().iter().flat_map(|known| {
        let is_anchor = trust.authorities().ends_at(&known.id);
        let what = if is_anchor { Ending::Anchor } else { Ending::Intermediate };
        let (from, until) = (known.authority.not_before, known.authority.not_after);
        let name = || known.authority.name.clone();
        let list = trust.revocation().period_of(&known.id);
        let list = list.map(|(from, until)| Term { what: Ending::List, name: name(), from, until });
        [Some(Term { what, name: name(), from, until }), list].into_iter().flatten()
    });
    std::iter::once(own).chain(authorities).collect()
}

/// So many days ahead it is warned; 0 says that it has ended.
const STEPS: [i64; 4] = [30, 7, 1, 0];

/// A warning that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What ends.
    pub term: Term,
    /// So many days ahead, at most; 0 where it has ended.
    pub days: i64,
}

/// Remembers what was warned of, so that each step is told once.
#[derive(Debug, Default)]
pub struct Warner {
    told: HashMap<Term, i64>,
}

impl Warner {
    /// The warnings that are due now and were not told before. What lasts less than twice as long as a step is not warned of at
    /// that step: a list of a week would else be warned of all its life.
    pub fn due(&mut self, terms: &[Term], now: Timestamp) -> Vec<Warning> {
        self.told.retain(|term, _| terms.contains(term));
        let mut due = Vec::new();
        for term in terms {
            let Some(days) = step_of(term, now) else { continue };
            if self.told.get(term).is_none_or(|told| days < *told) {
                self.told.insert(term.clone(), days);
                due.push(Warning { term: term.clone(), days });
            }
        }
        due
    }
}

/// The nearest step that is reached.
fn step_of(term: &Term, now: Timestamp) -> Option<i64> {
    let (left, whole) = (term.until.duration_since(now), term.until.duration_since(term.from));
    let of_days = |days: i64| SignedDuration::from_hours(24 * days);
    STEPS.into_iter().filter(|days| left <= of_days(*days) && of_days(2 * days) <= whole).min()
}
