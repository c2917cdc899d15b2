//! Search strings: whatever is asked, the answer is a query inside one record or a refusal that names a parameter, and the self link
//! is the same search.
#![no_main]

use dmp_gateway::{
    fhir::{
        rules::RuleSet,
        search::{Setting, list, parse},
    },
    http::form,
    record::identity::Ins,
};
use libfuzzer_sys::fuzz_target;

fn patient(id: &str) -> Option<Ins> {
    (id == "p-1").then(|| Ins::new("urn:oid:1.2.250.1.213.1.4.10", "279035121518989").ok()).flatten()
}

fuzz_target!(|query: &str| {
    let pairs = form::pairs(query);
    for rules in [RuleSet::Dmp, RuleSet::Pdsm] {
        for strict in [false, true] {
            let setting = Setting { rules, production: false, strict, base: "https://dmp.test/fhir", patient: &patient };
            let again = Setting { strict: true, ..setting };
            if let Ok(ask) = parse(&pairs, &setting) {
                assert!(!ask.holder.system().is_production());
                let same = parse(&form::pairs(&form::text(&ask.used)), &again).expect("the self link is a search");
                assert_eq!((same.query, same.result), (ask.query, ask.result));
            }
            if let Ok(ask) = list::parse(&pairs, &setting) {
                let same = list::parse(&form::pairs(&form::text(&ask.used)), &again).expect("the self link is a search");
                assert_eq!((same.criteria, same.result), (ask.criteria, ask.result));
            }
        }
    }
});
