//! The walk over a resource beside the plan of its profile.

use serde_json::{Map, Value};

use super::{
    Finding, Library,
    diagnoses::{
        CODE_EXTENSIBLE, CODE_REQUIRED, FIXED, INVARIANT, MISSING, NO_PROFILE_FITS, NOT_ALLOWED, PATTERN, PROSE,
        TOO_COSTLY, TOO_MANY, TYPE,
    },
    link::fits,
    place::{Around, At, Entries, kind},
    plan::{Binding, Node, Plan, TypeRule},
};
use crate::fhir::{
    definitions::is_choice_of,
    issue::{Diagnosis, Issue, Severity},
};

mod links;
pub(super) mod slices;

/// How many rules may be looked at for one resource; a Bundle of a thousand documents needs a tenth of it.
const MOST_STEPS: usize = 4_000_000;
/// How many findings are worth telling.
const MOST_FINDINGS: usize = 1_000;

/// One walk.
pub(super) struct Walk<'a> {
    library: &'a Library,
    pub(super) findings: Vec<Finding>,
    steps: usize,
}

/// One value of an element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    /// The name of its member.
    pub(super) name: &'a str,
    /// Its number in a list.
    pub(super) index: Option<usize>,
    pub(super) value: &'a Value,
    /// Its type, where the name of the member or the resource itself tells it.
    pub(super) kind: Option<&'a str>,
}

impl<'a> Walk<'a> {
    pub(super) const fn new(library: &'a Library) -> Self {
        Self { library, findings: Vec::new(), steps: 0 }
    }

    /// Checks a value by the rules of a whole profile.
    pub(super) fn profile(&mut self, plan: &'a Plan, value: &'a Value, at: &At<'_>, around: &Around<'a>) {
        self.node(plan, &plan.root, value, at, around);
    }

    /// Checks all that stands below a value, and its own invariants.
    fn node(&mut self, plan: &'a Plan, node: &'a Node, value: &'a Value, at: &At<'_>, around: &Around<'a>) {
        self.invariants(plan, node, value, at, around);
        let Value::Object(members) = value else { return };
        for child in &node.children {
            self.element(plan, child, members, at, around);
        }
        if let Some(same) = node.content.as_deref().and_then(|path| plan.at(path)) {
            self.node(plan, same, value, at, around);
        }
    }

    /// Checks one element of an object: how often it is there, and each of its values.
    fn element(
        &mut self,
        plan: &'a Plan,
        node: &'a Node,
        members: &'a Map<String, Value>,
        at: &At<'_>,
        around: &Around<'a>,
    ) {
        if self.is_exhausted(at) {
            return;
        }
        let items = items(node, members);
        self.count(plan, node, items.len(), at);
        if node.max == 0 {
            return;
        }
        for item in &items {
            let member = at.member(item.name);
            let numbered = member.item(item.index.unwrap_or_default());
            let at = if item.index.is_some() { &numbered } else { &member };
            self.item(plan, node, item, at, around);
        }
        if let Some(slicing) = &node.slicing {
            self.slices(plan, node, slicing, &items, at, around);
        }
    }

    fn count(&mut self, plan: &Plan, node: &Node, count: usize, at: &At<'_>) {
        let diagnosis = match count {
            _ if count < node.min => MISSING,
            _ if count > node.max && node.max == 0 => NOT_ALLOWED,
            _ if count > node.max => TOO_MANY,
            _ => return,
        };
        self.note(diagnosis, plan, node, &at.member(&node.name), "");
    }

    /// Checks one value: its type, what is fixed, its code, and what stands below it.
    fn item(&mut self, plan: &'a Plan, node: &'a Node, item: &Item<'a>, at: &At<'_>, around: &Around<'a>) {
        let rule = node.type_rule(item.kind);
        if rule.is_none() && !node.types.is_empty() {
            let kinds: Vec<&str> = node.types.iter().map(|rule| rule.code.as_str()).collect();
            return self.note(TYPE, plan, node, at, &kinds.join(", "));
        }
        self.value(plan, node, item.value, at);
        if let Some(binding) = &node.binding {
            self.binding(plan, node, binding, item.value, at);
        }
        if let Some(rule) = rule {
            self.reference(plan, node, rule, item.value, at, around);
            self.profiles(plan, node, rule, item.value, at, around);
        }
        self.node(plan, node, item.value, at, around);
    }

    fn value(&mut self, plan: &Plan, node: &Node, value: &Value, at: &At<'_>) {
        if node.fixed.as_ref().is_some_and(|fixed| fixed != value) {
            self.note(FIXED, plan, node, at, "");
        }
        if node.pattern.as_ref().is_some_and(|pattern| !fits(value, pattern)) {
            self.note(PATTERN, plan, node, at, "");
        }
    }

    fn binding(&mut self, plan: &Plan, node: &Node, binding: &Binding, value: &Value, at: &At<'_>) {
        if is_in(value, binding) {
            return;
        }
        let set = binding.set.rsplit('/').next().unwrap_or_default();
        match binding.is_required {
            true => self.note(CODE_REQUIRED, plan, node, at, set),
            false => self.note(CODE_EXTENSIBLE, plan, node, at, set),
        }
    }

