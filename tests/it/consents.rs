//! ITI-108: what the holder allows and forbids is put on file, takes effect on the very next request, and stays.

use dmp_gateway::fhir::xml;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Demo,
    client::{FHIR_JSON, FHIR_XML, answer},
    decisions::{
        blocking, choosing, collected, granting, holder, in_minutes, in_status, opposing, professional, reference,
        structure, team,
    },
    documents::Draft,
};

/// The team of the hospital stay, as the operator named it.
fn hospital_stay() -> Value {
    json!({"type": "CareTeam", "identifier":
        {"system": "https://dmp-gateway.example/fhir/NamingSystem/dmp-care-team", "value": "hospital-stay"}})
}

/// A decision of each kind that the holder may record.
fn decisions(demo: &Demo) -> Vec<Value> {
    let specialist = || professional(demo, "outside-specialist");
    vec![
        granting(demo, "open", "team", hospital_stay()),
        granting(demo, "open", "professional", specialist()),
        granting(demo, "open", "treating-physician-rights", specialist()),
        blocking(demo, "open", structure(demo, "consented-specialist")),
        choosing(demo, "open", "emergency-break-glass", "deny"),
        choosing(demo, "open", "emergency-regulation", "permit"),
        choosing(demo, "open", "emergency-masked-documents", "permit"),
        opposing(demo, "open", specialist()),
    ]
}

/// Records a decision as the holder; what is on file then.
async fn recorded(demo: &Demo, decision: &Value) -> Value {
    demo.client("ens").post("/Consent", decision).await.expect(201).json()
}

/// Puts what is on file out of force; what is on file then.
async fn withdrawn(demo: &Demo, stored: &Value) -> Value {
    let path = format!("/Consent/{}", stored["id"].as_str().unwrap());
    demo.client("ens").put(&path, &in_status(stored, "inactive")).await.expect(200).json()
}

/// The statuses of a search, a read, and a retrieval.
async fn reaching(demo: &Demo, caller: &str, document: &str) -> [u16; 3] {
    let client = demo.client(caller);
    let search = client.search(&demo.holder("open"), "").await.status;
    let read = client.get(&format!("/DocumentReference/{document}")).await.status;
    [search, read, client.get(&format!("/Binary/{document}")).await.status]
}

const OPEN: [u16; 3] = [200, 200, 200];
const SHUT: [u16; 3] = [403, 404, 404];

async fn document(demo: &Demo) -> String {
    let draft = Draft::by(demo, "treating-physician", "open");
    demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(201).id()
}

// requirement: CO-01 CO-07 L1111-19@holder-decides
#[tokio::test]
async fn the_holder_records_each_kind_of_decision_in_json_and_in_xml_and_reads_it_back() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    for decision in decisions(&demo) {
        let kind = decision["category"][0]["coding"][0]["code"].clone();
        let in_json = front_end.post("/Consent", &decision).await.expect(201);
        let body = xml::write_value(&decision).unwrap();
        let in_xml = front_end.send(Method::POST, "/Consent", FHIR_XML, body).await.expect(201);
        let (mut one, mut other) = (in_json.json(), in_xml.json());
        assert_eq!(in_json.headers["etag"], "W/\"1\"", "{kind}");
        let address = format!("{}/Consent/{}/_history/1", demo.base, in_json.id());
        assert_eq!(in_json.headers["location"], address.as_str(), "{kind}");
        let read = front_end.get(&format!("/Consent/{}", in_json.id())).await.expect(200);
        assert_eq!(read.json(), one, "{kind}");
        for stored in [&mut one, &mut other] {
            assert_eq!(stored["provision"]["type"], decision["provision"]["type"], "{kind}");
            stored["id"] = Value::Null;
            stored["meta"]["lastUpdated"] = Value::Null;
        }
        assert_eq!(one, other, "{kind}: in JSON and in XML");
    }
}

