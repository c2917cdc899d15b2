//! TD0.2: whether there is a record, and how the caller stands to it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Demo,
    client::answer,
    decisions::{blocking, opposing, professional},
    documents::Draft,
    shared,
};

const EXTENSIONS: &str = "https://interop.esante.gouv.fr/ig/fhir/dmp/StructureDefinition";
const AUTHORISATION: &str = "https://dmp-gateway.example/fhir/StructureDefinition/dmp-autorisation";

/// The search for the Patient of a holder.
fn look_up(demo: &Demo, holder: &str) -> String {
    let (system, matricule) = demo.holder(holder);
    format!("/Patient?identifier={system}%7C{matricule}")
}

fn extension<'a>(patient: &'a Value, url: &str) -> Option<&'a Value> {
    patient["extension"].as_array().unwrap().iter().find(|extension| extension["url"] == url)
}

/// What a caller may do: read, feed, and whether they are the treating physician.
fn standing(patient: &Value) -> [bool; 3] {
    let parts = &extension(patient, AUTHORISATION).unwrap()["extension"];
    let part = |name: &str| {
        let part = parts.as_array().unwrap().iter().find(|part| part["url"] == name).unwrap();
        part["valueBoolean"].as_bool().unwrap()
    };
    let treats = extension(patient, &format!("{EXTENSIONS}/dmp-medecin-traitant")).unwrap()["valueBoolean"].clone();
    [part("consultation"), part("alimentation"), treats.as_bool().unwrap()]
}

// requirement: L1111-14@existence-told SE-16
#[tokio::test]
async fn every_identified_caller_learns_whether_there_is_a_record_and_how_they_stand_to_it() {
    let demo = shared();
    for (caller, reads, feeds, treats) in [
        ("treating-physician", true, true, true),
        ("team-nurse", true, true, false),
        ("outside-specialist", false, true, false),
        ("consented-specialist", true, true, false),
        ("blocked-pharmacist", false, false, false),
    ] {
        let client = demo.client(caller);
        let found = client.get(&look_up(demo, "open")).await.expect(200);
        assert_eq!((&found.json()["total"], found.entries().len()), (&json!(1), 1), "{caller}");
        let patient = found.entries()[0]["resource"].clone();
        assert_eq!(patient["active"], true, "{caller}");
        assert_eq!(patient["identifier"][0]["value"], demo.holder("open").1, "{caller}");
        assert_eq!(standing(&patient), [reads, feeds, treats], "{caller}");
        let none = client.get(&look_up(demo, "none")).await.expect(200).json();
        assert_eq!((&none["total"], none.get("entry")), (&json!(0), None), "{caller}");
    }
    for caller in ["secretary", "hospital", "ens"] {
        demo.client(caller).get(&look_up(demo, "open")).await.expect(200);
    }
}

// requirement: L1111-14@existence-told
#[tokio::test]
async fn a_closed_record_is_told_to_be_closed_and_no_more() {
    let demo = shared();
    let found = demo.client("treating-physician").get(&look_up(demo, "closed")).await.expect(200);
    let patient = found.entries()[0]["resource"].clone();
    assert_eq!(patient["active"], false);
    assert_eq!(standing(&patient)[..2], [false, false]);
    let closing = extension(&patient, &format!("{EXTENSIONS}/dmp-fermeture")).unwrap().to_string();
    assert!(closing.contains("\"ferme\""), "{closing}");
}

// requirement: SE-10 SE-11
#[tokio::test]
async fn who_is_looked_up_is_named_by_one_identity_with_a_right_key() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let (system, matricule) = demo.holder("open");
    let wrong_key = format!("{}{:02}", &matricule[..13], matricule[13..].parse::<u32>().unwrap() % 97 + 1);
    for wrong in [
        format!("identifier={system}%7C{wrong_key}"),
        format!("identifier={system}%7C12"),
        format!("identifier=urn:oid:1.2.250.1.213.1.4.8%7C{matricule}"),
        format!("identifier={matricule}"),
        String::new(),
        "name=x".to_owned(),
    ] {
        let told = client.get(&format!("/Patient?{wrong}")).await.expect(400);
        assert!(!told.text().contains(&matricule), "{wrong}");
    }
}

// requirement: SE-01 SE-03
#[tokio::test]
async fn a_patient_is_read_by_an_opaque_id_and_searched_by_it_as_by_the_identity() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open");
    client.post("/DocumentReference", &draft.simplified()).await.expect(201);
    let found = client.get(&look_up(demo, "open")).await.expect(200);
    let id = found.ids()[0].clone();
    assert!(!id.contains(&demo.holder("open").1));
    let form = look_up(demo, "open").replace("/Patient?", "");
    assert_eq!(client.post_form("/Patient/_search", &form).await.expect(200).entries(), found.entries());
    let read = client.get(&format!("/Patient/{id}")).await.expect(200).json();
    assert_eq!(read, found.entries()[0]["resource"]);
    for nobody in ["x".to_owned(), "0".repeat(64), id.replace(|letter: char| letter.is_ascii_digit(), "0")] {
        client.get(&format!("/Patient/{nobody}")).await.expect(404);
    }
    let asked = format!("status=current&identifier=urn:ietf:rfc:3986%7C{}", draft.unique_id);
    let by_identity = client.get(&format!("/DocumentReference?{}&{asked}", demo.patient("open"))).await.expect(200);
    for patient in [id.clone(), format!("Patient/{id}"), format!("{}/Patient/{id}", demo.base)] {
        let by_id = client.get(&format!("/DocumentReference?patient={patient}&{asked}")).await.expect(200);
        assert_eq!(by_id.entries(), by_identity.entries(), "{patient}");
        assert_eq!(by_id.json()["total"], 1, "{patient}");
    }
    client.get(&format!("/DocumentReference?patient=Patient/{}&{asked}", "0".repeat(64))).await.expect(400);
}

// requirement: L1111-14@existence-told R1111-47@feeding
#[tokio::test]
async fn a_block_and_an_opposition_show_as_a_standing_and_as_nothing_else() {
    let demo = Demo::start();
    let specialist = demo.client("consented-specialist");
    let stands = async || {
        let found = specialist.get(&look_up(&demo, "open")).await.expect(200);
        let patient = found.entries()[0]["resource"].clone();
        (standing(&patient), patient["extension"].as_array().unwrap().len())
    };
    let (_, extensions) = stands().await;
    let opposition = opposing(&demo, "open", professional(&demo, "consented-specialist"));
    demo.client("ens").post("/Consent", &opposition).await.expect(201);
    assert_eq!(stands().await, ([true, false, false], extensions));
    let block = blocking(&demo, "open", professional(&demo, "consented-specialist"));
    demo.client("ens").post("/Consent", &block).await.expect(201);
    assert_eq!(stands().await, ([false, false, false], extensions));
}

// requirement: SE-14
#[tokio::test]
async fn a_look_up_gives_the_elements_that_are_wanted() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let found = client.get(&format!("{}&_elements=active,identifier", look_up(demo, "open"))).await.expect(200);
    let patient = found.entries()[0]["resource"].clone();
    assert_eq!((&patient["active"], patient.get("birthDate")), (&json!(true), None));
    assert_eq!(patient["meta"]["tag"][0]["code"], "SUBSETTED");
    let head = client.request(Method::HEAD, &look_up(demo, "open"));
    assert!(answer(head).await.expect(200).body.is_empty());
}