    /// A value is of one of the profiles of its type; those that are not installed cannot be looked into.
    fn profiles(
        &mut self,
        plan: &Plan,
        node: &Node,
        rule: &'a TypeRule,
        value: &'a Value,
        at: &At<'_>,
        around: &Around<'a>,
    ) {
        let known: Vec<&Plan> = rule.profiles.iter().filter_map(|url| self.library.plan(url)).collect();
        match known.as_slice() {
            [only] if rule.profiles.len() == 1 => self.nested(only, value, at, around),
            _ if known.len() < rule.profiles.len() => {}
            [] => {}
            several if several.iter().any(|plan| self.passes(plan, value, at, around)) => {}
            _ => self.note(NO_PROFILE_FITS, plan, node, at, ""),
        }
    }

    /// A resource in another is the container of what it contains, unless it is contained itself.
    fn nested(&mut self, plan: &'a Plan, value: &'a Value, at: &At<'_>, around: &Around<'a>) {
        if kind(value).is_none() || at.is_contained() {
            return self.profile(plan, value, at, around);
        }
        if kind(value) == Some("Bundle") {
            let entries = Entries::of(value);
            // What a Bundle within a Bundle refers to stands in itself: its walk is one of its own.
            let mut inner = Walk { library: self.library, findings: Vec::new(), steps: self.steps };
            inner.profile(plan, value, at, &Around { container: value, entries: &entries });
            self.steps = inner.steps;
            return self.findings.append(&mut inner.findings);
        }
        self.profile(plan, value, at, &Around { container: value, entries: around.entries });
    }

    fn passes(&mut self, plan: &'a Plan, value: &'a Value, at: &At<'_>, around: &Around<'a>) -> bool {
        let mut trial = Walk { library: self.library, findings: Vec::new(), steps: self.steps };
        trial.nested(plan, value, at, around);
        self.steps = trial.steps;
        trial.findings.iter().all(|finding| finding.issue.severity != Severity::Error)
    }

    fn invariants(&mut self, plan: &Plan, node: &Node, value: &Value, at: &At<'_>, around: &Around<'_>) {
        for rule in node.invariants.iter().filter(|rule| !(rule.invariant.holds)(value, around)) {
            let diagnosis = if rule.invariant.is_prose { PROSE } else { INVARIANT };
            self.note(diagnosis, plan, node, at, rule.invariant.key);
            if let Some(finding) = self.findings.last_mut().filter(|_| rule.severity != Severity::Error) {
                finding.issue.severity = rule.severity;
            }
        }
    }

    fn note(&mut self, diagnosis: Diagnosis, plan: &Plan, node: &Node, at: &At<'_>, key: &str) {
        if self.findings.len() >= MOST_FINDINGS {
            return;
        }
        let colon = if key.is_empty() { "" } else { ": " };
        let detail = format!("{} in {}{colon}{key}", node.id, plan.name());
        let issue = match diagnosis {
            CODE_EXTENSIBLE => Issue::warning(diagnosis, at.to_string(), detail),
            _ => Issue::error(diagnosis, at.to_string(), detail),
        };
        self.findings.push(Finding { issue, element: node.id.clone(), key: key.to_owned() });
    }

    fn is_exhausted(&mut self, at: &At<'_>) -> bool {
        self.steps += 1;
        if self.steps == MOST_STEPS {
            let issue = Issue::error(TOO_COSTLY, at.to_string(), "");
            self.findings.push(Finding { issue, element: String::new(), key: String::new() });
        }
        self.steps >= MOST_STEPS
    }
}

/// The values of an element, in the order in which they stand. What has nothing but extensions is there too, as null.
pub(super) fn items<'a>(node: &'a Node, members: &'a Map<String, Value>) -> Vec<Item<'a>> {
    let mut all = Vec::new();
    if !node.is_choice {
        match members.get(&node.name) {
            Some(value) => add(&mut all, &node.name, None, value),
            None if members.contains_key(&node.twin) => add(&mut all, &node.name, None, &Value::Null),
            None => {}
        }
        return all;
    }
    for (name, value) in members {
        match name.strip_prefix('_') {
            None if is_choice_of(&node.name, name) => add(&mut all, name, name.get(node.name.len()..), value),
            Some(bare) if is_choice_of(&node.name, bare) && !members.contains_key(bare) => {
                add(&mut all, bare, bare.get(node.name.len()..), &Value::Null);
            }
            None | Some(_) => {}
        }
    }
    all
}

fn add<'a>(all: &mut Vec<Item<'a>>, name: &'a str, kind: Option<&'a str>, value: &'a Value) {
    let item = |index, value: &'a Value| Item { name, index, value, kind: kind.or_else(|| self::kind(value)) };
    match value.as_array() {
        Some(values) => all.extend(values.iter().enumerate().map(|(index, value)| item(Some(index), value))),
        None => all.push(item(None, value)),
    }
}

/// Whether a code is in the value set: a code alone, a coding, or a concept with any coding in it.
fn is_in(value: &Value, binding: &Binding) -> bool {
    let coding = |coding: &Map<String, Value>| {
        let system = coding.get("system").and_then(Value::as_str);
        coding
            .get("code")
            .and_then(Value::as_str)
            .is_some_and(|code| binding.codes.hold(Some(system.unwrap_or("")), code))
    };
    match value {
        Value::Null => true,
        Value::String(code) => binding.codes.hold(None, code),
        Value::Object(concept) => match concept.get("coding").and_then(Value::as_array) {
            Some(codings) => codings.iter().filter_map(Value::as_object).any(coding),
            None => coding(concept),
        },
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
    }
}
