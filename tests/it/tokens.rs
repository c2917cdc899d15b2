//! Tokens over the wire: who reads by them, whose record they open, and what becomes of those that are not as they should be.

use std::{net::TcpListener, path::Path, sync::OnceLock};

use dmp_gateway::{
    cli::demo::{
        cast::Cast,
        tokens::{AUDIENCE, KID, Mint, PSC_ISSUER, Signer, of_holder, of_pro_sante_connect, signer_of},
    },
    identity::{Algorithm, Certificate, thumbprint},
};
use jiff::Timestamp;
use reqwest::Method;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Demo, Raw,
    client::answer,
    documents::Draft,
    issuer::{Issuer, fresh_key},
    shared,
};

fn cast() -> &'static Cast {
    static CAST: OnceLock<Cast> = OnceLock::new();
    CAST.get_or_init(|| Cast::assemble().unwrap())
}

/// An assertion of the hospital: of a professional who is present, or of nobody.
fn asserted(demo: &Demo, person: Option<&str>, holder: &str) -> String {
    Mint::of(demo.dir(), cast()).structure("hospital", person, holder, Timestamp::now()).unwrap()
}

fn psc(demo: &Demo, person: &str) -> String {
    Mint::of(demo.dir(), cast()).pro_sante_connect("hospital", person, Timestamp::now()).unwrap()
}

fn thumbprint_of(demo: &Demo, caller: &str) -> String {
    let path = demo.dir().join(format!("pki/clients/{caller}.pem"));
    let leaf = CertificateDer::pem_file_iter(path).unwrap().next().unwrap().unwrap();
    thumbprint(&Certificate::read(&leaf).unwrap().id.fingerprint)
}

async fn filed(demo: &Demo, holder: &str) -> String {
    let draft = Draft::by(demo, "treating-physician", holder);
    demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(201).id()
}

fn with(demo: &Demo, caller: &str, token: &str) -> Client {
    demo.client(caller).with_token(token)
}

/// The answer to a search in `open` with that token.
async fn searched(demo: &Demo, caller: &str, token: &str) -> Answer {
    with(demo, caller, token).search(&demo.holder("open"), "").await
}

#[track_caller]
fn is_challenged(answer: &Answer, status: u16, error: Option<&str>, code: &str) {
    assert_eq!((answer.status, answer.codes()), (status, vec![code.to_owned()]), "{}", answer.text());
    let expected = match error {
        None => "Bearer realm=\"dmp\"".to_owned(),
        Some(error) => format!("Bearer realm=\"dmp\", error=\"{error}\""),
    };
    assert_eq!(answer.headers["www-authenticate"], expected.as_str());
}

// requirement: TK-01 L1470-2@holder-identified
#[tokio::test]
async fn the_front_ends_certificate_alone_is_nobody() {
    let demo = shared();
    let client = demo.client("ens").without_token();
    for path in [format!("/DocumentReference?{}", demo.patient("open")), format!("/Patient?{}", demo.patient("open"))] {
        is_challenged(&client.get(&path).await, 401, None, "DMP-0740");
    }
    client.get("/metadata").await.expect(200);
}

// requirement: L1470-5@asserted-patient
#[tokio::test]
async fn a_holders_token_opens_that_holders_record_alone() {
    let demo = shared();
    let id = filed(demo, "open").await;
    let mint = |holder| Mint::of(demo.dir(), cast()).holder("ens", holder, Timestamp::now()).unwrap();
    let (own, other) = (with(demo, "ens", &mint("open")), with(demo, "ens", &mint("minor")));
    own.search(&demo.holder("open"), "").await.expect(200);
    other.search(&demo.holder("open"), "").await.expect(403);
    own.get(&format!("/DocumentReference/{id}")).await.expect(200);
    let hidden = other.get(&format!("/DocumentReference/{id}")).await.expect(404);
    let absent = other.get(&format!("/DocumentReference/{}", uuid::Uuid::new_v4())).await.expect(404);
    assert_eq!(hidden.body, absent.body, "nothing tells whether it exists");
    other.get(&format!("/Binary/{id}")).await.expect(404);
    other.get(&format!("/Patient?identifier={}%7C{}", demo.holder("open").0, demo.holder("open").1)).await.expect(403);
}

