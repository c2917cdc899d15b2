use crate::{
    identity::serial_of,
    tls::ocsp::{
        CertId, Issuer, NamedBy,
        der::{OCTET_STRING, Reader, SEQUENCE, element, integer},
        tests::infrastructure::{Ca, NONCE},
    },
};

#[test]
fn what_is_written_is_read_back_at_every_length_of_length() {
    for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
        let content = vec![9; length];
        let written = element(OCTET_STRING, &[&content]);
        let mut reader = Reader(&written);
        assert_eq!(reader.expect(OCTET_STRING), Some(content.as_slice()), "{length}");
        assert!(reader.is_empty());
    }
}

#[test]
fn lengths_that_are_indefinite_or_longer_than_need_be_are_not_read() {
    for bytes in [&[0x30, 0x80, 0, 0][..], &[0x04, 0x81, 0x01, 9], &[0x04, 0x82, 0x00, 0x81], &[0x04, 0x02, 9], &[0x30]]
    {
        assert!(Reader(bytes).next().is_none(), "{bytes:?}");
    }
}

#[test]
fn integers_are_positive_and_as_short_as_may_be() {
    assert_eq!(integer(&[0, 0, 0x7f]), [2, 1, 0x7f]);
    assert_eq!(integer(&[0, 0x80]), [2, 2, 0, 0x80]);
    assert_eq!(integer(&[0, 0]), [2, 1, 0]);
}

#[test]
fn a_request_is_the_one_that_openssl_would_make_with_a_nonce() {
    let ca = Ca::root("root");
    let leaf = ca.card(0x1234_5678_9abc, |_| {});
    let issuer = Issuer::read(&ca.card.der).unwrap();
    let serial = serial_of(&leaf.serial.to_be_bytes()).unwrap();
    for (by, digest) in [
        (NamedBy::Sha1, openssl::hash::MessageDigest::sha1()),
        (NamedBy::Sha256, openssl::hash::MessageDigest::sha256()),
    ] {
        let x509 = |der: &[u8]| openssl::x509::X509::from_der(der).unwrap();
        let id = openssl::ocsp::OcspCertId::from_cert(digest, &x509(&leaf.der), &x509(&ca.card.der)).unwrap();
        let mut theirs = openssl::ocsp::OcspRequest::new().unwrap();
        theirs.add_id(id).unwrap();
        let ours = CertId::of(&issuer, serial, by).request(&NONCE);
        assert_eq!(openssl::ocsp::OcspRequest::from_der(&ours).unwrap().to_der().unwrap(), ours);
        let list = |der: &[u8]| {
            let mut request = Reader(Reader(der).expect(SEQUENCE).unwrap());
            Reader(request.expect(SEQUENCE).unwrap()).next().unwrap().whole.to_vec()
        };
        assert_eq!(list(&theirs.to_der().unwrap()), list(&ours), "{by:?}");
        assert!(ours.windows(NONCE.len()).any(|window| window == NONCE));
    }
}
