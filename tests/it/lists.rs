//! ITI-66: submission sets and folders, with nothing in them that is closed to the caller.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Client, Demo, client,
    documents::{Draft, FLAGS, bundle},
};

const FOLDER: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-folder-comprehensive";

/// The ids of the documents and of the lists of an ITI-65 answer, in the order of its entries.
fn filed(answer: &Answer, kind: &str) -> Vec<String> {
    let locations = answer.entries();
    let locations = locations.iter().map(|entry| entry["response"]["location"].as_str().unwrap().to_owned());
    let of_kind = format!("/{kind}/");
    let ids =
        locations.filter_map(|it| it.split(&of_kind).nth(1).map(|rest| rest.split('/').next().unwrap().to_owned()));
    ids.collect()
}

/// A lot of two documents by the surgeon with a folder that holds the second.
fn lot(demo: &Demo) -> Value {
    let (one, other) = (Draft::by(demo, "team-surgeon", "open"), Draft::by(demo, "team-surgeon", "open"));
    let mut lot = bundle(&[&one, &other]);
    let (system, value) = demo.holder("open");
    let item = lot["entry"][3]["fullUrl"].clone();
    let url = format!("urn:uuid:{}", Uuid::new_v4());
    let unique = format!("urn:oid:2.25.{}", Uuid::new_v4().as_u128());
    let folder = json!({
        "resourceType": "List",
        "meta": {"profile": [FOLDER]},
        "extension": [{"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType",
            "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "80146002"}]}}],
        "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": unique},
            {"use": "official", "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", Uuid::new_v4())}],
        "status": "current",
        "mode": "working",
        "title": "Suivi",
        "code": {"coding": [{"system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "folder"}]},
        "subject": {"identifier": {"system": system, "value": value}},
        "date": "2026-06-12T10:00:00+02:00",
        "entry": [{"item": {"reference": item}}]
    });
    let entry = json!({"fullUrl": url, "resource": folder, "request": {"method": "POST", "url": "List"}});
    lot["entry"].as_array_mut().unwrap().push(entry);
    lot["entry"][0]["resource"]["entry"].as_array_mut().unwrap().push(json!({"item": {"reference": url}}));
    lot
}

fn items(list: &Value) -> Vec<String> {
    let items = list["entry"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["item"]["reference"].as_str().unwrap().to_owned()).collect()
}

async fn mask(demo: &Demo, document: &str) {
    let label = json!({"coding": [{"system": FLAGS, "code": "MASQUE_PS"}]});
    let patch = json!([{"op": "add", "path": "/securityLabel/-", "value": label}]);
    demo.client("team-surgeon").patch(&format!("/DocumentReference/{document}"), &patch).await.expect(200);
}

/// The lists of a kind that a caller finds in the record `open`, with what is asked beside.
async fn found(client: &Client, demo: &Demo, more: &str) -> Answer {
    let found = client.get(&format!("/List?{}&_count=200{more}", demo.patient("open"))).await.expect(200);
    let matches = found.entries().iter().filter(|entry| entry["search"]["mode"] == "match").count();
    assert_eq!(found.json()["total"], matches);
    found
}

// requirement: TX-15 R1111-49@masked CO-03
#[tokio::test]
async fn a_set_and_its_folder_lose_what_is_masked_and_vanish_when_nothing_is_left() {
    let demo = Demo::start();
    let (surgeon, nurse) = (demo.client("team-surgeon"), demo.client("team-nurse"));
    let answer = surgeon.post("/", &lot(&demo)).await.expect(200);
    let (documents, lists) = (filed(&answer, "DocumentReference"), filed(&answer, "List"));
    let [one, other] = documents.as_slice() else { panic!("{documents:?}") };
    let [set, folder] = lists.as_slice() else { panic!("{lists:?}") };
    let reference = |id: &str| format!("DocumentReference/{id}");
    let read = async |client: &Client, id: &str| client.get(&format!("/List/{id}")).await;
    let whole = read(&nurse, set).await.expect(200).json();
    assert_eq!(items(&whole), [reference(one), reference(other), format!("List/{folder}")]);
    assert_eq!(items(&read(&nurse, folder).await.expect(200).json()), [reference(other)]);
    mask(&demo, other).await;
    assert_eq!(items(&read(&nurse, set).await.expect(200).json()), [reference(one)]);
    // The version is the same and the content another, so that nobody is told to keep what they have.
    let kept = nurse.request(Method::GET, &format!("/List/{set}")).header("if-none-match", "W/\"1\"");
    assert_eq!(items(&client::answer(kept).await.expect(200).json()), [reference(one)]);
    read(&nurse, folder).await.expect(404);
    assert!(!found(&nurse, &demo, "&code=folder").await.ids().contains(folder));
    let included = found(&nurse, &demo, &format!("&code=submissionset&_id={set}&_include=List:item")).await;
    assert_eq!(included.ids(), [set.clone(), one.clone()]);
    mask(&demo, one).await;
    read(&nurse, set).await.expect(404);
    let left = found(&nurse, &demo, "&code=submissionset&_include=List:item").await;
    for id in [set, folder, one, other] {
        assert!(!left.text().contains(id.as_str()), "{id}");
        assert!(
            found(&surgeon, &demo, "&code=submissionset,folder&_include=List:item").await.text().contains(id.as_str())
        );
    }
    let absent = nurse.get(&format!("/List/{}", Uuid::new_v4())).await.expect(404);
    assert_eq!(read(&nurse, set).await.body, absent.body);
}

// requirement: TX-15 SE-15
#[tokio::test]
async fn sets_and_folders_are_found_by_each_parameter_with_their_documents() {
    let demo = Demo::start();
    let (surgeon, nurse) = (demo.client("team-surgeon"), demo.client("team-nurse"));
    let sent = lot(&demo);
    let answer = surgeon.post("/", &sent).await.expect(200);
    let (documents, lists) = (filed(&answer, "DocumentReference"), filed(&answer, "List"));
    let [set, folder] = lists.as_slice() else { panic!("{lists:?}") };
    let name = |at: usize| sent["entry"][at]["resource"]["identifier"][0]["value"].as_str().unwrap().to_owned();
    for (query, expected) in [
        (format!("&code=submissionset&identifier={}", name(0)), Some(set)),
        (format!("&code=submissionset&identifier=urn:ietf:rfc:3986%7C{}", name(0)), Some(set)),
        (format!("&code=folder&identifier={}", name(5)), Some(folder)),
        (format!("&code=submissionset&_id={set}&date=2026-06-12"), Some(set)),
        (format!("&code=submissionset&_id={set}&date=gt2026-07"), None),
        (format!("&code=folder&_id={folder}&title=suivi"), Some(folder)),
        (format!("&code=folder&_id={folder}&designationType=http://snomed.info/sct%7C80146002"), Some(folder)),
        (format!("&code=submissionset&_id={set}&sourceId=urn:oid:2.25.1"), Some(set)),
        (format!("&code=submissionset&_id={set}&status=current"), Some(set)),
    ] {
        let by_address = found(&nurse, &demo, &query).await;
        assert_eq!(by_address.ids(), expected.into_iter().cloned().collect::<Vec<_>>(), "{query}");
        let form = format!("{}&_count=200{query}", demo.patient("open"));
        assert_eq!(nurse.post_form("/List/_search", &form).await.expect(200).ids(), by_address.ids(), "{query}");
    }
    let included = found(&nurse, &demo, &format!("&code=submissionset&_id={set}&_include=List:item")).await;
    let modes: Vec<Value> = included.entries().iter().map(|entry| entry["search"]["mode"].clone()).collect();
    assert_eq!(included.ids(), [&[set.clone()][..], &documents].concat());
    assert_eq!(modes, ["match", "include", "include"]);
    nurse.get(&format!("/List?{}", demo.patient("open"))).await.expect(400);
    nurse.get("/List?code=folder").await.expect(400);
    demo.client("outside-specialist").get(&format!("/List?{}&code=folder", demo.patient("open"))).await.expect(403);
    demo.client("outside-specialist").get(&format!("/List/{set}")).await.expect(404);
}

// requirement: TX-15
#[tokio::test]
async fn the_set_that_a_simplified_publication_makes_is_found() {
    let demo = Demo::start();
    let surgeon = demo.client("team-surgeon");
    let before = found(&surgeon, &demo, "&code=submissionset").await.ids();
    let draft = Draft::by(&demo, "team-surgeon", "open");
    let document = surgeon.post("/DocumentReference", &draft.simplified()).await.expect(201).id();
    let after = found(&surgeon, &demo, "&code=submissionset").await;
    let new: Vec<Value> =
        after.entries().into_iter().filter(|it| !before.iter().any(|id| it["resource"]["id"] == *id)).collect();
    let [set] = new.as_slice() else { panic!("{new:?}") };
    assert_eq!(items(&set["resource"]), [format!("DocumentReference/{document}")]);
    assert_eq!(set["resource"]["code"]["coding"][0]["code"], "submissionset");
}

// requirement: TX-15 RV-03
#[tokio::test]
async fn every_address_that_a_submission_is_answered_with_leads_somewhere() {
    let demo = Demo::start();
    let surgeon = demo.client("team-surgeon");
    let answer = surgeon.post("/", &lot(&demo)).await.expect(200);
    for entry in answer.entries() {
        let location = entry["response"]["location"].as_str().unwrap();
        let path = location.strip_prefix(demo.base.as_str()).unwrap();
        let told = surgeon.get(path).await.expect(200);
        if let Some(tag) = entry["response"]["etag"].as_str() {
            assert_eq!(told.headers["etag"], tag);
            surgeon.get(&path.replace("_history/1", "_history/2")).await.expect(404);
            demo.client("outside-specialist").get(path).await.expect(404);
        }
    }
}
