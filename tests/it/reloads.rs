//! What changes while the gateway serves: taken whole or not at all, and nobody outlives it.

use std::{fs, sync::Arc};

use crate::support::{
    Demo, Line, Raw,
    client::credentials,
    documents::Draft,
    toy_pki::{ToyAuthority, append, serial_of},
};

const PHYSICIAN: &str = "treating-physician";
const METADATA: &str = "/metadata";

fn search(demo: &Demo) -> String {
    format!("/DocumentReference?{}&status=current", demo.patient("open"))
}

/// Whether a new connection, resumed or not, gets no answer at all.
fn is_shut_out(demo: &Demo, caller: &Arc<rustls::ClientConfig>) -> bool {
    Line::open(demo, caller).and_then(|mut line| line.get(METADATA)).is_err()
}

/// How often a part was taken, and how often it was not.
async fn outcomes(demo: &Demo, part: &str) -> (f64, f64) {
    let of = |outcome: &'static str| async move { demo.metric("dmp_reloads_total", &[part, outcome]).await };
    (of("taken").await, of("failed").await)
}

// requirement: TL-04 TL-05
#[tokio::test]
async fn a_new_list_ends_open_connections_and_resumed_sessions_of_whom_it_names() {
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let demo = Demo::start();
        let doctor = Arc::new(credentials(&demo, PHYSICIAN, version));
        let nurse = Arc::new(credentials(&demo, "team-nurse", version));
        let mut open = Line::open(&demo, &doctor).unwrap();
        let mut open_nurse = Line::open(&demo, &nurse).unwrap();
        assert_eq!(open.get(&search(&demo)).unwrap(), 200);
        assert_eq!(open_nurse.get(&search(&demo)).unwrap(), 200);
        let mut again = Line::open(&demo, &doctor).unwrap();
        assert_eq!(again.get(METADATA).unwrap(), 200);
        assert!(again.is_resumed(), "{:?}", version.version);
        let list = ToyAuthority::of(&demo, "persons").list(1, &[serial_of(&demo, PHYSICIAN)], 3600);
        append(&demo.dir().join("pki/crl.pem"), &list);
        demo.reload().await;
        assert_eq!(outcomes(&demo, "trust").await, (1.0, 0.0));
        assert_eq!(open.get(&search(&demo)).unwrap(), 403, "the open connection");
        assert_eq!(again.get(&search(&demo)).unwrap(), 403, "the resumed connection");
        assert!(is_shut_out(&demo, &doctor), "a session that was kept");
        assert_eq!(open_nurse.get(&search(&demo)).unwrap(), 200, "who is not named goes on, on the same connection");
        let words: Vec<_> = demo.journal().iter().map(|line| line.to_string()).collect();
        assert!(words.iter().any(|line| line.contains("\"revoked\"")), "the journal tells why");
    }
}

// requirement: TL-05
#[tokio::test]
async fn nobody_outlives_an_anchor_that_is_taken_away() {
    let demo = Demo::start();
    let doctor = Arc::new(credentials(&demo, PHYSICIAN, &rustls::version::TLS13));
    let mut open = Line::open(&demo, &doctor).unwrap();
    assert_eq!(open.get(&search(&demo)).unwrap(), 200);
    fs::write(demo.dir().join("pki/new.pem"), ToyAuthority::of(&demo, "stranger").list(1, &[], 3600)).unwrap();
    let config = fs::read_to_string(demo.config()).unwrap();
    let config = config.replace("pki/ca.pem", "pki/stranger.pem").replace("pki/crl.pem", "pki/new.pem");
    fs::write(demo.config(), config.replace("intermediates = \"pki/intermediates.pem\"\n", "")).unwrap();
    demo.reload().await;
    assert_eq!(outcomes(&demo, "trust").await, (1.0, 0.0));
    assert_eq!(open.get(&search(&demo)).unwrap(), 403);
    assert!(is_shut_out(&demo, &doctor));
}

#[tokio::test]
async fn who_is_struck_off_is_nobody_on_an_open_connection() {
    let demo = Demo::start();
    let doctor = Arc::new(credentials(&demo, PHYSICIAN, &rustls::version::TLS13));
    let mut open = Line::open(&demo, &doctor).unwrap();
    assert_eq!(open.get(&search(&demo)).unwrap(), 200);
    let id = demo.caller(PHYSICIAN)["ps_idnat"].as_str().unwrap().to_owned();
    let directory = demo.dir().join("directory.txt");
    let before = fs::read_to_string(&directory).unwrap();
    let kept = before.lines().filter(|line| !line.contains(&id[1..])).map(|line| format!("{line}\n"));
    fs::write(&directory, kept.collect::<String>()).unwrap();
    demo.reload().await;
    assert_eq!(open.get(&search(&demo)).unwrap(), 403);
    fs::write(&directory, before).unwrap();
    demo.reload().await;
    assert_eq!(open.get(&search(&demo)).unwrap(), 200, "and is somebody again on the same connection");
}

