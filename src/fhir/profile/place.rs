//! Where the walk is, and what stands around it: a chain on the stack, printed only when something is wrong.

use std::{collections::HashMap, fmt};

use serde_json::Value;

use crate::fhir::location::printable;

/// A place in a resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    parent: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root(&'a str),
    Member(&'a str),
    Item(usize),
}

impl<'a> At<'a> {
    /// The root, as it is to be printed.
    pub(super) const fn root(name: &'a str) -> Self {
        Self { parent: None, step: Step::Root(name) }
    }

    /// A member of this place.
    pub(super) const fn member<'b>(&'b self, name: &'b str) -> At<'b>
    where
        'a: 'b,
    {
        At { parent: Some(self), step: Step::Member(name) }
    }

    /// An item of this place.
    pub(super) const fn item(&self, index: usize) -> At<'_> {
        At { parent: Some(self), step: Step::Item(index) }
    }

    /// Whether it is among the contained resources.
    pub(super) fn is_contained(&self) -> bool {
        match self.step {
            Step::Member(name) => name == "contained",
            Step::Item(_) => self.parent.is_some_and(At::is_contained),
            Step::Root(_) => false,
        }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}")?;
        }
        match self.step {
            Step::Root(name) => f.write_str(name),
            Step::Member(name) => write!(f, ".{}", printable(name)),
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}

/// What references are resolved against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    /// The resource whose `contained` counts.
    pub(super) container: &'a Value,
    /// The entries of the Bundle that it is in.
    pub(super) entries: &'a Entries<'a>,
}

/// The resources of a Bundle by fullUrl.
#[derive(Debug, Default)]
pub(super) struct Entries<'a>(HashMap<&'a str, &'a Value>);

impl<'a> Entries<'a> {
    /// The entries of a Bundle; none of anything else.
    pub(super) fn of(bundle: &'a Value) -> Self {
        let entries = bundle.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let of = |entry: &'a Value| Some((entry.get("fullUrl")?.as_str()?, entry.get("resource")?));
        Self(entries.iter().filter_map(of).collect())
    }

    pub(super) fn get(&self, url: &str) -> Option<&'a Value> {
        self.0.get(url).copied()
    }
}

/// The type of a resource.
pub(super) fn kind(resource: &Value) -> Option<&str> {
    resource.get("resourceType").and_then(Value::as_str)
}
