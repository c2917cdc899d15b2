//! PKCS#12 as the `openssl` program writes it, modern and legacy. Where the program is absent, a notice is printed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::lab::{EC, Lab, RSA, for_servers, now};
use crate::tls::{Credentials, ServerFiles, Severity, TlsFault, check, provider};

const PASSWORD: &str = "château 42";

/// PBES2 with AES-256, RC2 of 40 bits with 3DES, and 3DES alone.
const SORTS: [(&str, &[&str]); 3] = [
    ("modern", &["-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "sha256"]),
    ("legacy", &["-legacy"]),
    ("3des", &["-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"]),
];

/// The server's files of the lab in one PKCS#12 file; nothing where there is no `openssl`.
fn exported(lab: &Lab, pem: &ServerFiles, sort: &[&str]) -> Option<ServerFiles> {
    let at = |file: &str| lab.dir.path().join(file);
    fs::write(at("password"), format!("{PASSWORD}\n")).unwrap();
    let out = Command::new("openssl")
        .args(["pkcs12", "-export", "-name", "server", "-in"])
        .arg(&pem.certificate)
        .arg("-inkey")
        .arg(&pem.key)
        .args(["-passout", &format!("file:{}", at("password").display()), "-out"])
        .arg(at("server.p12"))
        .args(sort)
        .output();
    let Ok(out) = out else {
        eprintln!("notice: no openssl here: PKCS#12 is not tested");
        return None;
    };
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(ServerFiles { certificate: at("server.p12"), key: PathBuf::new(), password: Some(at("password")) })
}

#[test]
fn each_sort_of_pkcs12_opens_to_what_was_put_in() {
    for key in [EC, RSA] {
        let lab = Lab::new();
        let server = lab.below.leaf_with(900, key, for_servers);
        let pem = lab.files_of(&server);
        for (name, sort) in SORTS {
            let Some(files) = exported(&lab, &pem, sort) else { return };
            let read = Credentials::read(&files).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            assert_eq!(read.chain, server.chain, "{name}");
            let findings = check(&files, &lab.trust_files(), &provider(), now());
            assert!(findings.iter().all(|one| one.severity != Severity::Fatal), "{name}: {findings:?}");
        }
    }
}

#[test]
fn a_wrong_or_missing_password_is_told_and_never_shown() {
    let lab = Lab::new();
    let pem = lab.files_of(&lab.below.leaf_with(900, EC, for_servers));
    for (name, sort) in SORTS {
        let Some(files) = exported(&lab, &pem, sort) else { return };
        let without = ServerFiles { password: None, ..files.clone() };
        assert!(matches!(Credentials::read(&without), Err(TlsFault::NoPassword { .. })), "{name}");
        fs::write(files.password.as_ref().unwrap(), "sesame").unwrap();
        let fault = Credentials::read(&files).unwrap_err();
        assert!(matches!(fault, TlsFault::WrongPassword { .. }), "{name}: {fault:?}");
        assert!(!format!("{fault} {fault:?}").contains("sesame"), "{name}");
    }
}

#[test]
fn what_is_neither_pem_nor_pkcs12_is_told() {
    let lab = Lab::new();
    let at = |file: &str, bytes: &[u8]| {
        let path = lab.dir.path().join(file);
        fs::write(&path, bytes).unwrap();
        path
    };
    let password = Some(at("password", b"x"));
    let read = |certificate: PathBuf| {
        let fault =
            Credentials::read(&ServerFiles { key: certificate.clone(), certificate, password: password.clone() });
        fault.unwrap_err()
    };
    assert!(matches!(read(at("a.p12", b"\x30\x03\x02\x01\x03")), TlsFault::Pkcs12 { .. }));
    assert!(matches!(read(at("b.p12", b"spoilt")), TlsFault::Nothing { .. }));
    assert!(matches!(read(Path::new("/nowhere.p12").to_owned()), TlsFault::Unreadable { .. }));
}

#[test]
fn certificate_and_key_may_lie_in_one_pem_file() {
    let lab = Lab::new();
    let server = lab.below.leaf_with(900, EC, for_servers);
    let files = lab.files_of(&server);
    let both = fs::read_to_string(&files.certificate).unwrap() + &server.key_pem;
    fs::write(&files.certificate, both).unwrap();
    let read = Credentials::read(&ServerFiles { key: files.certificate.clone(), ..files }).unwrap();
    assert_eq!(read.chain, server.chain);
}
