//! Which elements a deed may have, as tables: nothing that is not known here passes.

use serde_json::Value;

use super::{
    diagnoses::{EXTENSION, META, MODIFIER_EXTENSION, NESTED, PART_MISSING, PART_REPEATED, UNMAPPED},
    findings::Findings,
};
use crate::fhir::{issue::Diagnosis, tree::Node};

/// The members that the objects at a path may have, beside `id` and extensions.
pub(in crate::fhir) type Known = (&'static str, &'static [&'static str]);

/// How often an element stands below its parent: path, at least, at most.
pub(in crate::fhir) type Count = (&'static str, usize, usize);

/// As often as one likes.
pub(in crate::fhir) const MANY: usize = usize::MAX;

/// Refuses every member that is not known.
pub(in crate::fhir) fn check(root: &Node<'_>, known: &[Known], findings: &mut Findings) {
    for (path, members) in known {
        for node in root.all(path) {
            let names = node.value().as_object().into_iter().flat_map(serde_json::Map::keys);
            for name in names {
                let bare = name.strip_prefix('_').unwrap_or(name);
                let is_common = ["id", "extension", "modifierExtension"].contains(&bare);
                if !is_common && !members.contains(&bare) {
                    findings.refuse(diagnosis(bare), node.place(bare), "");
                }
            }
        }
    }
}

fn diagnosis(name: &str) -> Diagnosis {
    if name == "provision" { NESTED } else { UNMAPPED }
}

/// Checks how often elements stand below their parents.
pub(in crate::fhir) fn count(root: &Node<'_>, counts: &[Count], findings: &mut Findings) {
    for (path, min, max) in counts {
        let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
        for parent in root.all(parents) {
            let found = parent.each(name).len();
            if found < *min {
                findings.refuse(PART_MISSING, parent.place(name), "");
            } else if found > *max {
                findings.refuse(PART_REPEATED, parent.place(name), "");
            }
        }
    }
}

/// Refuses every extension that `allowed` does not know by the name of its home and its URL. Those that describe a contained resource may
/// be passed over, as FHIR has it; those that modify may not.
pub(in crate::fhir) fn extensions(root: &Node<'_>, allowed: &[(&str, &str)], findings: &mut Findings) {
    let Value::Object(members) = root.value() else { return };
    for name in members.keys() {
        walk(root, name, allowed, false, findings);
    }
}

fn walk(home: &Node<'_>, name: &str, allowed: &[(&str, &str)], is_contained: bool, findings: &mut Findings) {
    for child in home.each(name) {
        match name {
            "modifierExtension" => findings.refuse(MODIFIER_EXTENSION, child.at(), ""),
            "extension" if is_contained || is_allowed(home, &child, allowed) => {}
            "extension" => findings.refuse(EXTENSION, child.at(), ""),
            _ => {
                let members = child.value().as_object().into_iter().flat_map(serde_json::Map::keys);
                members.for_each(|member| {
                    walk(&child, member, allowed, is_contained || name == "contained", findings);
                });
            }
        }
    }
}

fn is_allowed(home: &Node<'_>, extension: &Node<'_>, allowed: &[(&str, &str)]) -> bool {
    extension.text("url").is_some_and(|url| allowed.contains(&(home.at(), url)))
}

/// What a resource says of itself: the version and the profile are the server's; labels and tags are not kept.
pub(in crate::fhir) fn meta(root: &Node<'_>, findings: &mut Findings) {
    for node in root.all("meta.security") {
        findings.refuse(META, node.at(), "");
    }
    if let Some(tag) = root.all("meta.tag").first() {
        findings.warn(META, tag.at(), "");
    }
}
