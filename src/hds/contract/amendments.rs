//! Amendments, versions and deletion.

use uuid::Uuid;

use super::cast::*;
use crate::{
    hds::{Amended, Clash, Found, Host, HostFault},
    journal::{Journal, LedgerFault, Unreleased},
    policy::Ground,
    record::{
        access::Act,
        amendment::{Inapplicable, Named, Revision, Unpatched},
        caller::Who,
        code::Identifier,
        document::{DocumentEntry, DocumentId, Status},
        visibility::{Confidentiality, Origin},
    },
};

async fn amend(
    host: &Host,
    who: &Who,
    id: DocumentId,
    change: impl Fn(&mut Revision) + Send + Sync + 'static,
) -> Option<Amended> {
    let amendment = amendment(Named::Id(id), change);
    let found = act(host, who, &holder(1), Act::Amend(amendment)).await.unwrap();
    let Found::Amended(amended) = found else { panic!("{found:?} is no answer to an amendment") };
    amended
}

async fn clash(host: &Host, who: &Who, amendment: crate::record::amendment::Amendment) -> Clash {
    match act(host, who, &holder(1), Act::Amend(amendment)).await {
        Err(Failure::Host(HostFault::Clash(clash))) => clash,
        other => panic!("{other:?} is no clash"),
    }
}

