//! Filing: what a submission would do to the record, worked out before its line is committed and checked again when it is.

use std::sync::Arc;

use rusqlite::Connection;
use uuid::Uuid;

use super::{
    lists,
    quarantine::{Measure, Quarantine},
    rows::{self, Versions},
    work::Work,
    written::{update_document, write_content, write_document, write_lists, write_versions},
};
use crate::{
    hds::{Clash, Document, Filed, FiledDocument, HostFault},
    journal::{Head, LedgerFault},
    policy::{Ground, Permit},
    record::{
        access::Question,
        caller::Who,
        document::{Author, DocumentEntry, DocumentId, Relation, Status},
        submission::{NewDocument, Submission, TargetName},
        visibility::{Labels, Origin},
    },
};

/// A submission ready to be committed.
pub struct Filing {
    question: Arc<Question>,
    versions: Versions,
    documents: Vec<Arc<Document>>,
    superseded: Vec<Arc<Document>>,
    staged: Vec<Measure>,
    authors: Vec<Author>,
}

impl Filing {
    /// The handles of the content that it adopts.
    pub(super) fn handles(&self) -> Vec<Uuid> {
        self.staged.iter().map(|measure| measure.handle).collect()
    }

    /// Files, in the transaction of the line with that head.
    pub(super) fn commit(&self, connection: &Connection, head: Head) -> Result<(), LedgerFault> {
        let (Some(holder), Some(submission)) = (&self.question.holder, self.submission()) else {
            return Err(LedgerFault::Conflict);
        };
        let now = rows::versions(connection, holder)?.ok_or(LedgerFault::Conflict)?;
        if !self.still_fits(connection, now)? {
            return Err(LedgerFault::Conflict);
        }
        let next = Versions { data: now.data.saturating_add(1), ..now };
        write_lists(connection, head, now.holder, submission)?;
        self.staged.iter().try_for_each(|measure| write_content(connection, measure))?;
        self.documents.iter().try_for_each(|document| write_document(connection, next, submission, document))?;
        self.superseded.iter().try_for_each(|document| update_document(connection, next.data, document))?;
        write_versions(connection, next, &self.authors, !self.superseded.is_empty())?;
        Ok(())
    }

    fn submission(&self) -> Option<&Submission> {
        self.question.act.submission()
    }

