use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, sync::LazyLock};

use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use rustls::pki_types::pem::PemObject;
use tempfile::TempDir;

use super::*;
use crate::{
    cli::demo::{
        cast::{Card, KeySort},
        directory::directory_file,
    },
    identity::{Certificate, Directory, FrontEnds, Unidentified, identify},
    record::caller::Who,
    tls::{Distrust, Trust, check, provider},
};

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// What a first run makes, made once for all tests: path below the directory, content.
static FIRST_RUN: LazyLock<Vec<(PathBuf, Vec<u8>)>> = LazyLock::new(|| {
    let dir = TempDir::new().unwrap();
    prepare(dir.path(), &Cast::assemble().unwrap(), "127.0.0.1", now()).unwrap();
    let files = read_all(dir.path()).into_iter();
    files.map(|(path, bytes)| (path.strip_prefix(dir.path()).unwrap().to_owned(), bytes)).collect()
});

fn read_all(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    [dir.to_owned(), dir.join("clients")]
        .iter()
        .flat_map(|dir| fs::read_dir(dir).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

struct Demo {
    dir: TempDir,
    cast: Cast,
    files: PkiFiles,
}

impl Demo {
    /// A directory after its first run.
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        fs::create_dir(dir.path().join("clients")).unwrap();
        for (path, bytes) in FIRST_RUN.iter() {
            fs::write(dir.path().join(path), bytes).unwrap();
        }
        Self::in_dir(dir)
    }

    fn in_dir(dir: TempDir) -> Self {
        let cast = Cast::assemble().unwrap();
        let files = prepare(dir.path(), &cast, "127.0.0.1", now()).unwrap();
        Self { dir, cast, files }
    }

    fn again(&self, host: &str, at: Timestamp) {
        prepare(self.dir.path(), &self.cast, host, at).unwrap();
    }

    fn chain(&self, name: &str) -> Vec<CertificateDer<'static>> {
        let path = self.files.clients.join(format!("{name}.pem"));
        CertificateDer::pem_file_iter(path).unwrap().map(Result::unwrap).collect()
    }

    fn read(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        read_all(self.dir.path())
    }

    /// The names of the files that differ.
    fn changed_since(&self, before: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
        let changed = self.read().into_iter().filter(|(path, bytes)| before.get(path) != Some(bytes));
        changed.map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }
}

#[test]
fn each_certificate_stands_or_falls_as_the_cast_says() {
    let demo = Demo::new();
    let trust = Trust::read(&demo.files.trust, &provider()).unwrap();
    for caller in &demo.cast.callers {
        let found = trust.verify(&demo.chain(caller.name), now()).map(|_| ());
        let expected = match caller.standing {
            CardStanding::Good | CardStanding::WrongName | CardStanding::WrongUnit => Ok(()),
            CardStanding::Revoked => Err(Distrust::Revoked),
            CardStanding::AuthorityRevoked => Err(Distrust::RevokedAuthority),
            CardStanding::Expired => Err(Distrust::Expired),
            CardStanding::Stranger => Err(Distrust::UnknownAuthority),
        };
        assert_eq!(found, expected, "{}", caller.name);
    }
}

#[test]
fn each_good_certificate_gives_the_caller_of_the_cast() {
    let demo = Demo::new();
    let directory = Directory::read(directory_file(&demo.cast).as_bytes()).unwrap();
    let front_ends: FrontEnds = demo.cast.front_ends().cloned().collect();
    for caller in demo.cast.callers.iter().filter(|caller| caller.standing == CardStanding::Good) {
        let certificate = Certificate::read(&demo.chain(caller.name)[0]).unwrap();
        let who = identify(&certificate, &directory, &front_ends).unwrap().who;
        let kind = match &who {
            Who::Professional(_) => "professional",
            Who::Delegate { .. } => "delegate",
            Who::Organisation { .. } => "organisation",
            Who::HolderFrontEnd { .. } => "holder-front-end",
        };
        assert_eq!(kind, caller.kind());
        assert_eq!(who.person(), caller.ps_idnat());
        assert_eq!(who.structures(), std::slice::from_ref(&caller.structure));
    }
}

// requirement: TL-03
#[test]
fn the_wrongly_named_are_nobody() {
    let demo = Demo::new();
    let read = |name: &str| Certificate::read(&demo.chain(name)[0]).map(|_| ());
    assert_eq!(read("bad-cn"), Err(Unidentified::WrongCommonName));
    assert_eq!(read("bad-ou"), Err(Unidentified::WrongOrganisationalUnit));
}

#[test]
fn check_finds_nothing_to_say() {
    let demo = Demo::new();
    assert_eq!(check(&demo.files.server, &demo.files.trust, &provider(), now()), Vec::new());
}

#[test]
fn a_second_run_changes_the_lists_alone() {
    let demo = Demo::new();
    let before = demo.read();
    demo.again("127.0.0.1", after(now(), 1));
    assert_eq!(demo.changed_since(&before), ["crl.pem"]);
}

#[test]
fn what_has_expired_is_renewed_with_the_same_key_and_the_expired_doctor_is_not() {
    let demo = Demo::new();
    let before = demo.read();
    let later = after(now(), 700);
    demo.again("127.0.0.1", later);
    let changed = demo.changed_since(&before);
    assert!(changed.contains(&"treating-physician.pem".to_owned()) && changed.contains(&"server.pem".to_owned()));
    assert!(!changed.contains(&"ca.pem".to_owned()));
    assert!(changed.iter().all(|name| !name.ends_with(".key") && !name.starts_with("expired-doctor")));
    let trust = Trust::read(&demo.files.trust, &provider()).unwrap();
    assert!(trust.verify(&demo.chain("treating-physician"), later).is_ok());
    assert_eq!(trust.verify(&demo.chain("expired-doctor"), later), Err(Distrust::Expired));
    assert_eq!(trust.verify(&demo.chain("revoked-doctor"), later), Err(Distrust::Revoked));
    assert_eq!(check(&demo.files.server, &demo.files.trust, &provider(), later), Vec::new());
}