// requirement: TK-06
#[tokio::test]
async fn a_key_that_is_taken_out_of_an_issuers_file_verifies_nothing() {
    let demo = Demo::start();
    let token = fs::read_to_string(demo.dir().join("tokens/hospital-team-nurse.jwt")).unwrap();
    let nurse = demo.client("hospital").with_token(token.trim());
    nurse.search(&demo.holder("open"), "").await.expect(200);
    let keys = demo.dir().join("issuers/psc.jwks.json");
    let before = fs::read_to_string(&keys).unwrap();
    let form = format!("{}&status=current", demo.patient("open"));
    let (first, rest) = form.split_at(9);
    let mut begun = Raw::connect(&demo, "hospital");
    let head = format!(
        "POST /fhir/DocumentReference/_search HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n",
        token.trim()
    );
    let media = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n", form.len());
    begun.send(&format!("{head}{media}{first}")).unwrap();
    nurse.search(&demo.holder("open"), "").await.expect(200);
    fs::copy(demo.dir().join("issuers/holder.jwks.json"), &keys).unwrap();
    demo.reload().await;
    begun.send(rest).unwrap();
    assert_eq!(begun.answer().code(), "DMP-0746", "what is under way does not outlive the key");
    nurse.search(&demo.holder("open"), "").await.expect(401);
    fs::write(&keys, "spoilt").unwrap();
    demo.reload().await;
    assert_eq!(outcomes(&demo, "tokens").await, (1.0, 1.0));
    fs::write(&keys, before).unwrap();
    demo.reload().await;
    nurse.search(&demo.holder("open"), "").await.expect(200);
}

#[tokio::test]
async fn a_directory_that_was_cut_strikes_nobody_off() {
    let demo = Demo::start();
    let directory = demo.dir().join("directory.txt");
    let whole = fs::read_to_string(&directory).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let few = lines[..2].join("\n") + "\n";
    for cut in [&whole[..whole.len() - 60], &few] {
        fs::write(&directory, cut).unwrap();
        demo.reload().await;
        demo.client(PHYSICIAN).search(&demo.holder("open"), "").await.expect(200);
    }
    assert_eq!(outcomes(&demo, "directory").await, (0.0, 2.0));
    fs::write(&directory, whole + "\n").unwrap();
    demo.reload().await;
    assert_eq!(outcomes(&demo, "directory").await, (1.0, 2.0));
}

#[tokio::test]
async fn a_new_certificate_is_shown_and_no_connection_is_dropped() {
    let demo = Demo::start();
    let doctor = || Arc::new(credentials(&demo, PHYSICIAN, &rustls::version::TLS13));
    let mut open = Line::open(&demo, &doctor()).unwrap();
    assert_eq!(open.get(METADATA).unwrap(), 200);
    let (leaf, key) = ToyAuthority::of(&demo, "organisations").server();
    let pki = demo.dir().join("pki");
    let chain = leaf + &fs::read_to_string(pki.join("organisations.pem")).unwrap();
    fs::write(pki.join("server.pem"), chain).unwrap();
    demo.reload().await;
    assert_eq!(outcomes(&demo, "certificate").await, (0.0, 1.0), "the key is still the old one");
    let mut meanwhile = Line::open(&demo, &doctor()).unwrap();
    assert_eq!(meanwhile.get(METADATA).unwrap(), 200);
    assert_eq!(meanwhile.shown(), open.shown());
    fs::write(pki.join("server.key"), key).unwrap();
    demo.reload().await;
    let mut new = Line::open(&demo, &doctor()).unwrap();
    assert_eq!(new.get(METADATA).unwrap(), 200);
    assert_ne!(new.shown(), open.shown());
    assert_eq!(open.get(METADATA).unwrap(), 200);
    let left = demo.metric("dmp_expiry_seconds", &["certificate", "server"]).await;
    assert!((80_000.0..86_400.0).contains(&left), "{left}");
}

#[tokio::test]
async fn the_last_good_one_stays_where_the_new_one_is_bad() {
    let demo = Demo::start();
    let doctor = Arc::new(credentials(&demo, PHYSICIAN, &rustls::version::TLS13));
    let mut open = Line::open(&demo, &doctor).unwrap();
    assert_eq!(open.get(&search(&demo)).unwrap(), 200);
    let matrix = "[law]\nmatrix = \"matrix.csv\"\n";
    append(&demo.config(), matrix);
    for file in ["pki/crl.pem", "pki/server.key", "directory.txt", "matrix.csv"] {
        fs::write(demo.dir().join(file), "spoilt").unwrap();
    }
    demo.reload().await;
    for part in ["trust", "certificate", "directory", "matrix"] {
        assert_eq!(outcomes(&demo, part).await, (0.0, 1.0), "{part}");
    }
    for part in ["configuration", "front-ends"] {
        assert_eq!(outcomes(&demo, part).await, (1.0, 0.0), "{part}");
    }
    assert_eq!(open.get(&search(&demo)).unwrap(), 200);
    demo.client(PHYSICIAN).search(&demo.holder("open"), "").await.expect(200);
    let ready = crate::support::client::operator().get(format!("{}/ready", demo.admin)).send().await.unwrap();
    assert_eq!(ready.status(), 200);
}