// requirement: TK-09 R1111-43@grounds-for-holder
#[tokio::test]
async fn who_acts_for_a_holder_stands_in_the_journal_and_in_the_access_log() {
    let demo = shared();
    let named = |name: &str| {
        let (system, matricule) = demo.holder(name);
        format!("{matricule}^^^&{}&ISO^NH", system.trim_start_matches("urn:oid:"))
    };
    let minor = demo.holder("minor");
    let mut claims = of_holder(&cast().holder("minor").unwrap().ins, &thumbprint_of(demo, "ens"), Timestamp::now());
    claims["sub"] = json!(named("open"));
    claims["patient"] = json!(named("minor"));
    let signer = signer_of(&demo.dir().join("issuers/holder.key"), Algorithm::Es256).unwrap();
    let parent = with(demo, "ens", &signer.token(&json!({"kid": KID}), &claims).unwrap());
    let found = parent.search(&minor, "").await.expect(200);
    let request = found.headers["x-request-id"].to_str().unwrap();
    let line = demo.lines_of(request).pop().unwrap();
    let (_, acting) = demo.holder("open");
    assert!(line["actor"]["acting"].to_string().contains(&acting), "{line}");
    let event = parent.get(&format!("/AuditEvent/{request}")).await.expect(200).json();
    let agents = event["agent"].as_array().unwrap();
    let who: Vec<_> = agents.iter().map(|agent| &agent["who"]).filter(|who| who["type"] == "RelatedPerson").collect();
    assert_eq!(who.len(), 1, "{event}");
    assert_eq!(who[0]["identifier"]["value"], acting.as_str());
}

// requirement: TK-04 R1111-46@confidentiality
#[tokio::test]
async fn software_reads_for_a_professional_who_is_present_and_never_alone() {
    let demo = shared();
    let id = filed(demo, "open").await;
    for (person, patient, search, read) in
        [(Some("team-nurse"), "open", 200, 200), (None, "open", 403, 403), (Some("team-surgeon"), "masked", 403, 404)]
    {
        searched(demo, "hospital", &asserted(demo, person, patient)).await.expect(search);
        let client = with(demo, "hospital", &asserted(demo, person, patient));
        client.get(&format!("/Binary/{id}")).await.expect(read);
    }
    let token = psc(demo, "team-nurse");
    searched(demo, "hospital", &token).await.expect(200);
    with(demo, "hospital", &token).get(&format!("/Binary/{id}")).await.expect(200);
    demo.client("hospital").search(&demo.holder("open"), "").await.expect(403);
}

// requirement: TK-04 R1111-47@feeding
#[tokio::test]
async fn software_feeds_alone_and_a_present_professional_as_themselves() {
    let demo = shared();
    let draft = || Draft::by(demo, "team-surgeon", "open").simplified();
    with(demo, "hospital", &asserted(demo, None, "open")).post("/DocumentReference", &draft()).await.expect(201);
    let present = asserted(demo, Some("team-surgeon"), "open");
    with(demo, "hospital", &present).post("/DocumentReference", &draft()).await.expect(201);
    let nurse = asserted(demo, Some("team-nurse"), "open");
    with(demo, "hospital", &nurse).post("/DocumentReference", &draft()).await.expect(422);
    let other = asserted(demo, Some("team-surgeon"), "masked");
    with(demo, "hospital", &other).post("/DocumentReference", &draft()).await.expect(403);
}

