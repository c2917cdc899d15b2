use serde_json::json;

use super::*;
use crate::{
    cli::demo::tokens::message,
    identity::jwks::{KeySet, tests::fresh},
};

fn key_of(jwk: &Value, algorithm: Algorithm) -> VerifyingKey {
    let set = KeySet::read(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap();
    set.key(Some("k"), algorithm).unwrap().clone()
}

#[test]
fn a_signature_holds_for_its_key_and_algorithm_alone() {
    for algorithm in Algorithm::ALL {
        let (signer, other) = (fresh(algorithm), fresh(algorithm));
        let token = signer.token(&json!({"kid": "k"}), &json!({"iss": "i"})).unwrap();
        let presented = || Presented::read(&token).unwrap();
        assert_eq!(
            (presented().kid(), presented().issuer(), presented().algorithm()),
            (Some("k"), Ok("i"), Ok(algorithm))
        );
        assert!(presented().verified_by(&key_of(&signer.jwk("k"), algorithm)).is_ok(), "{algorithm:?}");
        let wrong = presented().verified_by(&key_of(&other.jwk("k"), algorithm));
        assert_eq!(wrong.unwrap_err(), Untrusted::Signature);
    }
}

#[test]
fn what_was_changed_after_signing_does_not_hold() {
    let signer = fresh(Algorithm::Es256);
    let key = key_of(&signer.jwk("k"), Algorithm::Es256);
    let token = signer.token(&json!({}), &json!({"iss": "i", "sub": "a"})).unwrap();
    let (_, signature) = token.rsplit_once('.').unwrap();
    let head = json!({"alg": "ES256", "typ": "JWT"});
    let forged = format!("{}.{signature}", message(&head, &json!({"iss": "i", "sub": "b"})));
    assert_eq!(Presented::read(&forged).unwrap().verified_by(&key).unwrap_err(), Untrusted::Signature);
    for bare in ["", "AAAA", "%%%"] {
        let token = format!("{}.{bare}", message(&head, &json!({"iss": "i"})));
        assert_eq!(Presented::read(&token).unwrap().verified_by(&key).unwrap_err(), Untrusted::Signature, "{bare}");
    }
}

// requirement: TK-03
#[test]
fn a_token_cannot_talk_its_key_into_another_algorithm() {
    let (rsa, point) = (fresh(Algorithm::Rs256), fresh(Algorithm::Es256));
    let rsa_key = key_of(&rsa.jwk("k"), Algorithm::Rs256);
    let claims = json!({"iss": "i"});
    for algorithm in ["none", "NONE", "HS256", "HS512", "EdDSA", "RS512", ""] {
        let head = json!({"alg": algorithm});
        let text = message(&head, &claims);
        // The classic: a symmetric signature made with the public key as the secret.
        let secret = rsa.jwk("k")["n"].as_str().unwrap().to_owned();
        let forged = aws_lc_rs::hmac::sign(
            &aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes()),
            text.as_bytes(),
        );
        for signature in [String::new(), URL_SAFE_NO_PAD.encode(forged)] {
            let token = format!("{text}.{signature}");
            let presented = Presented::read(&token).unwrap();
            assert_eq!(presented.verified_by(&rsa_key).unwrap_err(), Untrusted::Algorithm, "{algorithm}");
        }
    }
    let by_point = point.token(&json!({}), &claims).unwrap();
    assert_eq!(Presented::read(&by_point).unwrap().verified_by(&rsa_key).unwrap_err(), Untrusted::UnknownKey);
    let claims_pss = rsa.token(&json!({"alg": "PS256"}), &claims).unwrap();
    assert_eq!(Presented::read(&claims_pss).unwrap().verified_by(&rsa_key).unwrap_err(), Untrusted::Signature);
}

#[test]
fn what_is_no_signed_jwt_is_not_read() {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let head = part("{\"alg\":\"ES256\"}");
    for text in [
        String::new(),
        "opaque".to_owned(),
        "..".to_owned(),
        format!("{head}.{}", part("{}")),
        format!("{head}.{}.c.d", part("{}")),
        format!("{head}.{}.AAAA", part("[]")),
        format!("{head}.{}.AAAA", part("{")),
        format!("{}.{}.AAAA", part("{}"), part("{}")),
        format!("{}.{}.AAAA", part("{\"alg\":1}"), part("{}")),
        format!("{}.{}.AAAA", part("{\"alg\":\"ES256\",\"crit\":[\"b64\"]}"), part("{}")),
        format!("{}.{}.AAAA", part("{\"alg\":\"ES256\",\"crit\":null}"), part("{}")),
        format!("{}.{}.AAAA", part("{\"alg\":\"ES256\",\"alg\":\"ES256\"}"), part("{}")),
        format!("{head}.{}.AAAA", part("{\"cnf\":{\"a\":1},\"cnf\":{\"a\":1}}")),
        format!("{head}.{}.AAAA", part("{\"cnf\":{\"a\":1,\"a\":1}}")),
        format!("{}.{}.AAAA", part("{\"alg\":\"ES256\",\"typ\":\"logout+jwt\"}"), part("{}")),
    ] {
        assert_eq!(Presented::read(&text).unwrap_err(), Untrusted::Malformed, "{text}");
    }
    assert_eq!(Presented::read(&"a".repeat(LONGEST + 1)).unwrap_err(), Untrusted::Oversize);
}

#[test]
fn an_opaque_token_counts_where_its_issuer_says_that_it_is_active() {
    assert!(Verified::introspected(b"{\"active\":true}").is_ok());
    for told in ["{\"active\":false}", "{}", "{\"active\":\"true\"}", "{\"active\":1}"] {
        assert_eq!(Verified::introspected(told.as_bytes()).unwrap_err(), Untrusted::Inactive, "{told}");
    }
    for told in ["[]", "{\"active\":false,\"active\":true}"] {
        assert_eq!(Verified::introspected(told.as_bytes()).unwrap_err(), Untrusted::Malformed, "{told}");
    }
    assert!(is_jwt("eyJ.a.b") && !is_jwt("opaque") && !is_jwt("eyJ.a"));
}

#[test]
fn tokens_are_named_by_issuer_and_identifier_together() {
    assert_eq!(token_id("a", "b"), token_id("a", "b"));
    assert_ne!(token_id("a", "bc"), token_id("ab", "c"));
}
