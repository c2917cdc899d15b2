use super::*;
use crate::fhir::summary::{Part, trim};
use crate::record::list::{FiledList, ListEntry, ListKind};

fn filed(number: u128, documents: &[u128], folders: &[u128]) -> FiledList {
    let entry = ListEntry {
        id: Uuid::from_u128(number),
        kind: ListKind::SubmissionSet,
        version: 2,
        updated: at(),
        profiles: vec!["p\"".to_owned(), "q".to_owned()],
        identifiers: Vec::new(),
        date: DateSpan { from: at(), until: at() },
        title: None,
        designation: Vec::new(),
        source_id: None,
        sources: Vec::new(),
        source_identifiers: Vec::new(),
        archived: false,
        documents: documents.iter().map(|id| DocumentId(Uuid::from_u128(*id))).collect(),
        folders: folders.iter().map(|id| Uuid::from_u128(*id)).collect(),
    };
    FiledList {
        entry,
        rendition: br##""contained":[{"id":"d"}],"source":{"reference":"#d"},"status":"current","mode":"working""##
            .to_vec(),
    }
}

fn printed_list(filed: &FiledList) -> Value {
    let mut out = Vec::new();
    list(&mut out, filed);
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn a_list_shows_what_the_server_owns_and_its_items_in_order() {
    let list = printed_list(&filed(9, &[2, 1], &[5]));
    assert_eq!((&list["resourceType"], &list["id"]), (&json!("List"), &json!(Uuid::from_u128(9).to_string())));
    assert_eq!(
        list["meta"],
        json!({"versionId": "2", "lastUpdated": "2026-07-01T08:00:00.120Z", "profile": ["p\"", "q"]})
    );
    assert_eq!((&list["status"], &list["mode"]), (&json!("current"), &json!("working")));
    let items: Vec<_> = list["entry"].as_array().unwrap().iter().map(|it| it["item"]["reference"].clone()).collect();
    let id = Uuid::from_u128;
    assert_eq!(
        items,
        [format!("DocumentReference/{}", id(2)), format!("DocumentReference/{}", id(1)), format!("List/{}", id(5)),]
    );
}

#[test]
fn a_list_without_items_or_members_is_still_a_resource() {
    let mut bare = filed(9, &[], &[]);
    bare.rendition = Vec::new();
    bare.entry.profiles = Vec::new();
    let list = printed_list(&bare);
    assert_eq!(list.get("entry"), None);
    assert_eq!(list["meta"].as_object().unwrap().len(), 2);
}

// requirement: SE-02 SE-15
#[test]
fn a_search_of_lists_answers_with_matches_and_what_comes_along_and_nothing_else() {
    let lists = [filed(9, &[1], &[]), filed(10, &[1], &[])];
    let documents = [(entry(1), rendition("", 1))];
    let set = ListSet {
        total: 7,
        self_link: format!("{BASE}/List?code=submissionset"),
        next_link: Some("n".to_owned()),
        lists: &mut lists.iter(),
        documents: &mut documents.iter().map(|(entry, rendition)| (entry, rendition)),
    };
    let bundle: Value = serde_json::from_slice(&lists_searchset(set, BASE)).unwrap();
    assert_eq!((&bundle["total"], &bundle["link"][1]["url"]), (&json!(7), &json!("n")));
    let told: Vec<_> =
        bundle["entry"].as_array().unwrap().iter().map(|it| (&it["fullUrl"], &it["search"]["mode"])).collect();
    let url = |kind: &str, number| json!(format!("{BASE}/{kind}/{}", Uuid::from_u128(number)));
    let (matched, included) = (json!("match"), json!("include"));
    assert_eq!(
        told,
        [(&url("List", 9), &matched), (&url("List", 10), &matched), (&url("DocumentReference", 1), &included),]
    );
}

#[test]
fn a_part_is_of_the_lists_and_not_of_what_comes_along() {
    let lists = [filed(9, &[1], &[])];
    let documents = [(entry(1), rendition("", 1))];
    let set = ListSet {
        total: 1,
        self_link: String::new(),
        next_link: None,
        lists: &mut lists.iter(),
        documents: &mut documents.iter().map(|(entry, rendition)| (entry, rendition)),
    };
    let bundle = trim(&lists_searchset(set, BASE), &Part::Elements(vec!["note".to_owned()]));
    let bundle: Value = serde_json::from_slice(&bundle).unwrap();
    let list = bundle["entry"][0]["resource"].as_object().unwrap();
    assert_eq!(list.keys().collect::<Vec<_>>(), ["resourceType", "id", "meta", "status", "mode"], "in their order");
    assert_eq!(list["meta"]["tag"][0]["code"], "SUBSETTED");
    assert_eq!(bundle["entry"][1]["resource"]["description"], "d");
}
