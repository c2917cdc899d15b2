//! The reading of one search: the parameters against the table of its resource, the one patient, what is used and what is wrong.

use super::{
    PAGE, PAGE_MAX, Setting, holder,
    name::Name,
    parameter::{self, Found, Parameter},
    result::{self, ResultShape, Summary, TotalWanted},
    value::{Asked, Read},
};
use crate::{
    fhir::{
        issue::{Issue, Issues, Severity},
        rules::{
            Check, MODIFIER_UNKNOWN, PARAMETER_MISSING, PARAMETER_REFUSED, PARAMETER_UNKNOWN, STATUS_MISSING,
            TWO_PATIENTS, VALUE_MALFORMED, Verdict,
        },
    },
    record::{identity::Ins, query::SortKey},
};

/// How a parameter is read; `C` is a criterion of the resource, `By` what it may be put in order by.
pub(in crate::fhir) enum How<C, By> {
    /// It names the record.
    Holder,
    /// It gives a criterion, or none where all its alternatives are empty; nothing where it is malformed.
    Criterion(fn(&Asked<'_>) -> Read<C>),
    /// It says how many entries a page has.
    Count,
    /// It says in which order they come; the word is read here.
    Sort(fn(&str) -> Option<By>),
    /// It asks for one of these orders, which are those in which the entries come anyway.
    Order(&'static [&'static str]),
    /// It says how exactly the total is wanted.
    Total,
    /// It says which part of each resource is wanted.
    Summary,
    /// It says which elements are wanted.
    Elements,
    /// It says what comes along; these may.
    Include(&'static [&'static str]),
}

/// A table of parameters.
pub(in crate::fhir) type Table<C, By> = &'static [Parameter<How<C, By>>];

/// The reading.
pub(in crate::fhir) struct Asking<'s, C: 'static, By: 'static> {
    pub(in crate::fhir) setting: &'s Setting<'s>,
    table: Table<C, By>,
    holder: Option<Ins>,
    pub(in crate::fhir) criteria: Vec<C>,
    pub(in crate::fhir) used: Vec<(String, String)>,
    sort: Vec<SortKey<By>>,
    page_size: usize,
    result: ResultShape,
    included: bool,
    issues: Vec<Issue>,
}

/// What was read.
pub(in crate::fhir) struct Taken<C, By> {
    pub(in crate::fhir) holder: Ins,
    pub(in crate::fhir) criteria: Vec<C>,
    pub(in crate::fhir) sort: Vec<SortKey<By>>,
    pub(in crate::fhir) page_size: usize,
    pub(in crate::fhir) included: bool,
    pub(in crate::fhir) result: ResultShape,
    pub(in crate::fhir) used: Vec<(String, String)>,
    pub(in crate::fhir) warnings: Vec<Issue>,
}