async fn filed(host: &Host, unique: &str) -> DocumentEntry {
    let new = document(host, unique, b"content");
    let filed = file(host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
    filed.stored[0].entry.clone()
}

async fn history(host: &Host, who: &Who, id: DocumentId) -> Vec<(u32, bool)> {
    let found = act(host, who, &holder(1), Act::History(id)).await.unwrap();
    let Found::Versions(all) = found else { panic!("{found:?} is no history") };
    all.iter().map(|document| (document.entry.version, document.entry.labels.masked.is_some())).collect()
}

async fn version(host: &Host, who: &Who, id: DocumentId, version: u32) -> Option<DocumentEntry> {
    let found = act(host, who, &holder(1), Act::ReadVersion(id, version)).await.unwrap();
    let Found::Document(document) = found else { panic!("{found:?} is no version") };
    document.map(|document| document.entry.clone())
}

/// A new label is a new version of the same document, under a new entryUUID beside the old; permits made before are worth nothing.
pub(crate) async fn an_amendment_makes_a_new_version(host: &Host) {
    let first = filed(host, "1").await;
    let before = host.facts(&holder(1)).await.unwrap().version;
    let amended = amend(host, &doctor(1), first.id, |revision| revision.masked = true).await.unwrap();
    assert!(amended.changed);
    let entry = read(host, &doctor(1), &holder(1), first.id).await.unwrap();
    assert_eq!(entry, amended.document.entry);
    assert_eq!((entry.version, entry.updated, entry.labels.masked), (2, noon(), Some(Origin::Author)));
    assert_eq!((entry.entry_uuids.len(), entry.entry_uuids[1]), (2, first.entry_uuids[0]));
    for uuid in entry.entry_uuids {
        assert!(read(host, &doctor(1), &holder(1), DocumentId(uuid)).await.is_none(), "an identifier is no address");
    }
    assert!(host.facts(&holder(1)).await.unwrap().version > before);
    assert_eq!(ids(host, &doctor(2), &holder(1)).await, []);
}

/// What stands beside the change stays: the origin of a flag, the content, the identifiers.
pub(crate) async fn a_flag_that_stays_keeps_whose_it_is(host: &Host) {
    let first = filed(host, "1").await;
    amend(host, &front_end(), first.id, |revision| revision.masked = true).await.unwrap();
    let author = doctor(1);
    let amended = amend(host, &author, first.id, |revision| {
        revision.confidentiality = Confidentiality::R;
        revision.hidden_from_representatives = true;
    });
    let entry = amended.await.unwrap().document.entry.clone();
    let labels = entry.labels;
    assert_eq!((labels.masked, labels.hidden_from_representatives), (Some(Origin::Holder), Some(Origin::Author)));
    assert_eq!((labels.confidentiality, entry.version), (Confidentiality::R, 3));
    assert_eq!((entry.content, entry.unique_id), (first.content, first.unique_id));
}

/// A new status or archived flag keeps the entryUUID; nothing new makes no version, and leaves a line all the same.
pub(crate) async fn an_amendment_that_changes_nothing_makes_no_version(host: &Host) {
    let first = filed(host, "1").await;
    let archived = amend(host, &doctor(1), first.id, |revision| revision.archived = true).await.unwrap();
    assert_eq!((archived.document.entry.version, archived.document.entry.archived), (2, true));
    assert_eq!(archived.document.entry.entry_uuids, first.entry_uuids);
    let lines = || host.lines(1, 1000).unwrap().len();
    let before = lines();
    let again = amend(host, &doctor(1), first.id, |revision| revision.archived = true).await.unwrap();
    assert_eq!((again.changed, again.document.entry.version), (false, 2));
    assert_eq!(lines(), before + 1);
    assert_eq!(history(host, &doctor(1), first.id).await.len(), 2);
}

/// I04: nobody could see a document that is masked and hidden from the patient.
pub(crate) async fn a_document_is_not_masked_and_hidden_at_once(host: &Host) {
    let id = filed(host, "1").await.id;
    amend(host, &doctor(1), id, |revision| revision.masked = true).await.unwrap();
    let both = amendment(Named::Id(id), |revision| revision.hidden_from_patient = true);
    assert_eq!(clash(host, &doctor(1), both).await, Clash::LabelConflict(id));
    assert_eq!(history(host, &doctor(1), id).await, [(2, true), (1, false)]);
}

/// A document that is closed to the caller is not there, whatever is asked of it; one that is open and not theirs may not be changed.
pub(crate) async fn only_what_is_open_and_ones_own_is_amended(host: &Host) {
    let (open, closed) = (filed(host, "1").await.id, filed(host, "2").await.id);
    amend(host, &doctor(1), closed, |revision| revision.masked = true).await.unwrap();
    let wrong = |id| {
        let mut wrong = amendment(Named::Id(id), |revision| revision.archived = true);
        wrong.if_version = Some(vec![9]);
        wrong
    };
    for id in [closed, DocumentId(Uuid::nil())] {
        let found = act(host, &doctor(2), &holder(1), Act::Amend(wrong(id))).await.unwrap();
        assert!(matches!(found, Found::Amended(None)), "{found:?}");
    }
    assert_eq!(clash(host, &doctor(2), wrong(open)).await, Clash::VersionMoved);
    let deletion = amendment(Named::Id(open), |revision| revision.status = Status::EnteredInError);
    assert_eq!(clash(host, &doctor(2), deletion).await, Clash::NotAllowed(Ground::NotTheirs));
    assert_eq!(read(host, &doctor(1), &holder(1), open).await.unwrap().version, 1);
}

/// `If-Match`, and patches that do not apply.
pub(crate) async fn an_amendment_is_of_the_version_that_the_caller_knows(host: &Host) {
    let id = filed(host, "1").await.id;
    let knowing = |versions: Vec<u32>| {
        let mut amendment = amendment(Named::Id(id), |revision| revision.archived = !revision.archived);
        amendment.if_version = Some(versions);
        amendment
    };
    act(host, &doctor(1), &holder(1), Act::Amend(knowing(vec![1]))).await.unwrap();
    assert_eq!(clash(host, &doctor(1), knowing(vec![1])).await, Clash::VersionMoved);
    act(host, &doctor(1), &holder(1), Act::Amend(knowing(vec![1, 2]))).await.unwrap();
    let inapplicable = Inapplicable { why: Unpatched::TestFailed, operation: 3 };
    let mut failing = knowing(vec![3]);
    let told = inapplicable.clone();
    failing.patch = std::sync::Arc::new(move |_, _| Err(told.clone()));
    assert_eq!(clash(host, &doctor(1), failing).await, Clash::Inapplicable(inapplicable));
}

/// A business identifier names the documents that are open to the caller: none, one, or too many.
pub(crate) async fn an_identifier_names_what_is_open_to_the_caller(host: &Host) {
    let first = filed(host, "1").await;
    let named = |change: fn(&mut Revision)| amendment(Named::Identifier(first.unique_id.clone()), change);
    let archive = || Act::Amend(named(|revision| revision.archived = true));
    let found = act(host, &doctor(1), &holder(1), archive()).await.unwrap();
    assert!(matches!(found, Found::Amended(Some(Amended { changed: true, .. }))), "{found:?}");
    let twin = masked(document(host, "1", b"of another author"));
    file(host, &doctor(2), &holder(1), submission(vec![twin])).await.unwrap();
    let found = act(host, &doctor(1), &holder(1), archive()).await.unwrap();
    assert!(
        matches!(found, Found::Amended(Some(Amended { changed: false, .. }))),
        "a masked twin is not there: {found:?}"
    );
    assert_eq!(clash(host, &doctor(2), named(|revision| revision.archived = true)).await, Clash::SeveralNamed);
    let unknown = Identifier { system: "urn:ietf:rfc:3986".to_owned(), value: "urn:oid:1.2.9".to_owned() };
    let nobodys = amendment(Named::Identifier(unknown), |revision| revision.archived = true);
    let found = act(host, &doctor(1), &holder(1), Act::Amend(nobodys)).await.unwrap();
    assert!(matches!(found, Found::Amended(None)), "{found:?}");
}

/// In whose record a business identifier leads: to the caller's own document first, else to the only one.
pub(crate) async fn an_identifier_leads_to_ones_own_document_first(host: &Host) {
    let elsewhere = document(host, "1", b"elsewhere");
    let name = elsewhere.entry.unique_id.clone();
    assert_eq!(host.holder_called(&name, &doctor(1)).await.unwrap(), None);
    file(host, &doctor(2), &holder(2), submission(vec![elsewhere])).await.unwrap();
    assert_eq!(host.holder_called(&name, &doctor(1)).await.unwrap(), Some(holder(2)), "the only one");
    let own = filed(host, "1").await;
    assert_eq!(host.holder_called(&name, &doctor(1)).await.unwrap(), Some(holder(1)), "one's own");
    assert_eq!(host.holder_called(&name, &doctor(2)).await.unwrap(), Some(holder(2)));
    assert_eq!(host.holder_called(&name, &doctor(3)).await.unwrap(), None, "which one cannot be told");
    let urn = |uuid| Identifier { system: "urn:ietf:rfc:3986".to_owned(), value: format!("urn:uuid:{uuid}") };
    for uuid in [own.id.0, own.entry_uuids[0]] {
        assert_eq!(host.holder_called(&urn(uuid), &doctor(3)).await.unwrap(), Some(holder(1)));
    }
    amend(host, &doctor(1), own.id, |revision| revision.status = Status::EnteredInError).await.unwrap();
    assert_eq!(host.holder_called(&name, &doctor(3)).await.unwrap(), Some(holder(2)), "what was deleted names nothing");
}

/// Every version is kept; each is told only where both it and the current one are open to the caller.
pub(crate) async fn every_version_is_kept_and_told_where_it_is_open(host: &Host) {
    let first = filed(host, "1").await;
    amend(host, &doctor(1), first.id, |revision| revision.masked = true).await.unwrap();
    assert_eq!(history(host, &doctor(1), first.id).await, [(2, true), (1, false)]);
    assert_eq!(history(host, &doctor(2), first.id).await, [], "the current version is closed");
    assert_eq!(version(host, &doctor(2), first.id, 1).await, None);
    amend(host, &doctor(1), first.id, |revision| revision.masked = false).await.unwrap();
    assert_eq!(history(host, &doctor(2), first.id).await, [(3, false), (1, false)]);
    assert_eq!(version(host, &doctor(2), first.id, 1).await, Some(first.clone()));
    assert_eq!(version(host, &doctor(2), first.id, 2).await, None, "that version was closed");
    assert_eq!(version(host, &doctor(1), first.id, 2).await.unwrap().version, 2);
    assert_eq!(version(host, &doctor(1), first.id, 4).await, None);
    let target = crate::record::submission::TargetName::Id(first.id.0);
    let newer = replacing(submission(vec![document(host, "2", b"newer")]), target);
    file(host, &doctor(1), &holder(1), newer).await.unwrap();
    assert_eq!(history(host, &doctor(2), first.id).await, [(4, false), (3, false), (1, false)]);
    assert_eq!(version(host, &doctor(1), first.id, 3).await.unwrap().status, Status::Current);
}

/// L03: what its author deleted is in no search; whoever could see it is told that it is gone, all others that there is nothing.
pub(crate) async fn a_deleted_document_is_gone_for_those_who_saw_it(host: &Host) {
    let (seen, unseen) = (filed(host, "1").await, filed(host, "2").await);
    amend(host, &doctor(1), unseen.id, |revision| revision.masked = true).await.unwrap();
    for id in [seen.id, unseen.id] {
        let deleted = amend(host, &doctor(1), id, |revision| revision.status = Status::EnteredInError).await.unwrap();
        assert_eq!(deleted.document.entry.status, Status::EnteredInError);
    }
    let acts = |id| {
        let change = amendment(Named::Id(id), |revision| revision.status = Status::Current);
        [Act::Read(id), Act::ReadVersion(id, 1), Act::History(id), Act::Retrieve(id), Act::Amend(change)]
    };
    for warm in [false, true] {
        assert_eq!(ids(host, &doctor(1), &holder(1)).await, [], "warm: {warm}");
        for gone in acts(seen.id) {
            let found = act(host, &doctor(2), &holder(1), gone).await.unwrap();
            assert!(matches!(found, Found::Gone), "{found:?}");
        }
        for (closed, absent) in acts(unseen.id).into_iter().zip(acts(DocumentId(Uuid::nil()))) {
            let closed = act(host, &doctor(2), &holder(1), closed).await.unwrap();
            let absent = act(host, &doctor(2), &holder(1), absent).await.unwrap();
            assert_eq!(format!("{closed:?}"), format!("{absent:?}"));
        }
    }
    assert!(filed(host, "1").await.id != seen.id, "the uniqueId is free again");
}

/// Of two amendments of one version one is committed; the other is done again on what the first made of it.
pub(crate) async fn one_of_two_amendments_at_once_is_committed(host: &Host) {
    let id = filed(host, "1").await.id;
    for change in [|revision: &mut Revision| revision.archived = true, |revision: &mut Revision| revision.masked = true]
    {
        let facts = host.facts(&holder(1)).await.unwrap().version;
        let permits =
            [(); 2].map(|()| permit(&doctor(1), &holder(1), Act::Amend(amendment(Named::Id(id), change)), facts));
        let (one, other) = (host.perform(&permits[0]).await.unwrap(), host.perform(&permits[1]).await.unwrap());
        Journal::over(host).release(&permits[0], one, &trace()).await.unwrap();
        let lost = Journal::over(host).release(&permits[1], other, &trace()).await;
        assert!(matches!(lost, Err(Unreleased(LedgerFault::Conflict | LedgerFault::Stale))), "{lost:?}");
    }
    assert_eq!(history(host, &doctor(1), id).await, [(3, true), (2, false), (1, false)]);
}

/// What is announced to the patient is no longer hidden, and is not hidden again.
pub(crate) async fn an_announcement_is_kept(host: &Host) {
    let id = filed(host, "1").await.id;
    amend(host, &doctor(1), id, |revision| revision.hidden_from_patient = true).await.unwrap();
    assert_eq!(read(host, &front_end(), &holder(1), id).await, None);
    let mut announcing = amendment(Named::Id(id), |revision| revision.hidden_from_patient = false);
    announcing.attested = Some(crate::record::amendment::Attestation::Announced);
    act(host, &doctor(1), &holder(1), Act::Amend(announcing)).await.unwrap();
    assert_eq!(read(host, &front_end(), &holder(1), id).await.unwrap().announced, Some(noon()));
    let hiding = amendment(Named::Id(id), |revision| revision.hidden_from_patient = true);
    assert!(matches!(clash(host, &doctor(1), hiding).await, Clash::NotAllowed(_)), "what was announced stays so");
}
