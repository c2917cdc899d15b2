//! What a whole run leaves in logs, metrics and on the terminal names nobody, at the most talkative level there is.

use std::{
    fs::{self, File},
    io::Write,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use dmp_gateway::cli::demo::{cast::Cast, tokens::Mint};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Client, Demo, Raw,
    client::{FHIR_XML, XML_PATCH, answer, operator},
    decisions::{blocking, choosing, granting, professional},
    documents::{Draft, FLAGS},
    raw::address,
};

/// What is sent and must not come out anywhere but in answers to those who may read it.
const TITLE: &str = "Titre-Confidentiel-7531";
const CONTENT: &str = "contenu-confidentiel-8642 du document";
const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJqZXRvbi1zZWNyZXQifQ.c2lnbmF0dXJl";

/// The gateway as an operator runs it, with all that it says in files.
struct Talkative {
    child: Child,
    folder: PathBuf,
}

impl Talkative {
    /// Serves the folder of a demonstration that was stopped, under the addresses that it had.
    fn serve(demo: &Demo) -> Self {
        let file = |name: &str| File::create(demo.dir().join(name)).unwrap();
        let mut serving = Command::new(env!("CARGO_BIN_EXE_dmp-gateway"));
        serving.args(["serve", "--config"]).arg(demo.config()).env("RUST_LOG", "trace");
        let child = serving.stdout(file("said.out")).stderr(file("said.err")).spawn().unwrap();
        let talkative = Self { child, folder: demo.dir().to_owned() };
        let patience = Instant::now() + Duration::from_secs(60);
        while !talkative.said().contains("ready ") {
            assert!(Instant::now() < patience, "{}", talkative.said());
            std::thread::yield_now();
        }
        talkative
    }

    fn said(&self) -> String {
        let read = |name: &str| fs::read(self.folder.join(name)).unwrap();
        String::from_utf8_lossy(&[read("said.out"), read("said.err")].concat()).into_owned()
    }

    fn stop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success() && self.child.wait().unwrap().success());
    }
}

impl Drop for Talkative {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Everything that names someone, opens something, or is a document's; these tokens with the rest.
fn secrets(demo: &Demo, sent: &[String]) -> Vec<String> {
    let mut secrets = demo.personal_data();
    let numbers: Vec<String> = secrets.iter().filter(|secret| secret.len() == 15).cloned().collect();
    secrets.extend(numbers.iter().map(|matricule| matricule[..13].to_owned()));
    secrets.extend([TITLE, CONTENT, TOKEN, "1979-03-28", "19790328"].map(str::to_owned));
    secrets.push(STANDARD.encode(CONTENT)[..32].to_owned());
    for caller in demo.cast["callers"].as_array().unwrap() {
        for member in ["certificate", "key"] {
            secrets.extend(lines_of_pem(&demo.dir().join(caller[member].as_str().unwrap())));
        }
    }
    secrets.extend(lines_of_pem(&demo.dir().join("pki/server.key")));
    for token in fs::read_dir(demo.dir().join("tokens")).unwrap() {
        secrets.extend(parts(&fs::read_to_string(token.unwrap().path()).unwrap()));
    }
    secrets.extend(sent.iter().flat_map(|token| parts(token)));
    secrets
}

/// Claims and signature of a token as they are sent, whom the claims name, and what names the token; the header where it holds a certificate.
fn parts(token: &str) -> Vec<String> {
    let mut parts: Vec<String> = token.trim().split('.').map(str::to_owned).collect();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&parts[1]).unwrap()).unwrap();
    let iua = &claims["extensions"]["ihe_iua"];
    let named = [&claims["jti"], &claims["sub"], &iua["subject_name"], &iua["person_id"]];
    // Nobody in person is called so.
    parts.extend(named.into_iter().filter_map(Value::as_str).filter(|name| *name != "software").map(str::to_owned));
    parts.retain(|part| part.len() > 10);
    parts
}

/// The base64 between the marks, but for lines so short that they may stand anywhere.
fn lines_of_pem(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.starts_with('-') && line.len() > 16).map(str::to_owned).collect()
}

fn draft(demo: &Demo) -> Value {
    let mut resource = Draft::by(demo, "treating-physician", "open").holding("text/plain", CONTENT).simplified();
    resource["content"][0]["attachment"]["title"] = TITLE.into();
    resource
}

