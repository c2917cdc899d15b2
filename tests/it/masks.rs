//! A mask leaves no trace: with and without a masked document, every answer is the same to the byte.

use reqwest::Method;
use serde_json::Value;

use crate::support::{
    Answer, Client, Demo,
    client::answer,
    decisions::{granting, professional},
    documents::{Draft, bundle},
};

/// Everything a caller can ask about a record in which some known documents stand, made comparable.
async fn everything(client: &Client, demo: &Demo, known: &[String], probed: &str, probed_unique: &str) -> Vec<String> {
    let holder = demo.holder("open");
    let mut seen = Vec::new();
    for more in [
        "",
        "&_count=0",
        "&_count=1",
        "&_count=2",
        "&type=http://loinc.org%7C11488-4",
        "&category=10",
        "&security-label=N",
        "&security-label=MASQUE_PS",
        "&date=ge2020-01-01",
        "&creation=ge2020",
        "&period=ge2020",
        &format!("&identifier={probed_unique}"),
        &format!("&identifier=urn:uuid:{probed}"),
    ] {
        seen.extend(pages(client, client.search(&holder, more).await).await);
    }
    for path in [format!("/DocumentReference/{probed}"), format!("/Binary/{probed}")] {
        seen.push(told(&client.get(&path).await));
        seen.push(told(&answer(client.request(Method::HEAD, &path)).await));
    }
    for id in known {
        seen.push(told(&client.get(&format!("/DocumentReference/{id}")).await));
    }
    seen
}

/// A search with all pages that follow.
async fn pages(client: &Client, first: Answer) -> Vec<String> {
    let mut seen = vec![told(&first)];
    let mut next = next_of(&first);
    while let Some(address) = next {
        let page = client.get(&address).await;
        seen.push(told(&page));
        next = next_of(&page);
    }
    seen
}

fn next_of(answer: &Answer) -> Option<String> {
    let links = answer.json()["link"].as_array()?.clone();
    links.iter().find(|link| link["relation"] == "next").map(|link| link["url"].as_str().unwrap().to_owned())
}

/// Status, headers but for the request's id and the date, and body but for the sealed cursor.
fn told(answer: &Answer) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    let body = match serde_json::from_slice::<Value>(&answer.body) {
        Ok(mut json) => {
            blank_next(&mut json);
            json.to_string()
        }
        Err(_) => format!("{:?}", answer.body),
    };
    // The length of a body with a cursor in it is told by the cursor's own length, which is fixed; it stays in the comparison.
    format!("{} {headers:?} {body}", answer.status)
}

fn blank_next(json: &mut Value) {
    let Some(links) = json["link"].as_array_mut() else { return };
    for link in links.iter_mut().filter(|link| link["relation"] == "next") {
        link["url"] = Value::from("next");
    }
}

// requirement: R1111-49@masked SE-13 SE-16
#[tokio::test]
async fn a_masked_document_changes_nothing_in_any_answer() {
    let demo = Demo::start();
    let mut known = Vec::new();
    for _ in 0..5 {
        let draft = Draft::by(&demo, "treating-physician", "open");
        let filed = demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(201);
        known.push(filed.json()["id"].as_str().unwrap().to_owned());
    }
    let nurse = demo.client("team-nurse");
    let masked = Draft::by(&demo, "team-surgeon", "open").flagged("MASQUE_PS");
    let absent = uuid::Uuid::new_v4().to_string();
    let before = everything(&nurse, &demo, &known, &absent, &masked.unique_id).await;
    let filed = demo.client("team-surgeon").post("/DocumentReference", &masked.simplified()).await.expect(201);
    let masked_id = filed.json()["id"].as_str().unwrap().to_owned();
    let after = everything(&nurse, &demo, &known, &masked_id, &masked.unique_id).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, &after.replace(&masked_id, &absent));
    }
}

