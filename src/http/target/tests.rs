use super::*;

#[test]
fn a_path_means_one_interaction_or_none() {
    let read = |path: &str| Target::of_path(path);
    assert_eq!(read("DocumentReference"), Some(Target::Search(Kind::DocumentReference)));
    assert_eq!(read("/List/_search"), Some(Target::Search(Kind::List)));
    assert_eq!(read("Consent/7"), Some(Target::Read(Kind::Consent, "7".to_owned())));
    assert_eq!(read("Consent/7/_history"), Some(Target::History(Kind::Consent, "7".to_owned())));
    assert_eq!(
        read("DocumentReference/7/_history/2"),
        Some(Target::Version(Kind::DocumentReference, "7".to_owned(), "2".to_owned()))
    );
    assert_eq!(read("Binary/7"), Some(Target::Content("7".to_owned())));
    for nowhere in
        ["", "Observation", "Binary", "AuditEvent/7/_history", "List/7/_history", "List/7/x", "Binary/7/_history"]
    {
        assert_eq!(read(nowhere), None, "{nowhere}");
    }
}
