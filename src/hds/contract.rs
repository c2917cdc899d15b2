//! The contract of every host, as tests over `&Host`. The records `holder(1)` and `holder(2)` are open and empty.

pub(crate) mod amendments;
pub(crate) mod cast;
pub(crate) mod deeds;
pub(crate) mod lists;
pub(crate) mod traces;

use uuid::Uuid;

use self::cast::*;
use super::{Clash, Host, HostFault};
use crate::{
    journal::{Journal, LedgerFault, Unreleased},
    record::{
        access::Act,
        code::Identifier,
        document::{Author, DocumentId, Status},
        query::Query,
        submission::TargetName,
        visibility::Origin,
    },
};

fn clash(result: Result<super::Filed, Failure>) -> Clash {
    match result {
        Err(Failure::Host(HostFault::Clash(clash))) => clash,
        other => panic!("{other:?} is no clash"),
    }
}

/// What is filed can be searched, read by id and by entryUUID, and retrieved byte for byte.
pub(crate) async fn what_is_filed_is_found(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    let new = document(host, "1", b"the very bytes");
    let (id, alias) = (new.entry.id, DocumentId(new.entry.entry_uuids[0]));
    assert_eq!(ids(host, &doctor, &holder).await, []);
    let filed = file(host, &doctor, &holder, submission(vec![new])).await.unwrap();
    assert!(filed.fresh);
    assert_eq!(filed.documents[0].id, id);
    assert_eq!(ids(host, &doctor, &holder).await, [id]);
    for name in [id, alias] {
        // Only the id that the host gave is an address: an entryUUID is the source's word, and may be anyone's.
        let known = (name == id).then(|| holder.clone());
        assert_eq!(host.holder_of(name).await.unwrap(), known);
        let entry = read(host, &doctor, &holder, name).await;
        assert_eq!(entry, (name == id).then(|| filed.stored[0].entry.clone()));
        assert_eq!(filed.stored[0].entry.authors, [Author::Person(professional(1).id)]);
        let bytes = retrieve(host, &doctor, &holder, name).await;
        assert_eq!(bytes, (name == id).then(|| b"the very bytes".to_vec()));
    }
}

/// The author becomes a fact of the record.
pub(crate) async fn whoever_files_is_known_to_the_facts(host: &Host) {
    let before = host.facts(&holder(1)).await.unwrap();
    assert_eq!(before.authors, []);
    file(host, &doctor(1), &holder(1), submission(vec![document(host, "1", b"x")])).await.unwrap();
    let after = host.facts(&holder(1)).await.unwrap();
    assert_eq!(after.authors, [Author::Person(professional(1).id)]);
    assert!(after.version > before.version);
    file(host, &doctor(1), &holder(1), submission(vec![document(host, "2", b"x")])).await.unwrap();
    assert_eq!(host.facts(&holder(1)).await.unwrap().version, after.version);
}

/// K14: the same again is answered as before and changes nothing.
pub(crate) async fn the_same_submission_again_is_answered_as_before(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    let both = || vec![document(host, "1", b"one"), document(host, "2", b"two")];
    let first = file(host, &doctor, &holder, submission(both())).await.unwrap();
    let again = file(host, &doctor, &holder, submission(both())).await.unwrap();
    assert!(first.fresh && !again.fresh);
    assert_eq!((again.set, &again.documents), (first.set, &first.documents));
    assert_eq!(search(host, &doctor, &holder, all()).await.total, 2);
}

/// K14: a replacement sent again is answered as before too, though its target is no longer current.
pub(crate) async fn the_same_replacement_again_is_answered_as_before(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    let old = document(host, "1", b"old");
    let target = TargetName::Id(old.entry.id.0);
    file(host, &doctor, &holder, submission(vec![old])).await.unwrap();
    let new = || replacing(submission(vec![document(host, "2", b"new")]), target.clone());
    let first = file(host, &doctor, &holder, new()).await.unwrap();
    let again = file(host, &doctor, &holder, new()).await.unwrap();
    assert!(!again.fresh);
    assert_eq!((again.set, &again.superseded), (first.set, &first.superseded));
}

