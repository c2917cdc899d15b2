//! `check tls`: why a server refuses a certificate, as an integrator finds out.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::Command,
};

use crate::support::{
    Served,
    pki::{Card, Kind, PROFESSIONAL, State},
};

/// Runs the command; exit code and what it said.
fn check(arguments: &[&str]) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_dmp-gateway")).args(["check", "tls"]).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    assert!(!said.contains(PROFESSIONAL), "the subject is told: {said}");
    (out.status.code().unwrap(), said)
}

/// Certificate and key in one file.
fn file(served: &Served, card: &Card) -> PathBuf {
    let path = served.path("client.pem");
    fs::write(&path, card.pem() + &card.key_pem).unwrap();
    path
}

fn place(address: SocketAddr) -> String {
    format!("localhost:{}", address.port())
}

fn with_card(served: &Served, state: State) -> (i32, String) {
    let connect = place(served.address);
    let ca = served.path("ca.pem").display().to_string();
    let Some(card) = served.pki.card(Kind::Cps, state) else { return check(&["--connect", &connect, "--ca", &ca]) };
    let cert = file(served, &card).display().to_string();
    check(&["--connect", &connect, "--ca", &ca, "--cert", &cert])
}

// requirement: TL-02 TL-03
#[test]
fn each_refusal_names_its_rule() {
    let served = Served::start();
    for (state, rules) in [
        (State::None, &["certificate_required: "][..]),
        (State::Untrusted, &["unknown_ca: "]),
        (State::Expired, &["fatal: expired: ", "certificate_expired: "]),
        (State::NotYetValid, &["fatal: not-yet-valid: ", "certificate_expired: "]),
        (State::RevokedLeaf, &["certificate_revoked: "]),
        (State::RevokedIntermediate, &["certificate_revoked: "]),
        (State::WrongUsage, &["fatal: no-client-auth: ", "unsupported_certificate: "]),
        (State::WrongName, &["fatal: wrong-common-name: "]),
        (State::WrongUnit, &["fatal: wrong-organisational-unit: "]),
        (State::OtherHierarchy, &["fatal: wrong-hierarchy: ", "unknown_ca: "]),
        (State::WeakKey, &["bad_certificate: "]),
        (State::ForbiddenName, &["bad_certificate: "]),
    ] {
        let (code, said) = with_card(&served, state);
        assert_eq!(code, 1, "{state:?}: {said}");
        for rule in rules {
            assert!(said.contains(rule), "{state:?} lacks {rule}: {said}");
        }
        assert!(said.ends_with("a rule fails\n"), "{said}");
    }
}

#[test]
fn who_is_let_in_is_told_protocol_suite_and_status() {
    let served = Served::start();
    let (code, said) = with_card(&served, State::Valid);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("a professional's card (CPS) of the production hierarchy"), "{said}");
    assert!(said.contains("TLSv1_3 with TLS13_AES_256_GCM_SHA384; GET /fhir/metadata is answered with 200"), "{said}");
    let card = served.pki.card(Kind::Cps, State::Valid).unwrap();
    let cert = file(&served, &card).display().to_string();
    let (connect, ca) = (place(served.address), served.path("ca.pem").display().to_string());
    let (code, said) = check(&["--connect", &connect, "--ca", &ca, "--cert", &cert, "--path", "/elsewhere"]);
    assert!(code == 1 && said.contains("answered with 404"), "{said}");
}

#[test]
fn a_server_that_is_not_trusted_or_bears_another_name_is_told() {
    let served = Served::start();
    let cert = file(&served, &served.pki.card(Kind::Cps, State::Valid).unwrap()).display().to_string();
    let (connect, ca) = (place(served.address), served.path("ca.pem").display().to_string());
    let other = served.path("test-ca.pem").display().to_string();
    let (code, said) = check(&["--connect", &connect, "--ca", &other, "--cert", &cert]);
    assert!(code == 1 && said.contains("server-untrusted: "), "{said}");
    let by_number = format!("127.0.0.2:{}", served.address.port());
    let (code, said) = check(&["--connect", &by_number, "--ca", &ca, "--cert", &cert]);
    // A server that listens on one loopback address only cannot be reached on another.
    assert!(code == 2 && said.contains("unreachable: "), "{said}");
}

