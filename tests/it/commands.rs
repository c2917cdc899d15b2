//! The commands, as an operator runs them.

use std::{fs, process::Command};

use crate::support::{Demo, demo::run, documents::Draft};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_dmp-gateway"))
}

#[test]
fn help_teaches_every_command() {
    let help = program().arg("--help").output().unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    for command in ["demo", "serve", "check", "journal", "record"] {
        assert!(text.contains(command), "{command}");
    }
}

#[tokio::test]
async fn a_second_run_goes_on_with_the_same_data() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start_at(folder.path());
    let draft = Draft::by(&demo, "treating-physician", "open");
    let filed = demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(201);
    let id = filed.json()["id"].as_str().unwrap().to_owned();
    let key = fs::read(folder.path().join("pki/clients/treating-physician.key")).unwrap();
    assert_eq!(demo.stop(), Some(0));
    let demo = Demo::start_at(folder.path());
    assert_eq!(fs::read(folder.path().join("pki/clients/treating-physician.key")).unwrap(), key);
    let bytes = demo.client("treating-physician").get(&format!("/Binary/{id}")).await.expect(200).body;
    assert_eq!(bytes, draft.content);
    demo.client("consented-specialist").search(&demo.holder("open"), "").await.expect(200);
}

// requirement: R1111-46@holder-denies
#[tokio::test]
async fn an_imported_block_takes_effect_beside_the_running_gateway() {
    let demo = Demo::start();
    let nurse = demo.client("team-nurse");
    nurse.search(&demo.holder("open"), "").await.expect(200);
    let blocked = demo.caller("team-nurse")["ps_idnat"].clone();
    demo.import(
        "open",
        &serde_json::json!([{"blocked": {"kind": "professional", "id": blocked},
        "period": {"from": "2022-01-01T00:00:00Z"}}]),
    );
    nurse.search(&demo.holder("open"), "").await.expect(403);
}

#[test]
fn a_wrong_import_is_refused_whole() {
    let demo = Demo::start();
    for (text, why) in [
        (
            "{\"records\":[{\"holder\":\"urn:oid:1.2.250.1.213.1.4.8|279035121518989\",\"facts\":{\"holder\":{\"birth_date\":\"1979-03-28\"},\"dossier\":{\"state\":\"open\"},\"consents\":[],\"blocks\":[]}}]}",
            "environment",
        ),
        (
            "{\"records\":[{\"holder\":\"urn:oid:1.2.250.1.213.1.4.10|279035121518988\",\"facts\":{\"holder\":null,\"dossier\":{\"state\":\"open\"},\"consents\":[],\"blocks\":[]}}]}",
            "key",
        ),
        ("{\"record\":[]}", "record"),
    ] {
        let file = demo.dir().join("wrong.json");
        fs::write(&file, text).unwrap();
        let (code, said) = run(&["record", "import", file.to_str().unwrap()], &demo.config());
        assert_eq!(code, 1);
        assert!(said.contains(why), "{said}");
        assert!(!said.contains("27903512151898"), "an error tells an identity: {said}");
    }
}

#[test]
fn check_says_what_is_wrong_and_serve_refuses_it() {
    let mut demo = Demo::start();
    demo.stop();
    let (code, said) = run(&["check"], &demo.config());
    assert_eq!(code, 0, "{said}");
    for (file, word) in
        [("pki/crl.pem", "crl.pem"), ("pki/server.key", "server.key"), ("directory.txt", "directory.txt")]
    {
        let path = demo.dir().join(file);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, "spoilt").unwrap();
        let (code, said) = run(&["check"], &demo.config());
        assert_eq!(code, 1, "{file}: {said}");
        assert!(said.contains(word), "{file}: {said}");
        let (code, _) = run(&["serve"], &demo.config());
        assert_eq!(code, 1, "{file}");
        fs::write(&path, whole).unwrap();
    }
    let whole = fs::read_to_string(demo.config()).unwrap();
    fs::write(demo.dir().join("spoilt.tgz"), "spoilt").unwrap();
    fs::write(demo.config(), format!("{whole}\n[profiles]\npackages = [\"spoilt.tgz\"]\n")).unwrap();
    let (code, said) = run(&["check"], &demo.config());
    assert!(code == 1 && said.contains("spoilt.tgz"), "{said}");
    assert_eq!(run(&["serve"], &demo.config()).0, 1);
    fs::write(demo.config(), "listen = 3").unwrap();
    assert_eq!(run(&["check"], &demo.config()).0, 1);
}

#[tokio::test]
async fn the_walk_of_the_demonstration_ends_in_a_consent_that_lets_the_specialist_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start_at(folder.path());
    let specialist = demo.client("outside-specialist");
    specialist.search(&demo.holder("open"), "").await.expect(403);
    let sample = |name: &str| std::fs::read(demo.dir().join(name)).unwrap();
    demo.client("treating-physician").post_text("/DocumentReference", sample("document.json")).await.expect(201);
    demo.client("ens").post_text("/Consent", sample("consent.json")).await.expect(201);
    let seen = specialist.search(&demo.holder("open"), "").await.expect(200).json();
    assert_eq!(seen["total"], 4);
    let (system, matricule) = demo.holder("open");
    let log = format!("/AuditEvent?patient.identifier={system}%7C{matricule}&date=ge2020-01-01&date=lt2100-01-01");
    let log = demo.client("ens").get(&log).await.expect(200).json();
    let outcomes: Vec<&str> =
        log["entry"].as_array().unwrap().iter().map(|it| it["resource"]["outcome"].as_str().unwrap()).collect();
    assert!(outcomes.contains(&"0") && outcomes.contains(&"4"), "{outcomes:?}");
    assert_eq!(demo.stop(), Some(0));
    let demo = Demo::start_at(folder.path());
    for caller in ["outside-specialist", "consented-specialist"] {
        demo.client(caller).search(&demo.holder("open"), "").await.expect(200);
    }
}