/// K14: the same uniqueId for other content, a mixture of old and new, or twins in one submission clash.
pub(crate) async fn a_unique_id_names_one_content_of_an_author(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    file(host, &doctor, &holder, submission(vec![document(host, "1", b"one")])).await.unwrap();
    let other = document(host, "1", b"other");
    let id = other.entry.id;
    assert_eq!(clash(file(host, &doctor, &holder, submission(vec![other])).await), Clash::UniqueIdTaken(id));
    let mixture = vec![document(host, "2", b"two"), document(host, "1", b"one")];
    let id = mixture[1].entry.id;
    assert_eq!(clash(file(host, &doctor, &holder, submission(mixture)).await), Clash::UniqueIdTaken(id));
    let twins = vec![document(host, "3", b"x"), document(host, "3", b"x")];
    let id = twins[1].entry.id;
    assert_eq!(clash(file(host, &doctor, &holder, submission(twins)).await), Clash::UniqueIdTaken(id));
    assert_eq!(search(host, &doctor, &holder, all()).await.total, 1);
}

/// A document of another author tells nothing, not even by its uniqueId.
pub(crate) async fn a_unique_id_of_another_author_does_no_harm(host: &Host) {
    let holder = holder(1);
    let hidden = masked(document(host, "1", b"hidden"));
    file(host, &doctor(1), &holder, submission(vec![hidden])).await.unwrap();
    let mine = document(host, "1", b"mine");
    let id = mine.entry.id;
    assert!(file(host, &doctor(2), &holder, submission(vec![mine])).await.unwrap().fresh);
    assert_eq!(ids(host, &doctor(2), &holder).await, [id]);
}

/// K09: a replacement supersedes the old version in place, and hands on mask and first deposit.
pub(crate) async fn a_replacement_supersedes_and_inherits_the_mask(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    let old = masked(document(host, "1", b"old"));
    let (old_id, unique) = (old.entry.id, old.entry.unique_id.clone());
    file(host, &doctor, &holder, submission(vec![old])).await.unwrap();
    let mut new = document(host, "2", b"new");
    new.entry.first_deposited = "2026-03-05T00:00:00Z".parse().unwrap();
    let new_id = new.entry.id;
    let before = host.facts(&holder).await.unwrap().version;
    let filed = replacing(submission(vec![new]), TargetName::Identifier(unique));
    let filed = file(host, &doctor, &holder, filed).await.unwrap();
    assert_eq!((filed.superseded[0].id, filed.superseded[0].version), (old_id, 2));
    let old = read(host, &doctor, &holder, old_id).await.unwrap();
    assert_eq!((old.status, old.version, old.updated), (Status::Superseded, 2, filed.superseded[0].updated));
    let new = read(host, &doctor, &holder, new_id).await.unwrap();
    assert_eq!((new.labels.masked, new.first_deposited), (Some(Origin::Inherited), noon()));
    assert_eq!(new.replaces, [old_id]);
    assert!(host.facts(&holder).await.unwrap().version > before);
    assert_eq!(ids(host, &cast::doctor(2), &holder).await, []);
}

/// K09: unknown, foreign, superseded and another record's targets get one answer.
pub(crate) async fn only_ones_own_current_document_is_replaceable(host: &Host) {
    let own = document(host, "1", b"own");
    let foreign = document(host, "2", b"foreign");
    let elsewhere = document(host, "3", b"elsewhere");
    let targets = [&own, &foreign, &elsewhere].map(|new| new.entry.id.0);
    file(host, &doctor(1), &holder(1), submission(vec![own])).await.unwrap();
    file(host, &doctor(2), &holder(1), submission(vec![foreign])).await.unwrap();
    file(host, &doctor(1), &holder(2), submission(vec![elsewhere])).await.unwrap();
    let by_id = replacing(submission(vec![document(host, "4", b"new")]), TargetName::Id(targets[0]));
    file(host, &doctor(1), &holder(1), by_id).await.unwrap();
    let unknown = TargetName::Identifier(Identifier { system: "urn:x".to_owned(), value: "nobody".to_owned() });
    let named = targets.map(TargetName::Id).into_iter().chain([TargetName::Id(Uuid::nil()), unknown]);
    for target in named {
        let new = document(host, "5", b"newer");
        let id = new.entry.id;
        let refused = file(host, &doctor(1), &holder(1), replacing(submission(vec![new]), target)).await;
        assert_eq!(clash(refused), Clash::NotReplaceable(id));
    }
}

