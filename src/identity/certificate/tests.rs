use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SerialNumber,
};

use super::*;

const PERSON: &str = "899700218896";
const EMPLOYEE: &str = "30B0999002/CPET00001";
const STRUCTURE: &str = "10B0999002";

fn title() -> DnType {
    DnType::CustomDnType(vec![2, 5, 4, 12])
}

fn certificate(subject: &[(DnType, &str)], usage: &[ExtendedKeyUsagePurpose]) -> Vec<u8> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in subject {
        params.distinguished_name.push(kind.clone(), *value);
    }
    params.extended_key_usages = usage.to_vec();
    params.serial_number = Some(SerialNumber::from(0x0102_0304));
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

#[test]
fn a_key_that_may_not_sign_makes_no_caller() {
    for (uses, expected) in [
        (vec![], None),
        (vec![KeyUsagePurpose::DigitalSignature], None),
        (vec![KeyUsagePurpose::KeyCertSign], Some(Unidentified::NoClientAuth)),
        (vec![KeyUsagePurpose::KeyEncipherment], Some(Unidentified::NoClientAuth)),
    ] {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, PERSON);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.key_usages = uses.clone();
        let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
        assert_eq!(Certificate::read(&der).err(), expected, "{uses:?}");
    }
}

fn client(subject: &[(DnType, &str)]) -> Vec<u8> {
    certificate(subject, &[ExtendedKeyUsagePurpose::ClientAuth])
}

fn named(name: &str, unit: Option<&str>) -> Result<CertificateKind, Unidentified> {
    let mut subject = vec![(DnType::CountryName, "FR")];
    subject.extend(unit.map(|unit| (DnType::OrganizationalUnitName, unit)));
    subject.push((DnType::CommonName, name));
    Certificate::read(&client(&subject)).map(|read| read.kind)
}

fn structure() -> StructIdNat {
    StructIdNat::new(STRUCTURE).unwrap()
}

#[test]
fn a_professionals_card_names_the_professional() {
    let id = PsIdNat::new(PERSON).unwrap();
    assert_eq!(named(PERSON, None), Ok(CertificateKind::Person { id }));
    let id = PsIdNat::new("0999999999").unwrap();
    assert_eq!(named("0999999999", None), Ok(CertificateKind::Person { id }));
}

#[test]
fn an_employees_card_names_employee_and_structure() {
    let id = PsIdNat::new(EMPLOYEE).unwrap();
    assert_eq!(named(EMPLOYEE, Some(STRUCTURE)), Ok(CertificateKind::Employee { id, structure: structure() }));
    assert_eq!(named(EMPLOYEE, None), Err(Unidentified::WrongOrganisationalUnit));
    assert_eq!(named(EMPLOYEE, Some("Service 12")), Err(Unidentified::WrongOrganisationalUnit));
}

#[test]
fn an_organisation_certificate_names_the_structure_by_its_unit() {
    assert_eq!(named("DRIMbox", Some(STRUCTURE)), Ok(CertificateKind::Organisation { structure: structure() }));
    assert_eq!(named("DRIMbox", Some("DRIMbox")), Err(Unidentified::WrongOrganisationalUnit));
    assert_eq!(named("DRIMbox", None), Err(Unidentified::WrongCommonName));
}

#[test]
fn a_professionals_number_with_a_unit_is_neither_person_nor_organisation() {
    assert_eq!(named(PERSON, Some(STRUCTURE)), Err(Unidentified::WrongOrganisationalUnit));
}

// requirement: TL-03
#[test]
fn a_number_with_a_wrong_key_is_refused_and_not_taken_for_a_free_name() {
    assert_eq!(named("899700218895", None), Err(Unidentified::WrongCommonName));
    assert_eq!(named("899700218895", Some(STRUCTURE)), Err(Unidentified::WrongCommonName));
}

// requirement: TL-03
#[test]
fn a_certificate_that_is_made_to_serve_is_no_caller() {
    use ExtendedKeyUsagePurpose::{ClientAuth, EmailProtection, ServerAuth};
    let subject = [(DnType::OrganizationalUnitName, STRUCTURE), (DnType::CommonName, "dmp.example.org")];
    let read = |usage: &[_]| Certificate::read(&certificate(&subject, usage)).map(|_| ());
    assert_eq!(read(&[ServerAuth]), Err(Unidentified::ServerCertificate));
    assert_eq!(read(&[EmailProtection]), Err(Unidentified::NoClientAuth));
    assert_eq!(read(&[]), Err(Unidentified::NoClientAuth));
    assert_eq!(read(&[ClientAuth]), Ok(()));
}

