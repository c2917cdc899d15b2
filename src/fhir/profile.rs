//! Profiles: what an implementation guide demands of a resource beyond FHIR itself.
//!
//! At start the snapshots of compiled packages become plans (`compile`, `link`); a check is a walk over the resource beside the
//! plan (`walk`), without any FHIRPath. Where no package is installed the project's own profiles stand for those of PDSm.
//!
//! What is checked: cardinality, also of what is forbidden; types of choices; `fixed[x]` and `pattern[x]`; required bindings, and
//! extensible ones as warnings, on value sets that a package or `profile/codes.csv` enumerates; slicing by value, pattern,
//! existence, type and profile, open, closed and open at the end, ordered or not, of extensions by URL; references that must be
//! contained, and the types to which references may lead; profiles of types and of extensions; elements that are the same as
//! others (`contentReference`).
//!
//! A resource is of a profile's slice by its type and by what the profiles of that slicing fix differently (`List.code`), so that
//! an entry with a fault is told its fault, not that it is no entry at all.
//!
//! Invariants are coded by key, in `profile/invariant.rs`: bdl-1 to 5 and 7 to 12, cpt-2, ctm-1, dom-2 to 5, ext-1, inv-1, lst-1 to
//! 3, mhd-startswithoid, mhd-startswithuuid, org-1 to 3, ppc-1, req-met, sev-1, val-audit-source; of those that PDSm has in prose
//! alone constr-bind-type, -category, -format, -ProducteurDoc, -designationtype. Not checked: ele-1 (the second gate has it), dom-6
//! (advice), constr-bind-relatesTo, -relatesToTarget, -attachmenturl, constr-cdr-rempl (the publication has them, for they are
//! about a submission), constr-bind-context-event and constr-bind-ProducteurDoc-simplified (both only recommend).
//!
//! Nor are these: bindings on value sets whose codes nobody here knows; displays; elements and types that R4 has not (gates 3
//! and 4, `shape` and `primitive`); minimum and maximum values and lengths; a reference's target beyond its type and marks; slices
//! that nothing tells apart (`DocumentReference.context.related` of PDSm); profiles that no package holds.
//!
//! Source: <http://hl7.org/fhir/R4/profiling.html>, pdsm-dmp 3, conformance 1.2, 1.3, 2.1.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{canon::CANONICAL, issue::Issue};
use compile::ValueSets;
use diagnoses::{UNKNOWN_PROFILE, WRONG_RESOURCE};
use package::{Artefact, Found};
use place::{Around, At, Entries};
use plan::Plan;
use terminology::Terminology;
use walk::Walk;

mod compile;
mod definition;
pub mod diagnoses;
mod invariant;
mod judge;
mod link;
mod own;
mod package;
mod place;
mod plan;
mod reference;
mod terminology;
#[cfg(test)]
mod tests;
mod walk;

pub use judge::judge;
pub use own::{OWN, Own};
pub use package::LoadError;

/// The profiles that are installed, ready to check with.
#[derive(Debug)]
pub struct Library {
    plans: HashMap<String, Plan>,
    /// Official profiles and those of ours that stand for them.
    stands: HashMap<&'static str, String>,
}

/// What a check found, and of which rule: `judge` makes issues of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The issue as the profile has it.
    pub issue: Issue,
    /// The element of the profile, such as `List.extension:sourceId`.
    pub element: String,
    /// The invariant, the value set, the types or slices that would be allowed, or the type that a reference leads to.
    pub key: String,
}

/// The invariants of R4 that a Bundle breaks, by key: bdl-1 to 5 and 7 to 12.
pub(in crate::fhir) fn broken_of_bundle(bundle: &Value) -> Vec<&'static str> {
    invariant::broken_of_bundle(bundle)
}

/// Where a resource stands that is checked on its own though it is part of something.
#[derive(Debug, Clone, Copy)]
pub struct Within<'a> {
    /// Its place, as findings are to tell it, such as `Bundle.entry[1].resource`.
    pub at: &'a str,
    /// The Bundle in whose entries references are looked up.
    pub bundle: Option<&'a Value>,
}

impl Library {
    /// Reads the packages, and our own profiles after them. Some of ours stand under an address that a guide names and does not define: they
    /// give way to a package that does.
    ///
    /// # Errors
    /// A file that cannot be read or used, with its name.
    pub fn load(packages: &[PathBuf], own: &[Own]) -> Result<Self, LoadError> {
        let mut loader = Loader::default();
        for path in packages {
            for found in package::read(path)? {
                loader.take(path, found)?;
            }
        }
        for it in own {
            let path = Path::new("profiles");
            let artefact = package::artefact(path, it.file, &own::sparse(it.text))?;
            if let Some(artefact) = artefact.filter(|it| it.url().starts_with(CANONICAL) || !loader.has(it)) {
                loader.take(path, Found { artefact, file: it.file.to_owned() })?;
            }
        }
        loader.finish(own)
    }

