use actix_web::http::header::{HeaderName, HeaderValue};

use super::*;

fn headers(values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(HeaderName::from_static("authorization"), HeaderValue::from_str(value).unwrap());
    }
    headers
}

#[test]
fn the_header_stands_once_and_is_bearer_and_one_token() {
    assert_eq!(token_of(&headers(&[])), Ok(None));
    for good in ["Bearer a.b-c_d~e+f/g=", "bearer a.b-c_d~e+f/g=", "BEARER a.b-c_d~e+f/g="] {
        assert_eq!(token_of(&headers(&[good])), Ok(Some("a.b-c_d~e+f/g=")));
    }
    for wrong in ["", "Bearer", "Bearer ", "Bearer  a", "Bearer a b", "Bearer a,b", "Basic YTpi", "a", "Bearer \"a\""] {
        assert_eq!(token_of(&headers(&[wrong])), Err(Refused::Header), "{wrong}");
    }
    assert_eq!(token_of(&headers(&["Bearer a", "Bearer a"])), Err(Refused::Header), "twice");
}
