//! Flux 03 and TD3.3: a document's status, labels and archived flag are changed by PATCH, and what that does to every answer.

use dmp_gateway::fhir::xml;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Demo,
    client::{FHIR_JSON, FHIR_XML, JSON_PATCH, XML_PATCH, answer},
    decisions::{blocking, professional},
    documents::{Draft, FLAGS},
    shared,
};

/// A patch: media type and body.
type Patch = (&'static str, String);

/// A document as it was filed: its id, and the condition that names it.
struct Filed {
    id: String,
    draft: Draft,
}

impl Filed {
    async fn by(demo: &Demo, caller: &str, holder: &str) -> Self {
        let draft = Draft::by(demo, caller, holder);
        let id = demo.client(caller).post("/DocumentReference", &draft.simplified()).await.expect(201).id();
        Self { id, draft }
    }

    fn path(&self) -> String {
        format!("/DocumentReference/{}", self.id)
    }

    fn condition(&self) -> String {
        format!("/DocumentReference?identifier=urn:ietf:rfc:3986%7C{}", self.draft.unique_id)
    }
}

fn label(flag: &str) -> Value {
    json!({"coding": [{"system": FLAGS, "code": flag}]})
}

/// Adds a flag, in JSON Patch.
fn adding(flag: &str) -> Value {
    json!([{"op": "add", "path": "/securityLabel/-", "value": label(flag)}])
}

/// Takes away the flag that stands first, in JSON Patch.
fn removing(flag: &str) -> Value {
    json!([{"op": "test", "path": "/securityLabel/0/coding/0/code", "value": flag}, {"op": "remove", "path": "/securityLabel/0"}])
}

fn status(code: &str) -> Value {
    json!([{"op": "replace", "path": "/status", "value": code}])
}

/// One operation of FHIRPath Patch.
fn operation(parts: &Value) -> Value {
    json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]})
}

/// That mask is set, and that it is lifted, in all forms of a patch.
fn masking() -> [(Patch, Patch); 4] {
    let concept = json!({"name": "value", "valueCodeableConcept": label("MASQUE_PS")});
    let set = operation(&json!([
        {"name": "type", "valueCode": "add"}, {"name": "path", "valueString": "DocumentReference"},
        {"name": "name", "valueString": "securityLabel"}, concept]));
    let lift = operation(&json!([{"name": "type", "valueCode": "delete"},
        {"name": "path", "valueString": "DocumentReference.securityLabel.where(coding.code='MASQUE_PS')"}]));
    let in_xml = |tree: &Value| String::from_utf8(xml::write_value(tree).unwrap()).unwrap();
    let diff = |operations: &str| format!("<diff xmlns:f=\"http://hl7.org/fhir\">{operations}</diff>");
    let added = format!(
        "<add sel=\"/f:DocumentReference\"><f:securityLabel><f:coding><f:system value=\"{FLAGS}\"/>\
         <f:code value=\"MASQUE_PS\"/></f:coding></f:securityLabel></add>"
    );
    let removed = "<remove sel=\"/f:DocumentReference/f:securityLabel[f:coding/f:code/@value='MASQUE_PS']\"/>";
    [
        ((JSON_PATCH, adding("MASQUE_PS").to_string()), (JSON_PATCH, removing("MASQUE_PS").to_string())),
        ((FHIR_JSON, set.to_string()), (FHIR_JSON, lift.to_string())),
        ((FHIR_XML, in_xml(&set)), (FHIR_XML, in_xml(&lift))),
        ((XML_PATCH, diff(&added)), (XML_PATCH, diff(removed))),
    ]
}

async fn send(client: &Client, path: &str, patch: &Patch) -> Answer {
    client.send(Method::PATCH, path, patch.0, patch.1.clone()).await
}

fn labels(document: &Value) -> Vec<String> {
    let all = document["securityLabel"].as_array().unwrap();
    all.iter().map(|label| label["coding"][0]["code"].as_str().unwrap().to_owned()).collect()
}