// requirement: L1111-19@reserved-to-holder R1111-46@own-consent-collected R1111-46@initial-consent-collected D1110-3-1@collected-by-caller
#[tokio::test]
async fn a_professional_records_their_own_consent_and_that_of_their_team_and_nothing_else() {
    let demo = Demo::start();
    let (nurse, specialist) = (demo.client("team-nurse"), demo.client("outside-specialist"));
    let own =
        |caller: &str| collected(&demo, caller, granting(&demo, "open", "professional", professional(&demo, caller)));
    let document = document(&demo).await;
    assert_eq!(reaching(&demo, "outside-specialist", &document).await, SHUT);
    specialist.post("/Consent", &own("outside-specialist")).await.expect(201);
    assert_eq!(reaching(&demo, "outside-specialist", &document).await, OPEN);
    let of_team = collected(&demo, "team-nurse", granting(&demo, "open", "team", hospital_stay()));
    nurse.post("/Consent", &of_team).await.expect(201);
    // For someone else, by someone else, without information, long ago.
    nurse.post("/Consent", &own("outside-specialist")).await.expect(403);
    specialist.post("/Consent", &of_team).await.expect(403);
    let mut uninformed = own("team-nurse");
    uninformed["extension"][0]["valueBoolean"] = json!(false);
    let mut old = own("team-nurse");
    old["dateTime"] = json!(in_minutes(-90));
    for unproven in [uninformed, old] {
        assert_eq!(nurse.post("/Consent", &unproven).await.expect(422).codes(), ["DMP-0438"], "{unproven}");
    }
    let reserved = decisions(&demo).into_iter().skip(2);
    for decision in reserved {
        for caller in ["treating-physician", "team-nurse", "secretary", "hospital"] {
            let told = demo.client(caller).post("/Consent", &decision).await;
            assert_eq!(told.status, 403, "{caller}: {}", decision["category"]);
        }
    }
    let found = demo.client("ens").get(&format!("/Consent?{}&category=block", demo.patient("open"))).await.expect(200);
    assert_eq!(found.json()["total"], 1, "the one of the story");
}

// requirement: L1111-17@entrusted-consent-collected
#[tokio::test]
async fn a_member_of_an_opened_team_entrusts_the_record_to_another_professional() {
    let demo = Demo::start();
    let (nurse, front_end) = (demo.client("team-nurse"), demo.client("ens"));
    let document = document(&demo).await;
    let entrusted = || {
        let to = professional(&demo, "outside-specialist");
        collected(&demo, "team-nurse", granting(&demo, "open", "entrusted-professional", to))
    };
    nurse.post("/Consent", &entrusted()).await.expect(403);
    let members = [structure(&demo, "hospital"), professional(&demo, "team-nurse")];
    let group = team(&demo, "open", "same-establishment", &members);
    let group = nurse.post("/CareTeam", &group).await.expect(201).json();
    front_end.post("/Consent", &granting(&demo, "open", "team", reference(&group))).await.expect(201);
    let stored = nurse.post("/Consent", &entrusted()).await.expect(201).json();
    assert_eq!(reaching(&demo, "outside-specialist", &document).await, OPEN);
    let path = format!("/Consent/{}", stored["id"].as_str().unwrap());
    demo.client("team-surgeon").put(&path, &in_status(&stored, "inactive")).await.expect(405);
    nurse.put(&path, &in_status(&stored, "inactive")).await.expect(200);
    assert_eq!(reaching(&demo, "outside-specialist", &document).await, SHUT);
}

// requirement: CO-03 CO-04 R1111-46@consent-outside-team D1110-3-3@changed-by-recorder
#[tokio::test]
async fn a_consent_opens_the_record_to_the_very_next_request_and_its_withdrawal_shuts_it() {
    let demo = Demo::start();
    let document = document(&demo).await;
    let consent = || granting(&demo, "open", "professional", professional(&demo, "outside-specialist"));
    for status in ["inactive", "entered-in-error", "rejected"] {
        let stored = recorded(&demo, &consent()).await;
        assert_eq!(reaching(&demo, "outside-specialist", &document).await, OPEN);
        let path = format!("/Consent/{}", stored["id"].as_str().unwrap());
        demo.client("ens").put(&path, &in_status(&stored, status)).await.expect(200);
        assert_eq!(reaching(&demo, "outside-specialist", &document).await, SHUT, "{status}");
    }
    for (start, end) in [(in_minutes(-60), in_minutes(-1)), (in_minutes(60), in_minutes(120))] {
        let mut elsewhere = consent();
        elsewhere["provision"]["period"] = json!({"start": start, "end": end});
        recorded(&demo, &elsewhere).await;
        assert_eq!(reaching(&demo, "outside-specialist", &document).await, SHUT, "{start}");
    }
}

