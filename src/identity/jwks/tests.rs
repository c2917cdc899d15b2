use aws_lc_rs::{
    encoding::AsDer,
    rsa::KeySize,
    signature::{EcdsaKeyPair, RsaKeyPair},
};
use serde_json::{Value, json};

use super::*;
use crate::cli::demo::tokens::Signer;

/// A fresh key for that algorithm.
pub(crate) fn fresh(algorithm: Algorithm) -> Signer {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING};
    let point = |curve| EcdsaKeyPair::generate(curve).unwrap().to_pkcs8v1().unwrap().as_ref().to_vec();
    let pkcs8 = match algorithm {
        Algorithm::Es256 => point(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => point(&ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::Rs256 | Algorithm::Ps256 => {
            RsaKeyPair::generate(KeySize::Rsa2048).unwrap().as_der().unwrap().as_ref().to_vec()
        }
    };
    Signer::of(&pkcs8, algorithm).unwrap()
}

fn set_of(keys: &[Value]) -> Result<KeySet, MalformedKeySet> {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes())
}

fn changed(mut key: Value, member: &str, value: Value) -> Value {
    key[member] = value;
    key
}

fn without(mut key: Value, member: &str) -> Value {
    key.as_object_mut().unwrap().remove(member);
    key
}

#[test]
fn a_key_is_found_by_its_name_and_fits_its_algorithms_alone() {
    let (rsa, point) = (fresh(Algorithm::Rs256).jwk("r"), fresh(Algorithm::Es256).jwk("p"));
    let set = set_of(&[rsa, point]).unwrap();
    for (kid, algorithm, found) in [
        ("r", Algorithm::Rs256, true),
        ("r", Algorithm::Ps256, true),
        ("r", Algorithm::Es256, false),
        ("p", Algorithm::Es256, true),
        ("p", Algorithm::Es384, false),
        ("p", Algorithm::Rs256, false),
        ("q", Algorithm::Rs256, false),
    ] {
        assert_eq!(set.key(Some(kid), algorithm).is_ok(), found, "{kid} {algorithm:?}");
    }
    assert!(set.key(None, Algorithm::Es256).is_ok(), "only one fits");
}

#[test]
fn a_token_that_names_no_key_is_not_tried_against_several() {
    let keys = [fresh(Algorithm::Es256).jwk("a"), fresh(Algorithm::Es256).jwk("b")];
    assert_eq!(set_of(&keys).unwrap().key(None, Algorithm::Es256).unwrap_err(), Untrusted::UnknownKey);
    let twice = [fresh(Algorithm::Es256).jwk("a"), fresh(Algorithm::Es256).jwk("a")];
    assert_eq!(set_of(&twice).unwrap().key(Some("a"), Algorithm::Es256).unwrap_err(), Untrusted::UnknownKey);
}

#[test]
fn a_key_that_says_its_algorithm_serves_no_other() {
    let key = changed(fresh(Algorithm::Rs256).jwk("r"), "alg", json!("RS256"));
    let set = set_of(&[key]).unwrap();
    assert!(set.key(Some("r"), Algorithm::Rs256).is_ok());
    assert!(set.key(Some("r"), Algorithm::Ps256).is_err());
}

#[test]
fn keys_that_cannot_be_used_are_passed_over_and_a_set_of_them_is_none() {
    let (rsa, point) = (fresh(Algorithm::Rs256).jwk("r"), fresh(Algorithm::Es256).jwk("p"));
    let unusable = [
        json!({"kty": "oct", "kid": "s", "alg": "HS256", "k": "c2VjcmV0"}),
        json!({"kty": "OKP", "kid": "o", "crv": "Ed25519", "x": "AAAA"}),
        json!({"kty": "RSA"}),
        json!("key"),
        changed(point.clone(), "use", json!("enc")),
        changed(point.clone(), "alg", json!("HS256")),
        changed(point.clone(), "alg", json!("ES384")),
        changed(point.clone(), "alg", json!("RS256")),
        changed(point.clone(), "crv", json!("P-384")),
        changed(point.clone(), "crv", json!("P-521")),
        changed(point.clone(), "x", json!("AAAA")),
        changed(point.clone(), "x", json!("not base64!")),
        changed(rsa.clone(), "n", json!("AQAB")),
        changed(rsa.clone(), "kty", json!("EC")),
        without(rsa, "e"),
        without(point.clone(), "y"),
    ];
    for key in &unusable {
        assert!(set_of(std::slice::from_ref(key)).is_err(), "{key}");
        let beside = [key.clone(), point.clone()];
        assert!(set_of(&beside).unwrap().key(Some("p"), Algorithm::Es256).is_ok(), "{key}");
    }
    for text in ["", "{}", "[]", "{\"keys\": []}", "{\"keys\": {}}", "keys"] {
        assert!(KeySet::read(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn the_names_of_algorithms_are_few() {
    for name in ["none", "None", "HS256", "HS384", "HS512", "RS384", "RS512", "PS512", "ES512", "EdDSA", "rs256", ""] {
        assert_eq!(Algorithm::of_name(name), None, "{name}");
    }
    assert!(Algorithm::ALL.into_iter().all(|one| Algorithm::of_name(one.name()) == Some(one)));
}
