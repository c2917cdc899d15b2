//! One request for each route, and for each kind of failure.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Demo,
    client::{FHIR_JSON, JSON_PATCH},
    decisions::{in_status, opposing, professional, team},
    documents::Draft,
};

const FORM: &str = "application/x-www-form-urlencoded";

/// A request that may be sent again and again, and is answered alike each time.
pub struct Situation {
    /// How the table calls it.
    pub told: String,
    /// Who asks.
    pub caller: &'static str,
    /// How.
    pub method: Method,
    /// Where.
    pub path: String,
    /// Headers but `Accept`.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body.
    pub body: String,
}

impl Situation {
    fn new(told: &str, caller: &'static str, method: Method, path: String) -> Self {
        Self { told: told.to_owned(), caller, method, path, headers: Vec::new(), body: String::new() }
    }

    fn get(told: &str, caller: &'static str, path: String) -> Self {
        Self::new(&format!("GET {told}"), caller, Method::GET, path)
    }

    fn with(mut self, media: &'static str, body: impl ToString) -> Self {
        self.headers.push(("content-type", media));
        self.body = body.to_string();
        self
    }

    fn post(told: &str, caller: &'static str, path: &str, body: impl ToString) -> Self {
        Self::new(&format!("POST {told}"), caller, Method::POST, path.to_owned()).with(FHIR_JSON, body)
    }

    fn form(told: &str, caller: &'static str, path: &str, body: impl ToString) -> Self {
        Self::new(&format!("POST {told}"), caller, Method::POST, path.to_owned()).with(FORM, body)
    }
}

/// What stands in the record `open` for the requests.
struct Scene {
    document: String,
    unique: String,
    deleted: String,
    set: String,
    consent: Value,
    team: Value,
    trace: String,
    patient: String,
}

async fn scene(demo: &Demo) -> Scene {
    let (physician, front_end) = (demo.client("treating-physician"), demo.client("ens"));
    let (kept, dropped) =
        (Draft::by(demo, "treating-physician", "open"), Draft::by(demo, "treating-physician", "open"));
    let document = physician.post("/DocumentReference", &kept.simplified()).await.expect(201).id();
    let deleted = physician.post("/DocumentReference", &dropped.simplified()).await.expect(201).id();
    let delete = json!([{"op": "replace", "path": "/status", "value": "entered-in-error"}]);
    physician.patch(&format!("/DocumentReference/{deleted}"), &delete).await.expect(200);
    let specialist = || professional(demo, "outside-specialist");
    let consent = front_end.post("/Consent", &opposing(demo, "open", specialist())).await.expect(201).json();
    let sent = team(demo, "open", "recognised-by-patient", &[specialist()]);
    let team = front_end.post("/CareTeam", &sent).await.expect(201).json();
    let patient = demo.patient("open");
    let first = async |path: String| front_end.get(&path).await.expect(200).ids()[0].clone();
    let set = first(format!("/List?{patient}&code=submissionset")).await;
    let trace = first(format!("/AuditEvent?{patient}&date=ge2020&date=le2099")).await;
    let patient = first(format!("/Patient?{}", patient.replace("patient.", ""))).await;
    Scene { document, unique: kept.unique_id, deleted, set, consent, team, trace, patient }
}

/// All of them.
pub async fn all(demo: &Demo) -> Vec<Situation> {
    let scene = scene(demo).await;
    let mut all = documents(demo, &scene);
    all.extend(lists_and_patients(demo, &scene));
    all.extend(decisions(demo, &scene));
    all.extend(failures(demo, &scene));
    all
}

fn documents(demo: &Demo, scene: &Scene) -> Vec<Situation> {
    let (id, patient) = (&scene.document, demo.patient("open"));
    let draft = || Draft::by(demo, "treating-physician", "open");
    let doctor = "treating-physician";
    let empty = json!([]);
    let batch = json!({"resourceType": "Bundle", "type": "batch", "entry": [
        {"request": {"method": "GET", "url": format!("Binary/{id}")}}, {"request": {"method": "DELETE", "url": "x"}}]});
    let patch = |told: &str, path: String| {
        Situation::new(&format!("PATCH {told}"), doctor, Method::PATCH, path).with(JSON_PATCH, &empty)
    };
    vec![
        Situation::get("/metadata", "hospital", "/metadata".to_owned()),
        Situation::post("/ (transaction)", doctor, "/", draft().bundle()),
        Situation::post("/ (batch)", doctor, "/", batch),
        Situation::post("/DocumentReference", doctor, "/DocumentReference", draft().simplified()),
        Situation::get("/DocumentReference?", doctor, format!("/DocumentReference?{patient}&status=current")),
        Situation::form(
            "/DocumentReference/_search",
            doctor,
            "/DocumentReference/_search",
            format!("{patient}&status=current"),
        ),
        Situation::get("/DocumentReference/{id}", doctor, format!("/DocumentReference/{id}")),
        Situation::get("/DocumentReference/{id}/_history", doctor, format!("/DocumentReference/{id}/_history")),
        Situation::get("/DocumentReference/{id}/_history/{v}", doctor, format!("/DocumentReference/{id}/_history/1")),
        patch("/DocumentReference/{id}", format!("/DocumentReference/{id}")),
        patch(
            "/DocumentReference?identifier=",
            format!("/DocumentReference?identifier=urn:ietf:rfc:3986%7C{}", scene.unique),
        ),
        Situation::post("/DocumentReference/$validate", doctor, "/DocumentReference/$validate", draft().simplified()),
        Situation::post("/List/$validate", doctor, "/List/$validate", &draft().bundle()["entry"][0]["resource"]),
        Situation::post("/Bundle/$validate", doctor, "/Bundle/$validate", draft().bundle()),
        Situation::get("/Binary/{id} (text/plain)", doctor, format!("/Binary/{id}")),
    ]
}

