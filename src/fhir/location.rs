//! Where in a resource something stands, as a FHIRPath.

use std::fmt;

/// One step into a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Item(usize),
}

/// A place in a resource, printed as a FHIRPath such as `Bundle.entry[1].resource.status`. A name of the input that
/// cannot be an element's name is printed as `?`, so that no datum of the input reaches a message.
#[derive(Debug, Clone)]
pub struct Location {
    root: String,
    steps: Vec<Step>,
}

impl Location {
    /// The root.
    pub fn new(root: &str) -> Self {
        let root = if is_name(root) || root == Self::UNKNOWN { root } else { Self::UNKNOWN };
        Self { root: root.to_owned(), steps: Vec::new() }
    }

    /// The word for a root whose type is not known yet.
    pub const UNKNOWN: &str = "Resource";

    /// Goes to a member.
    pub fn enter(&mut self, name: &str) {
        self.steps.push(Step::Member(name.to_owned()));
    }

    /// Goes to an item.
    pub fn enter_item(&mut self, index: usize) {
        self.steps.push(Step::Item(index));
    }

    /// Goes back to the parent.
    pub fn leave(&mut self) {
        self.steps.pop();
    }

    /// Goes from a member `x` to its twin `_x`, and back.
    pub fn turn_to_twin(&mut self) {
        let member = self.steps.iter_mut().rev().find_map(|step| match step {
            Step::Member(name) => Some(name),
            Step::Item(_) => None,
        });
        if let Some(name) = member {
            *name = name.strip_prefix('_').map_or_else(|| format!("_{name}"), str::to_owned);
        }
    }

    /// The place of a member of this place.
    pub fn member(&self, name: &str) -> String {
        format!("{self}.{}", printable(name))
    }

    /// The names on the way, from the root, without the indices.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            Step::Item(_) => None,
        })
    }

    /// Whether the place is exactly this one: names, and `[]` for any item.
    pub fn is(&self, pattern: &[&str]) -> bool {
        self.steps.len() == pattern.len()
            && self.steps.iter().zip(pattern).all(|(step, wanted)| match step {
                Step::Member(name) => name == wanted,
                Step::Item(_) => *wanted == "[]",
            })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        self.steps.iter().try_for_each(|step| match step {
            Step::Member(name) => write!(f, ".{}", printable(name)),
            Step::Item(index) => write!(f, "[{index}]"),
        })
    }
}

/// The name where it could be an element's, else `?`.
pub fn printable(name: &str) -> &str {
    if is_name(name) { name } else { "?" }
}

fn is_name(name: &str) -> bool {
    let letters = name.strip_prefix('_').unwrap_or(name);
    letters.len() <= 48
        && letters.starts_with(|first: char| first.is_ascii_alphabetic())
        && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