// requirement: TK-01 TK-09
#[tokio::test]
async fn an_address_and_a_form_are_no_place_for_a_token_and_hide_nothing() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let asked = format!("{}&status=current", demo.patient("open"));
    for name in ["access_token", "access%5Ftoken"] {
        let told = client.get(&format!("/DocumentReference?{asked}&{name}=secret-of-mine")).await.expect(400);
        let line = demo.lines_of(told.headers["x-request-id"].to_str().unwrap()).pop().unwrap().to_string();
        assert!(line.contains("status=current") && !line.contains("secret-of-mine"), "{line}");
        let told = client.post_form("/DocumentReference/_search", &format!("{asked}&{name}=secret-of-mine")).await;
        let line = demo.lines_of(told.expect(400).headers["x-request-id"].to_str().unwrap()).pop().unwrap().to_string();
        assert!(line.contains("status=current") && !line.contains("secret-of-mine"), "{line}");
    }
    // The word in a value hides nothing.
    let told = client.get(&format!("/DocumentReference?{asked}&description=access_token")).await.expect(200);
    let line = demo.lines_of(told.headers["x-request-id"].to_str().unwrap()).pop().unwrap().to_string();
    assert!(line.contains("status=current"), "{line}");
}

// requirement: TK-05
#[tokio::test]
async fn an_assertion_that_served_serves_no_more_after_a_restart_whatever_its_time() {
    let mut demo = Demo::start();
    let signed = |seconds: i64| {
        let at = Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
        Mint::of(demo.dir(), cast()).structure("hospital", Some("team-nurse"), "open", at).unwrap()
    };
    let (used, unused) = ([-60, 0, 20].map(signed), signed(-60));
    for token in &used {
        searched(&demo, "hospital", token).await.expect(200);
    }
    assert_eq!(demo.stop(), Some(0));
    let again = Demo::start_at(demo.dir());
    for token in &used {
        assert_eq!(searched(&again, "hospital", token).await.expect(401).codes(), ["DMP-0753"]);
    }
    searched(&again, "hospital", &unused).await.expect(200);
}

// requirement: TK-02
#[tokio::test]
async fn a_request_that_is_under_way_does_not_outlive_its_token() {
    let demo = shared();
    let at = Timestamp::now() - jiff::SignedDuration::from_secs(285);
    let signed = || Mint::of(demo.dir(), cast()).structure("hospital", Some("team-nurse"), "open", at).unwrap();
    let form = format!("{}&status=current", demo.patient("open"));
    let (first, rest) = form.split_at(10);
    let mut raw = Raw::connect(demo, "hospital");
    raw.send(&format!(
        "POST /fhir/DocumentReference/_search HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{first}",
        signed(),
        form.len()
    ))
    .unwrap();
    searched(demo, "hospital", &signed()).await.expect(200);
    demo.until(|| async { searched(demo, "hospital", &signed()).await.status == 401 }).await;
    raw.send(rest).unwrap();
    let told = raw.answer();
    assert_eq!((told.status, told.code().as_str()), (401, "DMP-0749"), "{}", told.head);
}

// requirement: TK-01
#[tokio::test]
async fn who_tries_a_token_and_goes_away_leaves_a_line() {
    let issuer = TcpListener::bind("127.0.0.1:0").unwrap();
    let keys = format!("keys = \"http://{}/keys\"\n", issuer.local_addr().unwrap());
    let demo = Demo::configured(|config| config.replace("keys = \"issuers/psc.jwks.json\"", &keys));
    let before = demo.journal().len();
    let mut raw = Raw::connect(&demo, "hospital");
    let token = by(&demo, &fresh_key(), "1");
    raw.send(&format!("GET /fhir/Patient HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")).unwrap();
    let asked = issuer.accept().unwrap();
    raw.hang_up();
    drop(asked);
    demo.until(|| async { demo.journal().len() > before }).await;
}

// requirement: TK-05
#[tokio::test]
async fn an_assertion_serves_one_request() {
    let demo = shared();
    let token = asserted(demo, Some("team-nurse"), "open");
    searched(demo, "hospital", &token).await.expect(200);
    is_challenged(&searched(demo, "hospital", &token).await, 401, Some("invalid_token"), "DMP-0753");
    let token = psc(demo, "team-nurse");
    for _ in 0..2 {
        searched(demo, "hospital", &token).await.expect(200);
    }
}