// requirement: R1111-49@masked TX-08
#[tokio::test]
async fn filing_cannot_probe_for_a_masked_document() {
    let demo = Demo::start();
    let masked = Draft::by(&demo, "team-surgeon", "open").flagged("MASQUE_PS");
    let filed = demo.client("team-surgeon").post("/DocumentReference", &masked.simplified()).await.expect(201);
    let masked_id = filed.json()["id"].as_str().unwrap().to_owned();
    let nurse = demo.client("team-nurse");
    let same_name = Draft { unique_id: masked.unique_id.clone(), ..Draft::by(&demo, "team-nurse", "open") };
    nurse.post("/DocumentReference", &same_name.simplified()).await.expect(201);
    let told_of_masked = nurse.post("/", &replacing(&demo, &masked_id)).await;
    let told_of_absent = nurse.post("/", &replacing(&demo, &uuid::Uuid::new_v4().to_string())).await;
    assert_eq!(told(&told_of_masked), told(&told_of_absent));
    assert_eq!(told_of_masked.status, 400);
}

fn replacing(demo: &Demo, target: &str) -> Value {
    let draft = Draft::by(demo, "team-nurse", "open");
    let mut bundle = bundle(&[&draft]);
    bundle["entry"][1]["resource"]["relatesTo"] =
        serde_json::json!([{"code": "replaces", "target": {"reference": format!("DocumentReference/{target}")}}]);
    bundle
}

fn related(demo: &Demo, author: &str, holder: &str, code: &str, target: &str) -> Value {
    let mut resource = Draft::by(demo, author, holder).simplified();
    resource["relatesTo"] =
        serde_json::json!([{"code": code, "target": {"reference": format!("DocumentReference/{target}")}}]);
    resource
}

async fn file(demo: &Demo, caller: &str, resource: &Value) -> String {
    let filed = demo.client(caller).post("/DocumentReference", resource).await.expect(201);
    filed.json()["id"].as_str().unwrap().to_owned()
}

// requirement: R1111-49@masked
#[tokio::test]
async fn a_relation_does_not_betray_a_masked_document() {
    let demo = Demo::start();
    let masked = Draft::by(&demo, "team-surgeon", "open").flagged("MASQUE_PS").simplified();
    let masked = file(&demo, "team-surgeon", &masked).await;
    let absent = uuid::Uuid::new_v4().to_string();
    for target in [&masked, &absent] {
        let letter = file(&demo, "team-surgeon", &related(&demo, "team-surgeon", "open", "appends", target)).await;
        let path = format!("/DocumentReference/{letter}");
        let nurse = demo.client("team-nurse").get(&path).await.expect(200).json();
        assert!(nurse.get("relatesTo").is_none(), "{nurse}");
        let surgeon = demo.client("team-surgeon").get(&path).await.expect(200).json();
        let told = surgeon["relatesTo"][0]["target"]["reference"].as_str();
        assert_eq!(told, (*target == masked).then(|| format!("DocumentReference/{masked}")).as_deref());
        let page = demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
        assert!(!String::from_utf8_lossy(&page.body).contains(&masked));
        let relating = async |caller: &str, named: &str| {
            let query = format!("&relatesto={named}");
            demo.client(caller).search(&demo.holder("open"), &query).await.expect(200).json()["total"].clone()
        };
        let (uuid, document) = (format!("urn:uuid:{target}"), format!("DocumentReference/{target}"));
        for named in [target, &uuid, &document] {
            assert_eq!(relating("team-nurse", named).await, 0, "{named}");
            assert_eq!(relating("team-surgeon", named).await, u64::from(*target == masked), "{named}");
        }
    }
}

