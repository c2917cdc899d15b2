//! JSON objects of which absent members are left out, as FHIR wants it.

use serde_json::{Map, Value, json};

use crate::{
    fhir::cda::Concept,
    record::code::{Code, Identifier},
};

/// An object that is being made.
#[derive(Default)]
pub(super) struct Sparse(Map<String, Value>);

impl Sparse {
    /// A resource of that type.
    pub(super) fn resource(kind: &str, id: &str) -> Self {
        Self::default().with("resourceType", json!(kind)).with("id", json!(id))
    }

    /// Adds a member, unless it is null or empty.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !is_empty {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// The members of both, in this order.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The object.
    pub(super) fn value(self) -> Value {
        Value::Object(self.0)
    }
}

/// A reference to a contained resource.
pub(super) fn link(id: &str) -> Value {
    json!({"reference": format!("#{id}")})
}

/// A code in words.
pub(super) fn concept(concept: &Concept) -> Value {
    let Code { system, code } = concept.code();
    let coding =
        Sparse::default().with("system", system).with("code", code).with("display", concept.display.clone()).value();
    json!({"coding": [coding]})
}

/// An identifier of that type.
pub(super) fn identifier(identifier: Identifier, system_of_type: &str, kind: &str) -> Value {
    json!({
        "type": {"coding": [{"system": system_of_type, "code": kind}]},
        "system": identifier.system,
        "value": identifier.value,
    })
}
