use super::*;

#[test]
fn the_host_of_an_address_is_found() {
    for (base, host) in [
        ("https://dmp.example/fhir", "dmp.example"),
        ("https://dmp.example:8443/fhir", "dmp.example"),
        ("https://127.0.0.1:40000/fhir", "127.0.0.1"),
        ("https://[::1]:8443/fhir", "::1"),
        ("https://dmp.example", "dmp.example"),
    ] {
        assert_eq!(host_of(base), host);
    }
}

#[test]
fn a_document_must_fit_into_a_body() {
    assert_eq!(limits(&Limits::default()), None);
    let found = limits(&Limits { body_bytes: 1000, content_bytes: 1000, ..Limits::default() });
    assert_eq!(found.map(|one| one.severity), Some(Severity::Warning));
}