// requirement: CO-03 R1111-46@only-what-names-them R1111-46@holder-denies R1111-43@grounds-for-holder
#[tokio::test]
async fn who_is_blocked_is_refused_at_once_and_cannot_learn_of_it() {
    let demo = Demo::start();
    let document = document(&demo).await;
    let specialist = demo.client("consented-specialist");
    assert_eq!(reaching(&demo, "consented-specialist", &document).await, OPEN);
    let mine = format!("/Consent?{}", demo.patient("open"));
    assert_eq!(specialist.get(&mine).await.expect(200).json()["total"], 1, "the consent that names them");
    let block = recorded(&demo, &blocking(&demo, "open", professional(&demo, "consented-specialist"))).await;
    assert_eq!(reaching(&demo, "consented-specialist", &document).await, SHUT);
    assert_eq!(specialist.get(&mine).await.expect(200).json()["total"], 0);
    let blocked = format!("/Consent/{}", block["id"].as_str().unwrap());
    let nowhere = format!("/Consent/{}", Uuid::new_v4());
    for suffix in ["", "/_history", "/_history/1"] {
        let (one, other) =
            (specialist.get(&format!("{blocked}{suffix}")).await, specialist.get(&format!("{nowhere}{suffix}")).await);
        assert_eq!((one.status, one.body), (404, other.body), "{suffix}");
    }
    // The same as someone of whom nothing is on file.
    let traces = format!("/AuditEvent?{}&date=ge2020&date=le2099&_count=200", demo.patient("open"));
    let seen = specialist.get(&traces).await.expect(200);
    assert!(!seen.entries().is_empty());
    for word in ["holder-denies", "blocked", "R1111-46", block["id"].as_str().unwrap()] {
        assert!(!seen.text().contains(word), "{word}: {}", seen.text());
    }
    // Unblocked, everything is as before.
    withdrawn(&demo, &block).await;
    assert_eq!(reaching(&demo, "consented-specialist", &document).await, OPEN);
    assert_eq!(specialist.get(&mine).await.expect(200).json()["total"], 1);
}

// requirement: CO-01 RV-03 RV-08 RV-09
#[tokio::test]
async fn every_version_of_a_consent_stays_and_none_is_deleted() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    let stored = recorded(&demo, &blocking(&demo, "open", professional(&demo, "outside-specialist"))).await;
    let path = format!("/Consent/{}", stored["id"].as_str().unwrap());
    let ended = withdrawn(&demo, &stored).await;
    assert_eq!((&ended["status"], &ended["meta"]["versionId"]), (&json!("inactive"), &json!("2")));
    assert_eq!(front_end.get(&format!("{path}/_history/1")).await.expect(200).json(), stored);
    let second = front_end.get(&format!("{path}/_history/2")).await.expect(200);
    assert_eq!((second.json(), second.headers["etag"].to_str().unwrap()), (ended.clone(), "W/\"2\""));
    for version in ["0", "3", "x"] {
        front_end.get(&format!("{path}/_history/{version}")).await.expect(404);
    }
    let history = front_end.get(&format!("{path}/_history")).await.expect(200);
    let told: Vec<Value> = history.entries().iter().map(|entry| entry["resource"].clone()).collect();
    assert_eq!((history.json()["total"].clone(), told), (json!(2), vec![ended, stored]));
    for way in [&path, &format!("/Consent?{}", demo.patient("open"))] {
        let delete = answer(front_end.request(Method::DELETE, way)).await.expect(405);
        assert_eq!(delete.codes(), ["DMP-0401"]);
    }
    front_end.get(&path).await.expect(200);
}

async fn updating(demo: &Demo, caller: &str, path: &str, resource: &Value, tag: &str) -> Answer {
    let client = demo.client(caller);
    let request = client.request(Method::PUT, path).header("content-type", FHIR_JSON);
    answer(request.header("if-match", tag).body(resource.to_string())).await
}

