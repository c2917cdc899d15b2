use rcgen::{
    CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256,
    PKCS_RSA_SHA512, SignatureAlgorithm,
};

use crate::identity::{Authority, Key};

fn made(algorithm: &'static SignatureAlgorithm) -> Authority {
    let key = KeyPair::generate_for(algorithm).unwrap();
    let der = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
    Authority::read(der.der()).unwrap()
}

#[test]
fn rsa_is_strong_from_the_demanded_size_on() {
    let read = made(&PKCS_RSA_SHA256);
    assert_eq!(read.key, Key::Rsa { bits: 2048 });
    assert!(read.key.is_strong(2048) && !read.key.is_strong(3072));
    assert!(!Key::Rsa { bits: 1024 }.is_strong(2048));
}

#[test]
fn the_curves_of_the_guide_are_strong_and_what_is_not_known_is_not() {
    for algorithm in [&PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P384_SHA384, &PKCS_ED25519] {
        assert_eq!(made(algorithm).key, Key::Curve);
    }
    assert!(Key::Curve.is_strong(4096) && !Key::Other.is_strong(1024));
}

#[test]
fn sha_2_is_a_strong_signature() {
    for algorithm in [&PKCS_ECDSA_P256_SHA256, &PKCS_RSA_SHA256, &PKCS_RSA_SHA512, &PKCS_ED25519] {
        assert!(made(algorithm).is_strongly_signed);
    }
}