// requirement: TK-01
#[tokio::test]
async fn a_professional_who_does_not_practise_there_is_nobody_there() {
    let demo = shared();
    for token in [psc(demo, "treating-physician"), asserted(demo, Some("treating-physician"), "open")] {
        is_challenged(&searched(demo, "hospital", &token).await, 403, Some("insufficient_scope"), "DMP-0758");
    }
}

// requirement: TK-01 TK-02
#[tokio::test]
async fn a_stolen_token_is_worth_nothing_to_another_certificate() {
    let demo = shared();
    let mint = Mint::of(demo.dir(), cast());
    let bound_elsewhere = mint.pro_sante_connect("treating-physician", "team-nurse", Timestamp::now()).unwrap();
    is_challenged(&searched(demo, "hospital", &bound_elsewhere).await, 401, Some("invalid_token"), "DMP-0752");
    let holders = mint.holder("ens", "open", Timestamp::now()).unwrap();
    for thief in ["hospital", "secretary", "treating-physician"] {
        is_challenged(&searched(demo, thief, &holders).await, 401, Some("invalid_token"), "DMP-0743");
    }
    let professionals = psc(demo, "team-nurse");
    for thief in ["ens", "team-nurse", "secretary"] {
        is_challenged(&searched(demo, thief, &professionals).await, 401, Some("invalid_token"), "DMP-0743");
    }
}

/// A token that the issuer of professionals' tokens signed, with these members of head and claims instead of the usual ones.
fn odd(demo: &Demo, signer: &Signer, head: &Value, change: impl FnOnce(&mut Value)) -> String {
    let (cast, own) = (cast(), thumbprint_of(demo, "hospital"));
    let mut claims = of_pro_sante_connect(cast.caller("team-nurse").unwrap(), &own, Timestamp::now());
    change(&mut claims);
    signer.token(head, &claims).unwrap()
}

fn psc_signer(demo: &Demo) -> Signer {
    signer_of(&demo.dir().join("issuers/psc.key"), Algorithm::Es256).unwrap()
}

// requirement: TK-02 TK-03
#[tokio::test]
async fn what_is_wrong_with_a_token_is_told_by_its_code() {
    let demo = shared();
    let signer = psc_signer(demo);
    let kid = json!({"kid": "demonstration"});
    let now = Timestamp::now().as_second();
    let claim = |name: &'static str, value: Value| odd(demo, &signer, &kid, move |claims| claims[name] = value);
    let parts = claim("sub", json!("f:x:y"));
    let parts: Vec<&str> = parts.split('.').collect();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    for (token, code) in [
        ("an-opaque-token".to_owned(), "DMP-0742"),
        ("eyJ.a.b".to_owned(), "DMP-0742"),
        ("a".repeat(20_000), "DMP-0742"),
        (claim("iss", json!("https://another.example")), "DMP-0743"),
        (unsigned, "DMP-0744"),
        (odd(demo, &signer, &json!({"kid": "demonstration", "alg": "HS256"}), |_| ()), "DMP-0744"),
        (odd(demo, &signer, &json!({"kid": "demonstration", "alg": "RS256"}), |_| ()), "DMP-0744"),
        (odd(demo, &signer, &json!({"kid": "another"}), |_| ()), "DMP-0745"),
        (odd(demo, &fresh_key(), &kid, |_| ()), "DMP-0746"),
        (claim("aud", json!("urn:another")), "DMP-0748"),
        (claim("SubjectNameID", json!("899700900011")), "DMP-0748"),
        (claim("exp", json!(now - 1)), "DMP-0749"),
        (claim("nbf", json!(now + 600)), "DMP-0750"),
        (claim("exp", json!(now + 5 * 3600)), "DMP-0751"),
        (claim("cnf", Value::Null), "DMP-0752"),
    ] {
        let answer = searched(demo, "hospital", &token).await;
        is_challenged(&answer, 401, Some("invalid_token"), code);
        assert!(!answer.text().contains(&token));
    }
}