#[test]
fn a_certificate_that_bears_another_name_is_renewed_with_the_same_key() {
    let mut demo = Demo::new();
    let before = demo.read();
    for caller in &mut demo.cast.callers {
        match &mut caller.card {
            Card::Professional { called, .. } if caller.name == "team-nurse" => called.family = "AUTREFOIS",
            Card::Employee { called, .. } => called.given = "NAGUERE",
            Card::Professional { .. } | Card::Organisation | Card::FrontEnd => {}
        }
    }
    demo.again("127.0.0.1", now());
    let mut changed = demo.changed_since(&before);
    changed.sort();
    assert_eq!(changed, ["crl.pem", "secretary.p12", "secretary.pem", "team-nurse.p12", "team-nurse.pem"]);
}

#[test]
fn authorities_are_renewed_in_time_with_all_below_them() {
    let demo = Demo::new();
    let later = after(now(), 3500);
    demo.again("127.0.0.1", later);
    let trust = Trust::read(&demo.files.trust, &provider()).unwrap();
    assert!(trust.verify(&demo.chain("team-nurse"), later).is_ok());
    assert_eq!(check(&demo.files.server, &demo.files.trust, &provider(), later), Vec::new());
}

#[test]
fn a_lost_file_is_made_again_and_all_fits_together() {
    for lost in
        ["ca.key", "ca.pem", "persons.key", "persons.pem", "server.key", "clients/hospital.key", "clients/hospital.p12"]
    {
        let demo = Demo::new();
        fs::remove_file(demo.dir.path().join(lost)).unwrap();
        demo.again("127.0.0.1", now());
        let trust = Trust::read(&demo.files.trust, &provider()).unwrap();
        assert!(trust.verify(&demo.chain("hospital"), now()).is_ok(), "{lost}");
        assert!(trust.verify(&demo.chain("team-surgeon"), now()).is_ok(), "{lost}");
        assert_eq!(check(&demo.files.server, &demo.files.trust, &provider(), now()), Vec::new(), "{lost}");
        let key =
            rcgen::KeyPair::from_pem(&fs::read_to_string(demo.files.clients.join("hospital.key")).unwrap()).unwrap();
        let leaf = webpki::anchor_from_trusted_cert(&demo.chain("hospital")[0]).unwrap().to_owned();
        let public = key.public_key_raw();
        let fits = leaf.subject_public_key_info.windows(public.len()).any(|window| window == public);
        assert!(fits, "{lost}: key and certificate fit");
        assert!(demo.files.clients.join("hospital.p12").is_file(), "{lost}");
    }
}

#[test]
fn another_host_gets_another_server_certificate() {
    let demo = Demo::new();
    for host in ["192.0.2.7", "dmp.example.org"] {
        let before = demo.read();
        demo.again(host, now());
        assert!(demo.changed_since(&before).contains(&"server.pem".to_owned()), "{host}");
        let leaf = CertificateDer::from_pem_file(&demo.files.server.certificate).unwrap();
        let names = webpki::EndEntityCert::try_from(&leaf).unwrap();
        for name in ["localhost", "127.0.0.1", "::1", host] {
            let name = rustls::pki_types::ServerName::try_from(name).unwrap();
            assert!(names.verify_is_valid_for_subject_name(&name).is_ok(), "{name:?}");
        }
    }
}

#[test]
fn keys_are_for_their_owner_alone() {
    let demo = Demo::in_dir(TempDir::new().unwrap());
    let secret = |path: &&PathBuf| path.extension().is_some_and(|end| end == "key" || end == "p12");
    let all = demo.read();
    assert!(all.keys().filter(secret).count() > 25);
    for path in all.keys().filter(secret) {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn the_pkcs12_files_open_with_their_password_and_hold_the_chain() {
    let demo = Demo::new();
    for caller in &demo.cast.callers {
        let bytes = fs::read(demo.files.clients.join(format!("{}.p12", caller.name))).unwrap();
        let store = KeyStore::from_pkcs12(&bytes, P12_PASSWORD, Pkcs12ImportPolicy::Strict).unwrap();
        let (alias, chain) = store.private_key_chain().unwrap();
        assert_eq!(alias, caller.name);
        let held: Vec<&[u8]> = chain.certs().iter().map(p12_keystore::Certificate::as_der).collect();
        let expected = demo.chain(caller.name);
        assert_eq!(held, expected.iter().map(AsRef::as_ref).collect::<Vec<&[u8]>>());
    }
}

#[test]
fn keys_are_of_the_sort_that_the_cast_says() {
    let demo = Demo::new();
    for caller in &demo.cast.callers {
        let pem = fs::read_to_string(demo.files.clients.join(format!("{}.key", caller.name))).unwrap();
        let key = rcgen::KeyPair::from_pem(&pem).unwrap();
        let rsa = key.is_compatible(&rcgen::PKCS_RSA_SHA256);
        assert_eq!(rsa, caller.key == KeySort::Rsa, "{}", caller.name);
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----"), "PKCS#8");
    }
}
