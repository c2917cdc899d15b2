use super::*;

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n";

#[test]
fn a_key_is_found_beside_a_certificate_and_in_pkcs12() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server");
    for (content, holds) in
        [(CERTIFICATE.to_owned(), false), (CERTIFICATE.to_owned() + KEY, true), ("0\u{82}".to_owned(), true)]
    {
        fs::write(&file, &content).unwrap();
        assert_eq!(holds_key(&file), holds, "{content}");
    }
    assert!(!holds_key(&folder.path().join("missing")));
}

#[test]
fn a_file_is_its_owners_alone_or_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.key");
    fs::write(&file, KEY).unwrap();
    for (mode, warned) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o644, true), (0o700, false)]
    {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let found = open_to_others("tls.key", &file);
        assert_eq!(found.is_some(), warned, "{mode:o}");
        let told = |one: Finding| {
            one.severity == Severity::Warning && one.text.contains("tls.key: ") && one.text.contains("server.key")
        };
        assert!(found.is_none_or(told), "{mode:o}");
    }
    assert_eq!(open_to_others("tls.key", &folder.path().join("missing")), None);
}
