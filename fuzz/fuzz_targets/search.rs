//! Search strings: whatever is asked, the answer is a query inside one record or a refusal that names a parameter.
#![no_main]

use dmp_gateway::{
    fhir::{rules::RuleSet, search::parse},
    http::form,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &str| {
    let pairs = form::pairs(query);
    for rules in [RuleSet::Dmp, RuleSet::Pdsm] {
        for strict in [false, true] {
            if let Ok(ask) = parse(&pairs, rules, false, strict) {
                assert!(!ask.holder.system().is_production());
                let again = parse(&form::pairs(&form::text(&ask.used)), rules, false, true);
                assert_eq!(again.expect("the self link is a search").query, ask.query);
            }
        }
    }
});