#[test]
fn a_certificate_that_may_call_and_serve_is_a_servers_by_unit_and_host_name() {
    use ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
    let read = |subject: &[_]| Certificate::read(&certificate(subject, &[ServerAuth, ClientAuth])).map(|it| it.kind);
    let unit = |unit| (DnType::OrganizationalUnitName, unit);
    let name = (DnType::CommonName, "pfi.example.org");
    let kind = CertificateKind::Server { structure: structure(), name: "pfi.example.org".to_owned() };
    assert_eq!(read(&[unit(STRUCTURE), name.clone()]), Ok(kind));
    assert_eq!(read(&[unit("PFI"), name.clone()]), Err(Unidentified::WrongOrganisationalUnit));
    assert_eq!(read(&[name]), Err(Unidentified::WrongOrganisationalUnit));
    assert_eq!(read(&[unit(STRUCTURE)]), Err(Unidentified::WrongCommonName));
}

#[test]
fn bytes_after_the_certificate_or_none_at_all_are_refused() {
    let mut der = client(&[(DnType::CommonName, PERSON)]);
    der.push(0);
    assert_eq!(Certificate::read(&der), Err(Unidentified::MalformedCertificate));
    assert_eq!(Certificate::read(&[]), Err(Unidentified::MalformedCertificate));
}

#[test]
fn the_journals_name_of_a_certificate_holds_no_subject() {
    let der = client(&[(title(), "Médecin"), (DnType::CommonName, PERSON)]);
    let read = Certificate::read(&der).unwrap();
    assert_eq!(read.id.serial, "01020304");
    assert_eq!(read.id.fingerprint, digest::digest(&digest::SHA256, &der).as_ref());
    assert!(!format!("{read:?}").replace(&read.id.issuer, "").contains("99700"));
}

/// Moves the second and third relative names into one of two values, as real cards bear them, by editing the DER: the library
/// that makes the certificate cannot.
fn with_multi_valued_name(der: &[u8]) -> Vec<u8> {
    let (_, read) = X509Certificate::from_der(der).unwrap();
    let subject = read.subject().as_raw().to_vec();
    let sets: Vec<&[u8]> = {
        let (mut rest, mut sets) = (&subject[2..], Vec::new());
        while let Some(length) = rest.get(1) {
            let (set, tail) = rest.split_at(2 + *length as usize);
            sets.push(set);
            rest = tail;
        }
        sets
    };
    let pair = [&sets[1][2..], &sets[2][2..]].concat();
    let joined = [sets[0], &[0x31, pair.len() as u8], &pair].concat();
    let renamed = [&[0x30, joined.len() as u8], joined.as_slice()].concat();
    let at = der.windows(subject.len()).rposition(|window| window == subject).unwrap();
    let mut edited = [&der[..at], &renamed, &der[at + subject.len()..]].concat();
    for length in [2..4, 6..8] {
        let was = u16::from_be_bytes(edited[length.clone()].try_into().unwrap());
        edited[length].copy_from_slice(&(was - 2).to_be_bytes());
    }
    edited
}

#[test]
fn a_name_with_several_values_in_one_part_is_read_too() {
    let surname = DnType::CustomDnType(vec![2, 5, 4, 4]);
    let der = client(&[(DnType::CountryName, "FR"), (surname, "DEMONSTRATION"), (DnType::CommonName, PERSON)]);
    let edited = with_multi_valued_name(&der);
    assert_eq!(edited.len(), der.len() - 2);
    let id = PsIdNat::new(PERSON).unwrap();
    assert_eq!(Certificate::read(&edited).unwrap().kind, CertificateKind::Person { id });
}

#[test]
fn an_employees_number_is_of_the_structure_that_the_card_names() {
    for (number, unit) in [("3760021832/000000018", "1760021832"), ("500000000029751/CPAT0001", "300000000029751")] {
        assert!(matches!(named(number, Some(unit)), Ok(CertificateKind::Employee { .. })), "{number} of {unit}");
    }
    for (number, unit) in
        [(EMPLOYEE, "10B0999001"), ("3ABC/x", "10B0999002"), ("500000000029751/CPAT0001", "1760021832")]
    {
        assert_eq!(named(number, Some(unit)), Err(Unidentified::WrongOrganisationalUnit), "{number} of {unit}");
    }
}
