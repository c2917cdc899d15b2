use std::collections::HashSet;

use super::*;

#[test]
fn a_target_is_a_host_and_a_port() {
    let of = |text| target_of(text).ok();
    assert_eq!(of("dmp.example:8443"), Some(("dmp.example".to_owned(), 8443)));
    assert_eq!(of("192.0.2.7:443"), Some(("192.0.2.7".to_owned(), 443)));
    assert_eq!(of("[2001:db8::7]:443"), Some(("2001:db8::7".to_owned(), 443)));
    for wrong in ["dmp.example", ":443", "dmp.example:", "dmp.example:port", "dmp.example:70000"] {
        assert_eq!(of(wrong), None, "{wrong}");
    }
}

#[test]
fn each_alert_has_a_rule_of_its_own_and_others_are_told_by_number() {
    let rules: HashSet<&str> = MEANINGS.iter().map(|(_, rule, _)| *rule).collect();
    assert_eq!(rules.len(), MEANINGS.len());
    assert!(of_alert(AlertDescription::CertificateRevoked).starts_with("certificate_revoked: "));
    assert!(of_alert(AlertDescription::InternalError).contains("alert 80"));
}
