//! What tells the items of each slice apart, found in the slice itself or in the profiles that it names; and what need not be
//! looked at is left out.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::plan::{Criterion, Discriminator, Kind, Mark, Node, Plan, Slice, Slicing, Step, Want};

/// The plans by URL, before they are linked.
pub(super) type Drafts = HashMap<String, Plan>;

/// A choice of so many types is a choice of any.
const ANY_TYPE: usize = 40;

/// The plan, linked and with nothing idle in it.
pub(super) fn link(plan: &Plan, drafts: &Drafts) -> Plan {
    Plan { root: whole(&plan.root, drafts), ..plan.clone() }
}

fn whole(node: &Node, drafts: &Drafts) -> Node {
    let mut node = node.clone();
    node.slicing = node.slicing.map(|slicing| slices(&slicing, drafts)).filter(|slicing| !slicing.slices.is_empty());
    node.children = node.children.iter().map(|child| whole(child, drafts)).filter(|child| !is_idle(child)).collect();
    if node.types.len() >= ANY_TYPE {
        node.types.clear();
    }
    node
}

/// Whether there is nothing to look at.
fn is_idle(node: &Node) -> bool {
    let has_rules = node.fixed.is_some() || node.pattern.is_some() || node.binding.is_some() || node.slicing.is_some();
    let has_types =
        node.types.iter().any(|rule| !rule.profiles.is_empty() || !rule.targets.is_empty() || rule.contained)
            || node.is_choice && !node.types.is_empty();
    let is_free = node.min == 0 && node.max == usize::MAX;
    is_free
        && !has_rules
        && !has_types
        && node.children.is_empty()
        && node.invariants.is_empty()
        && node.content.is_none()
}

fn slices(slicing: &Slicing, drafts: &Drafts) -> Slicing {
    let telling = telling(slicing, drafts);
    let slices = slicing.slices.iter().map(|slice| {
        let all = slicing.discriminators.iter();
        let criteria = all.filter_map(|it| criterion(&slice.node, it, drafts, &telling)).collect();
        Slice { node: whole(&slice.node, drafts), criteria, name: slice.name.clone() }
    });
    Slicing { slices: slices.collect(), ..slicing.clone() }
}

fn criterion(slice: &Node, by: &Discriminator, drafts: &Drafts, telling: &[String]) -> Option<Criterion> {
    let want = match by.kind {
        Kind::Profile => resource(find(slice, &by.steps, drafts)?, drafts, telling)?,
        Kind::Type => Want::Type(find(slice, &by.steps, drafts)?.types.clone()),
        Kind::Exists => presence(find(slice, &by.steps, drafts)?)?,
        Kind::Value => match extension_url(slice, &by.steps) {
            Some(url) => Want::Fixed(json!(url)),
            None => value(find(slice, &by.steps, drafts)?)?,
        },
    };
    Some(Criterion { steps: by.steps.clone(), want })
}

/// An extension is told by its URL, that of its profile, even where nobody installed that profile.
fn extension_url<'a>(slice: &'a Node, steps: &[Step]) -> Option<&'a str> {
    let [Step::Member(name)] = steps else { return None };
    let rule = slice.types.first().filter(|rule| rule.code == "Extension" && name == "url")?;
    rule.profiles.first().map(String::as_str)
}

fn value(node: &Node) -> Option<Want> {
    let code = node.binding.as_ref().filter(|binding| binding.is_required).map(|it| Want::Code(it.codes.clone()));
    let fixed = node.fixed.clone().map(Want::Fixed);
    fixed.or_else(|| node.pattern.clone().map(Want::Pattern)).or(code).or_else(|| presence(node))
}

fn presence(node: &Node) -> Option<Want> {
    match (node.min, node.max) {
        (_, 0) => Some(Want::Absent),
        (0, _) => None,
        (_, _) => Some(Want::Present),
    }
}

