use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use super::{announcement::Report, *};
use crate::config::{Config, DirectorySource, MAY_CHANGE};

/// Where a log goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// The lines that this leaves, as JSON.
    fn lines_of(&self, work: impl FnOnce()) -> Vec<serde_json::Value> {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || log.clone()).finish();
        tracing::subscriber::with_default(subscriber, work);
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_reload_is_one_line_with_what_changed_what_failed_and_what_needs_a_restart() {
    let mut report = Report { fixed: vec!["listen".to_owned()], ..Report::default() };
    report.add(Part::Certificate, Ok(()));
    report.add(Part::Matrix, Ok(()));
    report.add(Part::Trust, Err("crl.pem cannot be read".to_owned()));
    let lines = Log::default().lines_of(|| report.announce(Cause::Signal, at("2026-06-01T12:00:00Z")));
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["fields"]["reload.cause"], "signal");
    assert_eq!(line["fields"]["reload.taken"], "certificate, matrix");
    assert_eq!(line["fields"]["reload.failed"], "trust: crl.pem cannot be read");
    assert_eq!(line["fields"]["reload.needs_restart"], "listen");
}

#[test]
fn a_reload_that_went_well_warns_of_nothing_and_one_of_nothing_is_silent() {
    let mut report = Report::default();
    let now = at("2026-06-01T12:00:00Z");
    assert!(Log::default().lines_of(|| report.announce(Cause::Change, now)).is_empty());
    report.add(Part::Directory, Ok(()));
    let lines = Log::default().lines_of(|| report.announce(Cause::Change, now));
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["level"], "INFO");
    assert!(lines[0]["fields"].get("reload.failed").is_none());
}

/// A configuration in a folder; its files are there, and hold nothing that anyone could use.
fn config(folder: &std::path::Path) -> Config {
    let text = "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\nbase_url = \"https://dmp.example/fhir\"\n\
        environment = \"test\"\nrule_set = \"dmp\"\n\
        [tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\nanchors = \"ca.pem\"\nrevocation = [\"crl.pem\"]\n\
        [identity]\ndirectory = \"directory.txt\"\n[host]\nkind = \"embedded\"\npath = \"host\"\n";
    for file in ["server.pem", "server.key", "ca.pem", "crl.pem", "directory.txt"] {
        std::fs::write(folder.join(file), "one").unwrap();
    }
    std::fs::write(folder.join("gateway.toml"), text).unwrap();
    Config::read(&folder.join("gateway.toml")).unwrap()
}

#[test]
fn a_change_is_due_once_it_has_stood_still_and_once_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let mut watches = Watches::begin(&config);
    assert!(watches.due(&config).is_empty());
    std::fs::write(folder.path().join("crl.pem"), "another").unwrap();
    assert!(watches.due(&config).is_empty(), "it may still be being written");
    assert_eq!(watches.due(&config), BTreeSet::from([Part::Trust]));
    watches.take(Part::Trust, &config);
    assert!(watches.due(&config).is_empty());
    std::fs::remove_file(folder.path().join("server.key")).unwrap();
    watches.due(&config);
    assert_eq!(watches.due(&config), BTreeSet::from([Part::Certificate]), "a file that is gone is a change");
}

#[test]
fn a_file_that_is_still_written_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let mut watches = Watches::begin(&config);
    for length in 4..9 {
        std::fs::write(folder.path().join("directory.txt"), "x".repeat(length)).unwrap();
        assert!(watches.due(&config).is_empty(), "{length}");
    }
    assert_eq!(watches.due(&config), BTreeSet::from([Part::Directory]));
}

#[test]
fn a_configuration_keeps_what_may_not_change_and_takes_what_may() {
    let folder = tempfile::tempdir().unwrap();
    let before = config(folder.path());
    let mut newer = before.clone();
    newer.base_url = "https://other.example/fhir".to_owned();
    newer.limits.uploads = 1;
    newer.identity.directory = DirectorySource::Extraction("other.txt".into());
    newer.law.matrix = Some("matrix.csv".into());
    newer.tls.key = "other.key".into();
    newer.reload.poll_seconds = 99;
    newer.keep_fixed(&before);
    assert_eq!(newer.base_url, before.base_url);
    assert_eq!(newer.limits.uploads, before.limits.uploads);
    assert_eq!(newer.reload.poll_seconds, 99);
    let differing: Vec<Part> = Part::ALL.into_iter().filter(|part| part.differs(&before, &newer)).collect();
    assert_eq!(differing, [Part::Configuration, Part::Certificate, Part::Directory, Part::Matrix]);
}

/// For each member that may change a value that the configuration of these tests has not.
const OTHER_VALUES: [(&str, &str); 15] = [
    ("tls.certificate", "'other'"),
    ("tls.key", "'other'"),
    ("tls.anchors", "'other'"),
    ("tls.intermediates", "'other'"),
    ("tls.revocation", "['crl.pem', 'other']"),
    ("tls.password_file", "'other'"),
    ("tls.rsa_bits", "4096"),
    ("identity.directory", "'other'"),
    ("identity.front_ends", "['10B0999001']"),
    ("law.matrix", "'other'"),
    ("tokens.issuers", "[{ kind = 'structure', audiences = ['urn:dmp'] }]"),
    ("tokens.cache", "'other'"),
    ("tokens.anchors", "'other'"),
    ("tokens.approved_software", "['1']"),
    ("reload.poll_seconds", "3"),
];

/// The configuration in that folder with another value of one member.
fn with(folder: &std::path::Path, member: &str, value: &str) -> Config {
    let (table, name) = member.split_once('.').unwrap();
    let text = std::fs::read_to_string(folder.join("gateway.toml")).unwrap();
    let mut within = String::new();
    let others = text.lines().filter(|line| {
        if line.starts_with('[') {
            within = line.trim_matches(['[', ']']).to_owned();
        }
        within != table || !line.starts_with(&format!("{name} = "))
    });
    let mut text: String = others.map(|line| format!("{line}\n")).collect();
    let (heading, line) = (format!("[{table}]\n"), format!("{name} = {value}\n"));
    match text.find(&heading) {
        Some(at) => text.insert_str(at + heading.len(), &line),
        None => text += &(heading + &line),
    }
    let changed = folder.join("changed.toml");
    std::fs::write(&changed, text).unwrap();
    let mut config = Config::read(&changed).unwrap();
    config.origin.path = Some(folder.join("gateway.toml"));
    config
}

#[test]
fn each_member_that_may_change_makes_a_part_due() {
    let folder = tempfile::tempdir().unwrap();
    let before = config(folder.path());
    for member in MAY_CHANGE {
        let known = OTHER_VALUES.into_iter().find(|(name, _)| *name == member);
        let (_, value) =
            known.unwrap_or_else(|| panic!("{member} has no other value here: which part does it make due?"));
        let mut newer = with(folder.path(), member, value);
        newer.keep_fixed(&before);
        let due = Part::ALL.into_iter().filter(|part| part.differs(&before, &newer)).count();
        assert_eq!(due, 1, "{member} would be told as taken, and nothing would be read anew");
    }
}

#[test]
fn a_password_that_comes_after_its_certificate_makes_that_due_again() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path());
    let config = with(folder.path(), "tls.password_file", "'password'");
    let mut watches = Watches::begin(&config);
    std::fs::write(folder.path().join("password"), "secret").unwrap();
    assert!(watches.due(&config).is_empty());
    assert_eq!(watches.due(&config), BTreeSet::from([Part::Certificate]));
}