// requirement: R1111-50@hidden-from-representatives R1111-53@hidden-from-patient R1111-49@masked
#[tokio::test]
async fn a_flag_is_not_lifted_by_replacing_the_document() {
    let demo = Demo::start();
    for (holder, flag, blind) in [
        ("minor", "INVISIBLE_REPRESENTANTS_LEGAUX", "ens"),
        ("open", "INVISIBLE_PATIENT", "ens"),
        ("open", "MASQUE_PS", "consented-specialist"),
    ] {
        let old = Draft::by(&demo, "treating-physician", holder).flagged(flag).simplified();
        let old = file(&demo, "treating-physician", &old).await;
        let new = related(&demo, "treating-physician", holder, "replaces", &old);
        let new = file(&demo, "treating-physician", &new).await;
        for id in [old, new] {
            demo.client(blind).get(&format!("/DocumentReference/{id}")).await.expect(404);
            demo.client(blind).get(&format!("/Binary/{id}")).await.expect(404);
        }
    }
    let old = Draft::by(&demo, "treating-physician", "open").flagged("MASQUE_PS").simplified();
    let old = file(&demo, "treating-physician", &old).await;
    let mut hidden = related(&demo, "treating-physician", "open", "replaces", &old);
    hidden["securityLabel"] = Draft::by(&demo, "treating-physician", "open").flagged("INVISIBLE_PATIENT").simplified()
        ["securityLabel"]
        .clone();
    let refused = demo.client("treating-physician").post("/DocumentReference", &hidden).await.expect(422);
    assert_eq!(refused.codes(), ["DMP-0423"]);
}

// requirement: R1111-49@masked
#[tokio::test]
async fn an_entry_uuid_of_ones_own_tells_nothing_of_the_document_that_bears_it_elsewhere() {
    let demo = Demo::start();
    let victim = Draft::by(&demo, "treating-physician", "masked").flagged("MASQUE_PS").simplified();
    let victim = file(&demo, "treating-physician", &victim).await;
    let nurse = demo.client("team-nurse");
    let mut seen = Vec::new();
    for uuid in [victim, uuid::Uuid::new_v4().to_string()] {
        let mut lot = Draft::by(&demo, "team-nurse", "open").bundle();
        lot["entry"][1]["resource"]["identifier"] = serde_json::json!([{"use": "official", "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{uuid}")}]);
        nurse.post("/", &lot).await.expect(200);
        let outsider = demo.client("outside-specialist").get(&format!("/DocumentReference/{uuid}")).await;
        seen.push(told(&outsider));
    }
    assert_eq!(seen[0], seen[1]);
}

// requirement: K14@idempotent-submission R1111-46@feeding-in-the-name
#[tokio::test]
async fn a_repeated_submission_tells_a_delegate_nothing_and_drops_no_flag_in_silence() {
    let demo = Demo::start();
    let draft = Draft::by(&demo, "treating-physician", "open");
    let masked = draft.clone().flagged("MASQUE_PS");
    let filed = demo.client("treating-physician").post("/DocumentReference", &masked.simplified()).await.expect(201);
    let again = demo.client("secretary").post("/DocumentReference", &draft.simplified()).await.expect(201);
    assert_eq!(again.headers["location"], filed.headers["location"]);
    assert!(again.body.is_empty(), "{}", String::from_utf8_lossy(&again.body));
    let hidden = draft.flagged("INVISIBLE_PATIENT");
    demo.client("treating-physician").post("/DocumentReference", &hidden.simplified()).await.expect(409);
}

/// What a caller is told of one resource, act by act.
async fn each_act(client: &Client, kind: &str, id: &str) -> Vec<(String, String)> {
    let path = format!("/{kind}/{id}");
    let labels = serde_json::json!([{"op": "replace", "path": "/status", "value": "current"}]);
    let entry = |path: &str| serde_json::json!({"request": {"method": "GET", "url": path.trim_start_matches('/')}});
    let versions = [format!("{path}/_history"), format!("{path}/_history/1"), format!("{path}/_history/2")];
    let batch =
        serde_json::json!({"resourceType": "Bundle", "type": "batch", "entry": [entry(&path), entry(&versions[1])]});
    let mut seen = Vec::new();
    for path in [&path].into_iter().chain(&versions) {
        seen.push((format!("GET {path}"), told(&client.get(path).await)));
        seen.push((format!("HEAD {path}"), told(&answer(client.request(Method::HEAD, path)).await)));
    }
    seen.push((format!("PATCH {path}"), told(&client.patch(&path, &labels).await)));
    let resource = serde_json::json!({"resourceType": kind, "id": id});
    seen.push((format!("PUT {path}"), told(&client.put(&path, &resource).await)));
    seen.push(("a batch".to_owned(), told(&client.post("/", &batch).await)));
    seen
}

