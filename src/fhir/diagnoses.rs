//! The register of every diagnosis, from which its published table is made.

use std::fmt::Write;

use super::{
    issue::Diagnosis,
    rules::{CHECKS, Verdict},
};

/// Every diagnosis of publication and search, by code.
pub fn all() -> impl Iterator<Item = &'static Diagnosis> {
    CHECKS.iter().map(|check| &check.diagnosis)
}

/// The table of the checks in Markdown, as `docs/diagnoses.md` holds it.
pub fn table() -> String {
    let mut text = String::from(HEAD);
    for check in CHECKS {
        let Diagnosis { code, kind, text: what } = check.diagnosis;
        let (pdsm, dmp) = (word(check.pdsm), word(check.dmp));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {code} | {} | `{}` | {what} | {pdsm} | {dmp} |", kind.code(), check.path);
    }
    text
}

const HEAD: &str = "\
# Diagnoses

Every answer that refuses or warns carries one of these codes. A code never changes its meaning and is never used again for
another. The last two columns say what each rule set makes of an input that fails the check. This table is made from
`src/fhir/rules.rs`; a test compares them.

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
