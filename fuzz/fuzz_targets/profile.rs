//! Any tree that a JSON parser can make, by each of our own profiles: no panic, an end in time, findings that tell no datum.
#![no_main]

use std::sync::LazyLock;

use dmp_gateway::fhir::{
    profile::{Library, OWN, Within, judge},
    rules::RuleSet,
};
use libfuzzer_sys::fuzz_target;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load(&[], OWN).expect("our own profiles are usable"));

fuzz_target!(|bytes: &[u8]| {
    let Ok(tree) = serde_json::from_slice::<serde_json::Value>(bytes) else { return };
    for profile in OWN.iter().filter_map(|own| own.stands_for) {
        let findings = LIBRARY.find(profile, &tree, &Within { at: "Resource", bundle: Some(&tree) });
        assert!(findings.len() <= 1_001);
        for issue in judge(findings, RuleSet::Dmp) {
            assert!(issue.at.is_ascii() && issue.diagnosis.code.starts_with("DMP-06"), "{issue:?}");
        }
    }
});
