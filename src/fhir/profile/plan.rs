//! A profile as it is checked: a tree of rules, made once from its snapshot.

use std::sync::Arc;

use serde_json::Value;

use super::{invariant::Invariant, terminology::Codes};
use crate::fhir::issue::Severity;

/// The rules of one profile.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Its canonical URL, without version.
    pub(super) url: String,
    /// The type that it constrains.
    pub(super) kind: String,
    /// The rules of the resource, or of the value, itself.
    pub(super) root: Node,
}

impl Plan {
    /// The last part of its URL, to name it in messages.
    pub(super) fn name(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or_default()
    }

    /// The rules at a path of the type, such as `Bundle.link`.
    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        path.split('.').skip(1).try_fold(&self.root, |node, name| node.child(name))
    }
}

/// The rules of one element, or of one slice of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Its id in the snapshot, such as `List.extension:sourceId.url`.
    pub(super) id: String,
    /// Its name; that of a choice is without `[x]`.
    pub(super) name: String,
    /// The member with what is said of a primitive of that name beside its value.
    pub(super) twin: String,
    /// Whether it is a choice of types.
    pub(super) is_choice: bool,
    pub(super) min: usize,
    pub(super) max: usize,
    /// The types that it may have; any where there are none.
    pub(super) types: Vec<TypeRule>,
    pub(super) fixed: Option<Value>,
    pub(super) pattern: Option<Value>,
    pub(super) binding: Option<Binding>,
    pub(super) slicing: Option<Slicing>,
    pub(super) children: Vec<Self>,
    /// The path of the element whose rules are also its own.
    pub(super) content: Option<String>,
    pub(super) invariants: Vec<Rule>,
}

impl Node {
    /// The child of that name, without slice.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The type rule of a value of that type; the only one where the type is not told by the name of the member.
    pub(super) fn type_rule(&self, kind: Option<&str>) -> Option<&TypeRule> {
        match kind {
            Some(kind) => self.types.iter().find(|rule| rule.is(kind)),
            None => self.types.first(),
        }
    }
}

/// A type that an element may have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TypeRule {
    pub(super) code: String,
    /// One of these, by URL.
    pub(super) profiles: Vec<String>,
    /// What a reference may lead to: one of these, by URL; anything where there are none.
    pub(super) targets: Vec<String>,
    /// Whether a reference must lead to a contained resource.
    pub(super) contained: bool,
}

impl TypeRule {
    /// Whether the type is that of a choice's suffix, or a resource's type.
    pub(super) fn is(&self, kind: &str) -> bool {
        let (mut code, mut kind) = (self.code.chars(), kind.chars());
        let same_first = match (code.next(), kind.next()) {
            (Some(code), Some(kind)) => code.eq_ignore_ascii_case(&kind),
            (_, _) => false,
        };
        same_first && code.eq(kind) || matches!(self.code.as_str(), "Resource" | "DomainResource")
    }
}

/// The codes that an element may have.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    pub(super) is_required: bool,
    /// The value set, by URL.
    pub(super) set: String,
    pub(super) codes: Arc<Codes>,
}

/// An invariant, and how grave the profile finds its breach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) invariant: &'static Invariant,
    pub(super) severity: Severity,
}

/// What is allowed beside the slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Anything, anywhere.
    Open,
    /// Anything, after the slices.
    OpenAtEnd,
    /// Nothing.
    Closed,
}

/// How the items of an element are told apart, and the rules of each kind.
#[derive(Debug, Clone)]
pub(super) struct Slicing {
    pub(super) rest: Rest,
    pub(super) ordered: bool,
    pub(super) discriminators: Vec<Discriminator>,
    pub(super) slices: Vec<Slice>,
}

/// One way to tell items apart.
#[derive(Debug, Clone)]
pub(super) struct Discriminator {
    pub(super) kind: Kind,
    pub(super) steps: Vec<Step>,
}

/// What of the value tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The value, by what the slice fixes, whole or in part, or by the codes that it requires.
    Value,
    /// Whether it is there.
    Exists,
    /// Its type.
    Type,
    /// The profile of the resource.
    Profile,
}

/// A step from an item to what tells it apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A member; of a choice, in any type.
    Member(String),
    /// The extension of that URL.
    Extension(String),
}

/// One kind of item.
#[derive(Debug, Clone)]
pub(super) struct Slice {
    pub(super) name: String,
    pub(super) node: Node,
    /// What an item of it fulfils, all of them; nothing is of it where there are none.
    pub(super) criteria: Vec<Criterion>,
}

/// What tells whether an item is of a slice.
#[derive(Debug, Clone)]
pub(super) struct Criterion {
    pub(super) steps: Vec<Step>,
    pub(super) want: Want,
}

/// What must be found.
#[derive(Debug, Clone)]
pub(super) enum Want {
    /// Exactly this.
    Fixed(Value),
    /// This, and maybe more.
    Pattern(Value),
    /// One of these codes.
    Code(Arc<Codes>),
    /// Anything.
    Present,
    /// Nothing.
    Absent,
    /// A value of one of these types.
    Type(Vec<TypeRule>),
    /// A resource of that type that bears these marks.
    Resource(TypeRule, Vec<Mark>),
}

/// What tells the resources of a profile from those of others of the same type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    pub(super) member: String,
    pub(super) pattern: Value,
}
