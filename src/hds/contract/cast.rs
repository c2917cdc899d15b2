//! The cast of the contract's tests: people, records, documents, and short ways to act.

use std::{io::Write, sync::Arc};

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    hds::{Filed, Found, Host, HostFault, Page},
    journal::{Journal, LedgerFault, Trace, Unreleased},
    policy::{Duty, Force, Governs, Permit, Provision, Scope},
    record::{
        access::{Act, MediaTaken, Purpose, Question},
        amendment::{Amendment, Named, Revision},
        caller::{Caller, CertificateId, Who},
        code::{Code, Identifier},
        deed::{Deed, Recorder},
        document::{ContentRef, DateSpan, DocumentEntry, DocumentId, Index, Rendition, Status},
        dossier::{Dossier, State},
        facts::{Facts, FactsVersion},
        identity::{Ins, PsIdNat, StructIdNat, luhn_holds},
        list::{FiledList, ListEntry, ListKind},
        professional::{Profession, Professional},
        query::{PageMark, Query},
        submission::{DeclaredAuthor, NewDocument, Replacement, StagedContent, Submission, TargetName},
        trace::AccessTrace,
        visibility::{Labels, Origin},
    },
};

/// A mask is invisible to all but the authors and the holder, what is hidden from the patient is so to the holder, and what was deleted
/// is to all.
static MASK: Provision = Provision { id: "TEST@mask", force: Force::since(2021, 7, 1), governs: Governs::Acts };

pub(crate) fn holder(number: u64) -> Ins {
    let number = 1_550_199_999_000 + number;
    Ins::new("urn:oid:1.2.250.1.213.1.4.10", &format!("{number:013}{:02}", 97 - number % 97)).unwrap()
}

pub(crate) fn professional(number: u32) -> Professional {
    let digits = format!("99700{number:05}");
    let rpps = (0..10).map(|key| format!("{digits}{key}")).find(|rpps| luhn_holds(rpps)).unwrap();
    Professional {
        id: PsIdNat::of_rpps(&rpps).unwrap(),
        profession: Profession("10".to_owned()),
        specialities: Vec::new(),
        structures: vec![StructIdNat::new("10B0999001").unwrap()],
    }
}

pub(crate) fn doctor(number: u32) -> Who {
    Who::Professional(professional(number))
}

pub(crate) fn secretary() -> Who {
    let structure = professional(1).structures.remove(0);
    Who::Delegate { id: PsIdNat::new("310B0999001/17").unwrap(), structure }
}

pub(crate) fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

pub(crate) fn open_record() -> Facts {
    Facts { dossier: Dossier { state: State::Open, opening: None }, ..Facts::absent() }
}

pub(crate) fn trace() -> Trace {
    Trace { request: Uuid::new_v4(), correlation: None, transaction: "TEST".to_owned(), raw: String::new(), peer: None }
}

pub(crate) fn stage(host: &Host, content: &[u8]) -> StagedContent {
    let mut place = host.stage().unwrap();
    place.write_all(content).unwrap();
    place.finish().unwrap()
}

/// A new document of that uniqueId.
pub(crate) fn document(host: &Host, unique: &str, content: &[u8]) -> NewDocument {
    let staged = stage(host, content);
    let day = DateSpan { from: noon(), until: "2026-03-02T12:00:01Z".parse().unwrap() };
    let content = ContentRef {
        handle: staged.handle,
        content_type: "text/plain".to_owned(),
        size: staged.size,
        sha1: staged.sha1,
    };
    let entry = DocumentEntry {
        id: DocumentId(Uuid::new_v4()),
        version: 1,
        updated: noon(),
        unique_id: Identifier { system: "urn:ietf:rfc:3986".to_owned(), value: format!("urn:oid:1.2.{unique}") },
        entry_uuids: vec![Uuid::new_v4()],
        status: Status::Current,
        archived: false,
        kind: Code::new("http://loinc.org", "34112-3"),
        class: Code::new("urn:oid:1.2.250.1.213.1.1.4.1", "10"),
        date: day,
        creation: day,
        period: (noon(), None),
        authors: Vec::new(),
        labels: Labels::default(),
        first_deposited: noon(),
        announced: None,
        content,
        replaces: Vec::new(),
        relations: Vec::new(),
        index: Index::default(),
    };
    let rendition = Rendition { body: b"\"description\":\"a note\"".to_vec(), base_at: 0 };
    NewDocument {
        entry,
        rendition,
        declared: Vec::new(),
        signatories: Vec::new(),
        custodian: None,
        content_names: Vec::new(),
    }
}