// requirement: RV-05 RV-06 RV-07
#[tokio::test]
async fn an_update_needs_the_version_the_id_and_the_type_of_what_it_updates() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    let stored = recorded(&demo, &blocking(&demo, "open", professional(&demo, "outside-specialist"))).await;
    let path = format!("/Consent/{}", stored["id"].as_str().unwrap());
    let ended = in_status(&stored, "inactive");
    updating(&demo, "ens", &path, &ended, "W/\"7\"").await.expect(412);
    updating(&demo, "ens", &path, &ended, "seven").await.expect(400);
    let if_absent = front_end.request(Method::PUT, &path).header("content-type", FHIR_JSON);
    let if_absent = if_absent.header("if-none-match", "*").body(ended.to_string());
    assert_eq!(answer(if_absent).await.expect(412).codes(), ["DMP-0439"]);
    let mut other = ended.clone();
    other["id"] = json!(Uuid::new_v4().to_string());
    front_end.put(&path, &other).await.expect(400);
    other.as_object_mut().unwrap().remove("id");
    front_end.put(&path, &other).await.expect(400);
    let mut team = team(&demo, "open", "formalised-group", &[professional(&demo, "team-nurse")]);
    team["id"] = stored["id"].clone();
    front_end.put(&path, &team).await.expect(400);
    front_end.put(&format!("/CareTeam/{}", stored["id"].as_str().unwrap()), &ended).await.expect(400);
    let unknown = Uuid::new_v4().to_string();
    other["id"] = json!(unknown);
    let told = front_end.put(&format!("/Consent/{unknown}"), &other).await.expect(405);
    assert!(told.headers.contains_key("allow"));
    let mut elsewhere = ended.clone();
    elsewhere["patient"] = holder(&demo, "masked");
    elsewhere["performer"] = json!([holder(&demo, "masked")]);
    front_end.put(&path, &elsewhere).await.expect(405);
    assert_eq!(front_end.get(&path).await.expect(200).json(), stored);
    updating(&demo, "ens", &path, &ended, "W/\"1\"").await.expect(200);
    updating(&demo, "ens", &path, &stored, "W/\"1\"").await.expect(412);
}

// requirement: CO-09 SE-01 SE-02
#[tokio::test]
async fn consents_are_found_by_each_parameter_by_address_and_by_form() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    let patient = demo.patient("open");
    let stored =
        recorded(&demo, &granting(&demo, "open", "professional", professional(&demo, "outside-specialist"))).await;
    let id = stored["id"].as_str().unwrap();
    let number = demo.caller("outside-specialist")["ps_idnat"].as_str().unwrap();
    let known = front_end.get(&format!("/Patient?{}", patient.replace("patient.", ""))).await.expect(200).ids();
    let date = stored["dateTime"].as_str().unwrap();
    for (query, is_there) in [
        (patient.clone(), true),
        (format!("patient=Patient/{}", known[0]), true),
        (format!("patient={}", known[0]), true),
        (format!("{patient}&status=active"), true),
        (format!("{patient}&status=inactive"), false),
        (format!("{patient}&actor.identifier=urn:oid:1.2.250.1.71.4.2.1%7C{number}"), true),
        (format!("{patient}&actor:identifier={}", &number[1..]), true),
        (format!("{patient}&actor.identifier=urn:oid:1.2.250.1.71.4.2.2%7C10B0999001"), false),
        (format!("{patient}&category=professional"), true),
        (format!("{patient}&category=block,team"), false),
        (format!("{patient}&date={date}"), true),
        (format!("{patient}&date=ge{}", in_minutes(-2)), true),
        (format!("{patient}&date=lt{}", in_minutes(-2)), false),
        (format!("{patient}&_id={id}"), true),
        (format!("{patient}&_lastUpdated=gt{}", in_minutes(-2)), true),
    ] {
        let by_address = front_end.get(&format!("/Consent?{query}")).await.expect(200);
        assert_eq!(by_address.ids().contains(&id.to_owned()), is_there, "{query}");
        assert_eq!(by_address.json()["total"], by_address.ids().len(), "{query}");
        let by_form = front_end.post_form("/Consent/_search", &query).await.expect(200);
        assert_eq!(by_form.ids(), by_address.ids(), "{query}");
    }
    front_end.get("/Consent?status=active").await.expect(400);
    assert_eq!(front_end.get(&format!("/Consent?{patient}&colour=red")).await.expect(200).json()["total"], 6);
    let strict = front_end.request(Method::GET, &format!("/Consent?{patient}&colour=red"));
    answer(strict.header("prefer", "handling=strict")).await.expect(400);
}

