//! What a consumer of documents asks, over the wire: each question finds what was filed, in the order and the shape that it asks for.

use serde_json::{Value, json};

use crate::support::{Client, Demo, documents::Draft};

/// A letter with a name for its author and a period, filed by ITI-65; its id.
async fn file(demo: &Demo, family: &str, start: &str) -> String {
    let mut lot = Draft::by(demo, "treating-physician", "open").bundle();
    let letter = &mut lot["entry"][1]["resource"];
    letter["contained"][1]["name"] = json!([{"family": family, "given": ["Zoé"]}]);
    letter["context"]["period"]["start"] = json!(start);
    letter["context"]["related"] =
        json!([{"identifier": {"system": "urn:oid:1.2.3", "value": format!("ACC-{start}")}}]);
    let answer = demo.client("treating-physician").post("/", &lot).await.expect(200).json();
    let location = answer["entry"][1]["response"]["location"].as_str().unwrap();
    location.split('/').nth_back(2).unwrap().to_owned()
}

async fn found(client: &Client, demo: &Demo, more: &str) -> Vec<String> {
    let page = client.search(&demo.holder("open"), more).await.expect(200).json();
    let entries = page["entry"].as_array().cloned().unwrap_or_default();
    assert_eq!(page["total"], entries.len());
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

// requirement: SE-06 SE-07 SE-08 SE-15
#[tokio::test]
async fn documents_are_found_by_author_period_and_related_identifier_in_the_order_that_is_asked() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let early = file(&demo, "Lefèvre-Müller", "2021-01-05").await;
    let late = file(&demo, "Lefebvre", "2023-03-07").await;
    let both = [early.clone(), late.clone()];
    let reversed = [late.clone(), early.clone()];
    for (query, expected) in [
        ("&author.family=LEFEVRE", &both[..1]),
        ("&author.family:exact=Lefebvre", &both[1..]),
        ("&author:PractitionerRole.practitioner.given=zoe&_sort=period", &both),
        ("&author.given=zoe&_sort=-period", &reversed),
        ("&author.family:contains=muller", &both[..1]),
        ("&period-start=lt2022", &both[..1]),
        ("&period-start=ge2021&period-start=lt2024&_sort=period", &both),
        ("&related:identifier=urn:oid:1.2.3%7CACC-2023-03-07", &both[1..]),
        ("&related.identifier=ACC-2021-01-05", &both[..1]),
        (&format!("&_id={early},{late}&_sort=period"), &both),
        (&format!("&_id={early}&facility=SA01"), &[]),
        ("&author.given=zoe&isArchived=true", &[]),
    ] {
        assert_eq!(found(&client, &demo, query).await, expected, "{query}");
    }
}

// requirement: SE-14
#[tokio::test]
async fn a_part_of_each_document_is_given_where_that_is_asked() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let id = file(&demo, "Lefèvre", "2021-01-05").await;
    let page = client.search(&demo.holder("open"), &format!("&_id={id}&_elements=type")).await.expect(200).json();
    let part = &page["entry"][0]["resource"];
    assert_eq!(part["meta"]["tag"][0]["code"], "SUBSETTED");
    assert_eq!((part.get("author"), part.get("contained"), part["status"].as_str()), (None, None, Some("current")));
    assert!(page["link"][0]["url"].as_str().unwrap().ends_with("&_elements=type"));
    let count = client.search(&demo.holder("open"), &format!("&_id={id}&_summary=count")).await.expect(200).json();
    assert_eq!((&count["total"], count.get("entry")), (&json!(1), None::<&Value>));
}