pub(crate) fn declaring(new: NewDocument, number: u32) -> NewDocument {
    NewDocument { declared: vec![DeclaredAuthor::Professional(professional(number))], ..new }
}

pub(crate) fn masked(mut new: NewDocument) -> NewDocument {
    new.entry.labels.masked = Some(Origin::Author);
    new
}

pub(crate) fn dated(mut new: NewDocument, day: i8) -> NewDocument {
    let from = format!("2026-02-{day:02}T00:00:00Z").parse().unwrap();
    new.entry.date = DateSpan { from, until: from };
    new
}

pub(crate) fn submission(documents: Vec<NewDocument>) -> Submission {
    let received: Timestamp = "2026-03-02T12:00:05Z".parse().unwrap();
    let entry = ListEntry {
        id: Uuid::new_v4(),
        kind: ListKind::SubmissionSet,
        version: 1,
        updated: received,
        profiles: Vec::new(),
        identifiers: Vec::new(),
        date: DateSpan { from: received, until: received },
        title: None,
        designation: Vec::new(),
        source_id: None,
        sources: Vec::new(),
        source_identifiers: Vec::new(),
        archived: false,
        documents: documents.iter().map(|new| new.entry.id).collect(),
        folders: Vec::new(),
    };
    let set = FiledList { entry, rendition: b"\"status\":\"current\"".to_vec() };
    Submission { set, folders: Vec::new(), documents, replacements: Vec::new(), traits: Vec::new(), received }
}

pub(crate) fn replacing(mut submission: Submission, target: TargetName) -> Submission {
    let by = submission.documents[0].entry.id;
    submission.replacements.push(Replacement { by, target });
    submission
}

pub(crate) fn all() -> Query {
    Query { criteria: Vec::new(), sort: Vec::new(), page_size: 50, after: None }
}

/// A permit whose scope leaves out what [`MASK`] does, that leaves deeds and traces to those whose they are, and the holder all of them.
/// What it says of a change is the law's own word.
pub(crate) fn permit(who: &Who, holder: &Ins, act: Act, facts: FactsVersion) -> Permit {
    let certificate = CertificateId { fingerprint: [1; 32], serial: "01".to_owned(), issuer: "test".to_owned() };
    let caller = Caller::by_certificate(who.clone(), certificate);
    let question = Question {
        caller,
        act,
        holder: Some(holder.clone()),
        purpose: Purpose::Care,
        at: noon(),
        takes: MediaTaken::any(),
    };
    let scope = Scope::only(&MASK, |entry, who, _| {
        let labels = entry.labels;
        let closed = if is_holder(who) { labels.hidden_from_patient } else { labels.masked };
        entry.status != Status::EnteredInError && (closed.is_none() || entry.is_by(who))
    });
    let reader = who.clone();
    let deeds = Scope::only_deeds(&MASK, move |deed| is_holder(&reader) || is_recorder(&reader, deed));
    let reader = who.clone();
    let traces = Scope::only_traces(&MASK, move |trace| is_holder(&reader) || is_own(&reader, trace));
    let duties = vec![Duty::Record, Duty::InformHolder];
    Permit::for_test(Arc::new(question), facts, scope.and(deeds).and(traces), duties)
}