#[test]
fn what_cannot_be_tried_ends_with_two() {
    let served = Served::start();
    let ca = served.path("ca.pem").display().to_string();
    let closed = place(TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let (code, said) = check(&["--connect", &closed, "--ca", &ca]);
    assert!(code == 2 && said.contains("unreachable: "), "{said}");
    let connect = place(served.address);
    let (code, said) = check(&["--connect", &connect, "--ca", &ca, "--cert", "/nowhere.pem"]);
    assert!(code == 2 && said.contains("/nowhere.pem"), "{said}");
    assert_eq!(check(&["--connect", "localhost", "--ca", &ca]).0, 2, "no port");
    assert_eq!(check(&["--connect", &connect]).0, 2, "no authorities");
}

#[test]
fn a_pkcs12_file_opens_with_the_password_of_another_file() {
    let served = Served::start();
    let card = file(&served, &served.pki.card(Kind::Org, State::Valid).unwrap());
    let (p12, password) = (served.path("client.p12"), served.path("password"));
    fs::write(&password, "sesame\n").unwrap();
    let made = Command::new("openssl")
        .args(["pkcs12", "-export", "-legacy", "-in"])
        .arg(&card)
        .args(["-passout", &format!("file:{}", password.display()), "-out"])
        .arg(&p12)
        .output();
    let Ok(made) = made else {
        eprintln!("notice: no openssl here: PKCS#12 is not tested");
        return;
    };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (connect, ca) = (place(served.address), served.path("ca.pem").display().to_string());
    let (cert, password) = (p12.display().to_string(), password.display().to_string());
    let with = ["--connect", &connect, "--ca", &ca, "--cert", &cert];
    let (code, said) = check(&[&with[..], &["--password-file", &password]].concat());
    assert!(code == 0 && said.contains("an organisation's certificate (ORG)"), "{said}");
    let (code, said) = check(&with);
    assert!(code == 2 && said.contains("needs a password"), "{said}");
}

#[test]
fn a_wrong_key_and_a_missing_intermediate_are_told() {
    let served = Served::start();
    let own = served.pki.card(Kind::Cps, State::Valid).unwrap();
    let other = served.pki.card(Kind::Cps, State::Valid).unwrap();
    let (connect, ca) = (place(served.address), served.path("ca.pem").display().to_string());
    let path = served.path("mixed.pem").display().to_string();
    fs::write(&path, own.pem() + &other.key_pem).unwrap();
    let (code, said) = check(&["--connect", &connect, "--ca", &ca, "--cert", &path]);
    assert!(code == 1 && said.contains("not-its-key: "), "{said}");
    let alone = Card { chain: own.chain[..1].to_vec(), ..own };
    fs::write(&path, alone.pem() + &alone.key_pem).unwrap();
    let (code, said) = check(&["--connect", &connect, "--ca", &ca, "--cert", &path]);
    assert!(
        code == 0 && said.contains("warning: missing-intermediate: "),
        "this server knows it, others may not: {said}"
    );
}

#[test]
fn what_speaks_no_tls_is_told() {
    let served = Served::start();
    let ca = served.path("ca.pem").display().to_string();
    let admin = served.admin.trim_start_matches("http://").to_owned();
    let (code, said) = check(&["--connect", &admin, "--ca", &ca]);
    assert!(code == 1 && said.contains("protocol: "), "{said}");
}

/// What `check` says of the configuration with that change; the exit code, and the words.
fn check_changed(served: &Served, change: &dyn Fn(String) -> String) -> (i32, String) {
    let config = fs::read_to_string(served.path("gateway.toml")).unwrap();
    let changed = served.path("changed.toml");
    fs::write(&changed, change(config).replace("path = \"host\"", "path = \"other\"")).unwrap();
    crate::support::demo::run(&["check"], &changed)
}

#[test]
fn check_covers_issuers_and_limits() {
    let served = Served::start();
    let check = |change: &dyn Fn(String) -> String| check_changed(&served, change);
    let (code, said) = check(&|config| config);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 server certificates may call"), "{said}");
    let (code, said) =
        check(&|config| config.replace("\"AC IGC-SANTE FORT PERSONNES\", \"AC IGC-SANTE CONTRAINTE\"", "\"AC\""));
    assert!(code == 0 && said.contains("identity.person_issuers: none"), "{said}");
    let (code, said) = check(&|config| config.replace("handshake_seconds = 20", "handshake_seconds = 0"));
    assert!(code == 1 && said.contains("limits.handshake_seconds"), "{said}");
    let (code, said) = check(&|config| config.replace("rsa_bits = 3072", "rsa_bits = 1024"));
    assert!(code == 1 && said.contains("tls.rsa_bits"), "{said}");
    let (code, said) = check(&|config| config.replace("environment = \"production\"", "environment = \"test\""));
    assert!(code == 1 && said.contains("never mixed"), "{said}");
    let (code, said) = check(&|config| config.replace("https://localhost/fhir", "https://dmp.example/fhir"));
    assert!(code == 0 && said.contains("does not bear the name \"dmp.example\""), "{said}");
}

#[test]
fn check_tries_the_folders_that_are_written() {
    let served = Served::start();
    let check = |change: &dyn Fn(String) -> String| check_changed(&served, change);
    let (code, said) = check(&|config| config + "[tls.fetch]\nfolder = \"lists\"\n[tokens]\ncache = \"keys\"\n");
    assert!(code == 0 && !said.contains("tls.fetch.folder") && !said.contains("tokens.cache"), "{said}");
    for folder in ["/proc/nope", "ca.pem/lists"] {
        let (code, said) = check(&|config| format!("{config}[tls.fetch]\nfolder = \"{folder}\"\n"));
        assert!(code == 1 && said.contains("fatal: tls.fetch.folder: "), "{said}");
    }
    let (code, said) = check(&|config| config + "[tokens]\ncache = \"ca.pem/keys\"\n");
    assert!(code == 0 && said.contains("warning: tokens.cache: "), "{said}");
}

#[test]
fn check_refuses_settings_under_which_nothing_could_be_asked() {
    let served = Served::start();
    for member in ["url_bytes", "headers", "header_bytes"] {
        let (code, said) =
            check_changed(&served, &|config| config.replace("[limits]", &format!("[limits]\n{member} = 0")));
        assert!(code == 1 && said.contains(&format!("limits.{member}: must be at least 1")), "{said}");
    }
    let issuer = "[[tokens.issuers]]\nkind = \"structure\"\naudiences = [\"urn:dmp\"]\n";
    for (lines, words) in [
        (format!("{issuer}life_seconds = 0\n"), "tokens.issuers.life_seconds: must be at least 1"),
        (issuer.repeat(2), "tokens.issuers: two of them have one name"),
    ] {
        let (code, said) = check_changed(&served, &|config| config + &lines);
        assert!(code == 1 && said.contains(words), "{said}");
    }
}

#[test]
fn check_says_what_a_configuration_leaves_to_others_or_to_nobody() {
    let served = Served::start();
    let check = |change: &dyn Fn(String) -> String| check_changed(&served, change);
    let (code, said) = check(&|config| config);
    assert!(code == 0 && said.contains("warning: tokens.approved_software: no list"), "{said}");
    let (code, said) = check(&|config| config + "[tokens]\napproved_software = []\n");
    assert!(code == 0 && said.contains("warning: tokens.approved_software: the list is empty"), "{said}");
    let (code, said) = check(&|config| config + "[tokens]\napproved_software = [\"LPS-1\"]\n");
    assert!(code == 0 && !said.contains("tokens.approved_software"), "{said}");
    let asks = |more: &str| {
        let lines = format!("[tls.ocsp]\nenabled = true\n{more}");
        check_changed(&served, &|config| config + &lines).1
    };
    assert!(asks("").contains("note: tls.ocsp.url: none"), "{}", asks(""));
    for more in ["url = \"http://ocsp.example\"\n", "policy = \"prefer-lists\"\n"] {
        assert!(!asks(more).contains("tls.ocsp.url"), "{}", asks(more));
    }
}
