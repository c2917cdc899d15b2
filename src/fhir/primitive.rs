//! Gate 4a: every primitive has the form of its type and a code that R4 demands; contained resources obey R4's rules.
//! Source: <http://hl7.org/fhir/R4/datatypes.html#primitive>, <http://hl7.org/fhir/R4/domainresource.html>.

use serde_json::{Map, Value};

use super::{
    definitions::{self, Content, PRIMITIVE_EXTENSION, Primitive},
    intake::diagnoses::{CODE, EXTENSION, PRIMITIVE},
    issue::Issue,
    location::Location,
};

mod contained;
mod form;

#[cfg(test)]
mod tests;

/// Checks a tree that passed gate 3; what does not fit a definition is passed over, for that gate refuses it.
pub fn check(tree: &Value) -> Vec<Issue> {
    let root = tree.get("resourceType").and_then(Value::as_str).unwrap_or(Location::UNKNOWN);
    let mut walk = Walk { at: Location::new(root), issues: Vec::new() };
    walk.resource(tree);
    walk.issues
}

struct Walk {
    at: Location,
    issues: Vec<Issue>,
}

impl Walk {
    fn resource(&mut self, value: &Value) {
        let Value::Object(object) = value else { return };
        let Some(kind) = object.get("resourceType").and_then(Value::as_str) else { return };
        self.object(kind, object);
        // The references of a contained resource are its container's.
        if self.at.names().last() != Some("contained") {
            self.issues.extend(contained::check(object, &self.at));
        }
    }

    fn object(&mut self, path: &str, object: &Map<String, Value>) {
        if path == "Extension" && has_value(object) == object.contains_key("extension") {
            self.issues.push(Issue::error(EXTENSION, self.at.to_string(), ""));
        }
        for (name, value) in object {
            let content = match name.strip_prefix('_') {
                Some(_) => Some(Content::Object(PRIMITIVE_EXTENSION)),
                None => definitions::element(path, name).map(|element| element.content),
            };
            if let Some(content) = content {
                self.at.enter(name);
                self.values(content, value);
                self.at.leave();
            }
        }
    }

    fn values(&mut self, content: Content, value: &Value) {
        let Value::Array(items) = value else { return self.value(content, value) };
        for (index, item) in items.iter().enumerate() {
            self.at.enter_item(index);
            self.value(content, item);
            self.at.leave();
        }
    }

    fn value(&mut self, content: Content, value: &Value) {
        match (content, value) {
            (Content::Resource, value) => self.resource(value),
            (Content::Object(path), Value::Object(object)) => self.object(path, object),
            (Content::Object(_), _) => {}
            (Content::Primitive(kind, codes), value) => self.primitive(kind, codes, value),
        }
    }

    fn primitive(&mut self, kind: Primitive, codes: &str, value: &Value) {
        let right = match value {
            Value::String(text) => form::is_text(kind, text),
            Value::Number(number) => form::is_number(kind, number.as_str()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => true,
        };
        let code = value.as_str().filter(|_| !codes.is_empty());
        if !right {
            self.issues.push(Issue::error(PRIMITIVE, self.at.to_string(), format!("a {} is needed", kind.name())));
        } else if code.is_some_and(|code| codes.split('|').all(|known| known != code)) {
            self.issues.push(Issue::error(CODE, self.at.to_string(), format!("one of {}", codes.replace('|', ", "))));
        }
    }
}

/// ext-1: either a value or extensions, never both.
fn has_value(extension: &Map<String, Value>) -> bool {
    extension.keys().any(|name| definitions::is_choice_of("value", name.strip_prefix('_').unwrap_or(name)))
}