// requirement: CR-06 CR-08 PATCH-01 R1111-49@masked-by R1111-49@unmasked-by
#[tokio::test]
async fn a_document_is_masked_and_unmasked_in_every_form_of_a_patch_by_id_and_by_identifier() {
    let demo = shared();
    let (surgeon, nurse) = (demo.client("team-surgeon"), demo.client("team-nurse"));
    for (form, (set, lift)) in masking().iter().enumerate() {
        let filed = Filed::by(demo, "team-surgeon", "open").await;
        for (round, path) in [filed.path(), filed.condition()].iter().enumerate() {
            let masked = send(&surgeon, path, set).await.expect(200);
            let version = 2 * round + 2;
            assert_eq!(masked.headers["etag"], format!("W/\"{version}\"").as_str(), "form {form}");
            assert_eq!(masked.json()["meta"]["versionId"], version.to_string(), "form {form}");
            assert_eq!(labels(&masked.json()), ["MASQUE_PS", "N"], "form {form}: a flag comes first");
            nurse.get(&filed.path()).await.expect(404);
            let shown = send(&surgeon, path, lift).await.expect(200);
            assert_eq!(labels(&shown.json()), ["N"], "form {form}");
            nurse.get(&filed.path()).await.expect(200);
        }
    }
}

/// Where a caller finds a document: each way to ask, and whether it leads there.
async fn ways(client: &Client, demo: &Demo, filed: &Filed, set: &str, letter: &str) -> Vec<(&'static str, bool)> {
    let id = filed.id.as_str();
    let patient = demo.patient("masked");
    let found = |answer: Answer| answer.status == 200 && answer.text().contains(id);
    let identifier = format!("&identifier=urn:ietf:rfc:3986%7C{}", filed.draft.unique_id);
    let total = client.search(&demo.holder("masked"), &format!("{identifier}&_summary=count")).await.json();
    let read = json!({"resourceType": "Bundle", "type": "batch", "entry": [
        {"request": {"method": "GET", "url": format!("DocumentReference/{id}")}}]});
    let batch = client.post("/", &read).await.json();
    let traces = format!("/AuditEvent?{patient}&date=ge2020&date=le2099&_count=200");
    vec![
        ("AuditEvent", found(client.get(&traces).await)),
        ("search", found(client.search(&demo.holder("masked"), &identifier).await)),
        ("total", total["total"] == 1),
        ("read", found(client.get(&filed.path()).await)),
        ("vread", found(client.get(&format!("{}/_history/1", filed.path())).await)),
        ("history", found(client.get(&format!("{}/_history", filed.path())).await)),
        ("Binary", client.get(&format!("/Binary/{id}")).await.status == 200),
        ("List", found(client.get(&format!("/List/{set}")).await)),
        ("List search", found(client.get(&format!("/List?{patient}&code=submissionset&_count=200")).await)),
        (
            "_include",
            found(client.get(&format!("/List?{patient}&code=submissionset&_include=List:item&_count=200")).await),
        ),
        ("relatesTo", found(client.get(&format!("/DocumentReference/{letter}")).await)),
        ("batch", batch["entry"][0]["response"]["status"].as_str().unwrap().starts_with("200")),
    ]
}

/// The set in which a document was filed, as the treating physician finds it.
async fn set_of(demo: &Demo, holder: &str, document: &str) -> String {
    let path = format!("/List?{}&code=submissionset&_count=200", demo.patient(holder));
    let lists = demo.client("treating-physician").get(&path).await.expect(200).entries();
    let named = format!("DocumentReference/{document}");
    let holds =
        |list: &&Value| list["resource"]["entry"].as_array().unwrap().iter().any(|it| it["item"]["reference"] == named);
    lists.iter().find(holds).unwrap()["resource"]["id"].as_str().unwrap().to_owned()
}

// requirement: R1111-49@masked R1111-53@hidden-from-patient R1111-43@nothing-betrayed CO-03
#[tokio::test]
async fn a_flag_takes_a_document_out_of_every_answer_and_its_end_brings_it_back() {
    let demo = Demo::start();
    let surgeon = demo.client("team-surgeon");
    for (flag, caller) in [("MASQUE_PS", "team-nurse"), ("INVISIBLE_PATIENT", "ens")] {
        let blind = demo.client(caller).acting_for(&demo, "masked");
        let filed = Filed::by(&demo, "team-surgeon", "masked").await;
        let mut letter = Draft::by(&demo, "team-surgeon", "masked").simplified();
        letter["relatesTo"] =
            json!([{"code": "appends", "target": {"reference": format!("DocumentReference/{}", filed.id)}}]);
        let letter = surgeon.post("/DocumentReference", &letter).await.expect(201).id();
        let set = set_of(&demo, "masked", &filed.id).await;
        // What is read now leaves a trace that names the document.
        blind.get(&filed.path()).await.expect(200);
        for (patch, visible) in [(adding(flag), false), (removing(flag), true)] {
            let before = ways(&blind, &demo, &filed, &set, &letter).await;
            assert!(before.iter().all(|(_, found)| *found != visible), "{caller}: {before:?}");
            surgeon.patch(&filed.path(), &patch).await.expect(200);
            let after = ways(&blind, &demo, &filed, &set, &letter).await;
            assert!(after.iter().all(|(_, found)| *found == visible), "{caller}: {after:?}");
        }
    }
}

