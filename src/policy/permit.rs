//! Permits: the law's leave to do one act, and its judgement on each stored thing that the act meets.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{
    capacity::Capacity,
    change::{self, Change},
    d1110_3_3,
    finding::{Duty, Ground},
    provision::Provision,
    r1111_43, r1111_50, r1111_51,
    scope::Scope,
};
use crate::record::{
    access::{Act, Aim, Question},
    amendment::Revision,
    deed::Deed,
    document::DocumentEntry,
    facts::FactsVersion,
    standing::Authorisation,
    trace::AccessTrace,
    visibility::Origin,
};

/// The law's leave to do one act. Only [`Law::decide`](super::Law::decide) makes one, and storage takes nothing else.
#[derive(Debug, Clone)]
pub struct Permit {
    pub(super) question: Arc<Question>,
    pub(super) facts: FactsVersion,
    pub(super) scope: Scope,
    pub(super) duties: Vec<Duty>,
    pub(super) provisions: Vec<&'static Provision>,
    pub(super) capacity: Capacity,
    pub(super) standing: Told,
    pub(super) paris: TimeZone,
}

/// What a look-up may tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// Whether it tells of a record.
    pub(super) record: bool,
    /// How the caller stands to it.
    pub(super) authorisation: Authorisation,
}

impl Told {
    /// Nothing.
    pub(super) const NOTHING: Self =
        Self { record: false, authorisation: Authorisation { reads: false, feeds: false, treats: false } };
}

impl Permit {
    /// The question that it answers.
    pub const fn question(&self) -> &Arc<Question> {
        &self.question
    }

    /// The act that it permits.
    pub fn act(&self) -> &Act {
        &self.question.act
    }

    /// The version of the facts from which it was made; it is worth nothing under any other.
    pub const fn facts(&self) -> FactsVersion {
        self.facts
    }

    /// Whether the permit opens this entry to the caller. Under a permit to read traces: whether a trace may name it.
    pub fn admits(&self, entry: &DocumentEntry) -> bool {
        let is_of_documents = match self.question.act.aim() {
            Aim::ReadDocuments | Aim::FileDocuments | Aim::AmendDocument | Aim::ReadTraces => true,
            Aim::LookUp | Aim::ReadDeeds | Aim::FileDeed => false,
        };
        is_of_documents && self.scope.admits(entry, &self.question.caller.who, self.question.at)
    }

    /// Whether the permit to file lets the caller put a new document in the place of this one: only an author replaces it, or who
    /// files in the name of an author (R1111-51). Never under a permit to read.
    pub fn may_replace(&self, entry: &DocumentEntry) -> bool {
        r1111_51::replaced_by_author(&self.question, entry)
    }

    /// Whether the permit lets the caller revise this entry so: every transition of it, each by its own provision.
    ///
    /// # Errors
    /// The ground of the first transition that is not the caller's to make.
    pub fn may_revise(&self, entry: &DocumentEntry, revision: &Revision) -> Result<(), Ground> {
        Ground::NotTheirs.unless(self.question.act.aim() == Aim::AmendDocument && self.admits(entry))?;
        Change::new(&self.question, self.capacity, entry, revision, &self.paris).is_permitted()
    }

    /// Whose flag a flag is that the caller sets on this entry.
    pub fn origin(&self, entry: &DocumentEntry) -> Origin {
        change::origin(&self.question, self.capacity, entry)
    }

    /// Whether the permit opens this consent or care team to the caller. Under a permit to read traces: whether a trace may name it.
    pub fn admits_deed(&self, deed: &Deed) -> bool {
        let is_of_deeds = match self.question.act.aim() {
            Aim::ReadDeeds | Aim::FileDeed | Aim::ReadTraces => true,
            Aim::ReadDocuments | Aim::FileDocuments | Aim::AmendDocument | Aim::LookUp => false,
        };
        is_of_deeds && self.scope.admits_deed(deed)
    }

    /// Whether the permit to file lets the caller put a new version in the place of this consent or care team, as it stands.
    ///
    /// # Errors
    /// The ground.
    pub fn may_change(&self, deed: &Deed) -> Result<(), Ground> {
        Ground::NotTheirs.unless(self.admits_deed(deed))?;
        d1110_3_3::changed_by_recorder(&self.question, deed)
    }

    /// Whether the permit opens this trace to the caller.
    pub fn admits_trace(&self, trace: &AccessTrace) -> bool {
        self.question.act.aim() == Aim::ReadTraces && self.scope.admits_trace(trace)
    }

    /// Whether grounds and provisions of a trace may be told to the caller; where not, a refused act is told without them (R1111-43).
    pub fn tells_grounds(&self) -> bool {
        r1111_43::grounds_for_holder(&self.question)
    }

    /// Whether a trace that names this entry is left out whole, and not only its name (R1111-50).
    pub const fn keeps_trace_secret(&self, entry: &DocumentEntry) -> bool {
        r1111_50::secret_traces(self.capacity, entry)
    }

    /// How the caller stands to the record (TD0.2). Nothing tells why.
    pub const fn authorisation(&self) -> Authorisation {
        self.standing.authorisation
    }

    /// Whether a look-up tells of a record: what is erased looks as if it had never been (R1111-36).
    pub const fn tells_of_record(&self) -> bool {
        self.standing.record
    }

    /// The duties.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// The provisions that spoke.
    pub fn provisions(&self) -> &[&'static Provision] {
        &self.provisions
    }

    /// A permit without law, for the tests of hosts: its scope is as given, the holder is of age, a professional is authorised, and a
    /// look-up tells of the record.
    #[cfg(test)]
    pub(crate) fn for_test(question: Arc<Question>, facts: FactsVersion, scope: Scope, duties: Vec<Duty>) -> Self {
        let capacity = Capacity::for_test(&question.caller.who);
        let authorisation = Authorisation { reads: true, feeds: true, treats: false };
        Self {
            question,
            facts,
            scope,
            duties,
            provisions: Vec::new(),
            capacity,
            standing: Told { record: true, authorisation },
            paris: TimeZone::UTC,
        }
    }
}
