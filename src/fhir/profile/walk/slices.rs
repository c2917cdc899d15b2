//! Slices: which items are of which, how many there are of each, and what of the others.

use serde_json::Value;

use super::{Item, Node, Plan, Walk};
use crate::fhir::{
    definitions::is_choice_of,
    profile::{
        diagnoses::{NO_SLICE, SLICE_MISSING, SLICE_ORDER, SLICE_TOO_MANY},
        link::fits,
        place::{Around, At, kind},
        plan::{Criterion, Rest, Slice, Slicing, Step, TypeRule, Want},
    },
};

impl<'a> Walk<'a> {
    /// Checks each item by the slices that it is of, and how many each slice has.
    pub(super) fn slices(
        &mut self,
        plan: &'a Plan,
        node: &'a Node,
        slicing: &'a Slicing,
        items: &[Item<'a>],
        at: &At<'_>,
        around: &Around<'a>,
    ) {
        let mut counts = vec![0_usize; slicing.slices.len()];
        let mut last = 0;
        for item in items {
            let member = at.member(item.name);
            let numbered = member.item(item.index.unwrap_or_default());
            let place = if item.index.is_some() { &numbered } else { &member };
            let mut first = None;
            for ((index, slice), count) in slicing.slices.iter().enumerate().zip(&mut counts) {
                self.steps += 1;
                if is_of(item, slice) {
                    *count += 1;
                    first = first.or(Some(index));
                    self.item(plan, &slice.node, item, place, around);
                }
            }
            self.order(plan, node, slicing, first, &mut last, place);
        }
        for (slice, count) in slicing.slices.iter().zip(counts) {
            self.slice_count(plan, slice, count, &at.member(&node.name));
        }
    }

    fn slice_count(&mut self, plan: &Plan, slice: &Slice, count: usize, at: &At<'_>) {
        // What cannot be told apart cannot be missed.
        if slice.criteria.is_empty() {
            return;
        }
        if count < slice.node.min {
            self.note(SLICE_MISSING, plan, &slice.node, at, "");
        }
        if count > slice.node.max {
            self.note(SLICE_TOO_MANY, plan, &slice.node, at, "");
        }
    }

    /// Checks the place of an item among the others: `first` is the slice that it is of, `last` the furthest slice so far.
    fn order(
        &mut self,
        plan: &Plan,
        node: &Node,
        slicing: &Slicing,
        first: Option<usize>,
        last: &mut usize,
        at: &At<'_>,
    ) {
        let end = slicing.slices.len();
        match (first, slicing.rest) {
            (None, Rest::Closed) => self.note(NO_SLICE, plan, node, at, &names(slicing)),
            (None, Rest::OpenAtEnd) => *last = end,
            (None, Rest::Open) => {}
            (Some(_), Rest::OpenAtEnd) if *last == end => self.note(SLICE_ORDER, plan, node, at, ""),
            (Some(index), _) if slicing.ordered && index < *last => self.note(SLICE_ORDER, plan, node, at, ""),
            (Some(index), _) => *last = index,
        }
    }
}

/// The names of the slices, to say what would be allowed.
fn names(slicing: &Slicing) -> String {
    let names: Vec<&str> = slicing.slices.iter().map(|slice| slice.name.as_str()).collect();
    names.join(", ")
}

/// Whether an item is of a slice.
pub(in crate::fhir::profile) fn is_of(item: &Item<'_>, slice: &Slice) -> bool {
    !slice.criteria.is_empty() && slice.criteria.iter().all(|criterion| meets(item, criterion))
}

fn meets(item: &Item<'_>, criterion: &Criterion) -> bool {
    if criterion.steps.is_empty() {
        return is_wanted(item.value, item.kind, &criterion.want);
    }
    let found = follow(item.value, &criterion.steps);
    if matches!(criterion.want, Want::Absent) {
        return found.is_empty();
    }
    found.iter().any(|value| is_wanted(value, kind(value), &criterion.want))
}

fn is_wanted(value: &Value, kind_of_item: Option<&str>, want: &Want) -> bool {
    match want {
        Want::Fixed(fixed) => value == fixed,
        Want::Pattern(pattern) => fits(value, pattern),
        Want::Code(codes) => {
            let coded = |it: &Value| {
                let system = it.get("system").and_then(Value::as_str).unwrap_or_default();
                it.get("code").and_then(Value::as_str).is_some_and(|code| codes.hold(Some(system), code))
            };
            let codings = value.get("coding").and_then(Value::as_array);
            match value.as_str() {
                Some(code) => codes.hold(None, code),
                None => codings.map_or_else(|| coded(value), |codings| codings.iter().any(coded)),
            }
        }
        Want::Present => !value.is_null(),
        Want::Absent => false,
        Want::Type(types) => is_of_type(kind_of_item, types),
        Want::Resource(rule, marks) => {
            kind_of_item.is_some_and(|kind| rule.is(kind))
                && marks.iter().all(|mark| value.get(&mark.member).is_some_and(|it| fits(it, &mark.pattern)))
        }
    }
}

fn is_of_type(kind: Option<&str>, types: &[TypeRule]) -> bool {
    kind.is_some_and(|kind| types.iter().any(|rule| rule.is(kind)))
}

/// The values at the end of the steps, through lists.
fn follow<'a>(value: &'a Value, steps: &[Step]) -> Vec<&'a Value> {
    let Some((step, rest)) = steps.split_first() else { return vec![value] };
    next(value, step).into_iter().flat_map(|value| follow(value, rest)).collect()
}

fn next<'a>(value: &'a Value, step: &Step) -> Vec<&'a Value> {
    let Some(members) = value.as_object() else { return Vec::new() };
    match step {
        Step::Member(name) => match members.get(name) {
            Some(Value::Array(items)) => items.iter().collect(),
            Some(value) => vec![value],
            None => members.iter().filter(|(member, _)| is_choice_of(name, member)).map(|(_, value)| value).collect(),
        },
        Step::Extension(url) => {
            let all = members.get("extension").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            all.iter().filter(|it| it.get("url").and_then(Value::as_str) == Some(url)).collect()
        }
    }
}