/// Checks that what is there, and is not for this caller, is told as what never was.
async fn is_told_as_absent(demo: &Demo, caller: &str, kind: &str, id: &str) {
    let client = demo.client(caller);
    let absent = uuid::Uuid::new_v4().to_string();
    let (there, nowhere) = (each_act(&client, kind, id).await, each_act(&client, kind, &absent).await);
    for ((act, there), (_, nowhere)) in there.iter().zip(&nowhere) {
        assert_eq!(&there.replace(id, &absent), nowhere, "{caller}: {act}");
    }
}

// requirement: R1111-49@masked SE-16
#[tokio::test]
async fn whatever_a_caller_may_not_know_of_is_told_as_absent_in_every_act() {
    let demo = Demo::start();
    let surgeon = demo.client("team-surgeon");
    let masked = Draft::by(&demo, "team-surgeon", "open").flagged("MASQUE_PS");
    surgeon.post("/", &masked.bundle()).await.expect(200);
    let found = surgeon.search(&demo.holder("open"), &format!("&identifier={}", masked.unique_id)).await.expect(200);
    let masked = found.ids().first().unwrap().clone();
    for caller in ["team-nurse", "blocked-pharmacist", "outside-specialist"] {
        for kind in ["DocumentReference", "Binary"] {
            is_told_as_absent(&demo, caller, kind, &masked).await;
        }
    }
    let open = file(&demo, "treating-physician", &Draft::by(&demo, "treating-physician", "open").simplified()).await;
    is_told_as_absent(&demo, "blocked-pharmacist", "DocumentReference", &open).await;
    is_told_as_absent(&demo, "blocked-pharmacist", "Binary", &open).await;
    let sets = surgeon.get(&format!("/List?{}&code=submissionset", demo.patient("open"))).await.expect(200).ids();
    let nurses = demo.client("team-nurse").get(&format!("/List?{}&code=submissionset", demo.patient("open"))).await;
    let hidden: Vec<String> = sets.into_iter().filter(|set| !nurses.ids().contains(set)).collect();
    assert!(!hidden.is_empty(), "the set of the masked document is the surgeon's alone");
    for set in hidden {
        is_told_as_absent(&demo, "team-nurse", "List", &set).await;
    }
}

// requirement: R1111-49@masked SE-16
#[tokio::test]
async fn decisions_and_traces_of_others_are_told_as_absent_in_every_act() {
    let demo = Demo::start();
    let holder = demo.client("ens");
    let decision = granting(&demo, "open", "professional", professional(&demo, "outside-specialist"));
    let consent = holder.post("/Consent", &decision).await.expect(201).id();
    demo.client("team-surgeon").search(&demo.holder("open"), "").await.expect(200);
    let log = format!("/AuditEvent?{}&date=ge2020-01-01&date=lt2100-01-01", demo.patient("open"));
    let traces = holder.get(&log).await.expect(200).ids();
    assert!(!traces.is_empty());
    for caller in ["team-nurse", "blocked-pharmacist", "secretary"] {
        is_told_as_absent(&demo, caller, "Consent", &consent).await;
        for trace in traces.iter().take(3) {
            is_told_as_absent(&demo, caller, "AuditEvent", trace).await;
        }
    }
}

// requirement: SE-16
#[tokio::test]
async fn no_consent_no_record_and_a_closed_record_are_told_in_the_same_words() {
    // Consents, care teams and traces of one's own may be asked for in an open record, and TD0.2 tells whether it is open.
    let demo = Demo::start();
    let client = demo.client("outside-specialist");
    for (kind, more) in [("DocumentReference", "&status=current"), ("List", "&code=submissionset")] {
        let mut seen = Vec::new();
        for holder in ["open", "closed", "none"] {
            let answered = client.get(&format!("/{kind}?{}{more}", demo.patient(holder))).await;
            seen.push(told(&answered).replace(&demo.holder(holder).1, "the matricule"));
        }
        assert!(seen.iter().all(|one| *one == seen[0]), "{kind}: {seen:#?}");
    }
}
