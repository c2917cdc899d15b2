use actix_web::test::TestRequest;

use super::*;

fn with_accept(accept: &str) -> HttpRequest {
    TestRequest::default().insert_header(("accept", accept)).to_http_request()
}

// requirement: CN-04 CN-05 CN-07
#[test]
fn json_is_given_under_all_its_names_and_nothing_else() {
    for accept in [
        "application/fhir+json",
        "application/json",
        "application/json+fhir",
        "text/json",
        "*/*",
        "application/*",
        "text/html, */*;q=0.1",
        "application/fhir+xml, application/fhir+json;q=0.5",
        "application/fhir+json; fhirVersion=4.0",
    ] {
        assert!(accept_json(&with_accept(accept)).is_ok(), "{accept}");
    }
    for accept in
        ["application/fhir+xml", "image/png", "application/json;q=0", "application/fhir+json; fhirVersion=3.0"]
    {
        assert!(accept_json(&with_accept(accept)).is_err(), "{accept}");
    }
    assert!(accept_json(&TestRequest::default().to_http_request()).is_ok(), "no Accept");
}

// requirement: CN-03
#[test]
fn format_in_the_address_overrides_accept() {
    let asked = |query: &str| {
        TestRequest::with_uri(&format!("/?_format={query}")).insert_header(("accept", "image/png")).to_http_request()
    };
    for format in ["json", "application/json", "application/fhir+json", "application/fhir%2Bjson"] {
        assert!(accept_json(&asked(format)).is_ok(), "{format}");
    }
    assert!(accept_json(&asked("xml")).is_err());
}

// requirement: CN-11
#[test]
fn content_is_native_unless_fhir_is_asked_for_by_name() {
    let wanted = |accept: &str| want_content(&with_accept(accept), "text/xml").ok();
    assert_eq!(wanted("*/*"), Some(Wanted::Native));
    assert_eq!(wanted("application/xml"), Some(Wanted::Native));
    assert_eq!(wanted("text/*"), Some(Wanted::Native));
    assert_eq!(wanted("application/fhir+json"), Some(Wanted::Binary));
    assert_eq!(wanted("application/fhir+json, */*;q=0.1"), Some(Wanted::Binary));
    assert_eq!(wanted("image/png"), None);
}