/// R1111-46 al. 7: a secretary files, refiles and replaces in the name of the professional.
pub(crate) async fn a_delegate_files_in_the_name_of_the_professional(host: &Host) {
    let holder = holder(1);
    let old = declaring(document(host, "1", b"old"), 1);
    let target = TargetName::Id(old.entry.id.0);
    let filed = file(host, &doctor(1), &holder, submission(vec![old])).await.unwrap();
    let again = declaring(document(host, "1", b"old"), 1);
    let again = file(host, &secretary(), &holder, submission(vec![again])).await.unwrap();
    assert_eq!((again.fresh, &again.documents), (false, &filed.documents));
    let foreign = replacing(submission(vec![declaring(document(host, "2", b"new"), 2)]), target.clone());
    let id = foreign.documents[0].entry.id;
    assert_eq!(clash(file(host, &secretary(), &holder, foreign).await), Clash::NotReplaceable(id));
    let new = replacing(submission(vec![declaring(document(host, "2", b"new"), 1)]), target);
    let replaced = file(host, &secretary(), &holder, new).await.unwrap();
    assert_eq!(replaced.superseded.len(), 1);
    assert_eq!(replaced.stored[0].entry.authors, [Author::Person(professional(1).id)]);
}

/// A permit for one record finds nothing in another.
pub(crate) async fn a_document_of_another_record_is_never_found(host: &Host) {
    let new = document(host, "1", b"elsewhere");
    let (id, alias) = (new.entry.id, DocumentId(new.entry.entry_uuids[0]));
    file(host, &doctor(1), &holder(2), submission(vec![new])).await.unwrap();
    for warm in [false, true] {
        for name in [id, alias] {
            assert_eq!(read(host, &doctor(1), &holder(1), name).await, None, "warm: {warm}");
            assert_eq!(retrieve(host, &doctor(1), &holder(1), name).await, None);
        }
        assert_eq!(ids(host, &doctor(1), &holder(1)).await, []);
    }
}

/// Invariant 5: with and without masked documents between, every page is the same to all but the author.
pub(crate) async fn a_mask_leaves_no_trace(host: &Host) {
    let holder = holder(1);
    for day in [2, 4, 6, 8] {
        let seen = dated(document(host, &format!("1.{day}"), b"seen"), day);
        file(host, &doctor(1), &holder, submission(vec![seen])).await.unwrap();
    }
    let before = pages(host).await;
    let mut hidden = Vec::new();
    for day in [1, 3, 5, 8, 9] {
        let new = masked(dated(document(host, &format!("2.{day}"), b"hidden"), day));
        hidden.push(new.entry.id);
        file(host, &doctor(1), &holder, submission(vec![new])).await.unwrap();
    }
    assert_eq!(pages(host).await, before);
    assert_eq!(search(host, &doctor(1), &holder, all()).await.total, 9);
    for id in hidden {
        assert_eq!(read(host, &doctor(2), &holder, id).await, None);
        assert_eq!(retrieve(host, &doctor(2), &holder, id).await, None);
        assert!(read(host, &doctor(1), &holder, id).await.is_some());
    }
}

/// Whoever may not see what took a document's place does not see either what was replaced: it would show that there is something.
pub(crate) async fn what_was_replaced_is_closed_with_its_masked_heir(host: &Host) {
    let holder = holder(1);
    let old = document(host, "1", b"old");
    let old_id = old.entry.id;
    file(host, &doctor(1), &holder, submission(vec![old])).await.unwrap();
    assert!(read(host, &doctor(2), &holder, old_id).await.is_some());
    let heir = masked(document(host, "2", b"new"));
    let replacing = replacing(submission(vec![heir]), TargetName::Id(old_id.0));
    file(host, &doctor(1), &holder, replacing).await.unwrap();
    assert_eq!(ids(host, &doctor(2), &holder).await, []);
    assert_eq!(read(host, &doctor(2), &holder, old_id).await, None);
    assert_eq!(retrieve(host, &doctor(2), &holder, old_id).await, None);
    assert!(read(host, &doctor(1), &holder, old_id).await.is_some(), "its author sees both");
}

