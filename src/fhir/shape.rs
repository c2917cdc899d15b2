//! Gate 3: the shape. Every member is an element of R4 at its place, of the right JSON type, one or many as R4 has it;
//! what is required is there.

use serde_json::{Map, Value};

use super::{
    definitions::{self, Content, Element, PRIMITIVE_EXTENSION, Primitive, RESOURCES, Rule},
    document,
    intake::diagnoses::{
        MISSING, NO_RESOURCE_TYPE, NOT_AN_ARRAY, NOT_ONE, TWO_CHOICES, UNKNOWN_MEMBER, UNKNOWN_RESOURCE, WRONG_TYPE,
    },
    issue::{Diagnosis, Issue},
    location::Location,
};

#[cfg(test)]
mod tests;

/// Checks a tree that passed gate 2; the findings are empty where its shape is right. No part of it is decoded.
pub fn check(tree: &Value) -> Vec<Issue> {
    let root = tree.get("resourceType").and_then(Value::as_str).unwrap_or(Location::UNKNOWN);
    let mut shape = Shape { at: Location::new(root), issues: Vec::new(), in_document: false };
    shape.resource(tree);
    shape.issues
}

struct Shape {
    at: Location,
    issues: Vec<Issue>,
    /// In a FHIR document, where resources of all types may stand.
    in_document: bool,
}

impl Shape {
    fn find(&mut self, diagnosis: Diagnosis, detail: impl Into<String>) {
        self.issues.push(Issue::error(diagnosis, self.at.to_string(), detail));
    }

    fn resource(&mut self, value: &Value) {
        let Value::Object(object) = value else { return self.find(WRONG_TYPE, "a resource is an object") };
        match object.get("resourceType").and_then(Value::as_str) {
            None => self.find(NO_RESOURCE_TYPE, ""),
            Some(kind) => match self.known(kind) {
                None => self.find(UNKNOWN_RESOURCE, ""),
                Some(kind) => {
                    let around = self.in_document;
                    self.in_document |= document::is_document(value);
                    self.object(kind, object, true);
                    self.in_document = around;
                }
            },
        }
    }

    /// The type, where a resource of it may stand here.
    fn known(&self, kind: &str) -> Option<&'static str> {
        let input = RESOURCES.iter().find(|known| **known == kind).copied();
        input.or_else(|| definitions::resource(kind).filter(|_| self.in_document))
    }

    fn object(&mut self, path: &str, object: &Map<String, Value>, is_resource: bool) {
        for (name, value) in object.iter().filter(|(name, _)| !(is_resource && *name == "resourceType")) {
            self.at.enter(name);
            self.member(path, name, value);
            self.at.leave();
        }
        for rule in definitions::rules(path) {
            self.rule(rule, object);
        }
    }

    fn member(&mut self, path: &str, name: &str, value: &Value) {
        let bare = name.strip_prefix('_');
        let element = definitions::element(path, bare.unwrap_or(name));
        let element = match (bare, element) {
            (None, Some(element)) => element,
            (Some(bare), Some(Element { many, content: Content::Primitive(..) })) if may_be_extended(path, bare) => {
                Element { many, content: Content::Object(PRIMITIVE_EXTENSION) }
            }
            (_, _) => return self.find(UNKNOWN_MEMBER, ""),
        };
        match (element.many, value) {
            (false, Value::Array(_)) => self.find(NOT_ONE, ""),
            (false, value) => self.value(element.content, value),
            (true, Value::Array(items)) => self.items(element.content, items),
            (true, _) => self.find(NOT_AN_ARRAY, ""),
        }
    }

    /// Gate 2 has seen to it that a null stands only where its twin has something.
    fn items(&mut self, content: Content, items: &[Value]) {
        for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
            self.at.enter_item(index);
            self.value(content, item);
            self.at.leave();
        }
    }

    fn value(&mut self, content: Content, value: &Value) {
        match (content, value) {
            (Content::Resource, value) => self.resource(value),
            (Content::Object(path), Value::Object(object)) => self.object(path, object, false),
            (Content::Primitive(kind, _), value) if is_json_type(kind, value) => {}
            (Content::Object(_), _) => self.find(WRONG_TYPE, "an object is needed"),
            (Content::Primitive(kind, _), _) => self.find(WRONG_TYPE, format!("a {} is needed", kind.name())),
        }
    }

    fn rule(&mut self, rule: &Rule, object: &Map<String, Value>) {
        if rule.choice {
            return self.choice(rule, object);
        }
        if rule.required && !is_stated(object, rule.name) {
            self.issues.push(Issue::error(MISSING, self.at.member(rule.name), ""));
        }
    }

    fn choice(&mut self, rule: &Rule, object: &Map<String, Value>) {
        let bare = |name: &String| name.strip_prefix('_').unwrap_or(name).to_owned();
        let mut stated: Vec<String> =
            object.keys().map(bare).filter(|name| definitions::is_choice_of(rule.name, name)).collect();
        stated.sort();
        stated.dedup();
        match stated.as_slice() {
            [] if rule.required => self.issues.push(Issue::error(MISSING, self.at.member(rule.name), "")),
            [] | [_] => {}
            [_, _, ..] => self.issues.push(Issue::error(TWO_CHOICES, self.at.member(rule.name), "")),
        }
    }
}

fn is_stated(object: &Map<String, Value>, name: &str) -> bool {
    object.contains_key(name) || object.contains_key(&format!("_{name}"))
}

/// Neither an id, nor the url of an extension, nor the text of a narrative can itself bear extensions.
fn may_be_extended(path: &str, name: &str) -> bool {
    name != "id" && !matches!((path, name), ("Extension", "url") | ("Narrative", "div"))
}

fn is_json_type(kind: Primitive, value: &Value) -> bool {
    match kind {
        Primitive::Boolean => value.is_boolean(),
        Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => value.is_number(),
        Primitive::Base64Binary
        | Primitive::Canonical
        | Primitive::Code
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::Id
        | Primitive::Instant
        | Primitive::Markdown
        | Primitive::Oid
        | Primitive::String
        | Primitive::Time
        | Primitive::Uri
        | Primitive::Url
        | Primitive::Uuid
        | Primitive::Xhtml => value.is_string(),
    }
}