/// The rules at the end of the steps: in the slice, else in the profile of what is on the way.
fn find<'a>(node: &'a Node, steps: &[Step], drafts: &'a Drafts) -> Option<&'a Node> {
    let Some((step, rest)) = steps.split_first() else { return Some(node) };
    let next = match step {
        Step::Member(name) => member(node, name).or_else(|| member(profile_of(node, drafts)?, name)),
        Step::Extension(url) => extension(node, url).or_else(|| extension(profile_of(node, drafts)?, url)),
    };
    find(next?, rest, drafts)
}

fn profile_of<'a>(node: &Node, drafts: &'a Drafts) -> Option<&'a Node> {
    let url = node.types.first()?.profiles.first()?;
    drafts.get(url).map(|plan| &plan.root)
}

fn member<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let is_choice = |child: &&Node| child.is_choice && crate::fhir::definitions::is_choice_of(&child.name, name);
    node.child(name).or_else(|| node.children.iter().find(is_choice))
}

fn extension<'a>(node: &'a Node, url: &str) -> Option<&'a Node> {
    let slices = &node.child("extension")?.slicing.as_ref()?.slices;
    let is_it = |slice: &&Slice| slice.node.types.iter().any(|rule| rule.profiles.iter().any(|profile| profile == url));
    slices.iter().find(is_it).map(|slice| &slice.node)
}

fn resource(node: &Node, drafts: &Drafts, telling: &[String]) -> Option<Want> {
    let rule = node.types.first()?;
    let marks = rule.profiles.first().and_then(|url| drafts.get(url)).map(marks).unwrap_or_default();
    let marks = marks.into_iter().filter(|mark| telling.contains(&mark.member)).collect();
    Some(Want::Resource(rule.clone(), marks))
}

/// What a profile fixes of the mandatory members of its resources.
pub(super) fn marks(plan: &Plan) -> Vec<Mark> {
    let mandatory = plan.root.children.iter().filter(|child| child.min > 0);
    let mark = |child: &Node| {
        let pattern = child.fixed.clone().or_else(|| child.pattern.clone())?;
        Some(Mark { member: child.name.clone(), pattern })
    };
    mandatory.filter_map(mark).collect()
}

/// The members by which the profiles of these slices differ: both fix them, and not to the same. Nobody would call a folder what
/// says `submissionset`, but a folder may well have a wrong `mode`.
fn telling(slicing: &Slicing, drafts: &Drafts) -> Vec<String> {
    let by_profile = slicing.discriminators.iter().filter(|it| it.kind == Kind::Profile);
    let profiles: Vec<&Plan> = by_profile
        .flat_map(|by| slicing.slices.iter().filter_map(|slice| find(&slice.node, &by.steps, drafts)))
        .filter_map(|node| drafts.get(node.types.first()?.profiles.first()?))
        .collect();
    differing(&profiles)
}

/// The members by which profiles of one type differ.
pub(super) fn differing(profiles: &[&Plan]) -> Vec<String> {
    let all: Vec<(&str, Mark)> =
        profiles.iter().flat_map(|plan| marks(plan).into_iter().map(|mark| (plan.kind.as_str(), mark))).collect();
    let differs = |(kind, mark): &&(&str, Mark)| {
        all.iter().any(|(other, it)| other == kind && it.member == mark.member && it.pattern != mark.pattern)
    };
    all.iter().filter(differs).map(|(_, mark)| mark.member.clone()).collect()
}

/// Whether a value is all that a pattern says, and maybe more. Source: ElementDefinition.pattern[x].
pub(super) fn fits(value: &Value, pattern: &Value) -> bool {
    match (value, pattern) {
        (Value::Object(value), Value::Object(pattern)) => {
            pattern.iter().all(|(name, wanted)| value.get(name).is_some_and(|it| fits(it, wanted)))
        }
        (Value::Array(items), Value::Array(wanted)) => {
            wanted.iter().all(|wanted| items.iter().any(|item| fits(item, wanted)))
        }
        (value, pattern) => value == pattern,
    }
}
