use super::*;
use crate::record::{caller::CertificateId, identity::PsIdNat};

const HOSPITAL: &str = "10B0999001";
const FILE: &str = "Identification nationale PP|Code profession|Ancien identifiant de la structure\n\
                    899700218896|10|10B0999001\n";

fn structure(id: &str) -> StructIdNat {
    StructIdNat::new(id).unwrap()
}

fn called(kind: CertificateKind, front_ends: &[&str]) -> Result<Who, Unidentified> {
    let id = CertificateId { fingerprint: [7; 32], serial: "01".to_owned(), issuer: "authority".to_owned() };
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    let certificate = Certificate { kind, id: id.clone(), not_before: at, not_after: at };
    let directory = Directory::read(FILE.as_bytes()).unwrap();
    let front_ends = front_ends.iter().map(|id| structure(id)).collect();
    let caller = identify(&certificate, &directory, &front_ends)?;
    assert_eq!(caller.certificate, id);
    Ok(caller.who)
}

#[test]
fn a_registered_professional_is_what_the_directory_says() {
    let id = PsIdNat::new("899700218896").unwrap();
    let Who::Professional(professional) = called(CertificateKind::Person { id: id.clone() }, &[]).unwrap() else {
        panic!("no professional")
    };
    assert_eq!((&professional.id, professional.profession.0.as_str()), (&id, "10"));
    assert_eq!(professional.structures, [structure(HOSPITAL)]);
}

#[test]
fn a_professional_who_is_not_registered_is_nobody() {
    let id = PsIdNat::new("0999999999").unwrap();
    assert_eq!(called(CertificateKind::Person { id }, &[]), Err(Unidentified::NotRegistered));
}

#[test]
fn an_employee_is_a_delegate_of_a_known_structure() {
    let id = PsIdNat::new("30B0999001/CPET00001").unwrap();
    let employee = |of: &str| CertificateKind::Employee { id: id.clone(), structure: structure(of) };
    let expected = Who::Delegate { id: id.clone(), structure: structure(HOSPITAL) };
    assert_eq!(called(employee(HOSPITAL), &[]), Ok(expected));
    assert_eq!(called(employee("10B0999002"), &[]), Err(Unidentified::UnknownStructure));
    assert_eq!(called(employee("10B0999002"), &["10B0999002"]), Err(Unidentified::UnknownStructure));
}

#[test]
fn an_organisation_is_a_known_structure_or_the_configured_front_end() {
    let organisation = |id: &str| CertificateKind::Organisation { structure: structure(id) };
    assert_eq!(called(organisation(HOSPITAL), &[]), Ok(Who::Organisation { structure: structure(HOSPITAL) }));
    assert_eq!(called(organisation("10B0999009"), &[]), Err(Unidentified::UnknownStructure));
    assert_eq!(
        called(organisation("10B0999009"), &["10B0999009"]),
        Ok(Who::HolderFrontEnd { structure: structure("10B0999009") })
    );
}
