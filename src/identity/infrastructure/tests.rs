use super::*;
use crate::record::{caller::CertificateId, identity::PsIdNat};

const STRUCTURE: &str = "10B0999002";

fn infrastructure(hierarchy: Hierarchy) -> Infrastructure {
    let (persons, organisations) = (["AC PERSONNES".to_owned()], ["AC ORGANISATIONS".to_owned()]);
    Infrastructure::new(hierarchy, &persons, &organisations)
}

fn structure() -> StructIdNat {
    StructIdNat::new(STRUCTURE).unwrap()
}

fn issued(kind: CertificateKind, issuer: &str) -> Certificate {
    let id = CertificateId { fingerprint: [7; 32], serial: "01".to_owned(), issuer: issuer.to_owned() };
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    Certificate { kind, id, not_before: at, not_after: at }
}

fn kinds_of_persons() -> [CertificateKind; 2] {
    let employee = PsIdNat::new("30B0999002/CPET00001").unwrap();
    [
        CertificateKind::Person { id: PsIdNat::new("899700218896").unwrap() },
        CertificateKind::Employee { id: employee, structure: structure() },
    ]
}

fn server() -> CertificateKind {
    CertificateKind::Server { structure: structure(), name: "pfi.example.org".to_owned() }
}

#[test]
fn each_kind_is_recognised_of_its_own_authority_and_refused_of_the_other() {
    let known = infrastructure(Hierarchy::Production);
    let organisation = CertificateKind::Organisation { structure: structure() };
    let of_persons = kinds_of_persons().map(|kind| (kind, "AC PERSONNES", "AC ORGANISATIONS"));
    for (kind, right, wrong) in of_persons.into_iter().chain([(organisation, "AC ORGANISATIONS", "AC PERSONNES")]) {
        assert_eq!(known.recognise(issued(kind.clone(), right)).map(|read| read.kind), Ok(kind.clone()));
        assert_eq!(known.recognise(issued(kind, wrong)), Err(Unidentified::WrongIssuer));
    }
}

#[test]
fn the_test_hierarchy_names_its_authorities_as_tests() {
    for (hierarchy, good, bad) in [
        (Hierarchy::Test, "TEST AC PERSONNES", "AC PERSONNES"),
        (Hierarchy::Production, "AC PERSONNES", "TEST AC PERSONNES"),
    ] {
        let [person, _] = kinds_of_persons();
        assert!(infrastructure(hierarchy).recognise(issued(person.clone(), good)).is_ok());
        assert_eq!(infrastructure(hierarchy).recognise(issued(person, bad)), Err(Unidentified::WrongIssuer));
    }
}

// requirement: TL-03
#[test]
fn a_server_calls_only_where_the_configuration_admits_it() {
    let known = infrastructure(Hierarchy::Production);
    let certificate = || issued(server(), "AC ORGANISATIONS");
    assert_eq!(known.recognise(certificate()), Err(Unidentified::ServerCertificate));
    let other = known.clone().admitting([(structure(), "other.example.org".to_owned())]);
    assert_eq!(other.recognise(certificate()), Err(Unidentified::ServerCertificate));
    let admitting = known.admitting([(structure(), "pfi.example.org".to_owned())]);
    let kind = CertificateKind::Organisation { structure: structure() };
    assert_eq!(admitting.recognise(certificate()).map(|read| read.kind), Ok(kind));
    assert_eq!(admitting.recognise(issued(server(), "AC PERSONNES")), Err(Unidentified::WrongIssuer));
}

#[test]
fn every_refusal_has_a_word_of_its_own() {
    let words: HashSet<&str> = Unidentified::ALL.into_iter().map(Unidentified::word).collect();
    assert_eq!(words.len(), Unidentified::ALL.len());
}
