//! One change of one document's metadata, put to the law transition by transition. Source: law.md 2.2 META and DELETE.

use jiff::{Timestamp, tz::TimeZone};

use super::{capacity::Capacity, finding::Ground, i12, r1111_49, r1111_50, r1111_51, r1111_53};
use crate::record::{
    access::Question,
    amendment::{Attestation, Revision},
    caller::Who,
    document::DocumentEntry,
    visibility::{Labels, Origin},
};

/// What a document's metadata are, what they shall be, and who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    question: &'a Question,
    capacity: Capacity,
    /// The document as it stands.
    pub(super) entry: &'a DocumentEntry,
    /// What its metadata shall be.
    pub(super) revision: &'a Revision,
    /// By whose clock days are counted.
    pub(super) paris: &'a TimeZone,
}

/// What happens to a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It stays as it is.
    Kept,
    /// It is set.
    Set,
    /// It is lifted.
    Lifted,
}

type Transition = fn(&Change<'_>) -> Result<(), Ground>;

/// Every transition is asked; what it does not concern passes it.
const TRANSITIONS: &[Transition] = &[
    r1111_51::status_by_author,
    i12::archived,
    r1111_49::masked_by,
    r1111_49::unmasked_by,
    r1111_49::confidentiality_by,
    r1111_50::kept_from_representatives,
    r1111_50::told_to_representatives,
    r1111_53::hidden_by,
    r1111_53::shown_by,
    r1111_53::not_also_masked_by,
];

impl<'a> Change<'a> {
    pub(super) const fn new(
        question: &'a Question,
        capacity: Capacity,
        entry: &'a DocumentEntry,
        revision: &'a Revision,
        paris: &'a TimeZone,
    ) -> Self {
        Self { question, capacity, entry, revision, paris }
    }

    /// Whether every transition of the change is the caller's to make.
    pub(super) fn is_permitted(&self) -> Result<(), Ground> {
        TRANSITIONS.iter().try_for_each(|transition| transition(self))
    }

    /// In which capacity the caller acts.
    pub(super) const fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// Whether the caller is one of the document's authors.
    pub(super) fn is_by_author(&self) -> bool {
        self.entry.is_by(&self.question.caller.who)
    }

    /// Whether a professional asks, as such: someone who can judge what a patient should learn, and attest it.
    pub(super) const fn is_by_professional(&self) -> bool {
        match self.question.caller.who {
            Who::Professional(_) => true,
            Who::Delegate { .. } | Who::Organisation { .. } | Who::HolderFrontEnd { .. } => false,
        }
    }

    /// Whether a professional attests that the holder asked for it, or that the document was announced. Software attests nothing.
    pub(super) fn attests(&self, attestation: Attestation) -> bool {
        attests(self.question, attestation)
    }

    /// When the change is asked for.
    pub(super) const fn at(&self) -> Timestamp {
        self.question.at
    }

    /// What happens to a flag.
    pub(super) const fn turn(before: Option<Origin>, after: bool) -> Turn {
        match (before, after) {
            (None, true) => Turn::Set,
            (Some(_), false) => Turn::Lifted,
            (None, false) | (Some(_), true) => Turn::Kept,
        }
    }

    /// The labels as they stand.
    pub(super) const fn labels(&self) -> Labels {
        self.entry.labels
    }
}

/// Whose flag it is that the caller sets: the holder's where the holder sets it or asked for it, else the author's or the treating
/// physician's.
pub(super) fn origin(question: &Question, capacity: Capacity, entry: &DocumentEntry) -> Origin {
    match capacity {
        Capacity::Holder { .. } => Origin::Holder,
        _ if attests(question, Attestation::HolderRequest) => Origin::Holder,
        _ if entry.is_by(&question.caller.who) => Origin::Author,
        Capacity::TreatingPhysician => Origin::TreatingPhysician,
        // Nobody else sets a flag but at the holder's request.
        Capacity::Authorised | Capacity::Author => Origin::Holder,
    }
}

fn attests(question: &Question, attestation: Attestation) -> bool {
    let attested = question.act.amendment().and_then(|amendment| amendment.attested);
    question.caller.who.professional().is_some() && attested == Some(attestation)
}
