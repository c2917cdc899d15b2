//! References: whether they are contained, and what they lead to.

use serde_json::Value;

use super::{Node, Plan, TypeRule, Walk};
use crate::fhir::profile::{
    diagnoses::{DANGLING, NOT_CONTAINED, TARGET},
    link::{differing, fits, marks},
    place::{Around, At},
    reference::{Target, is_contained, kind_of, kind_of_profile, target},
};

impl<'a> Walk<'a> {
    /// Checks what a reference leads to, by type and by the marks that tell the profiles that may stand there.
    pub(super) fn reference(
        &mut self,
        plan: &Plan,
        node: &Node,
        rule: &TypeRule,
        value: &'a Value,
        at: &At<'_>,
        around: &Around<'a>,
    ) {
        if rule.code != "Reference" || rule.targets.is_empty() && !rule.contained || !value.is_object() {
            return;
        }
        if rule.contained && !is_contained(value) {
            self.note(NOT_CONTAINED, plan, node, at, "");
        }
        let target = target(value, around);
        if target == Target::Dangling {
            return self.note(DANGLING, plan, node, at, "");
        }
        let Some(kind) = kind_of(&target) else { return };
        if !rule.targets.is_empty() && !rule.targets.iter().any(|url| self.may_lead(url, kind, &target, rule)) {
            self.note(TARGET, plan, node, at, crate::fhir::location::printable(kind));
        }
    }

    fn may_lead(&self, url: &str, kind: &str, target: &Target<'_>, rule: &TypeRule) -> bool {
        let Some(plan) = self.library.plan(url) else {
            return kind_of_profile(url).is_none_or(|wanted| wanted == kind || wanted == "Resource");
        };
        plan.kind == kind && self.bears_marks(plan, target, rule)
    }

    /// Where profiles of one type may stand, each is told by what they fix differently.
    fn bears_marks(&self, plan: &Plan, target: &Target<'_>, rule: &TypeRule) -> bool {
        let Target::Here(resource) = target else { return true };
        let plans: Vec<&Plan> = rule.targets.iter().filter_map(|url| self.library.plan(url)).collect();
        let telling = differing(&plans);
        // A lone profile of its type is told by all that it fixes with a code.
        let is_lone = plans.iter().filter(|other| other.kind == plan.kind).count() == 1;
        marks(plan)
            .iter()
            .filter(|mark| telling.contains(&mark.member) || is_lone && mark.member == "code")
            .all(|mark| resource.get(&mark.member).is_some_and(|value| fits(value, &mark.pattern)))
    }
}