// requirement: TK-02
#[tokio::test]
async fn a_structure_signs_with_a_certificate_of_its_own_alone() {
    let demo = shared();
    let mint = Mint::of(demo.dir(), cast());
    let now = Timestamp::now();
    let chain = |caller: &str| {
        let path = demo.dir().join(format!("pki/clients/{caller}.pem"));
        let leaf = CertificateDer::pem_file_iter(path).unwrap().next().unwrap().unwrap();
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, leaf.as_ref())
    };
    let good = mint.structure("hospital", Some("team-nurse"), "open", now).unwrap();
    let claims = claims_of(&good);
    for (signer, algorithm, head, code) in [
        ("hospital", Algorithm::Rs256, json!({}), "DMP-0747"),
        ("ens", Algorithm::Es256, json!({"x5c": [chain("ens")]}), "DMP-0747"),
        ("stranger", Algorithm::Es256, json!({"x5c": [chain("stranger")]}), "DMP-0747"),
        ("ens", Algorithm::Es256, json!({"x5c": [chain("hospital")]}), "DMP-0745"),
        ("team-nurse", Algorithm::Rs256, json!({"x5c": [chain("hospital")]}), "DMP-0746"),
        ("hospital", Algorithm::Rs256, json!({"x5c": ["?"]}), "DMP-0747"),
    ] {
        let key = demo.dir().join(format!("pki/clients/{signer}.key"));
        let token = signer_of(&key, algorithm).unwrap().token(&head, &claims).unwrap();
        is_challenged(&searched(demo, "hospital", &token).await, 401, Some("invalid_token"), code);
    }
    let key = demo.dir().join("pki/clients/hospital.key");
    let token =
        signer_of(&key, Algorithm::Ps256).unwrap().token(&json!({"x5c": [chain("hospital")]}), &claims).unwrap();
    searched(demo, "hospital", &token).await.expect(200);
}

/// The claims of a token, unverified.
pub fn claims_of(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, part).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

// requirement: TK-01
#[tokio::test]
async fn a_header_that_is_not_bearer_and_one_token_is_a_bad_request() {
    let demo = shared();
    let path = format!("/DocumentReference?{}", demo.patient("open"));
    let plain = || demo.client("treating-physician").request(Method::GET, &path);
    for request in [
        plain().header("authorization", "Basic YTpi"),
        plain().header("authorization", "Bearer"),
        plain().header("authorization", "Bearer a b"),
        plain().header("authorization", "Bearer a").header("authorization", "Bearer b"),
    ] {
        is_challenged(&answer(request).await, 400, Some("invalid_request"), "DMP-0741");
    }
    answer(plain()).await.expect(200);
}

// requirement: TK-02
#[tokio::test]
async fn a_profession_that_the_directory_does_not_know_makes_nobody() {
    let demo = shared();
    let signer = psc_signer(demo);
    let told = |role: &str| odd(demo, &signer, &json!({ "kid": KID }), |claims| claims["SubjectRole"] = json!([role]));
    searched(demo, "hospital", &told("60^1.2.250.1.213.1.1.5.5")).await.expect(200);
    let physician = searched(demo, "hospital", &told("10^1.2.250.1.213.1.1.5.5")).await;
    is_challenged(&physician, 403, Some("insufficient_scope"), "DMP-0758");
}

// requirement: TK-07
#[tokio::test]
async fn a_purpose_that_is_not_care_reads_nothing() {
    let demo = shared();
    let mut claims = claims_of(&asserted(demo, Some("team-nurse"), "open"));
    claims["extensions"]["ihe_iua"]["purpose_of_use"] =
        json!([{"system": "urn:oid:2.16.840.1.113883.5.8", "code": "HRESCH"}]);
    let leaf =
        CertificateDer::pem_file_iter(demo.dir().join("pki/clients/hospital.pem")).unwrap().next().unwrap().unwrap();
    let chain = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, leaf.as_ref());
    let signer = signer_of(&demo.dir().join("pki/clients/hospital.key"), Algorithm::Rs256).unwrap();
    let token = signer.token(&json!({"x5c": [chain]}), &claims).unwrap();
    searched(demo, "hospital", &token).await.expect(403);
}

