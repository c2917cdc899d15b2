use jiff::Timestamp;

use super::lab::{Ca, EC, Lab, for_servers, hours, now};
use crate::tls::{Finding, Severity, check, provider};

fn findings(lab: &Lab, at: Timestamp) -> Vec<Finding> {
    check(&lab.server_files(), &lab.trust_files(), &provider(), at)
}

fn fatal(findings: &[Finding]) -> Vec<&str> {
    findings.iter().filter(|one| one.severity == Severity::Fatal).map(|one| one.text.as_str()).collect()
}

#[test]
fn what_is_in_order_has_no_findings() {
    assert_eq!(findings(&Lab::new(), now()), Vec::new());
}

#[test]
fn a_list_that_ends_soon_is_a_warning_and_one_that_ended_is_fatal() {
    let lab = Lab::new();
    let soon = findings(&lab, hours(24 * 6 + 12));
    assert!(fatal(&soon).is_empty() && soon.iter().any(|one| one.severity == Severity::Warning));
    let late = findings(&lab, hours(24 * 8));
    assert_eq!(fatal(&late).len(), 2);
    assert!(fatal(&late)[0].contains("revocation list"));
}

#[test]
fn a_missing_list_is_fatal_and_named() {
    let lab = Lab::new().with_lists(|lab| lab.root.list(&[]));
    assert!(fatal(&findings(&lab, now()))[0].contains("\"below\" has no revocation list"));
}

#[test]
fn a_clock_that_is_wrong_is_found() {
    let found = findings(&Lab::new(), hours(-24 * 400));
    assert!(fatal(&found).iter().all(|text| text.contains("check the clock")));
    assert!(!fatal(&found).is_empty());
}

#[test]
fn a_key_of_another_certificate_is_fatal() {
    let lab = Lab::new();
    let mut server = lab.below.leaf_with(900, EC, for_servers);
    server.key_pem = lab.below.leaf(901).key_pem;
    let found = check(&lab.files_of(&server), &lab.trust_files(), &provider(), now());
    assert!(fatal(&found)[0].contains("does not fit the certificate"), "{found:?}");
}

#[test]
fn a_chain_out_of_order_is_fatal() {
    let lab = Lab::new();
    let mut server = lab.below.leaf_with(900, EC, for_servers);
    server.chain[1] = Ca::root("elsewhere").der;
    let found = check(&lab.files_of(&server), &lab.trust_files(), &provider(), now());
    assert!(fatal(&found)[0].contains("is no chain"));
}

#[test]
fn a_certificate_for_clients_is_no_servers() {
    let lab = Lab::new();
    let found = check(&lab.files_of(&lab.below.leaf(900)), &lab.trust_files(), &provider(), now());
    assert!(fatal(&found)[0].contains("not made for servers"));
}

#[test]
fn a_chain_with_a_namesake_of_the_issuer_is_fatal() {
    let lab = Lab::new();
    let mut server = lab.below.leaf_with(900, EC, for_servers);
    server.chain[1] = Ca::root("below").der;
    let found = check(&lab.files_of(&server), &lab.trust_files(), &provider(), now());
    assert!(fatal(&found)[0].contains("not signed by the certificate that follows"));
}

#[test]
fn a_missing_file_is_fatal_and_named() {
    let lab = Lab::new();
    let mut trust = lab.trust_files();
    trust.anchors = lab.dir.path().join("nowhere.pem");
    let found = check(&lab.server_files(), &trust, &provider(), now());
    assert!(fatal(&found)[0].contains("nowhere.pem"));
}
