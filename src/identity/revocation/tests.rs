use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint,
    CrlIssuingDistributionPoint, CrlScope, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams,
    SerialNumber, date_time_ymd,
};

use super::*;

fn params(serials: &[&[u8]]) -> CertificateRevocationListParams {
    CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 5, 1),
        next_update: date_time_ymd(2026, 6, 1),
        crl_number: SerialNumber::from(7_u64),
        issuing_distribution_point: None,
        revoked_certs: serials
            .iter()
            .map(|serial| RevokedCertParams {
                serial_number: SerialNumber::from_slice(serial),
                revocation_time: date_time_ymd(2026, 4, 1),
                reason_code: Some(rcgen::RevocationReason::KeyCompromise),
                invalidity_date: None,
            })
            .collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    }
}

fn signed(params: &CertificateRevocationListParams) -> Vec<u8> {
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::CrlSign];
    ca.distinguished_name.push(rcgen::DnType::CommonName, "authority");
    params.signed_by(&Issuer::new(ca, KeyPair::generate().unwrap())).unwrap().der().to_vec()
}

#[test]
fn a_complete_list_is_read_and_sorted() {
    let list = RevocationList::read(&signed(&params(&[&[9], &[0x80, 1], &[3]]))).unwrap();
    assert_eq!(list.issuer_name, "authority");
    assert_eq!(list.this_update, "2026-05-01T00:00:00Z".parse().unwrap());
    assert_eq!(list.next_update, "2026-06-01T00:00:00Z".parse().unwrap());
    assert_eq!(list.number, serial_of(&[7]));
    let expected: Vec<Serial> = [&[3][..], &[9], &[0x80, 1]].iter().map(|raw| serial_of(raw).unwrap()).collect();
    assert_eq!(list.serials, expected);
}

#[test]
fn a_list_of_nobody_is_read() {
    assert!(RevocationList::read(&signed(&params(&[]))).unwrap().serials.is_empty());
}

#[test]
fn a_list_of_a_part_is_refused() {
    for scope in [None, Some(CrlScope::UserCertsOnly), Some(CrlScope::CaCertsOnly)] {
        let mut params = params(&[]);
        let distribution_point = CrlDistributionPoint { uris: vec!["http://example.org/part.crl".to_owned()] };
        params.issuing_distribution_point = Some(CrlIssuingDistributionPoint { distribution_point, scope });
        assert_eq!(RevocationList::read(&signed(&params)), Err(MalformedList::Partitioned));
    }
}

/// The extension that bears the list's number, with another OID instead: 2.5.29.20 becomes 2.5.29.`last`.
fn with_extension(last: u8) -> Vec<u8> {
    let mut der = signed(&params(&[]));
    let at = der.windows(5).rposition(|window| window == [0x06, 0x03, 0x55, 0x1d, 0x14]).unwrap();
    der[at + 4] = last;
    der
}

#[test]
fn a_delta_list_is_refused_even_where_its_mark_is_not_critical() {
    assert_eq!(RevocationList::read(&with_extension(27)), Err(MalformedList::Delta));
}

#[test]
fn an_unknown_extension_matters_only_where_it_is_critical() {
    assert!(RevocationList::read(&with_extension(99)).is_ok());
    let extension = |critical| {
        X509Extension::new(x509_parser::der_parser::oid!(1.2.3.4), critical, &[5, 0], ParsedExtension::Unparsed)
    };
    assert_eq!(check_extension(&extension(true)), Err(MalformedList::UnknownCriticalExtension));
    assert_eq!(check_extension(&extension(false)), Ok(()));
}

#[test]
fn an_indirect_list_is_refused() {
    let scope = IssuingDistributionPoint {
        distribution_point: None,
        only_contains_user_certs: false,
        only_contains_ca_certs: false,
        only_some_reasons: None,
        indirect_crl: true,
        only_contains_attribute_certs: false,
    };
    assert_eq!(check_scope(&scope), Err(MalformedList::Indirect));
}

#[test]
fn what_is_cut_or_followed_by_something_is_refused() {
    let der = signed(&params(&[&[9]]));
    for length in 0..der.len() {
        assert!(RevocationList::read(&der[..length]).is_err());
    }
    assert_eq!(RevocationList::read(&[&der[..], &[0]].concat()), Err(MalformedList::Malformed));
}

#[test]
fn serial_numbers_are_compared_without_leading_zeros_and_never_cut() {
    assert_eq!(serial_of(&[0, 0x80]), serial_of(&[0x80]));
    assert_eq!(serial_of(&[]), serial_of(&[0]));
    assert!(serial_of(&[1; 20]).is_some());
    assert!(serial_of(&[&[0][..], &[1; 20]].concat()).is_some());
    assert_eq!(serial_of(&[1; 21]), None);
}