// requirement: R1111-53@hidden-by R1111-53@shown-by
#[tokio::test]
async fn what_is_hidden_from_the_patient_is_not_there_for_the_front_end_until_it_is_shown() {
    let demo = shared();
    let (physician, front_end) = (demo.client("treating-physician"), demo.client("ens"));
    let filed = Filed::by(demo, "treating-physician", "open").await;
    let statuses = async || {
        let content = front_end.get(&format!("/Binary/{}", filed.id)).await.status;
        [front_end.get(&filed.path()).await.status, content]
    };
    assert_eq!(statuses().await, [200, 200]);
    physician.patch(&filed.condition(), &adding("INVISIBLE_PATIENT")).await.expect(200);
    assert_eq!(statuses().await, [404, 404]);
    demo.client("team-nurse").get(&filed.path()).await.expect(200);
    let both = physician.patch(&filed.path(), &adding("MASQUE_PS")).await.expect(422);
    assert_eq!(both.codes(), ["DMP-0423"]);
    physician.patch(&filed.path(), &removing("INVISIBLE_PATIENT")).await.expect(200);
    assert_eq!(statuses().await, [200, 200]);
}

// requirement: RV-02 PATCH-02 R1111-51@status-by-author
#[tokio::test]
async fn what_its_author_deletes_is_gone_for_who_could_see_it_and_unknown_to_the_others() {
    let demo = shared();
    let (surgeon, nurse) = (demo.client("team-surgeon"), demo.client("team-nurse"));
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    let content = format!("/Binary/{}", filed.id);
    nurse.patch(&filed.path(), &status("entered-in-error")).await.expect(403);
    demo.client("outside-specialist").patch(&filed.path(), &status("entered-in-error")).await.expect(404);
    nurse.get(&filed.path()).await.expect(200);
    let deleted = surgeon.patch(&filed.condition(), &status("entered-in-error")).await.expect(200);
    assert_eq!(deleted.json()["status"], "entered-in-error");
    for client in [&surgeon, &nurse] {
        for path in [filed.path(), content.clone(), format!("{}/_history/1", filed.path())] {
            assert_eq!(client.get(&path).await.expect(410).codes(), ["DMP-0435"], "{path}");
        }
        let by_identifier = format!("&identifier=urn:ietf:rfc:3986%7C{}", filed.draft.unique_id);
        assert_eq!(client.search(&demo.holder("open"), &by_identifier).await.expect(200).json()["total"], 0);
    }
    for path in [filed.path(), content] {
        demo.client("outside-specialist").get(&path).await.expect(404);
    }
    surgeon.patch(&filed.path(), &status("current")).await.expect(410);
}

// requirement: RV-05
#[tokio::test]
async fn a_patch_of_another_version_than_the_current_is_not_applied() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    let matching = |tag: &'static str, patch: Value| {
        let request = surgeon.request(Method::PATCH, &filed.path()).header("content-type", JSON_PATCH);
        answer(request.header("if-match", tag).body(patch.to_string()))
    };
    assert_eq!(matching("W/\"1\"", adding("MASQUE_PS")).await.expect(200).headers["etag"], "W/\"2\"");
    matching("W/\"1\"", removing("MASQUE_PS")).await.expect(412);
    matching("W/\"3\", \"7\"", removing("MASQUE_PS")).await.expect(412);
    matching("2", removing("MASQUE_PS")).await.expect(400);
    assert_eq!(labels(&surgeon.get(&filed.path()).await.expect(200).json()), ["MASQUE_PS", "N"]);
    matching("*", removing("MASQUE_PS")).await.expect(200);
}

