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
fn the_limits_without_a_configuration_are_in_order_and_naught_is_not() {
    assert_eq!(limits(&Limits::default()), Vec::new());
    let found = limits(&Limits { handshake_seconds: 0, ..Limits::default() });
    assert!(found.iter().any(|one| one.severity == Severity::Fatal && one.text.contains("handshake_seconds")));
    let found = limits(&Limits { body_bytes: 1000, content_bytes: 1000, ..Limits::default() });
    assert!(found.iter().all(|one| one.severity == Severity::Warning) && found.len() == 1, "{found:?}");
}
