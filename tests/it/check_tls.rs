//! `check tls`: why a server refuses a certificate, as an integrator finds out.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use dmp_gateway::cli::demo::cast::test_professional;

use crate::support::{
    Demo, Served,
    pki::{Card, Kind, PROFESSIONAL, State},
    shared,
    toy_pki::ToyAuthority,
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
    assert!(said.contains("the certificate makes a caller: GET /fhir/Patient") && said.ends_with("let in\n"), "{said}");
    let card = served.pki.card(Kind::Cps, State::Valid).unwrap();
    let cert = file(&served, &card).display().to_string();
    let (connect, ca) = (place(served.address), served.path("ca.pem").display().to_string());
    for elsewhere in [["--path", "/elsewhere"], ["--base", "/elsewhere"]] {
        let (code, said) = check(&[&["--connect", &connect, "--ca", &ca, "--cert", &cert][..], &elsewhere].concat());
        assert!(code == 1 && said.contains("answered with 404 DMP-0400"), "{said}");
    }
    let (code, said) = check(&["--connect", &connect, "--ca", &ca, "--cert", &cert, "--path", "/fhir/metadata"]);
    assert!(code == 0 && !said.contains("/Patient"), "a path that is named is asked alone: {said}");
}

/// `check tls` of a demonstration with that certificate and key.
fn at(demo: &Demo, cert: &Path, key: &Path, more: &[&str]) -> (i32, String) {
    let place = demo.base.trim_start_matches("https://").trim_end_matches("/fhir");
    let [cert, key, ca] = [cert, key, &demo.dir().join("pki/ca.pem")].map(|path| path.display().to_string());
    check(&[&["--connect", place, "--ca", &ca, "--cert", &cert, "--key", &key][..], more].concat())
}

fn as_caller(name: &str, more: &[&str]) -> (i32, String) {
    let file = |member: &str| shared().dir().join(shared().caller(name)[member].as_str().unwrap());
    at(shared(), &file("certificate"), &file("key"), more)
}

/// With a certificate that was made for this test, and its key.
fn as_made((cert, key): (String, String), more: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("made.pem");
    fs::write(&file, cert + &key).unwrap();
    at(shared(), &file, &file, more)
}

// requirement: TL-03
#[test]
fn who_is_in_the_directory_is_let_in_by_each_kind_of_certificate() {
    for caller in ["treating-physician", "secretary", "hospital"] {
        let (code, said) = as_caller(caller, &[]);
        assert!(code == 0 && said.contains("the certificate makes a caller") && said.ends_with("let in\n"), "{said}");
    }
    let (code, said) = as_caller("ens", &[]);
    assert!(code == 0 && said.contains("needs a token: 401 DMP-0740") && said.ends_with("let in\n"), "{said}");
}

// requirement: TL-03
#[test]
fn who_is_nobody_after_a_good_handshake_is_not_let_in_and_told_what_may_lie_behind_it() {
    let (persons, organisations) = (ToyAuthority::of(shared(), "persons"), ToyAuthority::of(shared(), "organisations"));
    for made in [
        // Of the test range, and not in the directory; the second is of a kind that its authority does not issue.
        persons.card(test_professional(99_999).unwrap().as_str()),
        organisations.card(shared().caller("treating-physician")["ps_idnat"].as_str().unwrap()),
        organisations.organisation("10B0999999"),
    ] {
        let (code, said) = as_made(made.clone(), &[]);
        assert!(code == 1 && said.ends_with("a rule fails\n"), "{said}");
        assert!(said.contains("GET /fhir/metadata is answered with 200"), "the handshake is good: {said}");
        assert_eq!(said.matches("fatal: ").count(), 1, "the certificate itself is faultless: {said}");
        assert!(
            said.contains("fatal: nobody: ") && said.contains("GET /fhir/Patient is answered with 403 DMP-0405 ("),
            "{said}"
        );
        assert!(
            said.contains("- the directory does not know") && said.contains("by serial number and issuer"),
            "{said}"
        );
        let (code, said) = as_made(made, &["--path", "/fhir/List"]);
        assert!(code == 1 && said.contains("GET /fhir/List is answered with 403 DMP-0405 ("), "{said}");
    }
}

