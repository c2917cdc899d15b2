//! From a snapshot to a plan.

use std::{collections::HashMap, iter::Peekable, sync::Arc, vec::IntoIter};

use super::{
    definition::{self, Definition, Element},
    invariant,
    plan::{Binding, Discriminator, Kind, Node, Plan, Rest, Rule, Slice, Slicing, Step, TypeRule},
    terminology::Codes,
    version_of,
};
use crate::fhir::issue::Severity;

/// How deep a snapshot may go.
const DEEPEST: usize = 24;
/// How many elements a snapshot may have.
const MOST_ELEMENTS: usize = 10_000;

/// The value sets whose content is known.
pub(super) type ValueSets = HashMap<String, Arc<Codes>>;

/// Why a definition is no plan.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum Unusable {
    #[error("the snapshot has more than {MOST_ELEMENTS} elements, or goes deeper than {DEEPEST}")]
    TooLarge,
    #[error("the element {0} stands before its parent, or a root stands twice")]
    Disordered(String),
    #[error("the definition is for FHIR {0}, not R4")]
    OtherVersion(String),
    #[error("the slicing of {0} is none that is known")]
    Slicing(String),
}

/// The plan of a definition; nothing where it has no snapshot.
pub(super) fn compile(definition: Definition, sets: &ValueSets) -> Result<Option<Plan>, Unusable> {
    let Some(snapshot) = definition.snapshot else { return Ok(None) };
    if let Some(version) = definition.fhir_version.filter(|version| !version.starts_with("4.0")) {
        return Err(Unusable::OtherVersion(version));
    }
    let is_deep = snapshot.element.iter().any(|element| element.depth() > DEEPEST);
    if is_deep || snapshot.element.len() > MOST_ELEMENTS {
        return Err(Unusable::TooLarge);
    }
    let mut elements = snapshot.element.into_iter().peekable();
    let mut roots = level(&mut elements, 1, sets)?;
    match (roots.pop(), roots.is_empty(), elements.next()) {
        (Some(root), true, None) => Ok(Some(Plan { url: definition.url, kind: definition.kind, root })),
        (_, _, Some(element)) => Err(Unusable::Disordered(element.id)),
        (_, _, None) => Err(Unusable::Disordered(definition.kind)),
    }
}

type Elements = Peekable<IntoIter<Element>>;

/// The nodes that come next at this depth, each with those beneath it, each slice with the element that it slices.
fn level(elements: &mut Elements, depth: usize, sets: &ValueSets) -> Result<Vec<Node>, Unusable> {
    let mut nodes: Vec<Node> = Vec::new();
    while let Some(element) = elements.next_if(|element| element.depth() == depth) {
        let slice = element.slice.clone();
        let mut node = node(element, sets)?;
        node.children = level(elements, depth + 1, sets)?;
        let Some(name) = slice else {
            nodes.push(node);
            continue;
        };
        let id = node.id.clone();
        let slicing = sliced(&mut nodes, &node.name).ok_or(Unusable::Slicing(id))?;
        slicing.slices.push(Slice { name, node, criteria: Vec::new() });
    }
    Ok(nodes)
}

/// The slicing of the element that a slice of that name belongs to. A choice may be sliced by type, and extensions by URL,
/// without saying so.
fn sliced<'a>(nodes: &'a mut [Node], name: &str) -> Option<&'a mut Slicing> {
    let is_it = |node: &&mut Node| {
        node.name == name || node.is_choice && crate::fhir::definitions::is_choice_of(&node.name, name)
    };
    let node = nodes.iter_mut().find(is_it)?;
    let implied = match node.name.as_str() {
        _ if node.is_choice => Discriminator { kind: Kind::Type, steps: Vec::new() },
        "extension" | "modifierExtension" => {
            Discriminator { kind: Kind::Value, steps: vec![Step::Member("url".to_owned())] }
        }
        _ => return node.slicing.as_mut(),
    };
    let open = || Slicing { rest: Rest::Open, ordered: false, discriminators: vec![implied], slices: Vec::new() };
    Some(node.slicing.get_or_insert_with(open))
}

