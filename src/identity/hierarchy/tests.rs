use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use super::*;
use crate::identity::Authority;

fn hierarchy_of(subject: &[(DnType, &str)]) -> Hierarchy {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = DistinguishedName::new();
    subject.iter().for_each(|(kind, value)| params.distinguished_name.push(kind.clone(), *value));
    let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
    Authority::read(der.der()).unwrap().hierarchy
}

#[test]
fn the_test_hierarchy_is_known_by_name_or_by_unit() {
    use DnType::{CommonName, OrganizationalUnitName};
    assert_eq!(hierarchy_of(&[(CommonName, "TEST AC RACINE IGC-SANTE")]), Hierarchy::Test);
    assert_eq!(hierarchy_of(&[(OrganizationalUnitName, "IGC-SANTE TEST"), (CommonName, "AC")]), Hierarchy::Test);
    assert_eq!(hierarchy_of(&[(CommonName, "AC RACINE IGC-SANTE")]), Hierarchy::Production);
    assert_eq!(hierarchy_of(&[(CommonName, "TESTAMENT")]), Hierarchy::Production);
}

#[test]
fn an_authority_is_named_as_its_hierarchy_names_it() {
    assert_eq!(Hierarchy::Test.name_of("AC"), "TEST AC");
    assert_eq!(Hierarchy::Production.name_of("AC"), "AC");
}
