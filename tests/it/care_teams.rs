//! Care teams (CDS): evidence of who forms one. Membership and the initial consent together open the record.

use dmp_gateway::fhir::xml;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Demo,
    client::FHIR_XML,
    decisions::{granting, in_status, professional, reference, structure, team},
    documents::Draft,
};

/// The status of a search of the record `open`.
async fn searching(demo: &Demo, caller: &str) -> u16 {
    demo.client(caller).search(&demo.holder("open"), "").await.status
}

// requirement: CO-08 R1111-46@care-team
#[tokio::test]
async fn membership_and_the_initial_consent_open_the_record_and_neither_does_alone() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    let members = [professional(&demo, "outside-specialist")];
    let stored = front_end.post("/CareTeam", &team(&demo, "open", "recognised-by-patient", &members)).await.expect(201);
    let stored = stored.json();
    let path = format!("/CareTeam/{}", stored["id"].as_str().unwrap());
    assert_eq!(searching(&demo, "outside-specialist").await, 403, "a member without the initial consent");
    front_end.post("/Consent", &granting(&demo, "open", "team", reference(&stored))).await.expect(201);
    assert_eq!(searching(&demo, "outside-specialist").await, 200);
    let mut changed = stored.clone();
    changed["participant"][0]["member"] = professional(&demo, "consented-specialist");
    let changed = front_end.put(&path, &changed).await.expect(200).json();
    assert_eq!(searching(&demo, "outside-specialist").await, 403, "no member any more");
    let back = Value::Object(changed.as_object().unwrap().clone());
    let mut back = in_status(&back, "active");
    back["participant"] = stored["participant"].clone();
    let back = front_end.put(&path, &back).await.expect(200).json();
    assert_eq!(searching(&demo, "outside-specialist").await, 200);
    front_end.put(&path, &in_status(&back, "inactive")).await.expect(200);
    assert_eq!(searching(&demo, "outside-specialist").await, 403, "the team is no more");
}

// requirement: L1110-12@team-declared CO-08
#[tokio::test]
async fn a_professional_declares_the_team_of_their_own_establishment_and_names_nobody_else() {
    let demo = Demo::start();
    let nurse = demo.client("team-nurse");
    let own = structure(&demo, "hospital");
    let other = structure(&demo, "outside-specialist");
    let me = professional(&demo, "team-nurse");
    for (path, members, status) in [
        ("same-establishment", vec![own.clone()], 201),
        ("same-establishment", vec![own.clone(), me.clone()], 201),
        ("same-establishment", vec![own.clone(), professional(&demo, "outside-specialist")], 403),
        ("same-establishment", vec![other.clone()], 403),
        ("formalised-group", vec![me.clone()], 403),
        ("recognised-by-patient", vec![me], 403),
    ] {
        let told = nurse.post("/CareTeam", &team(&demo, "open", path, &members)).await;
        assert_eq!(told.status, status, "{path} {members:?}: {}", told.text());
    }
    for caller in ["secretary", "hospital"] {
        demo.client(caller)
            .post("/CareTeam", &team(&demo, "open", "same-establishment", std::slice::from_ref(&own)))
            .await
            .expect(403);
    }
}

// requirement: D1110-3-3@changed-by-recorder L1110-12@team-declared
#[tokio::test]
async fn nobody_widens_a_team_for_which_others_consented() {
    let demo = Demo::start();
    let (nurse, front_end) = (demo.client("team-nurse"), demo.client("ens"));
    let (own, me) = (structure(&demo, "hospital"), professional(&demo, "team-nurse"));
    let stored =
        nurse.post("/CareTeam", &team(&demo, "open", "same-establishment", &[own, me])).await.expect(201).json();
    front_end.post("/Consent", &granting(&demo, "open", "team", reference(&stored))).await.expect(201);
    let path = format!("/CareTeam/{}", stored["id"].as_str().unwrap());
    let mut wider = stored.clone();
    let mut other = wider["participant"][0].clone();
    other["member"] = professional(&demo, "outside-specialist");
    wider["participant"].as_array_mut().unwrap().push(other);
    let told = nurse.put(&path, &wider).await;
    assert!([403, 422].contains(&told.status), "{}", told.text());
    assert_eq!(searching(&demo, "outside-specialist").await, 403);
    let mut narrower = stored.clone();
    narrower["participant"].as_array_mut().unwrap().pop();
    nurse.put(&path, &narrower).await.expect(200);
}