#[test]
fn what_the_law_refuses_at_a_path_is_told_apart_from_being_nobody() {
    let path = format!("/fhir/DocumentReference?{}&status=current", shared().patient("open"));
    let (code, said) = as_caller("outside-specialist", &["--path", &path]);
    assert!(code == 1 && said.contains("fatal: forbidden: ") && said.contains("403 DMP-0403 ("), "{said}");
    assert!(!said.contains("nobody: "), "{said}");
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

/// `admin` and `listen` of the configuration replaced.
fn at_addresses(config: &str, listen: &str, admin: &str) -> String {
    let kept = config.lines().filter(|line| !line.starts_with("listen = ") && !line.starts_with("admin = "));
    format!("listen = \"{listen}\"\nadmin = \"{admin}\"\n{}\n", kept.collect::<Vec<_>>().join("\n"))
}

#[test]
fn check_tries_the_operators_socket_as_serve_binds_it() {
    let served = Served::start();
    let of = |admin: &str| check_changed(&served, &|config| at_addresses(&config, "127.0.0.1:0", admin));
    for place in ["missing/admin.sock", "ca.pem/admin.sock", "/proc/admin.sock", "ca.pem"] {
        let (code, said) = of(&format!("unix:{place}"));
        assert!(code == 1 && said.contains("fatal: admin: unix:"), "{place}: {said}");
        assert_eq!(crate::support::demo::run(&["serve"], &served.path("changed.toml")).0, 1, "serve takes {place}");
    }
    let (code, said) = of("unix:admin.sock");
    assert!(code == 0 && !said.contains("admin: "), "{said}");
    assert!(!served.path("admin.sock").exists(), "check leaves a socket behind");
}

#[test]
fn check_refuses_one_address_for_callers_and_the_operator() {
    let served = Served::start();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for listen in [free.to_string(), format!("0.0.0.0:{}", free.port())] {
        let change = |config: String| at_addresses(&config, &listen, &free.to_string());
        let (code, said) = check_changed(&served, &change);
        assert!(code == 1 && said.contains("fatal: admin: ") && said.contains("another port"), "{said}");
        assert_eq!(crate::support::demo::run(&["serve"], &served.path("changed.toml")).0, 1, "serve takes {listen}");
    }
}

#[test]
fn check_tells_where_no_list_could_ever_come_from() {
    let served = Served::start();
    let of = |lists: &str, more: &str| {
        check_changed(&served, &|config| {
            config.replace("revocation = [\"crl.pem\"]", lists) + "[tls.fetch]\nfolder = \"lists\"\n" + more
        })
    };
    let (code, said) = of("", "");
    assert!(
        code == 1 && said.contains("fatal: tls.fetch.urls: no address") && !said.contains("until one is fetched"),
        "{said}"
    );
    let (code, said) = of("revocation = [\"crl.pem\"]", "");
    assert!(code == 0 && said.contains("warning: tls.fetch.urls: no address"), "{said}");
    let (code, said) = of("", "urls = [\"http://lists.example/one.crl\"]\n");
    assert!(code == 0 && said.contains("until one is fetched") && !said.contains("tls.fetch.urls"), "{said}");
}

#[cfg(feature = "openssl")]
#[test]
fn check_warns_of_a_staple_that_nobody_gives() {
    let served = Served::start();
    let of = |more: &str| check_changed(&served, &|config| format!("{config}[tls.ocsp]\nstaple = true\n{more}"));
    let (code, said) = of("");
    assert!(code == 0 && said.contains("warning: tls.ocsp.staple_url: none"), "{said}");
    let (code, said) = of("staple_url = \"http://ocsp.example\"\n");
    assert!(code == 0 && !said.contains("tls.ocsp.staple_url"), "{said}");
}

#[test]
fn check_warns_of_keys_and_secrets_that_others_may_read() {
    let served = Served::start();
    let secret = served.path("psc.secret");
    fs::write(&secret, "sesame").unwrap();
    let issuer = "[[tokens.issuers]]\nkind = \"pro-sante-connect\"\nissuer = \"https://psc.example\"\naudiences = [\"urn:dmp\"]\n\
        introspection = { url = \"https://psc.example/ask\", client_id = \"gateway\", secret = \"psc.secret\" }\n";
    let of = |mode: u32| {
        for path in [&served.path("server.key"), &secret] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        check_changed(&served, &|config| format!("{config}[tokens]\nanchors = \"ca.pem\"\n{issuer}"))
    };
    let (code, said) = of(0o640);
    for (member, file) in [("tls.key", "server.key"), ("tokens.issuers.introspection.secret", "psc.secret")] {
        let words = format!("warning: {member}: {} may be read", served.path(file).display());
        assert!(code == 0 && said.contains(&words) && said.contains("0640"), "{words}: {said}");
    }
    let (code, said) = of(0o600);
    assert!(code == 0 && !said.contains("may be read"), "{said}");
}