// requirement: PATCH-03 CR-06 CR-08
#[tokio::test]
async fn each_fault_of_a_patch_has_its_status_and_changes_nothing() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    for (status, media, body) in [
        (405, JSON_PATCH, json!([{"op": "replace", "path": "/description", "value": "x"}])),
        (405, JSON_PATCH, json!([{"op": "replace", "path": "/subject/identifier/value", "value": "x"}])),
        (405, JSON_PATCH, json!([{"op": "remove", "path": "/content/0"}])),
        (400, JSON_PATCH, json!({"op": "replace"})),
        (400, JSON_PATCH, json!([{"op": "twist", "path": "/status"}])),
        (422, JSON_PATCH, json!([{"op": "test", "path": "/status", "value": "superseded"}])),
        (422, JSON_PATCH, json!([{"op": "remove", "path": "/securityLabel/7"}])),
        (422, JSON_PATCH, json!([{"op": "replace", "path": "/status", "value": "banana"}])),
        (400, FHIR_JSON, json!({"resourceType": "Parameters", "parameter": [{"name": "twist"}]})),
        (415, "application/merge-patch+json", json!({"status": "superseded"})),
        (415, "text/plain", json!([])),
    ] {
        let told = surgeon.send(Method::PATCH, &filed.path(), media, body.to_string()).await.expect(status);
        assert!(!told.codes().is_empty(), "{body}");
        assert_eq!(told.headers.contains_key("allow"), status == 405, "{body}");
    }
    surgeon.send(Method::PATCH, &filed.path(), JSON_PATCH, "[{").await.expect(400);
    surgeon.send(Method::PATCH, &filed.path(), XML_PATCH, "<diff>").await.expect(400);
    let entity = "<!DOCTYPE diff [<!ENTITY x \"superseded\">]><diff><replace sel=\"DocumentReference/status/@value\">&x;</replace></diff>";
    surgeon.send(Method::PATCH, &filed.path(), XML_PATCH, entity).await.expect(400);
    surgeon.send(Method::PATCH, &filed.path(), JSON_PATCH, " ".repeat(70_000)).await.expect(413);
    let read = surgeon.get(&filed.path()).await.expect(200).json();
    assert_eq!(read["meta"]["versionId"], "1");
}

// requirement: CR-08
#[tokio::test]
async fn a_condition_names_one_document_or_is_refused() {
    let demo = shared();
    let (surgeon, physician) = (demo.client("team-surgeon"), demo.client("treating-physician"));
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    let nowhere = "/DocumentReference?identifier=urn:ietf:rfc:3986%7Curn:oid:2.25.404";
    physician.patch(nowhere, &adding("MASQUE_PS")).await.expect(404);
    demo.client("outside-specialist").patch(&filed.condition(), &adding("MASQUE_PS")).await.expect(404);
    let named = format!("{}&{}", filed.condition(), demo.patient("open"));
    surgeon.patch(&named, &json!([])).await.expect(200);
    let elsewhere = format!("{}&{}", filed.condition(), demo.patient("masked"));
    surgeon.patch(&elsewhere, &json!([])).await.expect(404);
    for wrong in
        ["/DocumentReference", "/DocumentReference?status=current", "/DocumentReference?identifier=urn:oid:2.25.1"]
    {
        surgeon.patch(wrong, &json!([])).await.expect(400);
    }
    // Another author may use the same name; whoever sees both cannot mean one of them.
    let same = Draft { unique_id: filed.draft.unique_id.clone(), ..Draft::by(demo, "treating-physician", "open") };
    physician.post("/DocumentReference", &same.simplified()).await.expect(201);
    physician.patch(&named, &adding("MASQUE_PS")).await.expect(412);
}

