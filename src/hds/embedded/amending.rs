//! Amending: what a change of metadata would make of a document, worked out before its line is committed and checked again when it is.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::{
    rows::{self, Versions},
    shelf::{Shelf, Sought},
    work::Work,
    written::{update_document, write_versions},
};
use crate::{
    hds::{Amended, Clash, Document, Found, HostFault},
    journal::LedgerFault,
    policy::{Ground, Permit},
    record::{
        access::Question,
        amendment::{Amendment, Named, Revision},
        document::DocumentEntry,
        submission::TargetName,
        visibility::{Labels, Origin},
    },
};

/// A new version of a document's metadata, ready to be committed.
pub struct Amending {
    question: Arc<Question>,
    versions: Versions,
    document: Arc<Document>,
    /// Whether the law may decide otherwise now.
    decides: bool,
}

impl Amending {
    /// Puts the new version in the place of the one before.
    pub(super) fn commit(&self, connection: &Connection) -> Result<(), LedgerFault> {
        let holder = self.question.holder.as_ref().ok_or(LedgerFault::Conflict)?;
        let now = rows::versions(connection, holder)?.ok_or(LedgerFault::Conflict)?;
        if !self.still_fits(connection, now)? {
            return Err(LedgerFault::Conflict);
        }
        let next = Versions { data: now.data.saturating_add(1), ..now };
        update_document(connection, next.data, &self.document)?;
        write_versions(connection, next, &[], self.decides)?;
        Ok(())
    }

    /// Whether it would be worked out the same way now. A business identifier may mean another document, or several, as soon as
    /// anything was filed.
    fn still_fits(&self, connection: &Connection, now: Versions) -> Result<bool, HostFault> {
        if now == self.versions {
            return Ok(true);
        }
        match self.question.act.amendment().map(|amendment| &amendment.target) {
            Some(Named::Id(_)) => {}
            Some(Named::Identifier(_)) | None => return Ok(false),
        }
        let entry = &self.document.entry;
        let stored = rows::called(connection, now.holder, &TargetName::Id(entry.id.0))?;
        let was = entry.version.saturating_sub(1);
        Ok(stored.first().is_some_and(|stored| stored.entry.id == entry.id && stored.entry.version == was))
    }
}

/// Works out what the permit's amendment makes of a record, and the work that does it: none where nothing changes, or where the
/// document is not there for the caller.
pub(super) fn prepare(
    shelf: &Shelf,
    versions: Versions,
    amendment: &Amendment,
    permit: &Permit,
) -> Result<(Found, Option<Work>), HostFault> {
    let stored = match target(shelf, amendment, permit)? {
        Sought::Open(stored) => stored,
        Sought::Deleted => return Ok((Found::Gone, None)),
        Sought::Absent => return Ok((Found::Amended(None), None)),
    };
    let entry = &stored.entry;
    let shown = shelf.shown(&stored, permit);
    let revision = revise(amendment, &shown, permit)?;
    let remark = revision.added_rather_than_exchanged;
    if (Revision { added_rather_than_exchanged: false, ..revision }) == Revision::of(entry) {
        let amended = Amended { document: shown, changed: false, hidden: false, added_rather_than_exchanged: remark };
        return Ok((Found::Amended(Some(amended)), None));
    }
    let revised = revised(entry, revision, permit);
    if revised.labels.masked.is_some() && revised.labels.hidden_from_patient.is_some() {
        return Err(HostFault::Clash(Clash::LabelConflict(entry.id)));
    }
    let decides = revised.labels != entry.labels || revised.status != entry.status;
    let told = DocumentEntry { relations: shown.entry.relations.clone(), ..revised.clone() };
    let document = |entry| Arc::new(Document { entry, rendition: stored.rendition.clone() });
    let question = Arc::clone(permit.question());
    let work = Work::Amending(Amending { question, versions, document: document(revised), decides });
    let hidden = entry.labels.hidden_from_patient.is_none() && told.labels.hidden_from_patient.is_some();
    let amended = Amended { document: document(told), changed: true, hidden, added_rather_than_exchanged: remark };
    Ok((Found::Amended(Some(amended)), Some(work)))
}

fn target(shelf: &Shelf, amendment: &Amendment, permit: &Permit) -> Result<Sought, HostFault> {
    let mut named = shelf.named(&amendment.target, permit);
    let first = named.pop().unwrap_or(Sought::Absent);
    if named.is_empty() { Ok(first) } else { Err(HostFault::Clash(Clash::SeveralNamed)) }
}

/// The revision that is asked for, of the version that the caller expects, where the law lets the caller make it. The patch sees of
/// the document what the caller may see.
fn revise(amendment: &Amendment, shown: &Document, permit: &Permit) -> Result<Revision, HostFault> {
    let entry = &shown.entry;
    if amendment.if_version.as_ref().is_some_and(|expected| !expected.contains(&entry.version)) {
        return Err(HostFault::Clash(Clash::VersionMoved));
    }
    let patched = (amendment.patch)(entry, &shown.rendition);
    let revision = patched.map_err(|inapplicable| HostFault::Clash(Clash::Inapplicable(inapplicable)))?;
    permit.may_revise(entry, &revision).map_err(|ground| HostFault::Clash(clash_of(entry, ground)))?;
    Ok(revision)
}

/// Labels that nobody may state together are the same clash whoever asks for them (I04).
fn clash_of(entry: &DocumentEntry, ground: Ground) -> Clash {
    if ground == Ground::LabelConflict { Clash::LabelConflict(entry.id) } else { Clash::NotAllowed(ground) }
}

fn revised(entry: &DocumentEntry, revision: Revision, permit: &Permit) -> DocumentEntry {
    let at = permit.question().at;
    let labels = relabelled(entry, revision, permit.origin(entry));
    let announced = announced(entry, &labels, at);
    let mut entry_uuids = entry.entry_uuids.clone();
    if labels != entry.labels {
        // An update of metadata makes a new entryUUID in XDS; a new status does not.
        entry_uuids.insert(0, Uuid::new_v4());
    }
    DocumentEntry {
        version: entry.version.saturating_add(1),
        // Whoever asks for what changed since an instant misses nothing where the clock went back.
        updated: at.max(entry.updated),
        status: revision.status,
        archived: revision.archived,
        labels,
        announced,
        entry_uuids,
        ..entry.clone()
    }
}

/// A flag that stays keeps whose it is.
fn relabelled(entry: &DocumentEntry, revision: Revision, origin: Origin) -> Labels {
    let flag = |set: bool, was: Option<Origin>| set.then(|| was.unwrap_or(origin));
    let was = &entry.labels;
    Labels {
        confidentiality: revision.confidentiality,
        masked: flag(revision.masked, was.masked),
        hidden_from_patient: flag(revision.hidden_from_patient, was.hidden_from_patient),
        hidden_from_representatives: flag(revision.hidden_from_representatives, was.hidden_from_representatives),
    }
}

/// When it was announced to the patient: at the latest when the flag is lifted, for then the patient may see it.
fn announced(entry: &DocumentEntry, labels: &Labels, at: Timestamp) -> Option<Timestamp> {
    let is_lifted = entry.labels.hidden_from_patient.is_some() && labels.hidden_from_patient.is_none();
    entry.announced.or(is_lifted.then_some(at))
}