fn lists_and_patients(demo: &Demo, scene: &Scene) -> Vec<Situation> {
    let (patient, caller) = (demo.patient("open"), "ens");
    let known = patient.replace("patient.", "");
    let bounds = format!("{patient}&date=ge2020&date=le2099");
    let sets = format!("{patient}&code=submissionset");
    vec![
        Situation::get("/List?", caller, format!("/List?{sets}")),
        Situation::form("/List/_search", caller, "/List/_search", &sets),
        Situation::get("/?_type=List", caller, format!("/?_type=List&{sets}")),
        Situation::form("/_search", caller, "/_search", format!("_type=List&{sets}")),
        Situation::new("OPTIONS /List", caller, Method::OPTIONS, "/List".to_owned()),
        Situation::get("/List/{id}", caller, format!("/List/{}", scene.set)),
        Situation::get("/AuditEvent?", caller, format!("/AuditEvent?{bounds}")),
        Situation::form("/AuditEvent/_search", caller, "/AuditEvent/_search", bounds),
        Situation::get("/AuditEvent/{id}", caller, format!("/AuditEvent/{}", scene.trace)),
        Situation::get("/Patient?", caller, format!("/Patient?{known}")),
        Situation::form("/Patient/_search", caller, "/Patient/_search", known),
        Situation::get("/Patient/{id}", caller, format!("/Patient/{}", scene.patient)),
    ]
}

fn decisions(demo: &Demo, scene: &Scene) -> Vec<Situation> {
    let (patient, caller) = (demo.patient("open"), "ens");
    let mut all = Vec::new();
    for (kind, stored) in [("Consent", &scene.consent), ("CareTeam", &scene.team)] {
        let one = format!("/{kind}/{}", stored["id"].as_str().unwrap());
        let mut new = in_status(stored, "active");
        new.as_object_mut().unwrap().remove("id");
        let put = Situation::new(&format!("PUT /{kind}/{{id}}"), caller, Method::PUT, one.clone());
        all.extend([
            Situation::post(&format!("/{kind}"), caller, &format!("/{kind}"), new),
            Situation::get(&format!("/{kind}?"), caller, format!("/{kind}?{patient}")),
            Situation::form(&format!("/{kind}/_search"), caller, &format!("/{kind}/_search"), &patient),
            Situation::get(&format!("/{kind}/{{id}}"), caller, one.clone()),
            Situation::get(&format!("/{kind}/{{id}}/_history"), caller, format!("{one}/_history")),
            Situation::get(&format!("/{kind}/{{id}}/_history/{{v}}"), caller, format!("{one}/_history/1")),
            put.with(FHIR_JSON, stored),
        ]);
    }
    all
}

fn failures(demo: &Demo, scene: &Scene) -> Vec<Situation> {
    let (id, patient, doctor) = (&scene.document, demo.patient("open"), "treating-physician");
    let search = format!("/DocumentReference?{patient}&status=current");
    let one = format!("/DocumentReference/{id}");
    let draft = Draft::by(demo, doctor, "open");
    let taken = Draft { unique_id: scene.unique.clone(), ..draft.clone() };
    let mut broken = draft.simplified();
    broken["status"] = json!("superseded");
    let stale =
        Situation::new("PATCH of another version: 412", doctor, Method::PATCH, one.clone()).with(JSON_PATCH, "[]");
    let stale = Situation { headers: [stale.headers.as_slice(), &[("if-match", "W/\"9\"")]].concat(), ..stale };
    let other = json!([{"op": "remove", "path": "/content"}]);
    let other =
        Situation::new("PATCH of another element: 405", doctor, Method::PATCH, one.clone()).with(JSON_PATCH, other);
    vec![
        Situation::get("a search without a patient: 400", doctor, "/DocumentReference?status=current".to_owned()),
        Situation::post("what is no JSON: 400", doctor, "/DocumentReference", "{"),
        Situation::post(
            "a lot that breaks a rule: 400",
            doctor,
            "/",
            json!({"resourceType": "Bundle", "type": "transaction"}),
        ),
        Situation::get("a record that is not open to the caller: 403", "outside-specialist", search.clone()),
        Situation::get("an id, by who never reads: 403", "hospital", one.clone()),
        Situation::get("an id that is none: 404", doctor, format!("/DocumentReference/{}", Uuid::new_v4())),
        Situation::get("content that is none: 404", doctor, format!("/Binary/{}", Uuid::new_v4())),
        Situation::get("an address that is none: 404", doctor, "/Practitioner/1".to_owned()),
        Situation::new("DELETE: 405", doctor, Method::DELETE, one.clone()),
        Situation::post("an AuditEvent: 405", doctor, "/AuditEvent", json!({"resourceType": "AuditEvent"})),
        other,
        Situation::post("a uniqueId that is taken: 409", doctor, "/DocumentReference", taken.simplified()),
        Situation::get("a deleted document: 410", doctor, format!("/DocumentReference/{}", scene.deleted)),
        Situation::get("the content of a deleted document: 410", doctor, format!("/Binary/{}", scene.deleted)),
        stale,
        Situation::form("a form that is too long: 413", doctor, "/DocumentReference/_search", "a=b&".repeat(20_000)),
        Situation::new("POST of another media type: 415", doctor, Method::POST, "/DocumentReference".to_owned())
            .with("text/plain", "x"),
        Situation::post("what breaks a rule: 422", doctor, "/DocumentReference", broken),
        Situation::get("a cursor that is none: 400", doctor, "/DocumentReference?_cursor=x".to_owned()),
    ]
}