impl<'s, C, By> Asking<'s, C, By> {
    /// Reads all pairs; those with an empty value are ignored.
    pub(in crate::fhir) fn of(pairs: &[(String, String)], setting: &'s Setting<'s>, table: Table<C, By>) -> Self {
        let mut asking = Self {
            setting,
            table,
            holder: None,
            criteria: Vec::new(),
            used: Vec::new(),
            sort: Vec::new(),
            page_size: PAGE,
            result: ResultShape::default(),
            included: false,
            issues: Vec::new(),
        };
        for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
            asking.take(name, value);
        }
        asking
    }

    fn note(&mut self, check: &Check, at: &str, detail: &str) {
        if let Some(severity) = self.setting.rules.verdict(check).severity() {
            let (at, detail) = (at.to_owned(), detail.to_owned());
            self.issues.push(Issue { severity, diagnosis: check.diagnosis, at, detail });
        }
    }

    /// Takes note of something that has no effect.
    fn ignore(&mut self, at: &str, detail: &str) {
        let check = if self.setting.strict { PARAMETER_REFUSED } else { PARAMETER_UNKNOWN };
        self.note(&check, at, detail);
    }

    fn take(&mut self, name: &str, value: &str) {
        match parameter::find(self.table, name) {
            Found::Known(parameter, spelt) => {
                if self.take_known(parameter, &spelt, value) {
                    self.used.push((name.to_owned(), value.to_owned()));
                }
            }
            Found::WrongModifier(parameter) => self.note(&MODIFIER_UNKNOWN, parameter.name, ""),
            Found::Elsewhere => {}
            Found::Unknown => self.ignore(parameter::printable(name), ""),
        }
    }

    /// Whether the parameter had an effect; what is wrong with it is noted here.
    fn take_known(&mut self, parameter: &Parameter<How<C, By>>, spelt: &Name<'_>, value: &str) -> bool {
        let asked = Asked { value, name: spelt, setting: self.setting };
        let taken = match &parameter.read {
            How::Holder => return self.take_holder(&asked),
            How::Sort(read) => return self.take_sort(value, *read),
            How::Include(offered) => return self.take_include(value, offered),
            How::Order(offered) => return self.take_order(value, offered),
            How::Criterion(read) => read(&asked).map(|criterion| self.criteria.extend(criterion)),
            How::Count => value.parse().ok().map(|count: usize| self.page_size = count.min(PAGE_MAX)),
            How::Total => TotalWanted::of(value).map(|total| self.result.total = total),
            How::Summary => Summary::of(value).map(|summary| self.result.summary = summary),
            How::Elements => result::elements(value).map(|elements| self.result.elements = elements),
        };
        if taken.is_none() {
            self.note(&VALUE_MALFORMED, parameter.name, "");
        }
        taken.is_some()
    }

    fn take_holder(&mut self, asked: &Asked<'_>) -> bool {
        let at = if asked.is_by_identifier() { "patient.identifier" } else { "patient" };
        match holder::read(asked) {
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

    /// Takes the keys of an order; all of them, or none.
    fn take_sort(&mut self, value: &str, read: fn(&str) -> Option<By>) -> bool {
        let key = |text: &str| {
            let (word, descending) = text.strip_prefix('-').map_or((text, false), |word| (word, true));
            Some(SortKey { by: read(word)?, descending })
        };
        let keys: Option<Vec<_>> = value.split(',').filter(|text| !text.is_empty()).map(key).collect();
        match keys {
            Some(keys) => self.sort.extend(keys),
            None => {
                self.ignore("_sort", "");
                return false;
            }
        }
        true
    }

    fn take_order(&mut self, value: &str, offered: &[&str]) -> bool {
        let is_offered = offered.contains(&value);
        if !is_offered {
            self.ignore("_sort", "");
        }
        is_offered
    }

    fn take_include(&mut self, value: &str, offered: &[&str]) -> bool {
        let is_offered = offered.contains(&value);
        self.included |= is_offered;
        if !is_offered {
            self.ignore("_include", "");
        }
        is_offered
    }

    /// Demands a criterion of a mandatory parameter.
    pub(in crate::fhir) fn demand(&mut self, name: &str, is_it: impl Fn(&C) -> bool) {
        if !self.criteria.iter().any(is_it) && !self.is_refused() {
            self.note(&PARAMETER_MISSING, name, "");
        }
    }

    /// The status of a search that does not say which: refused by the strict rules, else this one (pdsm-dmp 16 no 19).
    pub(in crate::fhir) fn default_status(&mut self, criterion: C, printed: &str) {
        if self.setting.rules.verdict(&STATUS_MISSING) == Verdict::Refuse {
            return self.note(&STATUS_MISSING, "status", "");
        }
        self.criteria.push(criterion);
        self.used.push(("status".to_owned(), printed.to_owned()));
    }

    pub(in crate::fhir) fn conclude(mut self) -> Result<Taken<C, By>, Issues> {
        if self.holder.is_none() && !self.is_refused() {
            let named = self.table.iter().find(|parameter| matches!(parameter.read, How::Holder));
            let name = named.map_or("patient", |parameter| parameter.name);
            self.note(&PARAMETER_MISSING, if name == "patient" { "patient.identifier" } else { name }, "");
        }
        let counts = self.result.summary == Some(Summary::Count);
        match self.holder.take().filter(|_| !self.is_refused()) {
            Some(holder) => Ok(Taken {
                holder,
                criteria: self.criteria,
                sort: self.sort,
                page_size: if counts { 0 } else { self.page_size },
                included: self.included,
                result: self.result,
                used: self.used,
                warnings: self.issues,
            }),
            None => Err(Issues(self.issues)),
        }
    }

    fn is_refused(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }
}
