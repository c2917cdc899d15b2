//! Changes to the metadata of one stored document (PDSm flux 03, TD3.3): status, visibility labels, archived flag; nothing else.

use std::{fmt, sync::Arc};

use super::{
    code::Identifier,
    document::{DocumentEntry, DocumentId, Rendition, Status},
    visibility::Confidentiality,
};

/// How the document to change is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// By its id.
    Id(DocumentId),
    /// By a business identifier, which must be that of one document open to the caller (conditional patch).
    Identifier(Identifier),
}

/// What a document's changeable metadata shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// Whether it counts.
    pub status: Status,
    /// Whether it is archived.
    pub archived: bool,
    /// The base confidentiality.
    pub confidentiality: Confidentiality,
    /// Whether it is masked to professionals (`MASQUE_PS`).
    pub masked: bool,
    /// Whether it is hidden from the patient (`INVISIBLE_PATIENT`).
    pub hidden_from_patient: bool,
    /// Whether it is hidden from a minor's representatives (`INVISIBLE_REPRESENTANTS_LEGAUX`).
    pub hidden_from_representatives: bool,
    /// Whether a flag was to take the place of another one: it was added, and the other one stays (a remark for the caller).
    pub added_rather_than_exchanged: bool,
}

impl Revision {
    /// The metadata as they stand.
    pub const fn of(entry: &DocumentEntry) -> Self {
        Self {
            status: entry.status,
            archived: entry.archived,
            confidentiality: entry.labels.confidentiality,
            masked: entry.labels.masked.is_some(),
            hidden_from_patient: entry.labels.hidden_from_patient.is_some(),
            hidden_from_representatives: entry.labels.hidden_from_representatives.is_some(),
            added_rather_than_exchanged: false,
        }
    }
}

/// Why a patch cannot be applied to the document as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unpatched {
    /// It would change what cannot be changed by a patch.
    OtherElement,
    /// A path or index is not there.
    NoSuchPlace,
    /// A `test` operation failed.
    TestFailed,
    /// A value is none that the element takes.
    WrongValue,
    /// The labels that would result are no set of labels.
    WrongLabels,
}

/// A patch that does not apply: why, and which operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inapplicable {
    /// Why.
    pub why: Unpatched,
    /// The operation, from 0.
    pub operation: usize,
}

/// A patch document, read: it computes the revision of a document as it stands. Pure.
pub type Patch = Arc<dyn Fn(&DocumentEntry, &Rendition) -> Result<Revision, Inapplicable> + Send + Sync>;

/// What a professional attests along with a change. It is kept in the journal: who lifts a mask must be able to say on what word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attestation {
    /// The holder asked for the change (CSP R1111-49, R1111-50).
    HolderRequest,
    /// The document was announced to the patient (CSP R1111-53).
    Announced,
}

impl Attestation {
    /// The word for it, in requests and in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HolderRequest => "holder-request",
            Self::Announced => "announced",
        }
    }

    /// What a word means.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::HolderRequest, Self::Announced].into_iter().find(|attestation| attestation.word() == word)
    }
}

/// The change that is asked for.
#[derive(Clone)]
pub struct Amendment {
    /// Of which document.
    pub target: Named,
    /// The versions of which one must be the current (`If-Match`); any where the request names none.
    pub if_version: Option<Vec<u32>>,
    /// What the patch makes of it.
    pub patch: Patch,
    /// What the caller attests, where it attests something.
    pub attested: Option<Attestation>,
}

impl fmt::Debug for Amendment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Amendment").field("if_version", &self.if_version).field("attested", &self.attested).finish()
    }
}