// requirement: R1111-44@approved-software
#[tokio::test]
async fn where_a_list_is_kept_only_approved_software_calls() {
    let listing = |number: &'static str| {
        move |config: String| config.replace("[tokens]", &format!("[tokens]\napproved_software = [\"{number}\"]"))
    };
    for (number, status) in [("DEMO-HOMOLOGATION", 200), ("DEMO-LPS", 200), ("ANOTHER", 403)] {
        let demo = Demo::configured(listing(number));
        searched(&demo, "hospital", &asserted(&demo, Some("team-nurse"), "open")).await.expect(status);
        // What names no software is not approved, and a card needs no approval.
        searched(&demo, "hospital", &psc(&demo, "team-nurse")).await.expect(403);
        demo.client("hospital").search(&demo.holder("open"), "").await.expect(403);
        demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
        demo.client("ens").search(&demo.holder("open"), "").await.expect(200);
    }
}

// requirement: TK-09
#[tokio::test]
async fn the_journal_tells_mode_issuer_and_hash_and_no_token() {
    let demo = shared();
    let token = psc(demo, "team-nurse");
    let mut answer = searched(demo, "hospital", &token).await.expect(200);
    let lines = demo.lines_of(answer.headers.remove("x-request-id").unwrap().to_str().unwrap());
    let actor = &lines[0]["actor"];
    assert_eq!((&actor["mode"], &actor["kind"]), (&json!("pro-sante-connect"), &json!("professional")));
    assert_eq!(actor["token"]["issuer"], PSC_ISSUER);
    assert_eq!(actor["token"]["id"].as_str().unwrap().len(), 64);
    let claims = claims_of(&token);
    with(demo, "ens", &token).get(&format!("/Patient?access_token={token}")).await.expect(400);
    let refused = with(demo, "ens", &token).get("/Patient").await.expect(401);
    let lines = demo.lines_of(refused.headers["x-request-id"].to_str().unwrap());
    assert_eq!(lines[0]["outcome"]["code"], "token-issuer");
    assert_eq!(lines[0]["actor"]["kind"], "holder-front-end", "whom the certificate proves is named");
    assert_eq!(lines[0]["actor"]["structures"][0], "10B0999009");
    let written = Value::from(demo.journal()).to_string();
    for secret in [token.as_str(), token.split('.').next_back().unwrap(), claims["jti"].as_str().unwrap()] {
        assert!(!written.contains(secret));
    }
}

/// A demonstration whose professionals' tokens come from that issuer.
fn asking(issuer: &Issuer, more: &str) -> Demo {
    let keys = format!("keys = \"{}/keys\"\n{more}", issuer.base);
    Demo::configured(|config| config.replace("keys = \"issuers/psc.jwks.json\"", &keys))
}

fn by(demo: &Demo, signer: &Signer, kid: &str) -> String {
    odd(demo, signer, &json!({ "kid": kid }), |_| ())
}

// requirement: TK-06
#[tokio::test]
async fn keys_rotate_while_the_gateway_runs() {
    let issuer = Issuer::start();
    let [first, second, third] = [fresh_key(), fresh_key(), fresh_key()];
    issuer.publish(&[("1", &first)]);
    let demo = asking(&issuer, "");
    assert_eq!(issuer.asked().0, 0, "an issuer is asked when a token of its comes");
    for _ in 0..3 {
        searched(&demo, "hospital", &by(&demo, &first, "1")).await.expect(200);
    }
    assert_eq!(issuer.asked().0, 1);
    issuer.publish(&[("2", &second)]);
    searched(&demo, "hospital", &by(&demo, &second, "2")).await.expect(200);
    assert_eq!(issuer.asked().0, 2);
    let withdrawn = searched(&demo, "hospital", &by(&demo, &first, "1")).await;
    is_challenged(&withdrawn, 401, Some("invalid_token"), "DMP-0745");
    issuer.publish(&[("2", &second), ("3", &third)]);
    for _ in 0..3 {
        searched(&demo, "hospital", &by(&demo, &third, "3")).await.expect(401);
    }
    assert_eq!(issuer.asked().0, 2, "and no more often than every half minute for keys that are not there");
}

