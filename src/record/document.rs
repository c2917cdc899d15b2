//! Document entries: the XDS-shaped metadata at which law and search look, beside the stored resource.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    caller::Who,
    code::{Code, Identifier, URI_SYSTEM},
    identity::{PsIdNat, StructIdNat},
    list::PersonName,
    visibility::Labels,
};

/// The stable identity of a document in the record: the logical id (lid) of XDS, the `id` of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DocumentId(pub Uuid);

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Whether a document counts (availabilityStatus).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Approved.
    Current,
    /// Deprecated, by a replacement or by its author.
    Superseded,
    /// Deleted by its author; no longer in any answer.
    EnteredInError,
}

/// To whom a document owes its being, with the rights that come with it (CSP R1111-49). Only verified authors are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "id")]
pub enum Author {
    /// A professional.
    Person(PsIdNat),
    /// A structure that filed in its own name.
    Structure(StructIdNat),
    /// The holder.
    Holder,
}

impl Author {
    /// Whether the caller is this author. A delegate is never the author: the professional named is.
    pub fn is(&self, who: &Who) -> bool {
        match (self, who) {
            (Self::Person(author), Who::Professional(caller)) => *author == caller.id,
            (Self::Structure(author), Who::Organisation { structure }) => author == structure,
            (Self::Holder, Who::HolderFrontEnd { .. }) => true,
            (Self::Person(_) | Self::Structure(_) | Self::Holder, _) => false,
        }
    }
}

/// A half-open span of instants `[from, until)`: what a FHIR date of any precision stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateSpan {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

/// The content of a document, kept at the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentRef {
    /// Where the host keeps it.
    pub handle: Uuid,
    /// The media type, as stated by the source.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-1 of the bytes, as XDS and FHIR demand.
    #[serde(with = "hex20")]
    pub sha1: [u8; 20],
}

/// How another document is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "id")]
pub enum TargetName {
    /// By its id, which the server gave; an entryUUID is an identifier, and anybody may give one.
    Id(Uuid),
    /// By a business identifier.
    Identifier(Identifier),
}

/// A relation to another document, as the source stated it. It is told only to a caller to whom the other document is open: it would
/// betray that document otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// `replaces`, `transforms`, `appends` or `signs`.
    pub code: String,
    /// The other document.
    pub target: TargetName,
}

/// What policy and search need of one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEntry {
    /// The stable identity.
    pub id: DocumentId,
    /// The version of the metadata, from 1.
    pub version: u32,
    /// When this version was accepted.
    pub updated: Timestamp,
    /// The uniqueId, given by the source (masterIdentifier).
    pub unique_id: Identifier,
    /// The entryUUIDs, the current one first; all of them resolve.
    pub entry_uuids: Vec<Uuid>,
    /// Whether it counts.
    pub status: Status,
    /// Whether it is archived: left out of searches, readable on demand.
    pub archived: bool,
    /// typeCode.
    pub kind: Code,
    /// classCode.
    pub class: Code,
    /// `DocumentReference.date`.
    pub date: DateSpan,
    /// creationTime.
    pub creation: DateSpan,
    /// serviceStartTime to serviceStopTime; an open end lasts.
    pub period: (Timestamp, Option<Timestamp>),
    /// The verified authors.
    pub authors: Vec<Author>,
    /// The labels.
    pub labels: Labels,
    /// When it, or the first of the documents that it replaces, was filed: the clock of CSP R1111-53.
    pub first_deposited: Timestamp,
    /// When a professional announced it to the patient, where that happened.
    pub announced: Option<Timestamp>,
    /// The content.
    pub content: ContentRef,
    /// The documents it replaces.
    pub replaces: Vec<DocumentId>,
    /// Its relations to other documents.
    pub relations: Vec<Relation>,
    /// What else search looks at.
    #[serde(default)]
    pub index: Index,
}

/// What search looks at and the law does not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Index {
    /// healthcareFacilityTypeCode.
    pub facility: Vec<Code>,
    /// practiceSettingCode.
    pub setting: Vec<Code>,
    /// formatCode.
    pub format: Vec<Code>,
    /// eventCodeList.
    pub events: Vec<Code>,
    /// The names of the authors.
    pub author_names: Vec<PersonName>,
    /// The identifiers of the authors and of their structures.
    pub author_identifiers: Vec<Identifier>,
    /// referenceIdList: the identifiers of `context.related`.
    pub related: Vec<Identifier>,
    /// The literal references of `context.related`.
    pub related_references: Vec<String>,
    /// The identifiers that the source keeps beside uniqueId and entryUUIDs.
    pub identifiers: Vec<Identifier>,
    /// The title.
    pub title: Option<String>,
}

impl DocumentEntry {
    /// Whether the caller is one of the authors.
    pub fn is_by(&self, who: &Who) -> bool {
        self.authors.iter().any(|author| author.is(who))
    }

    /// Whether the name is this document's.
    pub fn is_named(&self, name: &TargetName) -> bool {
        match name {
            TargetName::Id(uuid) => self.id.0 == *uuid,
            TargetName::Identifier(identifier) => self.is_called(Some(&identifier.system), &identifier.value),
        }
    }

    /// Whether this is one of the document's identifiers: uniqueId, any entryUUID, or the logical id.
    pub fn is_called(&self, system: Option<&str>, value: &str) -> bool {
        let of_uri = || system.is_none_or(|system| system == URI_SYSTEM);
        (self.unique_id.value == value && system.is_none_or(|system| system == self.unique_id.system))
            || (of_uri() && uuid_of(value).is_some_and(|uuid| uuid == self.id.0 || self.entry_uuids.contains(&uuid)))
    }
}

fn uuid_of(value: &str) -> Option<Uuid> {
    value.strip_prefix("urn:uuid:").and_then(|uuid| Uuid::try_parse(uuid).ok())
}

/// The accepted resource as canonical JSON, without what the server owns and prints from the entry itself
/// (`resourceType`, `id`, `meta`, `masterIdentifier`, `identifier`, `status`, `securityLabel`, `relatesTo`): the members that remain,
/// comma-separated, without the enclosing braces. What the source gave of `meta` (profile, tags), `extension` and other
/// `identifier`s stands first, in this order; the server prints its own part before it.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The members.
    pub body: Vec<u8>,
    /// Where the server's base address belongs, as an offset into `body`: right before the relative `Binary/…` of the attachment.
    pub base_at: usize,
}

impl fmt::Debug for Rendition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rendition({} bytes)", self.body.len())
    }
}

mod hex20 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8; 20], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::super::hex(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 20], D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = super::super::unhex(&text).ok_or_else(|| D::Error::custom("not hexadecimal"))?;
        bytes.try_into().map_err(|_| D::Error::custom("not twenty bytes"))
    }
}
