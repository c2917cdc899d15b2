//! A JSON value and the FHIRPath at which it stands, so that every finding has its place.

use serde_json::Value;

/// A value in a resource.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    at: String,
}

impl<'a> Node<'a> {
    /// The value at that place.
    pub(crate) fn new(value: &'a Value, at: impl Into<String>) -> Self {
        Self { value, at: at.into() }
    }

    /// The value.
    pub(crate) const fn value(&self) -> &'a Value {
        self.value
    }

    /// The place.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// The place of a member, whether it is there or not.
    pub(crate) fn place(&self, name: &str) -> String {
        format!("{}.{name}", self.at)
    }

    /// The members of that name: each item of a list, or the one value, or none.
    pub(crate) fn each(&self, name: &str) -> Vec<Self> {
        let place = self.place(name);
        match self.value.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => {
                items.iter().enumerate().map(|(index, item)| Self::new(item, format!("{place}[{index}]"))).collect()
            }
            Some(value) => vec![Self::new(value, place)],
        }
    }

    /// The first member of that name.
    pub(crate) fn first(&self, name: &str) -> Option<Self> {
        self.each(name).into_iter().next()
    }

    /// All that stands at a dotted path, through lists.
    pub(crate) fn all(&self, path: &str) -> Vec<Self> {
        let mut nodes = vec![self.clone()];
        for name in path.split('.').filter(|name| !name.is_empty()) {
            nodes = nodes.iter().flat_map(|node| node.each(name)).collect();
        }
        nodes
    }

    /// The text of a member.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// The text that stands first at a dotted path.
    pub(crate) fn text_at(&self, path: &str) -> Option<&'a str> {
        self.all(path).first().and_then(|node| node.value.as_str())
    }

    /// The resource type.
    pub(crate) fn kind(&self) -> &'a str {
        self.text("resourceType").unwrap_or_default()
    }

    /// The contained resource of that id.
    pub(crate) fn contained(&self, id: &str) -> Option<Self> {
        let all = self.value.get("contained").and_then(Value::as_array)?;
        let index = all.iter().position(|resource| resource.get("id").and_then(Value::as_str) == Some(id))?;
        Some(Self::new(all.get(index)?, format!("{}.contained[{index}]", self.at)))
    }

    /// The extensions of that URL.
    pub(crate) fn extensions(&self, url: &str) -> Vec<Self> {
        self.each("extension").into_iter().filter(|extension| extension.text("url") == Some(url)).collect()
    }
}

/// Sets a member of an object.
pub(crate) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