/// An entryUUID is the source's word: nobody takes the address of another document by it.
pub(crate) async fn an_entry_uuid_takes_nobodys_address(host: &Host) {
    let holder = holder(1);
    let hidden = masked(document(host, "1", b"hidden"));
    let address = hidden.entry.id;
    file(host, &doctor(1), &holder, submission(vec![hidden])).await.unwrap();
    let mut shadow = document(host, "2", b"shadow");
    shadow.entry.entry_uuids = vec![address.0];
    file(host, &doctor(2), &holder, submission(vec![shadow])).await.unwrap();
    for who in [doctor(2), doctor(3)] {
        assert_eq!(read(host, &who, &holder, address).await, None);
        assert_eq!(retrieve(host, &who, &holder, address).await, None);
    }
    assert_eq!(read(host, &doctor(1), &holder, address).await.unwrap().id, address);
}

async fn pages(host: &Host) -> Vec<(usize, Vec<DocumentId>, Option<crate::record::query::PageMark>)> {
    let mut pages = Vec::new();
    for page_size in [0, 1, 2, 3, 4, 50] {
        let mut query = Query { page_size, ..all() };
        loop {
            let page = search(host, &doctor(2), &holder(1), query.clone()).await;
            query.after = page.next;
            pages.push(told(&page));
            if page.next.is_none() {
                break;
            }
        }
    }
    pages
}

