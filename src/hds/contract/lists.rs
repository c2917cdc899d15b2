//! Submission sets and folders.

use uuid::Uuid;

use super::cast::*;
use crate::{
    hds::{Clash, Found, Host, HostFault, ListPage, Thing},
    record::{
        access::Act,
        amendment::Named,
        caller::Who,
        document::{DateSpan, DocumentId, Status},
        list::{FiledList, ListEntry, ListKind, ListQuery},
        matcher::Matcher,
        submission::Submission,
    },
};

fn every_list() -> ListQuery {
    ListQuery { matches: Matcher::all(), sort: Vec::new(), with_documents: true, page_size: 50, after: None }
}

async fn find(host: &Host, who: &Who, query: ListQuery) -> ListPage {
    let found = act(host, who, &holder(1), Act::FindLists(query)).await.unwrap();
    let Found::Lists(page) = found else { panic!("{found:?} is no page of lists") };
    page
}

async fn list(host: &Host, who: &Who, id: Uuid) -> Option<ListEntry> {
    let found = act(host, who, &holder(1), Act::ReadList(id)).await.unwrap();
    let Found::List(list) = found else { panic!("{found:?} is no list") };
    list.map(|list| list.entry.clone())
}

/// A submission with a folder of its own for each of the documents.
fn with_folders(mut submission: Submission) -> Submission {
    for new in &submission.documents {
        let entry = ListEntry {
            id: Uuid::new_v4(),
            kind: ListKind::Folder,
            documents: vec![new.entry.id],
            folders: Vec::new(),
            ..submission.set.entry.clone()
        };
        submission.folders.push(FiledList { entry, rendition: b"\"title\":\"a folder\"".to_vec() });
    }
    submission.set.entry.folders = submission.folders.iter().map(|folder| folder.entry.id).collect();
    submission
}

fn on_day(mut submission: Submission, day: i8) -> Submission {
    let at = format!("2026-02-{day:02}T00:00:00Z").parse().unwrap();
    submission.set.entry.date = DateSpan { from: at, until: at };
    submission
}

async fn change(host: &Host, id: DocumentId, to: fn(&mut crate::record::amendment::Revision)) {
    act(host, &doctor(1), &holder(1), Act::Amend(amendment(Named::Id(id), to))).await.unwrap();
}

/// A submission's set and folders are filed with it, and are read as they were filed.
pub(crate) async fn sets_and_folders_are_filed_with_their_documents(host: &Host) {
    let two = vec![document(host, "1", b"one"), document(host, "2", b"two")];
    let filing = with_folders(submission(two));
    let lists: Vec<FiledList> = filing.folders.iter().chain([&filing.set]).cloned().collect();
    let filed = file(host, &doctor(1), &holder(1), filing).await.unwrap();
    assert_eq!(filed.folders, filed_ids(&lists[..2]));
    for filed in &lists {
        assert_eq!(list(host, &doctor(2), filed.entry.id).await.as_ref(), Some(&filed.entry));
        assert_eq!(host.holder_of_thing(Thing::List(filed.entry.id)).await.unwrap(), Some(holder(1)));
    }
    assert_eq!(host.holder_of_thing(Thing::List(Uuid::nil())).await.unwrap(), None);
    let page = find(host, &doctor(2), every_list()).await;
    assert_eq!((page.total, page.lists.len(), page.documents.len()), (3, 3, 2), "each document comes along once");
    let two = || vec![document(host, "1", b"one"), document(host, "2", b"two")];
    let again = file(host, &doctor(1), &holder(1), with_folders(submission(two()))).await.unwrap();
    assert_eq!((again.fresh, again.folders), (false, filed.folders));
    assert_eq!(find(host, &doctor(2), every_list()).await.total, 3);
}

fn filed_ids(lists: &[FiledList]) -> Vec<Uuid> {
    lists.iter().map(|list| list.entry.id).collect()
}

/// What is closed to the caller is in no list, and a list of nothing else is not there: as if it had never been filed.
pub(crate) async fn a_list_tells_only_what_is_open(host: &Host) {
    let three = vec![document(host, "1", b"1"), document(host, "2", b"2"), document(host, "3", b"3")];
    let [seen, masked, deleted] = [0, 1, 2].map(|place: usize| three[place].entry.id);
    let filing = with_folders(submission(three));
    let (set, folders) = (filing.set.entry.id, filing.set.entry.folders.clone());
    file(host, &doctor(1), &holder(1), filing).await.unwrap();
    let alone = submission(vec![super::cast::masked(document(host, "4", b"4"))]);
    let hidden_set = alone.set.entry.id;
    file(host, &doctor(1), &holder(1), alone).await.unwrap();
    change(host, masked, |revision| revision.masked = true).await;
    change(host, deleted, |revision| revision.status = Status::EnteredInError).await;
    let told = list(host, &doctor(2), set).await.unwrap();
    assert_eq!((told.documents, told.folders), (vec![seen], vec![folders[0]]));
    assert_eq!(list(host, &doctor(1), set).await.unwrap().documents, [seen, masked]);
    for gone in [folders[1], folders[2], hidden_set] {
        assert_eq!(list(host, &doctor(2), gone).await, None);
    }
    let page = find(host, &doctor(2), every_list()).await;
    assert_eq!((page.total, page.lists.len()), (2, 2));
    assert_eq!(page.documents.iter().map(|document| document.entry.id).collect::<Vec<_>>(), [seen]);
    let naming = Matcher::of(move |list: &ListEntry| list.documents.contains(&masked));
    let by_item = find(host, &doctor(2), ListQuery { matches: naming, ..every_list() }).await;
    assert_eq!((by_item.total, by_item.lists.len()), (0, 0), "a filter sees what is told, no more");
    assert_eq!(find(host, &front_end(), every_list()).await.total, 4);
}

/// Pages of lists are full, newest first, counted by what the caller may see, and of one moment.
pub(crate) async fn pages_of_lists_are_full_and_newest_first(host: &Host) {
    let mut shown = Vec::new();
    for day in 1..=9 {
        let mut new = document(host, &format!("1.{day}"), b"x");
        if day % 3 == 0 {
            new = masked(new);
        }
        let one = on_day(submission(vec![new]), day);
        if day % 3 != 0 {
            shown.insert(0, one.set.entry.id);
        }
        file(host, &doctor(1), &holder(1), one).await.unwrap();
    }
    let mut query = ListQuery { page_size: 4, with_documents: false, ..every_list() };
    let mut walked = Vec::new();
    for full in [4, 2] {
        let page = find(host, &doctor(2), query.clone()).await;
        assert_eq!((page.total, page.lists.len(), page.documents.len()), (6, full, 0));
        walked.extend(page.lists.iter().map(|list| list.entry.id));
        query.after = page.next.or(query.after);
    }
    assert_eq!(walked, shown);
    change(host, ids(host, &doctor(2), &holder(1)).await[0], |revision| revision.masked = true).await;
    let gone = act(host, &doctor(2), &holder(1), Act::FindLists(query)).await;
    assert!(matches!(gone, Err(Failure::Host(HostFault::Clash(Clash::PageGone)))), "{gone:?}");
    let other = act(host, &doctor(2), &holder(2), Act::FindLists(every_list())).await.unwrap();
    assert!(matches!(other, Found::Lists(ListPage { total: 0, .. })), "lists of another record: {other:?}");
}