    /// Whether a profile is installed, or one of ours stands for it.
    pub fn knows(&self, profile: &str) -> bool {
        self.plan(profile).is_some()
    }

    /// The canonical URLs of all profiles that are installed, in no order.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.plans.keys().map(String::as_str)
    }

    /// Checks a resource by a profile, strictly; empty where it conforms. Locations are FHIRPaths from its type.
    pub fn check(&self, profile: &str, resource: &Value) -> Vec<Issue> {
        let within = Within { at: place::kind(resource).unwrap_or("Resource"), bundle: None };
        self.check_within(profile, resource, &within)
    }

    /// The same of a resource that is part of something.
    pub fn check_within(&self, profile: &str, resource: &Value, within: &Within<'_>) -> Vec<Issue> {
        self.find(profile, resource, within).into_iter().map(|finding| finding.issue).collect()
    }

    /// The same, for `judge` to judge by a rule set.
    pub fn find(&self, profile: &str, resource: &Value, within: &Within<'_>) -> Vec<Finding> {
        let wrong = |diagnosis| {
            let issue =
                Issue::error(diagnosis, within.at, version_of(profile).0.rsplit('/').next().unwrap_or_default());
            vec![Finding { issue, element: String::new(), key: String::new() }]
        };
        let Some(plan) = self.plan(profile) else { return wrong(UNKNOWN_PROFILE) };
        let is_type = !plan.kind.starts_with(|first: char| first.is_ascii_lowercase());
        if is_type && place::kind(resource).is_some_and(|kind| kind != plan.kind) {
            return wrong(WRONG_RESOURCE);
        }
        let entries = Entries::of(within.bundle.unwrap_or(resource));
        let mut walk = Walk::new(self);
        walk.profile(plan, resource, &At::root(within.at), &Around { container: resource, entries: &entries });
        distinct(walk.findings)
    }

    /// The plan of a profile, whatever version is asked for: one package of each is installed.
    fn plan(&self, profile: &str) -> Option<&Plan> {
        let url = version_of(profile).0;
        self.plans.get(url).or_else(|| self.plans.get(self.stands.get(url)?))
    }
}

/// What stands at one place by both a slice and what it slices is told once.
fn distinct(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen = std::collections::HashSet::new();
    findings.retain(|it| seen.insert((it.issue.diagnosis.code, it.issue.at.clone(), slice_of(it).to_owned())));
    findings
}

/// What tells findings of one kind at one place apart: the slice that misses, the invariant that breaks.
fn slice_of(finding: &Finding) -> &str {
    match finding.issue.diagnosis {
        diagnoses::SLICE_MISSING | diagnoses::SLICE_TOO_MANY => &finding.element,
        _ => &finding.key,
    }
}

/// A canonical URL and the version after its bar.
fn version_of(url: &str) -> (&str, Option<&str>) {
    url.split_once('|').map_or((url, None), |(url, version)| (url, Some(version)))
}

/// What was read so far.
#[derive(Default)]
struct Loader {
    definitions: HashMap<String, (PathBuf, String, definition::Definition)>,
    terminology: Terminology,
}

impl Loader {
    fn has(&self, artefact: &Artefact) -> bool {
        let url = artefact.url();
        self.definitions.contains_key(url)
            || self.terminology.sets.contains_key(url)
            || self.terminology.systems.contains_key(url)
    }

    fn take(&mut self, path: &Path, Found { artefact, file }: Found) -> Result<(), LoadError> {
        let (url, is_new) = match artefact {
            Artefact::Definition(it) => {
                let url = it.url.clone();
                let place = (path.to_owned(), file.clone(), it);
                (url.clone(), self.definitions.insert(url, place).is_none())
            }
            Artefact::ValueSet(it) => (it.url.clone(), self.terminology.sets.insert(it.url.clone(), it).is_none()),
            Artefact::CodeSystem(it) => (it.url.clone(), self.terminology.systems.insert(it.url.clone(), it).is_none()),
        };
        if is_new { Ok(()) } else { Err(LoadError::Twice { path: path.to_owned(), file, url }) }
    }

    fn finish(self, own: &[Own]) -> Result<Library, LoadError> {
        let sets: ValueSets = self.terminology.expand();
        let mut urls = HashMap::new();
        let mut drafts = HashMap::new();
        for (url, (path, file, definition)) in self.definitions {
            urls.insert(file.clone(), url.clone());
            let compiled = compile::compile(definition, &sets);
            let plan = compiled.map_err(|error| LoadError::Malformed { path, file, message: error.to_string() })?;
            drafts.extend(plan.map(|plan| (url, plan)));
        }
        let plans: HashMap<String, Plan> =
            drafts.iter().map(|(url, plan)| (url.clone(), link::link(plan, &drafts))).collect();
        let stands = own.iter().filter_map(|it| Some((it.stands_for?, urls.get(it.file)?.clone()))).collect();
        Ok(Library { plans, stands })
    }
}