/// Reads and searches, permitted and refused, with more in the request than belongs there.
async fn reading(demo: &Demo, document: &str) {
    let (system, matricule) = demo.holder("open");
    let search = format!("/DocumentReference?{}&status=current", demo.patient("open"));
    let mut answered = Vec::new();
    for caller in
        ["treating-physician", "team-nurse", "outside-specialist", "blocked-pharmacist", "secretary", "hospital", "ens"]
    {
        let mut client = demo.client(caller);
        if caller == "hospital" {
            let token = fs::read_to_string(demo.dir().join("tokens/hospital-team-nurse.jwt")).unwrap();
            client = client.with_token(token.trim());
        }
        for path in [
            search.clone(),
            format!("/List?{}&code=submissionset", demo.patient("open")),
            format!("/Consent?{}", demo.patient("open")),
            format!("/CareTeam?{}", demo.patient("open")),
            format!("/Patient?identifier={system}%7C{matricule}"),
            format!("/AuditEvent?{}&date=ge2020-01-01&date=lt2100-01-01", demo.patient("open")),
            format!("/DocumentReference/{document}"),
            format!("/DocumentReference/{document}/_history"),
            format!("/Binary/{document}"),
            format!("/Patient/{matricule}"),
            format!("/DocumentReference/{matricule}"),
            format!("/{matricule}?name={matricule}"),
            format!("/DocumentReference?{}&date={matricule}", demo.patient("open")),
            format!("/DocumentReference?patient.identifier={system}%7C{matricule}9&status=current"),
        ] {
            let asked = client.request(Method::GET, &path).header("x-patient", &matricule);
            // A card takes no token: one caller has one all the same.
            let asked = if caller == "outside-specialist" { asked.bearer_auth(TOKEN) } else { asked };
            let told = answer(asked.header("user-agent", format!("{matricule}/1")).header("accept", FHIR_XML)).await;
            answered.push((caller, told.status));
        }
        client.post_form("/DocumentReference/_search", &search["/DocumentReference?".len()..]).await;
        client.post_form("/DocumentReference/_search", &format!("patient.identifier={matricule}")).await;
        answer(client.request(Method::from_bytes(b"LOOK").unwrap(), &format!("/{matricule}"))).await;
    }
    let reads = |caller: &str| answered.iter().filter(|(by, status)| *by == caller && *status == 200).count();
    assert!(reads("treating-physician") >= 8 && reads("ens") >= 8 && reads("hospital") >= 6, "{answered:?}");
    assert_eq!(reads("outside-specialist"), 0);
}

/// What software does for a professional who is present and for nobody in person, and by tokens that are not good; the tokens.
async fn asserting(demo: &Demo) -> Vec<String> {
    let (cast, now) = (Cast::assemble().unwrap(), Timestamp::now());
    let mint = Mint::of(demo.dir(), &cast);
    let air = |at| mint.structure("hospital", Some("team-surgeon"), "open", at).unwrap();
    let indirect = || mint.structure("hospital", None, "open", now).unwrap();
    let psc = mint.pro_sante_connect("hospital", "team-nurse", now).unwrap();
    let (filing, present, late) = (indirect(), air(now), air(now - SignedDuration::from_hours(1)));
    let (head, signature) = psc.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}{}", &signature[43..], &signature[..43]);
    let draft = Draft::by(demo, "team-surgeon", "open").simplified();
    demo.client("hospital").with_token(&filing).post("/DocumentReference", &draft).await.expect(201);
    let holder = demo.holder("open");
    let mut sent = vec![filing.clone()];
    for (caller, token, status) in [
        ("hospital", present.clone(), 200),
        ("hospital", present, 401),
        ("hospital", filing, 401),
        ("hospital", indirect(), 403),
        ("hospital", psc.clone(), 200),
        ("hospital", late, 401),
        ("hospital", forged, 401),
        ("ens", psc, 401),
        ("ens", mint.holder("ens", "open", now).unwrap(), 200),
        ("ens", mint.holder("ens", "open", now - SignedDuration::from_hours(24)).unwrap(), 401),
    ] {
        demo.client(caller).with_token(&token).search(&holder, "").await.expect(status);
        sent.push(token);
    }
    sent
}

/// Everything is read again as it is, then with a directory and a key set that are spoilt, then as it was.
async fn reloading(demo: &Demo, process: u32) {
    demo.reload_by(process).await;
    let files = ["directory.txt", "issuers/psc.jwks.json"].map(|name| demo.dir().join(name));
    let before = files.each_ref().map(|file| fs::read_to_string(file).unwrap());
    fs::write(&files[0], before[0].replace("|899700", "|8X9700")).unwrap();
    fs::write(&files[1], &before[1][..before[1].len() - 9]).unwrap();
    demo.reload_by(process).await;
    for part in ["directory", "tokens"] {
        assert!(demo.metric("dmp_reloads_total", &[part, "failed"]).await > 0.0, "{part}");
    }
    files.iter().zip(before).for_each(|(file, text)| fs::write(file, text).unwrap());
    demo.reload_by(process).await;
}

