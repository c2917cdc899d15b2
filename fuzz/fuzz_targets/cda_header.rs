//! The reader of CDA headers: only valid matricules come out, whatever goes in; what the whole header tells can be used; nothing of it is
//! printed.
#![no_main]

use dmp_gateway::{
    fhir::{
        cda::{self, Stated},
        content::{Heading, heading_of, names_of, sniff},
        date::span,
    },
    record::{code::Code, identity::check_matricule, visibility::Confidentiality},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|head: &[u8]| {
    let _ = sniff(head);
    assert!(names_of(head).iter().all(|name| check_matricule(name).is_ok()));
    for is_whole in [true, false] {
        let Ok(header) = cda::read(head, is_whole) else { continue };
        assert_eq!(format!("{header:?}"), "Header(redacted)");
        for time in header.effective_time.iter().chain(header.services.iter().filter_map(|service| service.start.as_ref())) {
            assert!(span(&time.date_time).is_ok() && span(&time.instant).is_ok());
        }
        let named = header.patients.iter().flat_map(|patient| &patient.ids).any(|id| id.patient().is_some());
        if named {
            // One reader serves both looks.
            assert!(matches!(heading_of(head, is_whole, true), Heading::Names(_) | Heading::Unreadable));
        }
        let stated = Stated {
            professionals: Vec::new(),
            patients: Vec::new(),
            structures: Vec::new(),
            signatories: Vec::new(),
            kind: Code::new("", ""),
            language: header.language.clone(),
            confidentiality: Confidentiality::N,
            format: cda::format_of(&header),
        };
        let _ = cda::compare(&header, &stated);
    }
});