// requirement: RV-09
#[tokio::test]
async fn each_patch_makes_a_version_and_the_history_tells_them_all() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    surgeon.patch(&filed.path(), &adding("MASQUE_PS")).await.expect(200);
    surgeon.patch(&filed.path(), &status("superseded")).await.expect(200);
    let history = surgeon.get(&format!("{}/_history", filed.path())).await.expect(200);
    assert_eq!((&history.json()["type"], &history.json()["total"]), (&json!("history"), &json!(3)));
    let told: Vec<(Value, Vec<String>, Value)> = history
        .entries()
        .iter()
        .map(|entry| {
            let resource = &entry["resource"];
            (resource["meta"]["versionId"].clone(), labels(resource), resource["status"].clone())
        })
        .collect();
    let masked = vec!["MASQUE_PS".to_owned(), "N".to_owned()];
    assert_eq!(
        told,
        [
            (json!("3"), masked.clone(), json!("superseded")),
            (json!("2"), masked, json!("current")),
            (json!("1"), vec!["N".to_owned()], json!("current")),
        ]
    );
    for (at, entry) in history.entries().iter().enumerate() {
        let version = 3 - at;
        let read = surgeon.get(&format!("{}/_history/{version}", filed.path())).await.expect(200);
        assert_eq!(read.headers["etag"], format!("W/\"{version}\"").as_str());
        assert_eq!(read.json(), entry["resource"]);
    }
    for version in ["0", "4", "x", "99999999999"] {
        surgeon.get(&format!("{}/_history/{version}", filed.path())).await.expect(404);
    }
}

// requirement: K14@idempotent-submission
#[tokio::test]
async fn the_same_patch_twice_gives_the_same_answer_and_one_version() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    for patch in masking().map(|(set, _)| set) {
        let first = send(&surgeon, &filed.condition(), &patch).await.expect(200);
        let again = send(&surgeon, &filed.condition(), &patch).await.expect(200);
        assert_eq!((first.headers["etag"].to_str().unwrap(), &again.body), ("W/\"2\"", &first.body));
    }
}

// requirement: PATCH-05 I12@archived
#[tokio::test]
async fn a_document_is_archived_and_brought_back() {
    const IS_ARCHIVED: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    let archived = async || {
        let query = format!("&identifier=urn:ietf:rfc:3986%7C{}&isArchived=true", filed.draft.unique_id);
        surgeon.search(&demo.holder("open"), &query).await.expect(200).json()["total"].clone()
    };
    let set = json!([{"op": "add", "path": "/extension/-", "value": {"url": IS_ARCHIVED, "valueBoolean": true}}]);
    let told = surgeon.patch(&filed.condition(), &set).await.expect(200).json();
    assert_eq!(told["extension"][0], json!({"url": IS_ARCHIVED, "valueBoolean": true}));
    assert_eq!(archived().await, 1);
    let selector = format!("/extension[url:'{IS_ARCHIVED}']/valueBoolean");
    let back = json!([{"op": "replace", "path": selector, "value": false}]);
    surgeon.patch(&filed.condition(), &back).await.expect(200);
    assert_eq!(archived().await, 0);
}

/// Patches with what the caller attests.
async fn attesting(client: &Client, path: &str, attested: &str, patch: &Value) -> Answer {
    let request = client.request(Method::PATCH, path).header("content-type", JSON_PATCH);
    answer(request.header("dmp-attestation", attested).body(patch.to_string())).await
}

// requirement: R1111-49@masked-by R1111-49@unmasked-by R1111-51@author-amends
#[tokio::test]
async fn masks_are_set_and_lifted_by_those_whom_the_law_lets_and_by_no_one_else() {
    let demo = shared();
    let (front_end, physician, nurse) =
        (demo.client("ens"), demo.client("treating-physician"), demo.client("team-nurse"));
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    let path = filed.path();
    for (caller, status) in [
        ("team-nurse", 403),
        ("consented-specialist", 403),
        ("secretary", 403),
        ("outside-specialist", 404),
        ("hospital", 404),
    ] {
        let told = demo.client(caller).patch(&path, &adding("MASQUE_PS")).await;
        assert_eq!(told.status, status, "{caller}: {}", told.text());
    }
    // Another professional masks at the holder's attested request, and the mask is the holder's.
    attesting(&nurse, &path, "holder-request", &adding("MASQUE_PS")).await.expect(200);
    nurse.get(&path).await.expect(404);
    physician.patch(&path, &removing("MASQUE_PS")).await.expect(403);
    demo.client("team-surgeon").patch(&path, &removing("MASQUE_PS")).await.expect(403);
    front_end.patch(&path, &removing("MASQUE_PS")).await.expect(200);
    nurse.get(&path).await.expect(200);
    front_end.patch(&path, &adding("MASQUE_PS")).await.expect(200);
    nurse.get(&path).await.expect(404);
    attesting(&physician, &path, "holder-request", &removing("MASQUE_PS")).await.expect(200);
    nurse.get(&path).await.expect(200);
    physician.patch(&path, &adding("MASQUE_PS")).await.expect(200);
    front_end.patch(&path, &removing("MASQUE_PS")).await.expect(200);
    front_end.patch(&path, &status("entered-in-error")).await.expect(403);
}