// requirement: TL-04
#[tokio::test]
async fn a_list_that_would_shut_everyone_out_is_taken_for_a_mistake() {
    let demo = Demo::start();
    let lists = fs::read_to_string(demo.dir().join("pki/crl.pem")).unwrap();
    let second = lists.match_indices("-----BEGIN").nth(1).unwrap().0;
    fs::write(demo.dir().join("pki/crl.pem"), &lists[..second]).unwrap();
    demo.reload().await;
    assert_eq!(outcomes(&demo, "trust").await, (0.0, 1.0));
    demo.client(PHYSICIAN).search(&demo.holder("open"), "").await.expect(200);
}

#[tokio::test]
async fn a_configuration_is_taken_in_what_may_change_alone() {
    let demo = Demo::start();
    let before = fs::read_to_string(demo.config()).unwrap();
    fs::write(demo.config(), "listen = 3").unwrap();
    demo.reload().await;
    assert_eq!(outcomes(&demo, "configuration").await, (0.0, 1.0));
    let changed = before.replace("environment = \"test\"", "environment = \"production\"");
    let front_ends = changed.find("front_ends").unwrap();
    let line = &changed[front_ends..front_ends + changed[front_ends..].find('\n').unwrap()];
    fs::write(demo.config(), changed.replace(line, "front_ends = []")).unwrap();
    demo.client("ens").search(&demo.holder("open"), "").await.expect(200);
    demo.reload().await;
    assert_eq!(outcomes(&demo, "configuration").await, (1.0, 1.0));
    assert_ne!(demo.client("ens").search(&demo.holder("open"), "").await.status, 200, "no front end any more");
    demo.client(PHYSICIAN).search(&demo.holder("open"), "").await.expect(200);
}

#[tokio::test]
async fn a_change_of_files_is_seen_without_a_signal() {
    let demo = Demo::configured(|config| config + "\n[reload]\npoll_seconds = 1\n");
    let list = ToyAuthority::of(&demo, "persons").list(1, &[serial_of(&demo, PHYSICIAN)], 3600);
    append(&demo.dir().join("pki/crl.pem"), &list);
    demo.until(|| async { outcomes(&demo, "trust").await == (1.0, 0.0) }).await;
    assert!(is_shut_out(&demo, &Arc::new(credentials(&demo, PHYSICIAN, &rustls::version::TLS13))));
    assert_eq!(outcomes(&demo, "directory").await, (0.0, 0.0), "what did not change is not read again");
}

// requirement: TL-02
#[tokio::test]
async fn a_request_that_is_under_way_does_not_outlive_a_revocation() {
    let demo = Demo::start();
    let form = "POST /fhir/DocumentReference/_search HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let asked = format!("{}&status=current", demo.patient("open"));
    let draft = Draft::by(&demo, PHYSICIAN, "open").simplified().to_string();
    let file = "POST /fhir/DocumentReference HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n";
    let mut begun = Vec::new();
    for (head, body) in [(form, asked.as_str()), (file, draft.as_str())] {
        for stays in [true, false] {
            let mut raw = Raw::connect(&demo, if stays { "team-nurse" } else { PHYSICIAN });
            let (first, rest) = body.split_at(body.len() / 2);
            raw.send(&format!("{head}Content-Length: {}\r\n\r\n{first}", body.len())).unwrap();
            begun.push((raw, rest, stays));
        }
    }
    // Whoever sends slowly has begun once another request of the same connection's kind was answered.
    demo.client(PHYSICIAN).search(&demo.holder("open"), "").await.expect(200);
    append(
        &demo.dir().join("pki/crl.pem"),
        &ToyAuthority::of(&demo, "persons").list(1, &[serial_of(&demo, PHYSICIAN)], 3600),
    );
    demo.reload().await;
    for (mut raw, rest, stays) in begun {
        raw.send(rest).unwrap();
        let told = raw.answer();
        if stays {
            assert_ne!(told.status, 403, "{}", told.head);
        } else {
            assert_eq!((told.status, told.code().as_str()), (403, "DMP-0419"), "{}", told.head);
            assert!(told.head.contains("connection: close") && raw.is_closed());
        }
    }
}
