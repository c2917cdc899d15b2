//! Gates 3 and 4 on any tree that a JSON parser can make.
#![no_main]

use dmp_gateway::fhir::{primitive, shape};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(tree) = serde_json::from_slice::<serde_json::Value>(bytes) else { return };
    let issues = shape::check(&tree).into_iter().chain(primitive::check(&tree));
    for issue in issues {
        assert!(issue.at.is_ascii() && issue.diagnosis.code.starts_with("DMP-01"), "{issue:?}");
    }
});