// requirement: RV-03 RV-05 RV-06 RV-07 RV-08 RV-09
#[tokio::test]
async fn a_care_team_has_versions_that_stay() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    let sent = team(&demo, "open", "recognised-by-patient", &[professional(&demo, "outside-specialist")]);
    let body = xml::write_value(&sent).unwrap();
    let stored = front_end.send(Method::POST, "/CareTeam", FHIR_XML, body).await.expect(201).json();
    assert_eq!((&stored["participant"], &stored["name"]), (&sent["participant"], &sent["name"]));
    let path = format!("/CareTeam/{}", stored["id"].as_str().unwrap());
    let ended = front_end.put(&path, &in_status(&stored, "inactive")).await.expect(200).json();
    assert_eq!(ended["meta"]["versionId"], "2");
    assert_eq!(front_end.get(&path).await.expect(200).json(), ended);
    assert_eq!(front_end.get(&format!("{path}/_history/1")).await.expect(200).json(), stored);
    front_end.get(&format!("{path}/_history/3")).await.expect(404);
    assert_eq!(front_end.get(&format!("{path}/_history")).await.expect(200).json()["total"], 2);
    let mut other = stored.clone();
    other["id"] = json!(Uuid::new_v4().to_string());
    front_end.put(&path, &other).await.expect(400);
    front_end.put(&format!("/CareTeam/{}", other["id"].as_str().unwrap()), &other).await.expect(405);
    let stale = front_end.request(Method::PUT, &path).header("content-type", "application/fhir+json");
    let stale = crate::support::client::answer(stale.header("if-match", "W/\"1\"").body(stored.to_string())).await;
    stale.expect(412);
    front_end.send(Method::DELETE, &path, "", "").await.expect(405);
}

// requirement: CO-09 R1111-46@named-sees-consents
#[tokio::test]
async fn care_teams_are_found_by_who_belongs_to_them_and_shown_to_their_members() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    let patient = demo.patient("open");
    let sent = team(&demo, "open", "recognised-by-patient", &[professional(&demo, "outside-specialist")]);
    let stored = front_end.post("/CareTeam", &sent).await.expect(201);
    let id = stored.id();
    let number = demo.caller("outside-specialist")["ps_idnat"].as_str().unwrap();
    let identifier = sent["identifier"][0]["value"].as_str().unwrap();
    for (query, is_there) in [
        (String::new(), true),
        ("&status=active".to_owned(), true),
        ("&status=inactive".to_owned(), false),
        (format!("&participant.identifier={number}"), true),
        (format!("&participant:identifier=urn:oid:1.2.250.1.71.4.2.1%7C{number}"), true),
        ("&participant.identifier=10B0999001".to_owned(), false),
        (format!("&identifier={identifier}"), true),
        ("&date=ge2020".to_owned(), true),
        ("&category=recognised-by-patient".to_owned(), true),
        (format!("&_id={id}"), true),
    ] {
        let by_address = front_end.get(&format!("/CareTeam?{patient}{query}")).await.expect(200);
        assert_eq!(by_address.ids().contains(&id), is_there, "{query}");
        let by_form = front_end.post_form("/CareTeam/_search", &format!("{patient}{query}")).await.expect(200);
        assert_eq!(by_form.ids(), by_address.ids(), "{query}");
    }
    let of = async |caller: &str| demo.client(caller).get(&format!("/CareTeam?{patient}")).await.expect(200).ids();
    assert_eq!(of("outside-specialist").await, std::slice::from_ref(&id));
    assert!(!of("team-nurse").await.contains(&id));
    demo.client("team-nurse").get(&format!("/CareTeam/{id}")).await.expect(404);
    demo.client("outside-specialist").get(&format!("/CareTeam/{id}")).await.expect(200);
}

// requirement: L1111-19@holder-decides
#[tokio::test]
async fn a_record_that_is_not_open_takes_no_decisions_and_tells_no_more_than_one_that_is_absent() {
    let demo = Demo::start();
    let mut told = Vec::new();
    for holder in ["closed", "none"] {
        let sent = team(&demo, holder, "recognised-by-patient", &[professional(&demo, "outside-specialist")]);
        let answer = demo.client("outside-specialist").post("/CareTeam", &sent).await.expect(403);
        told.push(answer.body);
        demo.client("ens").post("/CareTeam", &sent).await.expect(403);
    }
    assert_eq!(told[0], told[1]);
    let draft = Draft::by(&demo, "treating-physician", "closed");
    demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(403);
}