/// What an operator's commands print beside the running gateway, whether they do what they should or not. That of an export is its purpose.
fn operating(demo: &Demo) -> Vec<(&'static str, String)> {
    let path = |name: &str| demo.dir().join(name).to_str().unwrap().to_owned();
    let (address, ca) = (address(demo), path("pki/ca.pem"));
    let mut told = Vec::new();
    for (caller, code) in [("team-nurse", 0), ("revoked-doctor", 1), ("stranger", 1)] {
        let [cert, key] = ["pem", "key"].map(|end| path(&format!("pki/clients/{caller}.{end}")));
        let mut check = Command::new(env!("CARGO_BIN_EXE_dmp-gateway"));
        check.args(["check", "tls", "--connect", address, "--cert", &cert, "--key", &key, "--ca", &ca]);
        let out = check.output().unwrap();
        let text = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        assert_eq!(out.status.code(), Some(code), "{caller}: {text}");
        told.push(("check tls", text));
    }
    demo.import("minor", &json!([]));
    let matricule = demo.holder("minor").1;
    let facts = fs::read_to_string(path("facts.json")).unwrap();
    for (text, code) in [(facts.clone(), 0), (facts.replace("\"facts\"", &format!("\"{matricule}\"")), 1)] {
        fs::write(path("facts.json"), text).unwrap();
        let (is, text) = demo.command(&["record", "import", &path("facts.json")]);
        assert_eq!(is, code, "{text}");
        told.push(("record import", text));
    }
    for (name, arguments) in [("check", &["check"][..]), ("journal verify", &["journal", "verify"])] {
        let (code, text) = demo.command(arguments);
        assert_eq!(code, 0, "{name}: {text}");
        told.push((name, text));
    }
    told
}

/// Filing and changing, well and badly.
async fn writing(demo: &Demo) -> String {
    let physician = demo.client("treating-physician");
    let filed = physician.post("/DocumentReference", &draft(demo)).await.expect(201).id();
    physician.post("/", &Draft::by(demo, "treating-physician", "open").bundle()).await.expect(200);
    for holder in ["masked", "minor", "closed", "none"] {
        physician.post("/DocumentReference", &Draft::by(demo, "treating-physician", holder).simplified()).await;
    }
    let whole = draft(demo).to_string();
    let matricule = demo.holder("open").1;
    for spoilt in [
        whole[..whole.len() / 2].to_owned(),
        whole.replace("\"status\"", &format!("\"{matricule}\"")),
        whole.replace("current", &matricule),
        whole.replace("2026-06-12T10:00:00+02:00", &matricule),
        whole.replace(&matricule, "279035121518988"),
        format!("{{\"resourceType\":\"{matricule}\"}}"),
        format!("<{TITLE}>"),
    ] {
        physician.post_text("/DocumentReference", spoilt.clone()).await;
        physician.post_text("/", spoilt.clone()).await;
        physician.post_text("/DocumentReference/$validate", spoilt.clone()).await;
        physician.post_text("/Consent", spoilt.clone()).await;
        physician.send(Method::POST, "/DocumentReference", FHIR_XML, spoilt).await;
    }
    patching(&physician, &filed, &matricule).await;
    filed
}

async fn patching(client: &Client, document: &str, matricule: &str) {
    let path = format!("/DocumentReference/{document}");
    let masked = json!([{"op": "add", "path": "/securityLabel/-", "value": {"coding": [{"system": FLAGS, "code": "MASQUE_PS"}]}}]);
    client.patch(&path, &masked).await.expect(200);
    client.patch(&path, &json!([{"op": "replace", "path": "/description", "value": TITLE}])).await;
    client.patch(&path, &json!([{"op": "test", "path": "/status", "value": matricule}])).await;
    client.patch(&format!("/DocumentReference?identifier={matricule}"), &masked).await;
    client
        .send(Method::PATCH, &path, XML_PATCH, format!("<diff><replace sel=\"{matricule}\">x</replace></diff>"))
        .await;
}

