//! Search parameters of DocumentReference (ITI-67, TD3.1) into a query on one record.
//!
//! One table says which parameters there are; the CapabilityStatement is made from it. Source: pdsm-dmp 5; conformance 6.5.

mod holder;
mod parameter;
#[cfg(test)]
mod tests;
mod value;

pub use parameter::{Kind, PARAMETERS, Parameter, printable};

use super::{
    issue::{Issue, Issues, Severity},
    rules::{
        Check, MODIFIER_UNKNOWN, PARAMETER_MISSING, PARAMETER_REFUSED, PARAMETER_UNKNOWN, RuleSet, STATUS_MISSING,
        TWO_PATIENTS, VALUE_MALFORMED, Verdict,
    },
};
use crate::record::{
    document::Status,
    identity::Ins,
    query::{Criterion, Query},
};
use parameter::{Name, Special};

/// Entries of a page, where the search does not say how many.
pub const PAGE: usize = 50;
/// Entries of a page, at most.
pub const PAGE_MAX: usize = 200;

/// A search as it was understood.
#[derive(Debug)]
pub struct SearchAsk {
    /// In whose record.
    pub holder: Ins,
    /// The query; a page other than the first is for the caller to set.
    pub query: Query,
    /// The parameters that had an effect, for the self link.
    pub used: Vec<(String, String)>,
    /// What was taken with a remark.
    pub warnings: Vec<Issue>,
}

/// Reads the parameters of a search. `strict` refuses what else would be ignored (`Prefer: handling=strict`).
///
/// # Errors
/// Everything that is wrong, each with the name of its parameter.
pub fn parse(pairs: &[(String, String)], rules: RuleSet, production: bool, strict: bool) -> Result<SearchAsk, Issues> {
    let mut ask = Asking::new(rules, production, strict);
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        ask.take(name, value);
    }
    ask.conclude()
}

struct Asking {
    rules: RuleSet,
    production: bool,
    strict: bool,
    holder: Option<Ins>,
    criteria: Vec<Criterion>,
    page_size: usize,
    used: Vec<(String, String)>,
    issues: Vec<Issue>,
}

impl Asking {
    const fn new(rules: RuleSet, production: bool, strict: bool) -> Self {
        Self {
            rules,
            production,
            strict,
            holder: None,
            criteria: Vec::new(),
            page_size: PAGE,
            used: Vec::new(),
            issues: Vec::new(),
        }
    }

    fn note(&mut self, check: &Check, at: &str, detail: &str) {
        if let Some(severity) = self.rules.verdict(check).severity() {
            let (at, detail) = (at.to_owned(), detail.to_owned());
            self.issues.push(Issue { severity, diagnosis: check.diagnosis, at, detail });
        }
    }

    fn take(&mut self, name: &str, value: &str) {
        match parameter::find(name) {
            Name::Known(parameter) => self.take_known(parameter, name, value),
            Name::WrongModifier(parameter) => self.note(&MODIFIER_UNKNOWN, parameter.name, ""),
            Name::Ours => {}
            Name::Unknown => {
                let check = if self.strict { PARAMETER_REFUSED } else { PARAMETER_UNKNOWN };
                self.note(&check, parameter::printable(name), "");
            }
        }
    }

    fn take_known(&mut self, parameter: &Parameter, name: &str, value: &str) {
        let taken = match parameter.special {
            Special::Holder => self.take_holder(parameter, name, value),
            Special::Count => self.take_count(value),
            Special::Criterion(read) => match read(value) {
                Some(criterion) => {
                    self.criteria.extend(criterion);
                    true
                }
                None => false,
            },
        };
        if taken {
            self.used.push((name.to_owned(), value.to_owned()));
        } else if parameter.special.is_malformed_when_refused() {
            self.note(&VALUE_MALFORMED, parameter.name, "");
        }
    }

    fn take_count(&mut self, value: &str) -> bool {
        value.parse().is_ok_and(|count: usize| {
            self.page_size = count.min(PAGE_MAX);
            true
        })
    }

    /// Takes the patient; what is wrong with the value is noted here.
    fn take_holder(&mut self, parameter: &Parameter, name: &str, value: &str) -> bool {
        let by_identifier = parameter::names_an_identifier(name);
        let at = if by_identifier { "patient.identifier" } else { parameter.name };
        match holder::read(value, by_identifier, self.production) {
            Err(check) => self.note(&check, at, ""),
            Ok(holder) if self.holder.as_ref().is_some_and(|before| *before != holder) => {
                self.note(&TWO_PATIENTS, at, "");
            }
            Ok(holder) => {
                let first = self.holder.is_none();
                self.holder = Some(holder);
                return first;
            }
        }
        false
    }

    fn conclude(mut self) -> Result<SearchAsk, Issues> {
        if self.holder.is_none() && !self.is_refused() {
            self.note(&PARAMETER_MISSING, "patient.identifier", "");
        }
        self.default_status();
        match self.holder.take().filter(|_| !self.is_refused()) {
            Some(holder) => Ok(SearchAsk {
                holder,
                query: Query { criteria: self.criteria, page_size: self.page_size, after: None },
                used: self.used,
                warnings: self.issues,
            }),
            None => Err(Issues(self.issues)),
        }
    }

    fn is_refused(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// A search without status: refused by the strict rules, else for what is current, and for what was superseded too where
    /// it names documents (pdsm-dmp 16 no 19).
    fn default_status(&mut self) {
        if self.criteria.iter().any(|criterion| matches!(criterion, Criterion::Status(_))) {
            return;
        }
        if self.rules.verdict(&STATUS_MISSING) == Verdict::Refuse {
            return self.note(&STATUS_MISSING, "status", "");
        }
        let names = self.criteria.iter().any(|criterion| matches!(criterion, Criterion::Identifier(_)));
        let (statuses, printed) = if names {
            (vec![Status::Current, Status::Superseded], "current,superseded")
        } else {
            (vec![Status::Current], "current")
        };
        self.criteria.push(Criterion::Status(statuses));
        self.used.push(("status".to_owned(), printed.to_owned()));
    }
}