// requirement: CO-03 SE-12
#[tokio::test]
async fn a_page_that_was_begun_under_a_consent_does_not_go_on_after_its_withdrawal() {
    let demo = Demo::start();
    let specialist = demo.client("outside-specialist");
    let consent =
        recorded(&demo, &granting(&demo, "open", "professional", professional(&demo, "outside-specialist"))).await;
    let first = specialist.search(&demo.holder("open"), "&_count=1").await.expect(200);
    let next = first.link("next").unwrap();
    specialist.get(&next).await.expect(200);
    withdrawn(&demo, &consent).await;
    specialist.get(&next).await.expect(403);
}

/// What is done to a valid consent.
type Change = fn(&mut Value);

// requirement: CR-03 CR-04
#[tokio::test]
async fn what_is_no_consent_is_refused_and_not_put_on_file() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    let valid = || blocking(&demo, "open", professional(&demo, "outside-specialist"));
    let changes: [(u16, Change); 6] = [
        (400, |it| it["colour"] = json!("red")),
        (400, |it| it["status"] = json!("banana")),
        (400, |it| it["resourceType"] = json!("CareTeam")),
        (422, |it| it["status"] = json!("draft")),
        (422, |it| it["provision"]["provision"] = json!([{"type": "permit"}])),
        (422, |it| it["category"][0]["coding"][0]["code"] = json!("other")),
    ];
    for (status, change) in changes {
        let mut spoilt = valid();
        change(&mut spoilt);
        let told = front_end.post("/Consent", &spoilt).await;
        assert_eq!(told.status, status, "{spoilt}: {}", told.text());
    }
    let conditional = front_end.request(Method::POST, "/Consent").header("content-type", FHIR_JSON);
    answer(conditional.header("if-none-exist", "status=active").body(valid().to_string())).await.expect(400);
    let found = front_end.get(&format!("/Consent?{}&category=block", demo.patient("open"))).await.expect(200);
    assert_eq!(found.json()["total"], 1, "the one of the story");
}

// requirement: L1111-19@holder-sees-authorisations R1111-46@named-sees-consents R1111-46@only-what-names-them
#[tokio::test]
async fn each_sees_the_decisions_that_are_theirs_to_see() {
    let demo = Demo::start();
    let search = format!("/Consent?{}", demo.patient("open"));
    let total = async |caller: &str| demo.client(caller).get(&search).await.expect(200).json()["total"].clone();
    for (caller, of) in [
        ("ens", 5),
        ("treating-physician", 1),
        ("team-nurse", 1),
        ("team-surgeon", 1),
        ("consented-specialist", 1),
        ("outside-specialist", 0),
        ("blocked-pharmacist", 0),
    ] {
        assert_eq!(total(caller).await, of, "{caller}");
    }
    for caller in ["secretary", "hospital"] {
        demo.client(caller).get(&search).await.expect(403);
    }
}

// requirement: RV-07 CO-06
#[tokio::test]
async fn who_may_not_read_a_consent_learns_nothing_from_updating_it() {
    let demo = Demo::start();
    let ended = |stored: &Value| in_status(stored, "inactive");
    let block = recorded(&demo, &blocking(&demo, "open", professional(&demo, "consented-specialist"))).await;
    for caller in
        ["blocked-pharmacist", "consented-specialist", "outside-specialist", "team-nurse", "hospital", "secretary"]
    {
        let mut unknown = ended(&block);
        unknown["id"] = json!(Uuid::new_v4().to_string());
        let path = |resource: &Value| format!("/Consent/{}", resource["id"].as_str().unwrap());
        let mut told = Vec::new();
        for (resource, tag) in [(ended(&block), "W/\"1\""), (ended(&block), "W/\"7\""), (unknown, "W/\"1\"")] {
            let answer = updating(&demo, caller, &path(&resource), &resource, tag).await;
            told.push((answer.status, answer.text()));
        }
        assert_eq!(told[0].0, 405, "{caller}: {}", told[0].1);
        assert!(told.iter().all(|one| *one == told[2]), "{caller}: {told:?}");
    }
}