/// The holder's decisions, by the holder and by others.
async fn deciding(demo: &Demo) {
    let specialist = || professional(demo, "outside-specialist");
    let mut taken = 0;
    for decision in [
        granting(demo, "open", "professional", specialist()),
        blocking(demo, "open", specialist()),
        choosing(demo, "open", "emergency-break-glass", "deny"),
    ] {
        for caller in ["ens", "outside-specialist", "secretary"] {
            let told = demo.client(caller).post("/Consent", &decision).await;
            if told.status == 201 {
                taken += 1;
                demo.client(caller).put(&format!("/Consent/{}", told.id()), &told.json()).await;
            }
        }
    }
    assert!(taken > 0, "the holder decides");
}

/// Certificates that are refused, bytes that are no HTTP, a host that fails, a body that breaks off.
async fn failing(demo: &Demo) {
    for caller in ["revoked-doctor", "expired-doctor", "orphaned-doctor", "stranger"] {
        let _ = demo.client(caller).request(Method::GET, "/metadata").send().await;
    }
    let _ = Client::nobody(demo).request(Method::GET, "/metadata").send().await;
    let matricule = demo.holder("open").1;
    let clear = format!("GET /{matricule} HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
    TcpStream::connect(address(demo)).unwrap().write_all(clear.as_bytes()).unwrap();
    for malformed in [
        format!("GET /{matricule} HTTP/9.9\r\n\r\n"),
        format!("{matricule}\r\n\r\n"),
        format!("GET /fhir/metadata HTTP/1.1\r\nHost: x\r\n{matricule}\r\n\r\n"),
        format!("POST /fhir/DocumentReference HTTP/1.1\r\nHost: x\r\nContent-Length: {TOKEN}\r\n\r\n"),
        format!(
            "POST /fhir/DocumentReference HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{matricule}\r\n"
        ),
        format!("GET /fhir/metadata HTTP/1.1\r\nHost: x\r\n{}\r\n", format!("{TITLE}: x\r\n").repeat(120)),
    ] {
        let mut raw = Raw::connect(demo, "treating-physician");
        raw.send(&malformed).unwrap();
        raw.answer();
    }
    let mut cut = Raw::connect(demo, "treating-physician");
    let head = "POST /fhir/DocumentReference HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: 90000";
    cut.send(&format!("{head}\r\n\r\n{}", &draft(demo).to_string()[..600])).unwrap();
    cut.hang_up();
    let (folder, aside) = (demo.dir().join("host/quarantine"), demo.dir().join("aside"));
    fs::rename(&folder, &aside).unwrap();
    demo.client("treating-physician").post("/DocumentReference", &draft(demo)).await.expect(503);
    fs::rename(&aside, &folder).unwrap();
}

/// What is looked for is written as the gateway would write it: the names stand in the directory that it reads, the numbers in its journal.
fn can_be_found(demo: &Demo, secrets: &[String]) {
    let directory = fs::read_to_string(demo.dir().join("directory.txt")).unwrap();
    let (_, journal) = demo.command(&["journal", "export"]);
    let caller = demo.caller("team-surgeon");
    for (member, text) in [("family", &directory), ("given", &directory), ("ps_idnat", &journal)] {
        let secret = caller[member].as_str().unwrap();
        assert!(text.contains(secret) && secrets.iter().any(|looked_for| looked_for == secret), "{member}");
    }
}

// requirement: ER-05
#[tokio::test]
async fn nothing_that_is_logged_counted_or_printed_names_anyone() {
    let mut demo = Demo::start();
    assert_eq!(demo.stop(), Some(0));
    let mut gateway = Talkative::serve(&demo);
    let filed = writing(&demo).await;
    reading(&demo, &filed).await;
    let sent = asserting(&demo).await;
    deciding(&demo).await;
    failing(&demo).await;
    reloading(&demo, gateway.child.id()).await;
    let mut told = operating(&demo);
    for path in ["/metrics", "/ready", "/live"] {
        let answer = operator().get(format!("{}{path}", demo.admin)).send().await.unwrap();
        told.push((path, answer.text().await.unwrap()));
    }
    gateway.stop();
    told.push(("log", gateway.said()));
    assert!(gateway.said().matches("answered").count() > 100, "the log tells of every answer");
    let secrets = secrets(&demo, &sent);
    can_be_found(&demo, &secrets);
    for (place, text) in &told {
        for secret in &secrets {
            let found = text.lines().find(|line| line.contains(secret));
            assert!(found.is_none(), "{place} tells {secret:?}: {}", found.unwrap_or_default());
        }
    }
}