// requirement: TK-06
#[tokio::test]
async fn an_issuer_that_is_down_is_not_missed_as_long_as_its_keys_are_known() {
    let issuer = Issuer::start();
    let (key, another) = (fresh_key(), fresh_key());
    issuer.publish(&[("1", &key)]);
    let mut demo = asking(&issuer, "");
    searched(&demo, "hospital", &by(&demo, &key, "1")).await.expect(200);
    issuer.set_down(true);
    searched(&demo, "hospital", &by(&demo, &key, "1")).await.expect(200);
    let unknown = searched(&demo, "hospital", &by(&demo, &another, "2")).await;
    is_challenged(&unknown, 401, Some("invalid_token"), "DMP-0745");
    // The keys are on disk too: a gateway that starts while the issuer is down knows them.
    assert_eq!(demo.stop(), Some(0));
    let again = Demo::start_at(demo.dir());
    searched(&again, "hospital", &by(&again, &key, "1")).await.expect(200);
    searched(&again, "hospital", &by(&again, &another, "2")).await.expect(401);
}

// requirement: TK-06
#[tokio::test]
async fn an_issuer_that_was_never_up_makes_the_caller_come_back() {
    let issuer = Issuer::start();
    issuer.set_down(true);
    let key = fresh_key();
    let demo = asking(&issuer, "");
    let answer = searched(&demo, "hospital", &by(&demo, &key, "1")).await.expect(503);
    assert_eq!((answer.codes(), &answer.headers["retry-after"]), (vec!["DMP-0756".to_owned()], &"5".parse().unwrap()));
    demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
}

fn introspecting(issuer: &Issuer, secret: &Path) -> Demo {
    std::fs::write(secret, "a secret\n").unwrap();
    let url = format!("{}/introspect", issuer.base);
    let secret = secret.display();
    asking(issuer, &format!("introspection = {{ url = \"{url}\", client_id = \"gateway\", secret = \"{secret}\" }}\n"))
}

// requirement: TK-08
#[tokio::test]
async fn opaque_tokens_are_asked_about_once_in_a_while() {
    let (issuer, folder) = (Issuer::start(), tempfile::tempdir().unwrap());
    let demo = introspecting(&issuer, &folder.path().join("secret"));
    let cast = cast();
    let mut claims =
        of_pro_sante_connect(cast.caller("team-nurse").unwrap(), &thumbprint_of(&demo, "hospital"), Timestamp::now());
    claims["active"] = true.into();
    assert_eq!(claims["aud"], AUDIENCE);
    issuer.tell("good", claims.clone());
    for _ in 0..3 {
        searched(&demo, "hospital", "good").await.expect(200);
    }
    assert_eq!(issuer.asked().1, 1, "an answer serves for a while");
    for _ in 0..2 {
        is_challenged(&searched(&demo, "hospital", "unknown").await, 401, Some("invalid_token"), "DMP-0754");
    }
    assert_eq!(issuer.asked().1, 2, "a word against a token too");
    let bound = |to: &str| {
        let mut other = claims.clone();
        other["cnf"]["x5t#S256"] = thumbprint_of(&demo, to).into();
        other
    };
    issuer.tell("stolen", bound("ens"));
    is_challenged(&searched(&demo, "hospital", "stolen").await, 401, Some("invalid_token"), "DMP-0752");
    let mut over = claims.clone();
    over["exp"] = (Timestamp::now().as_second() - 1).into();
    issuer.tell("over", over);
    is_challenged(&searched(&demo, "hospital", "over").await, 401, Some("invalid_token"), "DMP-0749");
    issuer.set_down(true);
    searched(&demo, "hospital", "good").await.expect(200);
    let answer = searched(&demo, "hospital", "new").await.expect(503);
    assert!(answer.headers.contains_key("retry-after"));
}
