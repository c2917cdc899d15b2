//! What can go wrong at a host.

use std::error::Error;

use crate::{
    policy::Ground,
    record::{amendment::Inapplicable, document::DocumentId},
};

/// Why a host did not do what was permitted.
#[derive(Debug, thiserror::Error)]
pub enum HostFault {
    /// It cannot be read or written now.
    #[error("the host is not available")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// What it keeps is damaged; an operator must look.
    #[error("the host's data are damaged: {0}")]
    Damaged(&'static str),
    /// The submission clashes with what is stored.
    #[error("the submission clashes with the record")]
    Clash(Clash),
}

impl HostFault {
    /// The permanent word for the journal and the metrics.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "host-unavailable",
            Self::Damaged(_) => "host-damaged",
            Self::Clash(Clash::UniqueIdTaken(_)) => "unique-id-taken",
            Self::Clash(Clash::NotReplaceable(_)) => "not-replaceable",
            Self::Clash(Clash::LabelConflict(_)) => "label-conflict",
            Self::Clash(Clash::PageGone) => "page-gone",
            Self::Clash(Clash::VersionMoved) => "version-moved",
            Self::Clash(Clash::SeveralNamed) => "several-named",
            Self::Clash(Clash::Inapplicable(_)) => "patch-inapplicable",
            Self::Clash(Clash::NotAllowed(ground)) => ground.word(),
        }
    }
}

/// How a submission clashes with the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// The page was made from versions that are gone.
    PageGone,
    /// The current version is none of those that the caller expects (`If-Match`).
    VersionMoved,
    /// A conditional patch names several documents that are open to the caller.
    SeveralNamed,
    /// The patch does not apply to the document as it stands.
    Inapplicable(Inapplicable),
    /// The document, consent or care team is open to the caller, who may not change it so.
    NotAllowed(Ground),
    /// The uniqueId is taken, by the same author, for other content (K14); the new document that bears it.
    UniqueIdTaken(DocumentId),
    /// The document to replace is unknown, of another patient, of another author or no longer current: one answer for all, so
    /// that it tells nothing (K09); the new document that would have replaced it.
    NotReplaceable(DocumentId),
    /// The new document is hidden from the patient and inherits a mask to professionals (I04).
    LabelConflict(DocumentId),
}
