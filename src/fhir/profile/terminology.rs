//! The codes of value sets, where they are known: those that packages enumerate or take whole from code systems that are in
//! the packages, and those that FHIR itself requires and the law of the DMP names (`codes.csv`, facts of the standards).

use std::{collections::HashMap, sync::Arc};

use super::{
    definition::{CodeSystem, Concept, Include, ValueSet},
    version_of,
};
use crate::fhir::canon::canonical;

static OWN: &str = include_str!("codes.csv");

/// How often value sets may include one another.
const MOST_NESTED: usize = 8;

/// The codes of one value set, with their systems.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Codes(HashMap<String, Vec<String>>);

impl Codes {
    /// Whether it holds the code, of that system where one is told.
    pub(super) fn hold(&self, system: Option<&str>, code: &str) -> bool {
        let Some(systems) = self.0.get(code) else { return false };
        system.is_none_or(|system| systems.iter().any(|known| known == canonical(system)))
    }

    fn add(&mut self, system: &str, code: &str) {
        self.0.entry(code.to_owned()).or_default().push(canonical(system).to_owned());
    }

    fn add_all(&mut self, system: &str, concepts: &[Concept]) {
        for concept in concepts {
            self.add(system, &concept.code);
            self.add_all(system, &concept.concept);
        }
    }
}

/// Everything that the packages say of codes.
#[derive(Debug, Default)]
pub(super) struct Terminology {
    pub(super) sets: HashMap<String, ValueSet>,
    pub(super) systems: HashMap<String, CodeSystem>,
}

impl Terminology {
    /// The codes of every value set whose content is known, by URL.
    pub(super) fn expand(&self) -> HashMap<String, Arc<Codes>> {
        let mut known = own();
        for (url, set) in &self.sets {
            if let Some(codes) = self.codes(set, MOST_NESTED) {
                known.insert(url.clone(), Arc::new(codes));
            }
        }
        known
    }

    fn codes(&self, set: &ValueSet, left: usize) -> Option<Codes> {
        let compose = set.compose.as_ref().filter(|compose| compose.exclude.is_empty())?;
        let mut codes = Codes::default();
        for include in &compose.include {
            self.include(include, &mut codes, left)?;
        }
        (!codes.0.is_empty()).then_some(codes)
    }

    /// Adds what is included; nothing where that is not known.
    fn include(&self, include: &Include, codes: &mut Codes, left: usize) -> Option<()> {
        if !include.filter.is_empty() || left == 0 {
            return None;
        }
        match (&include.system, include.value_set.as_slice()) {
            (Some(system), []) if !include.concept.is_empty() => codes.add_all(system, &include.concept),
            (Some(system), []) => codes.add_all(system, &self.whole(system)?.concept),
            (None, [url]) => {
                let set = self.codes(self.sets.get(version_of(url).0)?, left - 1)?;
                for (code, systems) in set.0 {
                    codes.0.entry(code).or_default().extend(systems);
                }
            }
            (_, _) => return None,
        }
        Some(())
    }

    fn whole(&self, system: &str) -> Option<&CodeSystem> {
        self.systems.get(system).filter(|system| system.content == "complete")
    }
}

/// Rows of a value set, a system and its codes, parted by bars.
fn own() -> HashMap<String, Arc<Codes>> {
    let mut all: HashMap<String, Codes> = HashMap::new();
    for row in OWN.lines().filter(|row| !row.starts_with('#')) {
        let mut cells = row.split(',');
        if let (Some(url), Some(system), Some(codes)) = (cells.next(), cells.next(), cells.next()) {
            let set = all.entry(url.to_owned()).or_default();
            codes.split('|').for_each(|code| set.add(system, code));
        }
    }
    all.into_iter().map(|(url, codes)| (url, Arc::new(codes))).collect()
}
