use actix_web::test::TestRequest;

use super::*;

fn limits() -> Limits {
    Limits { url_bytes: 20, headers: 2, header_bytes: 60, ..Limits::default() }
}

fn told(request: TestRequest) -> Option<u16> {
    check(&request.to_srv_request(), &limits()).err().map(|problem| problem.status.as_u16())
}

// requirement: ER-04
#[test]
fn an_address_counts_with_its_query() {
    assert_eq!(told(TestRequest::with_uri("/fhir/Patient?a=bcd2")), None);
    assert_eq!(told(TestRequest::with_uri("/fhir/Patient?a=bcd23")), Some(414));
}

// requirement: ER-04
#[test]
fn header_fields_are_counted_and_measured() {
    let short = || TestRequest::with_uri("/").insert_header(("a", "b")).insert_header(("c", "d"));
    assert_eq!(told(short()), None);
    assert_eq!(told(short().insert_header(("e", "f"))), Some(431));
    assert_eq!(told(short().append_header(("a", "again"))), Some(431), "a repeated field counts each time");
    let of = |length: usize| TestRequest::with_uri("/").insert_header(("a", "x".repeat(length)));
    assert_eq!((told(of(55)), told(of(56))), (None, Some(431)));
}