    /// Whether it would be worked out the same way now.
    fn still_fits(&self, connection: &Connection, now: Versions) -> Result<bool, HostFault> {
        if now == self.versions {
            return Ok(true);
        }
        for new in self.submission().iter().flat_map(|submission| &submission.documents) {
            if filed_before(connection, now.holder, &self.question.caller.who, new)?.is_some() {
                return Ok(false);
            }
        }
        for replaced in &self.superseded {
            let name = TargetName::Id(replaced.entry.id.0);
            let stored = rows::called(connection, now.holder, &name)?;
            let was = replaced.entry.version.saturating_sub(1);
            let as_before = |stored: &Arc<Document>| {
                stored.entry.id == replaced.entry.id
                    && stored.entry.version == was
                    && stored.entry.status == Status::Current
            };
            if !stored.first().is_some_and(as_before) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A submission at work in one record at one moment.
pub(super) struct Desk<'a> {
    pub(super) connection: &'a Connection,
    pub(super) quarantine: &'a Quarantine,
    pub(super) permit: &'a Permit,
    pub(super) submission: &'a Submission,
    pub(super) versions: Versions,
}

impl Desk<'_> {
    /// Works out what will have been filed, and the work that does it: none where all was filed before (K14).
    pub(super) fn prepare(&self) -> Result<(Filed, Option<Work>), HostFault> {
        refuse_twins(&self.submission.documents)?;
        if let Some(filed) = self.answer_as_before()? {
            return Ok((filed, None));
        }
        let targets = self.targets()?;
        let documents: Vec<Arc<Document>> =
            self.submission.documents.iter().map(|new| Arc::new(self.complete(new, &targets))).collect();
        refuse_masked_and_hidden(&documents)?;
        refuse_hidden_after_announcement(&documents)?;
        let superseded: Vec<Arc<Document>> = targets.iter().map(|(_, old)| Arc::new(self.supersede(old))).collect();
        let work = self.work(documents.clone(), superseded.clone())?;
        let filed = Filed {
            documents: documents.iter().map(filed).collect(),
            superseded: superseded.iter().map(filed).collect(),
            stored: documents.iter().map(answered).collect(),
            set: self.submission.set.entry.id,
            folders: self.submission.folders.iter().map(|folder| folder.entry.id).collect(),
            fresh: true,
        };
        Ok((filed, Some(work)))
    }

    /// The answer to a submission all of whose documents the same author filed before with the same content (K14).
    fn answer_as_before(&self) -> Result<Option<Filed>, HostFault> {
        let news = &self.submission.documents;
        let before = |new| filed_before(self.connection, self.versions.holder, self.who(), new);
        let before: Vec<Option<Arc<Document>>> = news.iter().map(before).collect::<Result<_, _>>()?;
        let differs = |old: &Option<Arc<Document>>, new: &NewDocument| {
            old.as_ref().is_some_and(|old| !same_content(&old.entry, &new.entry))
        };
        if let Some((_, new)) = before.iter().zip(news).find(|(old, new)| differs(old, new)) {
            return Err(taken(new.entry.id));
        }
        let again = before.iter().zip(news).find(|(old, _)| old.is_some()).map(|(_, new)| new.entry.id);
        let Some(again) = again else { return Ok(None) };
        let Some(stored) = before.into_iter().collect::<Option<Vec<_>>>() else { return Err(taken(again)) };
        let Some(first) = stored.first() else { return Ok(None) };
        let set = rows::set_of(self.connection, first.entry.id)?;
        Ok(Some(Filed {
            documents: stored.iter().map(filed).collect(),
            set,
            folders: lists::folders_of(self.connection, set)?,
            superseded: self.superseded_before(&stored)?,
            stored: stored.iter().map(answered).collect(),
            fresh: false,
        }))
    }

    /// What the documents filed before have replaced, in the order of the replacements of this submission.
    fn superseded_before(&self, stored: &[Arc<Document>]) -> Result<Vec<FiledDocument>, HostFault> {
        let mut superseded = Vec::new();
        for replacement in &self.submission.replacements {
            let place = self.submission.documents.iter().position(|new| new.entry.id == replacement.by);
            let replaced = place.and_then(|place| stored.get(place)).map(|old| old.entry.replaces.as_slice());
            let named = rows::called(self.connection, self.versions.holder, &replacement.target)?;
            let old = named.iter().find(|named| replaced.unwrap_or_default().contains(&named.entry.id));
            superseded.push(old.map(filed).ok_or_else(|| taken(replacement.by))?);
        }
        Ok(superseded)
    }

    /// The documents to replace, each with the new one's id, in the order of the replacements.
    fn targets(&self) -> Result<Vec<(DocumentId, Arc<Document>)>, HostFault> {
        let mut targets: Vec<(DocumentId, Arc<Document>)> = Vec::new();
        for replacement in &self.submission.replacements {
            let named = rows::called(self.connection, self.versions.holder, &replacement.target)?;
            let target = named.into_iter().find(|named| {
                self.permit.may_replace(&named.entry)
                    && named.entry.status == Status::Current
                    && !targets.iter().any(|(_, taken)| taken.entry.id == named.entry.id)
            });
            let target = target.ok_or(HostFault::Clash(Clash::NotReplaceable(replacement.by)))?;
            targets.push((replacement.by, target));
        }
        Ok(targets)
    }

    /// The new document with its verified authors, and with what the documents that it replaces hand on: the flags, so that nobody
    /// lifts one by replacing, and the clock of R1111-53.
    fn complete(&self, new: &NewDocument, targets: &[(DocumentId, Arc<Document>)]) -> Document {
        let mut entry = new.entry.clone();
        entry.authors = Submission::verified_authors(self.who(), &new.declared);
        for (_, old) in targets.iter().filter(|(by, _)| *by == new.entry.id) {
            let old = &old.entry;
            inherit(&mut entry.labels, old);
            entry.first_deposited = entry.first_deposited.min(old.first_deposited);
            entry.announced = entry.announced.or(old.announced);
            entry.replaces.retain(|id| *id != old.id);
            entry.replaces.push(old.id);
        }
        Document { entry, rendition: new.rendition.clone() }
    }

    fn supersede(&self, old: &Document) -> Document {
        let entry = DocumentEntry {
            status: Status::Superseded,
            version: old.entry.version.saturating_add(1),
            updated: self.submission.received,
            ..old.entry.clone()
        };
        Document { entry, rendition: old.rendition.clone() }
    }

    fn work(&self, documents: Vec<Arc<Document>>, superseded: Vec<Arc<Document>>) -> Result<Work, HostFault> {
        let mut staged: Vec<Measure> = Vec::new();
        for document in &documents {
            let measure = self.quarantine.measure(&document.entry.content);
            let measure = measure.ok_or(HostFault::Damaged("the submission's content is not in the quarantine"))?;
            if !staged.contains(&measure) {
                staged.push(measure);
            }
        }
        let mut authors: Vec<Author> = documents.iter().flat_map(|document| document.entry.authors.clone()).collect();
        authors.sort();
        authors.dedup();
        let question = Arc::clone(self.permit.question());
        Ok(Work::Filing(Filing { question, versions: self.versions, documents, superseded, staged, authors }))
    }

    fn who(&self) -> &Who {
        &self.permit.question().caller.who
    }
}

/// The document with the same uniqueId that the same author filed before. Those of other authors are as if they were not there.
fn filed_before(
    connection: &Connection,
    holder: i64,
    who: &Who,
    new: &NewDocument,
) -> Result<Option<Arc<Document>>, HostFault> {
    let named = &new.entry.unique_id;
    let found = rows::by_unique_id(connection, holder, &named.system, &named.value)?;
    let mine = |entry: &DocumentEntry| entry.status != Status::EnteredInError && is_by_filer(entry, who, new);
    Ok(found.into_iter().find(|document| mine(&document.entry)))
}

fn is_by_filer(entry: &DocumentEntry, who: &Who, new: &NewDocument) -> bool {
    match who {
        Who::Delegate { .. } => {
            Submission::verified_authors(who, &new.declared).iter().any(|author| entry.authors.contains(author))
        }
        Who::Professional(_) | Who::Organisation { .. } | Who::HolderFrontEnd { .. } => entry.is_by(who),
    }
}

/// Flags are lifted by those who may, not by replacing: the holder's mask, the hiding until the announcement, and what a minor keeps
/// from the representatives.
fn inherit(labels: &mut Labels, old: &DocumentEntry) {
    let handed = |set: Option<Origin>, own: Option<Origin>| set.map(|_| Origin::Inherited).or(own);
    let hidden = old.labels.hidden_from_patient.filter(|_| old.announced.is_none());
    labels.masked = handed(old.labels.masked, labels.masked);
    labels.hidden_from_patient = handed(hidden, labels.hidden_from_patient);
    labels.hidden_from_representatives =
        handed(old.labels.hidden_from_representatives, labels.hidden_from_representatives);
}

/// A filed document as the answer shows it: of its relations only the replacements that it made, which its author asked for.
fn answered(document: &Arc<Document>) -> Arc<Document> {
    let replaced = document.entry.replaces.iter();
    let relations: Vec<Relation> =
        replaced.map(|id| Relation { code: "replaces".to_owned(), target: TargetName::Id(id.0) }).collect();
    let entry = DocumentEntry { relations, ..document.entry.clone() };
    Arc::new(Document { entry, rendition: document.rendition.clone() })
}

/// A mask that a replacement inherits may meet a document hidden from the patient, which nobody could then see but its author and
/// the treating physician: refused as where both are stated (I04), which the law cannot see before the target is known.
fn refuse_masked_and_hidden(documents: &[Arc<Document>]) -> Result<(), HostFault> {
    let both = |document: &&Arc<Document>| {
        let labels = document.entry.labels;
        labels.masked.is_some() && labels.hidden_from_patient.is_some()
    };
    match documents.iter().find(both) {
        Some(document) => Err(HostFault::Clash(Clash::LabelConflict(document.entry.id))),
        None => Ok(()),
    }
}

/// What was announced to the patient is not hidden again by filing it anew (CSP R1111-53).
fn refuse_hidden_after_announcement(documents: &[Arc<Document>]) -> Result<(), HostFault> {
    let hidden = |document: &&Arc<Document>| {
        document.entry.announced.is_some() && document.entry.labels.hidden_from_patient.is_some()
    };
    match documents.iter().find(hidden) {
        Some(_) => Err(HostFault::Clash(Clash::NotAllowed(Ground::AlreadyShown))),
        None => Ok(()),
    }
}

fn refuse_twins(documents: &[NewDocument]) -> Result<(), HostFault> {
    for (place, new) in documents.iter().enumerate() {
        let mut before = documents.iter().take(place);
        if before.any(|other| other.entry.unique_id == new.entry.unique_id) {
            return Err(taken(new.entry.id));
        }
    }
    Ok(())
}

/// Whether a document sent again is the one that was filed: its bytes, its type, and no flag asked for that the stored one does not
/// bear. A flag that was set since is no difference.
fn same_content(old: &DocumentEntry, new: &DocumentEntry) -> bool {
    let kept = |asked: Option<Origin>, stored: Option<Origin>| asked.is_none() || stored.is_some();
    let (asked, stored) = (&new.labels, &old.labels);
    (old.content.size, old.content.sha1) == (new.content.size, new.content.sha1)
        && (&old.kind, &old.class) == (&new.kind, &new.class)
        && kept(asked.masked, stored.masked)
        && kept(asked.hidden_from_patient, stored.hidden_from_patient)
        && kept(asked.hidden_from_representatives, stored.hidden_from_representatives)
}

fn filed(document: &Arc<Document>) -> FiledDocument {
    let entry = &document.entry;
    FiledDocument { id: entry.id, version: entry.version, updated: entry.updated }
}

const fn taken(id: DocumentId) -> HostFault {
    HostFault::Clash(Clash::UniqueIdTaken(id))
}