/// A trace of one's own acts, unless it named a document of which one is told nothing.
fn is_own(who: &Who, trace: &AccessTrace) -> bool {
    let actor = trace.actor.as_ref().and_then(|actor| actor.person.as_ref());
    actor.is_some() && actor == who.person() && (trace.act != "read" || trace.document.is_some())
}

fn is_holder(who: &Who) -> bool {
    matches!(who, Who::HolderFrontEnd { .. })
}

fn is_recorder(who: &Who, deed: &Deed) -> bool {
    who.person().is_some_and(|person| deed.recorder == Recorder::Person(person.clone()))
}

/// The front end of the digital health space.
pub(crate) fn front_end() -> Who {
    Who::HolderFrontEnd { structure: StructIdNat::new("10B0999009").unwrap() }
}

/// An amendment that changes what it is told to.
pub(crate) fn amendment(target: Named, change: impl Fn(&mut Revision) + Send + Sync + 'static) -> Amendment {
    let patch = Arc::new(move |entry: &DocumentEntry, _: &Rendition| {
        let mut revision = Revision::of(entry);
        change(&mut revision);
        Ok(revision)
    });
    Amendment { target, if_version: None, patch, attested: None }
}

/// Why an act ended without an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Host(HostFault),
    #[error(transparent)]
    Ledger(LedgerFault),
}

/// Does an act from the facts to the released answer.
pub(crate) async fn act(host: &Host, who: &Who, holder: &Ins, act: Act) -> Result<Found, Failure> {
    let facts = host.facts(holder).await.map_err(Failure::Host)?;
    let permit = permit(who, holder, act, facts.version);
    let sealed = host.perform(&permit).await.map_err(Failure::Host)?;
    match Journal::over(host).release(&permit, sealed, &trace()).await {
        Ok(released) => Ok(released.into_inner()),
        Err(Unreleased(fault)) => Err(Failure::Ledger(fault)),
    }
}

pub(crate) async fn file(host: &Host, who: &Who, holder: &Ins, submission: Submission) -> Result<Filed, Failure> {
    let found = act(host, who, holder, Act::Submit(Box::new(submission))).await?;
    let Found::Filed(filed) = found else { panic!("{found:?} is no answer to a submission") };
    Ok(filed)
}

pub(crate) async fn search(host: &Host, who: &Who, holder: &Ins, query: Query) -> Page {
    let found = act(host, who, holder, Act::Search(query)).await.unwrap();
    let Found::Page(page) = found else { panic!("{found:?} is no answer to a search") };
    page
}

pub(crate) async fn ids(host: &Host, who: &Who, holder: &Ins) -> Vec<DocumentId> {
    search(host, who, holder, all()).await.documents.iter().map(|document| document.entry.id).collect()
}

pub(crate) async fn read(host: &Host, who: &Who, holder: &Ins, id: DocumentId) -> Option<DocumentEntry> {
    let found = act(host, who, holder, Act::Read(id)).await.unwrap();
    if let Found::Gone = found {
        return None;
    }
    let Found::Document(document) = found else { panic!("{found:?} is no answer to a read") };
    document.map(|document| document.entry.clone())
}

pub(crate) async fn retrieve(host: &Host, who: &Who, holder: &Ins, id: DocumentId) -> Option<Vec<u8>> {
    let found = act(host, who, holder, Act::Retrieve(id)).await.unwrap();
    if let Found::Gone = found {
        return None;
    }
    let Found::Content(content) = found else { panic!("{found:?} is no answer to a retrieval") };
    content.map(|mut content| {
        let mut bytes = Vec::new();
        content.bytes.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// What a page tells: the total, the ids, the mark.
pub(crate) fn told(page: &Page) -> (usize, Vec<DocumentId>, Option<PageMark>) {
    (page.total, page.documents.iter().map(|document| document.entry.id).collect(), page.next)
}