fn node(element: Element, sets: &ValueSets) -> Result<Node, Unusable> {
    let slicing = element.slicing.as_ref().map(|it| slicing(it, &element.id)).transpose()?;
    let name = element.name();
    let bare = name.strip_suffix("[x]").unwrap_or(name);
    // What the type itself bounds to one, the third gate has seen to.
    let is_of_type = element.max.0 == 1 && element.base.as_ref().is_some_and(|base| base.max.0 == 1);
    Ok(Node {
        name: bare.to_owned(),
        twin: format!("_{bare}"),
        is_choice: name.ends_with("[x]"),
        min: element.min,
        max: if is_of_type { usize::MAX } else { element.max.0 },
        types: element.types.into_iter().map(type_rule).collect(),
        fixed: element.fixed,
        pattern: element.pattern,
        binding: element.binding.and_then(|it| binding(it, sets)),
        slicing,
        children: Vec::new(),
        content: element.content.and_then(|target| Some(target.split_once('#')?.1.to_owned())),
        invariants: element.constraints.iter().filter_map(rule).collect(),
        id: element.id,
    })
}

fn type_rule(of: definition::Type) -> TypeRule {
    let bare = |urls: Vec<String>| urls.iter().map(|url| version_of(url).0.to_owned()).collect();
    TypeRule {
        code: of.code,
        profiles: bare(of.profile),
        targets: bare(of.target_profile),
        contained: of.aggregation.iter().any(|mode| mode == "contained") && of.aggregation.len() == 1,
    }
}

/// The binding, where it is one that binds and whose codes are known.
fn binding(of: definition::Binding, sets: &ValueSets) -> Option<Binding> {
    let set = of.value_set?;
    let set = version_of(&set).0;
    let is_required = of.strength == "required";
    let binds = is_required || of.strength == "extensible";
    let codes = sets.get(set).filter(|_| binds)?;
    Some(Binding { is_required, set: set.to_owned(), codes: Arc::clone(codes) })
}

fn rule(constraint: &definition::Constraint) -> Option<Rule> {
    let invariant = invariant::of_key(&constraint.key)?;
    let severity = match constraint.severity.as_deref() {
        Some("warning") => Severity::Warning,
        Some(_) | None => Severity::Error,
    };
    Some(Rule { invariant, severity })
}

fn slicing(of: &definition::Slicing, id: &str) -> Result<Slicing, Unusable> {
    let unknown = || Unusable::Slicing(id.to_owned());
    let rest = match of.rules.as_str() {
        "open" => Rest::Open,
        "openAtEnd" => Rest::OpenAtEnd,
        "closed" => Rest::Closed,
        _ => return Err(unknown()),
    };
    let discriminators: Option<Vec<_>> = of.discriminator.iter().map(discriminator).collect();
    Ok(Slicing { rest, ordered: of.ordered, discriminators: discriminators.ok_or_else(unknown)?, slices: Vec::new() })
}

fn discriminator(of: &definition::Discriminator) -> Option<Discriminator> {
    let kind = match of.kind.as_str() {
        "value" | "pattern" => Kind::Value,
        "exists" => Kind::Exists,
        "type" => Kind::Type,
        "profile" => Kind::Profile,
        _ => return None,
    };
    Some(Discriminator { kind, steps: steps(&of.path)? })
}

/// The steps of a discriminator's path: names, `ofType(…)` after a choice, `extension('…')`.
/// Source: <http://hl7.org/fhir/R4/profiling.html#discriminator>.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path.trim();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("$this") {
            rest = after;
        } else if let Some((url, after)) = rest.strip_prefix("extension('").and_then(|it| it.split_once("')")) {
            steps.push(Step::Extension(url.to_owned()));
            rest = after;
        } else if let Some((kind, after)) = rest.strip_prefix("ofType(").and_then(|it| it.split_once(')')) {
            let Some(Step::Member(name)) = steps.pop() else { return None };
            steps.push(Step::Member(format!("{name}{}", capital(kind))));
            rest = after;
        } else {
            let (name, after) = rest.split_once('.').unwrap_or((rest, ""));
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            steps.push(is_name.then(|| Step::Member(name.to_owned()))?);
            rest = after;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    Some(steps)
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}
