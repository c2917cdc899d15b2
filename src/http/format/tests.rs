use actix_web::test::TestRequest;

use super::*;
use crate::record::document::ContentRef;

fn with_accept(accept: &str) -> HttpRequest {
    TestRequest::default().insert_header(("accept", accept)).to_http_request()
}

fn format(accept: &str) -> Option<Format> {
    Acceptance::of(&with_accept(accept)).format().ok()
}

// requirement: CN-02 CN-04 CN-05 CN-06 CN-07
#[test]
fn each_form_is_given_under_all_its_names_and_nothing_else_is() {
    let table = [
        ("application/fhir+json", Some(Format::Json)),
        ("application/json", Some(Format::Json)),
        ("application/json+fhir", Some(Format::Json)),
        ("text/json", Some(Format::Json)),
        ("*/*", Some(Format::Json)),
        ("application/*", Some(Format::Json)),
        ("text/html, */*;q=0.1", Some(Format::Json)),
        ("application/fhir+xml, application/fhir+json;q=0.5", Some(Format::Xml)),
        ("application/fhir+xml;q=0.5, application/fhir+json", Some(Format::Json)),
        ("application/fhir+xml;q=0.9, */*;q=0.8", Some(Format::Xml)),
        ("application/fhir+json, application/fhir+xml", Some(Format::Json)),
        ("application/fhir+json; fhirVersion=4.0", Some(Format::Json)),
        ("application/fhir+xml; fhirVersion=4.0", Some(Format::Xml)),
        ("application/xml", Some(Format::Xml)),
        ("application/xml+fhir", Some(Format::Xml)),
        ("text/xml", Some(Format::Xml)),
        ("image/png", None),
        ("application/json;q=0", None),
        ("application/fhir+json; fhirVersion=3.0", None),
        ("application/fhir+xml; fhirVersion=5.0", None),
    ];
    for (accept, expected) in table {
        assert_eq!(format(accept), expected, "{accept}");
    }
    assert_eq!(Acceptance::of(&TestRequest::default().to_http_request()).format().ok(), Some(Format::Json));
}

// requirement: CN-03
#[test]
fn format_in_the_address_overrides_accept() {
    let asked = |query: &str| {
        let request = TestRequest::with_uri(&format!("/?_format={query}")).insert_header(("accept", "image/png"));
        Acceptance::of(&request.to_http_request()).format().ok()
    };
    for name in ["json", "application/json", "application/fhir+json", "application/fhir%2Bjson"] {
        assert_eq!(asked(name), Some(Format::Json), "{name}");
    }
    for name in ["xml", "text/xml", "application/xml", "application/fhir+xml", "application/fhir%2Bxml"] {
        assert_eq!(asked(name), Some(Format::Xml), "{name}");
    }
    assert_eq!(asked("turtle"), None);
}

// requirement: CN-11
#[test]
fn content_is_native_unless_fhir_is_asked_for_by_name() {
    let wanted = |accept: &str| Acceptance::of(&with_accept(accept)).content("text/xml", 1).ok();
    assert_eq!(wanted("*/*"), Some(Wanted::Native));
    assert_eq!(wanted("application/xml"), Some(Wanted::Native));
    assert_eq!(wanted("text/*"), Some(Wanted::Native));
    assert_eq!(wanted("application/fhir+json"), Some(Wanted::Binary(Format::Json)));
    assert_eq!(wanted("application/fhir+xml"), Some(Wanted::Binary(Format::Xml)));
    assert_eq!(wanted("application/fhir+json, */*;q=0.1"), Some(Wanted::Binary(Format::Json)));
    assert_eq!(wanted("image/png"), None);
}

// requirement: CN-11
#[test]
fn fhir_is_native_in_its_own_form_and_converted_in_the_other_while_it_is_short() {
    let table = [
        ("application/fhir+json", LARGEST + 1, Some(Wanted::Native)),
        ("application/json", 1, Some(Wanted::Native)),
        ("*/*", 1, Some(Wanted::Native)),
        ("application/fhir+xml", LARGEST, Some(Wanted::Document(Format::Xml))),
        ("text/xml", 1, Some(Wanted::Document(Format::Xml))),
        ("application/fhir+xml", LARGEST + 1, None),
        ("application/fhir+xml, */*;q=0.1", LARGEST + 1, Some(Wanted::Native)),
        ("image/png", 1, None),
    ];
    for (accept, size, expected) in table {
        let acceptance = Acceptance::of(&with_accept(accept));
        let native = "application/fhir+json; fhirVersion=4.0";
        assert_eq!(acceptance.content(native, size).ok(), expected, "{accept} {size}");
        let (handle, sha1) = (uuid::Uuid::nil(), [0; 20]);
        let content = ContentRef { handle, content_type: native.to_owned(), size, sha1 };
        // The host is told beforehand, so that nothing is released that is not given.
        assert_eq!(acceptance.content_taken().takes(&content), expected.is_some(), "{accept} {size}");
    }
}

// requirement: CN-05 CN-06 CN-09
#[test]
fn a_body_says_its_form() {
    let stated =
        |kind: &str| of_body(&TestRequest::default().insert_header(("content-type", kind)).to_http_request()).ok();
    assert_eq!(stated("application/fhir+json;charset=utf-8"), Some(Format::Json));
    assert_eq!(stated("application/json"), Some(Format::Json));
    assert_eq!(stated("application/xml+fhir"), Some(Format::Xml));
    assert_eq!(stated("application/fhir+xml; fhirVersion=4.0"), Some(Format::Xml));
    for refused in ["", "text/plain", "application/fhir+json; fhirVersion=3.0", "application/fhir+xml; charset=latin1"]
    {
        assert_eq!(stated(refused), None, "{refused}");
    }
}