/// Pages cover the record once, newest first, each full but the last; size zero counts.
pub(crate) async fn pages_cover_a_record_once_newest_first(host: &Host) {
    for number in 0..7 {
        let new = dated(document(host, &format!("1.{number}"), b"x"), 10 + number / 2);
        file(host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
    }
    let whole = ids(host, &doctor(1), &holder(1)).await;
    let mut query = Query { page_size: 3, ..all() };
    let mut walked = Vec::new();
    for expected in [3, 3, 1] {
        let page = search(host, &doctor(1), &holder(1), query.clone()).await;
        assert_eq!((page.total, page.documents.len()), (7, expected));
        walked.extend(page.documents.iter().map(|document| document.entry.id));
        query.after = page.next;
    }
    assert_eq!((walked, query.after), (whole, None));
    let count = search(host, &doctor(1), &holder(1), Query { page_size: 0, ..all() }).await;
    assert_eq!(told(&count), (7, vec![], None));
}

/// A page that was made from other versions of the documents is gone, as one made from other facts.
pub(crate) async fn a_page_of_another_moment_is_gone(host: &Host) {
    for number in 0..3 {
        let new = document(host, &format!("1.{number}"), b"x");
        file(host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
    }
    let page = search(host, &doctor(1), &holder(1), Query { page_size: 2, ..all() }).await;
    let next = Query { page_size: 2, after: page.next, ..all() };
    assert_eq!(search(host, &doctor(1), &holder(1), next.clone()).await.documents.len(), 1);
    file(host, &doctor(1), &holder(1), submission(vec![document(host, "2", b"x")])).await.unwrap();
    let gone = act(host, &doctor(1), &holder(1), Act::Search(next)).await;
    assert!(matches!(gone, Err(Failure::Host(HostFault::Clash(Clash::PageGone)))), "{gone:?}");
}

/// A line made from older facts is not committed, and nothing is released.
pub(crate) async fn an_answer_from_older_facts_is_stale(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    let older = host.facts(&holder).await.unwrap().version;
    let new = document(host, "1", b"x");
    let id = new.entry.id;
    let late = permit(&doctor, &holder, Act::Submit(Box::new(submission(vec![document(host, "2", b"y")]))), older);
    let sealed = host.perform(&late).await.unwrap();
    file(host, &doctor, &holder, submission(vec![new])).await.unwrap();
    let released = Journal::over(host).release(&late, sealed, &trace()).await;
    assert!(matches!(released, Err(Unreleased(LedgerFault::Stale))), "{released:?}");
    let again = act(host, &doctor, &holder, late.act().clone()).await;
    assert!(again.is_ok(), "the content waits for the next attempt: {again:?}");
    let reading = permit(&doctor, &holder, Act::Read(id), older);
    let sealed = host.perform(&reading).await.unwrap();
    let released = Journal::over(host).release(&reading, sealed, &trace()).await;
    assert!(matches!(released, Err(Unreleased(LedgerFault::Stale))));
    assert_eq!(search(host, &doctor, &holder, all()).await.total, 2);
    assert_eq!(host.outbox_pending(Some(&holder)).await.unwrap(), 3);
}

/// Of two submissions prepared at once under one uniqueId, or against one target, one is committed; the content of the other
/// stays in quarantine for the next attempt.
pub(crate) async fn work_that_no_longer_fits_is_not_committed(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    let old = document(host, "0", b"old");
    let target = TargetName::Id(old.entry.id.0);
    file(host, &doctor, &holder, submission(vec![old])).await.unwrap();
    let same = || document(host, "1", b"same");
    one_of_two(host, [submission(vec![same()]), submission(vec![same()])]).await;
    let newer = |unique, content| replacing(submission(vec![document(host, unique, content)]), target.clone());
    one_of_two(host, [newer("2", b"a"), newer("3", b"b")]).await;
}

async fn one_of_two(host: &Host, two: [crate::record::submission::Submission; 2]) {
    let (doctor, holder) = (doctor(1), holder(1));
    let facts = host.facts(&holder).await.unwrap().version;
    let [first, second] = two.map(|one| permit(&doctor, &holder, Act::Submit(Box::new(one)), facts));
    let (one, other) = (host.perform(&first).await.unwrap(), host.perform(&second).await.unwrap());
    Journal::over(host).release(&first, one, &trace()).await.unwrap();
    let lost = Journal::over(host).release(&second, other, &trace()).await;
    assert!(matches!(lost, Err(Unreleased(LedgerFault::Conflict | LedgerFault::Stale))), "{lost:?}");
    let again = host.perform(&second).await;
    assert!(!matches!(again, Err(HostFault::Damaged(_) | HostFault::Unavailable(_))), "{again:?}");
}

/// A notice is owed once for each act, whatever became of other attempts.
pub(crate) async fn a_notice_is_owed_once_per_act(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    file(host, &doctor, &holder, submission(vec![document(host, "1", b"x")])).await.unwrap();
    ids(host, &doctor, &holder).await;
    ids(host, &doctor, &holder).await;
    assert_eq!(host.outbox_pending(Some(&holder)).await.unwrap(), 3);
    assert_eq!(host.outbox_pending(None).await.unwrap(), 3);
    assert_eq!(host.outbox_pending(Some(&cast::holder(2))).await.unwrap(), 0);
}

/// Discarded content cannot be filed; discarding what was filed does no harm.
pub(crate) async fn discarded_content_is_gone_and_filed_content_stays(host: &Host) {
    let (doctor, holder) = (doctor(1), holder(1));
    let gone = stage(host, b"gone");
    host.discard(std::slice::from_ref(&gone));
    let mut new = document(host, "1", b"gone");
    new.entry.content.handle = gone.handle;
    let facts = host.facts(&holder).await.unwrap().version;
    let late = permit(&doctor, &holder, Act::Submit(Box::new(submission(vec![new]))), facts);
    assert!(matches!(host.perform(&late).await, Err(HostFault::Damaged(_))));
    let new = document(host, "2", b"kept");
    let (id, content) = (new.entry.id, new.entry.content.clone());
    file(host, &doctor, &holder, submission(vec![new])).await.unwrap();
    let crate::record::document::ContentRef { handle, size, sha1, .. } = content;
    host.discard(&[crate::record::submission::StagedContent { handle, size, sha1, head: Vec::new() }]);
    assert_eq!(retrieve(host, &doctor, &holder, id).await.unwrap(), b"kept");
}

/// An assertion serves once, until some time after it is over.
pub(crate) async fn an_assertion_serves_once(host: &Host) {
    let minutes = |count| noon() + jiff::SignedDuration::from_mins(count);
    assert!(host.spend([1; 32], minutes(5), noon()).await.unwrap());
    assert!(!host.spend([1; 32], minutes(5), minutes(4)).await.unwrap());
    assert!(host.spend([2; 32], minutes(5), minutes(4)).await.unwrap());
    assert!(!host.spend([1; 32], minutes(5), minutes(15)).await.unwrap());
    assert!(host.spend([1; 32], minutes(30), minutes(16)).await.unwrap(), "forgotten: nobody would take it any more");
    let at_once = futures_util::future::join_all((0..20).map(|_| host.spend([3; 32], minutes(30), minutes(16)))).await;
    assert_eq!(at_once.into_iter().filter(|fresh| *fresh.as_ref().unwrap()).count(), 1);
}
