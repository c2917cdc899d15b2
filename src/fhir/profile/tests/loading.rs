//! Packages that cannot be used are refused with the name of the file.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use super::*;

fn package(files: &[(&str, &str)]) -> tempfile::TempPath {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_cksum();
        archive.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    written(&archive.into_inner().unwrap().finish().unwrap())
}

fn written(bytes: &[u8]) -> tempfile::TempPath {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.into_temp_path()
}

fn refusal(path: &tempfile::TempPath) -> String {
    let error = Library::load(&[path.to_path_buf()], OWN).unwrap_err().to_string();
    assert!(error.contains(&path.display().to_string()), "{error}");
    error
}

const LIST: &str = r#"{"resourceType": "StructureDefinition", "url": "https://test/list", "type": "List", "fhirVersion": "4.0.1",
    "snapshot": {"element": [{"path": "List", "min": 0, "max": "*"}]}}"#;

#[test]
fn a_package_is_read() {
    let path = package(&[
        ("package/package.json", "{}"),
        ("package/StructureDefinition-list.json", LIST),
        ("package/example/x.json", "{"),
    ]);
    let library = Library::load(&[path.to_path_buf()], OWN).unwrap();
    assert!(library.knows("https://test/list|1.0"));
    assert!(library.profiles().any(|url| url == "https://test/list"));
}

#[test]
fn what_is_no_package_is_refused() {
    assert!(refusal(&written(b"not gzip")).contains("cannot read"));
    assert!(refusal(&package(&[("package/package.json", "{}")])).contains("no StructureDefinition"));
    let missing = Library::load(&[PathBuf::from("/nowhere/x.tgz")], OWN).unwrap_err();
    assert!(missing.to_string().starts_with("cannot read /nowhere/x.tgz"), "{missing}");
}

#[test]
fn a_package_cut_short_is_refused() {
    let whole = fs::read(package(&[("package/a.json", LIST)])).unwrap();
    for length in (0..whole.len() - 8).step_by(7) {
        assert!(Library::load(&[written(&whole[..length]).to_path_buf()], OWN).is_err(), "{length} bytes");
    }
}

#[test]
fn a_definition_that_cannot_be_used_is_named() {
    let cases = [
        ("{", "EOF"),
        (&LIST.replace("\"max\": \"*\"", "\"max\": \"many\""), "a maximum is a number or *"),
        (&LIST.replace("4.0.1", "5.0.0"), "FHIR 5.0.0"),
        (&LIST.replace("}]}}", "}, {\"path\": \"List.a.b\", \"min\": 0, \"max\": \"1\"}]}}"), "List.a.b"),
        (
            &LIST.replace("\"path\": \"List\"", "\"path\": \"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a\""),
            "deeper",
        ),
    ];
    for (text, what) in cases {
        let error = refusal(&package(&[
            ("package/a.json", LIST.replace("test/list", "test/other").as_str()),
            ("package/b.json", text),
        ]));
        assert!(error.contains("package/b.json") && error.contains(what), "{error}");
    }
}

#[test]
fn what_two_packages_define_is_refused() {
    let (one, other) = (package(&[("package/a.json", LIST)]), package(&[("package/b.json", LIST)]));
    let error = Library::load(&[one.to_path_buf(), other.to_path_buf()], OWN).unwrap_err().to_string();
    assert!(error.contains("package/b.json: https://test/list is defined already"), "{error}");
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let large = " ".repeat(17 * 1024 * 1024);
    assert!(refusal(&package(&[("package/a.json", &large)])).contains("bytes"));
}

// requirement: PF-04
#[test]
fn our_own_profiles_stand_where_no_package_is_installed() {
    let own = Library::load(&[], OWN).unwrap();
    for it in OWN {
        let official = it.stands_for.unwrap_or("https://dmp-gateway.example/fhir/StructureDefinition/dmp-folder");
        assert!(own.knows(official), "{}", it.file);
    }
    let Some(installed) = installed() else { return };
    assert_eq!(installed.plan(crate::fhir::canon::COMPREHENSIVE).unwrap().url, crate::fhir::canon::COMPREHENSIVE);
    assert!(installed.knows("https://dmp-gateway.example/fhir/StructureDefinition/dmp-document-reference"));
}

#[test]
fn every_definition_in_the_folder_is_embedded() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("profiles");
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    for file in files.filter(|file| file.starts_with("StructureDefinition-")) {
        assert!(OWN.iter().any(|it| it.file == file), "{file} is not in the list of profile/own.rs");
    }
}
