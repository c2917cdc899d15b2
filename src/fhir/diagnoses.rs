//! The register of every diagnosis, from which its published table is made.

use std::fmt::Write;

pub mod bearer;
pub mod edge;
pub mod identities;
pub mod limits;

use super::{
    deed, intake,
    issue::Diagnosis,
    patch, profile,
    rules::{CHECKS, Verdict},
    xml,
};

/// The tables of the modules.
const TABLES: &[&[Diagnosis]] = &[
    bearer::ALL,
    deed::diagnoses::ALL,
    identities::ALL,
    edge::ALL,
    intake::diagnoses::ALL,
    limits::ALL,
    patch::diagnoses::ALL,
    profile::diagnoses::ALL,
    xml::diagnoses::ALL,
];

/// Every diagnosis, by code.
pub fn all() -> Vec<&'static Diagnosis> {
    let of_rules = CHECKS.iter().map(|check| &check.diagnosis);
    let mut all: Vec<_> = TABLES.iter().copied().flatten().chain(of_rules).collect();
    all.sort_unstable_by_key(|diagnosis| diagnosis.code);
    all
}

/// The table of the checks in Markdown, as `docs/diagnoses.md` holds it.
pub fn table() -> String {
    let mut text = String::from(HEAD);
    for Diagnosis { code, kind, text: what } in all() {
        let check = CHECKS.iter().find(|check| check.diagnosis.code == *code);
        let (path, pdsm, dmp) = match check {
            Some(check) => (format!("`{}`", check.path), word(check.pdsm), word(check.dmp)),
            None if *code == profile::diagnoses::CODE_EXTENSIBLE.code => {
                (String::new(), word(Verdict::Warn), word(Verdict::Warn))
            }
            None => (String::new(), word(Verdict::Refuse), word(Verdict::Refuse)),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {code} | {} | {path} | {what} | {pdsm} | {dmp} |", kind.code());
    }
    text
}

const HEAD: &str = "\
# Diagnoses

Every answer that refuses or warns carries one of these codes. A code never changes its meaning and is never used again for
another. The last two columns say what each rule set makes of an input that fails the check: `DMP-01xx` are the gates',
`DMP-02xx` the publication's, `DMP-03xx` the search's, `DMP-04xx` and `DMP-05xx` the edge's, `DMP-06xx` the profiles', `DMP-074x` and
`DMP-075x` those of tokens, `DMP-077x` those of identities, `DMP-078x` the limits', `DMP-08xx` those of consents and care teams. This table is made from the code;
a test compares them.

| Code | Issue type | Where | What | pdsm | dmp |
|---|---|---|---|---|---|
";

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Refuse => "refused",
        Verdict::Warn => "warning",
        Verdict::Accept => "accepted",
    }
}

#[cfg(test)]
mod tests;