// requirement: R1111-51@author-amends R1111-46@holder-denies
#[tokio::test]
async fn who_is_forbidden_still_deletes_what_is_their_own() {
    let demo = Demo::start();
    let specialist = demo.client("consented-specialist");
    let filed = Filed::by(&demo, "consented-specialist", "open").await;
    let block = blocking(&demo, "open", professional(&demo, "consented-specialist"));
    demo.client("ens").post("/Consent", &block).await.expect(201);
    // Reading and correcting answer alike, as they do to an author to whom nobody consented: the block is not told apart.
    specialist.get(&filed.path()).await.expect(200);
    let search = format!("/DocumentReference?{}&status=current", demo.patient("open"));
    assert_eq!(specialist.get(&search).await.expect(200).ids(), std::slice::from_ref(&filed.id));
    let others = Filed::by(&demo, "team-surgeon", "open").await;
    specialist.get(&others.path()).await.expect(404);
    specialist.patch(&filed.path(), &status("entered-in-error")).await.expect(200);
    demo.client("team-nurse").get(&filed.path()).await.expect(410);
}

// requirement: PATCH-04
#[tokio::test]
async fn a_label_in_the_place_of_another_is_added_with_a_warning() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let filed = Filed::by(demo, "team-surgeon", "open").await;
    let published = |flag: &str| json!([{"op": "replace", "path": "/securityLabel/0", "value": label(flag)}]);
    let masked = surgeon.patch(&filed.path(), &published("MASQUE_PS")).await.expect(200);
    assert_eq!(
        (labels(&masked.json()), masked.headers.contains_key("warning")),
        (vec!["MASQUE_PS".into(), "N".into()], false)
    );
    let normal = json!([{"op": "replace", "path": "/securityLabel/0", "value": {"coding": [{"system":
        "https://mos.esante.gouv.fr/NOS/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality", "code": "N"}]}}]);
    let shown = surgeon.patch(&filed.path(), &normal).await.expect(200);
    assert_eq!(labels(&shown.json()), ["N"]);
    surgeon.patch(&filed.path(), &published("INVISIBLE_REPRESENTANTS_LEGAUX")).await.expect(200);
    let both = surgeon.patch(&filed.path(), &published("MASQUE_PS")).await.expect(200);
    assert!(both.headers.contains_key("warning"), "{both:?}");
    assert!(labels(&both.json()).contains(&"INVISIBLE_REPRESENTANTS_LEGAUX".to_owned()));
}

// requirement: CR-02
#[tokio::test]
async fn prefer_changes_the_body_of_a_write_and_never_its_status() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    for (preference, kind) in [
        ("return=minimal", None),
        ("return=representation", Some("DocumentReference")),
        ("return=OperationOutcome", Some("OperationOutcome")),
    ] {
        let draft = Draft::by(demo, "team-surgeon", "open");
        let preferring = |method: Method, path: &str, media: &str| {
            surgeon.request(method, path).header("prefer", preference).header("content-type", media)
        };
        let create = preferring(Method::POST, "/DocumentReference", FHIR_JSON).body(draft.simplified().to_string());
        let created = answer(create).await.expect(201);
        assert!(created.headers.contains_key("location") && created.headers.contains_key("etag"), "{preference}");
        let condition = format!("/DocumentReference?identifier=urn:ietf:rfc:3986%7C{}", draft.unique_id);
        let patch = preferring(Method::PATCH, &condition, JSON_PATCH).body(adding("MASQUE_PS").to_string());
        let patched = answer(patch).await.expect(200);
        assert_eq!(patched.headers["etag"], "W/\"2\"", "{preference}");
        let bundle = preferring(Method::POST, "/", FHIR_JSON);
        let bundle =
            answer(bundle.body(Draft::by(demo, "team-surgeon", "open").bundle().to_string())).await.expect(200);
        let of_bundle = if kind == Some("DocumentReference") { Some("Bundle") } else { kind };
        for (answer, kind) in [(created, kind), (patched, kind), (bundle, of_bundle)] {
            match kind {
                None => assert!(answer.body.is_empty(), "{preference}: {}", answer.text()),
                Some(kind) => assert_eq!(answer.json()["resourceType"], kind, "{preference}"),
            }
        }
    }
}
