//! The reader of CDA headers: only valid matricules come out, whatever goes in.
#![no_main]

use dmp_gateway::{
    fhir::content::{names_of, sniff},
    record::identity::check_matricule,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|head: &[u8]| {
    let _ = sniff(head);
    assert!(names_of(head).iter().all(|name| check_matricule(name).is_ok()));
});
