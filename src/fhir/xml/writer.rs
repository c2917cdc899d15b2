//! From the tree to XML: the elements in the order that FHIR's schemas demand, whatever the order of the members.

use serde_json::{Map, Value};

use super::{
    FHIR, XHTML, element_of, escape,
    narrative::{is_narrative, states_namespace},
};
use crate::fhir::{
    definitions::{self, Content, PRIMITIVE_EXTENSION, Primitive},
    location::{Location, printable},
};

/// What each text begins with.
pub(super) const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// Why a tree has no form in XML. It is never so for what passed the gates.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// The text is not JSON.
    #[error("the text is no JSON")]
    NotJson(#[from] serde_json::Error),
    /// What stands at this place is no FHIR.
    #[error("what stands at {0} has no form in XML")]
    NoForm(String),
}

type Written = Result<(), Unwritable>;

pub(super) fn document(resource: &Value) -> Result<Vec<u8>, Unwritable> {
    let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    let mut writer = Writer { out: DECLARATION.as_bytes().to_vec(), at: Location::new(kind) };
    writer.resource(resource, true)?;
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
    at: Location,
}

/// The members of an object that are elements in XML, and of what.
#[derive(Clone, Copy)]
struct Parent<'v> {
    path: Option<&'static str>,
    object: &'v Map<String, Value>,
}

impl Writer {
    fn resource(&mut self, value: &Value, is_root: bool) -> Written {
        let object = value.as_object().ok_or_else(|| self.no_form())?;
        let kind = object.get("resourceType").and_then(Value::as_str).ok_or_else(|| self.no_form())?;
        if printable(kind) != kind || kind.starts_with('_') {
            return Err(self.no_form());
        }
        self.raw("<");
        self.raw(kind);
        if is_root {
            escape::attribute(&mut self.out, "xmlns", FHIR);
        }
        let parent = Parent { path: definitions::resource(kind), object };
        self.children(kind, parent, &["resourceType"])
    }

    /// Ends the tag, and writes what stands in the element and its end.
    fn children(&mut self, name: &str, parent: Parent<'_>, attributes: &[&str]) -> Written {
        let members = members(parent, attributes);
        if members.is_empty() {
            self.raw("/>");
            return Ok(());
        }
        self.raw(">");
        for member in members {
            self.at.enter(member);
            self.member(parent, member)?;
            self.at.leave();
        }
        self.end(name);
        Ok(())
    }

    fn member(&mut self, parent: Parent<'_>, name: &str) -> Written {
        if printable(name) != name || name.starts_with('_') || name == "resourceType" {
            return Err(self.no_form());
        }
        let content = element_of(parent.path, name).map(|element| element.content);
        let (value, twin) = (parent.object.get(name), parent.object.get(&format!("_{name}")));
        match (value, twin) {
            (Some(Value::Array(values)), None) => self.items(content, name, values, &[]),
            (Some(Value::Array(values)), Some(Value::Array(twins))) => self.items(content, name, values, twins),
            (None, Some(Value::Array(twins))) => self.items(content, name, &[], twins),
            (Some(Value::Array(_)), Some(_)) | (Some(_), Some(Value::Array(_))) => Err(self.no_form()),
            (value, twin) => self.element(content, name, value, twin),
        }
    }

    fn items(&mut self, content: Option<Content>, name: &str, values: &[Value], twins: &[Value]) -> Written {
        for index in 0..values.len().max(twins.len()) {
            self.at.enter_item(index);
            self.element(content, name, stated(values, index), stated(twins, index))?;
            self.at.leave();
        }
        Ok(())
    }

    fn element(
        &mut self,
        content: Option<Content>,
        name: &str,
        value: Option<&Value>,
        twin: Option<&Value>,
    ) -> Written {
        match (content, value, twin) {
            (Some(Content::Resource), Some(resource), None) => self.wrapper(name, resource),
            (Some(Content::Object(path)), Some(Value::Object(object)), None) => self.object(Some(path), name, object),
            (None, Some(Value::Object(object)), None) => self.object(None, name, object),
            (Some(Content::Primitive(Primitive::Xhtml, _)), Some(Value::String(text)), None) => {
                self.narrative(text);
                Ok(())
            }
            (Some(Content::Primitive(Primitive::Xhtml, _) | Content::Resource | Content::Object(_)), _, _) => {
                Err(self.no_form())
            }
            (Some(Content::Primitive(..)), value, twin) => self.primitive(Some(PRIMITIVE_EXTENSION), name, value, twin),
            (None, value, twin) => self.primitive(None, name, value, twin),
        }
    }

    fn wrapper(&mut self, name: &str, resource: &Value) -> Written {
        self.raw("<");
        self.raw(name);
        self.raw(">");
        self.resource(resource, false)?;
        self.end(name);
        Ok(())
    }

    fn object(&mut self, path: Option<&'static str>, name: &str, object: &Map<String, Value>) -> Written {
        let attributes: &[&str] = if path == Some("Extension") { &["id", "url"] } else { &["id"] };
        self.raw("<");
        self.raw(name);
        for attribute in attributes {
            self.attribute(object, attribute)?;
        }
        self.children(name, Parent { path, object }, attributes)
    }

    fn attribute(&mut self, object: &Map<String, Value>, name: &str) -> Written {
        match (object.get(name), object.get(&format!("_{name}"))) {
            (None, None) => {}
            (Some(Value::String(text)), None) => escape::attribute(&mut self.out, name, text),
            (_, _) => return Err(self.no_form()),
        }
        Ok(())
    }

    fn primitive(
        &mut self,
        path: Option<&'static str>,
        name: &str,
        value: Option<&Value>,
        twin: Option<&Value>,
    ) -> Written {
        let none = Map::new();
        let object = match twin {
            None => &none,
            Some(twin) => twin.as_object().ok_or_else(|| self.no_form())?,
        };
        self.raw("<");
        self.raw(name);
        self.attribute(object, "id")?;
        match value {
            None if object.is_empty() => return Err(self.no_form()),
            None => {}
            Some(Value::String(text)) => escape::attribute(&mut self.out, "value", text),
            Some(Value::Number(number)) => escape::attribute(&mut self.out, "value", number.as_str()),
            Some(Value::Bool(is)) => escape::attribute(&mut self.out, "value", if *is { "true" } else { "false" }),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) => return Err(self.no_form()),
        }
        self.children(name, Parent { path, object }, &["id"])
    }

    /// A narrative goes out as it came. One that XML could not hold is shown as text, lest it keep back the whole resource.
    fn narrative(&mut self, text: &str) {
        let declared = format!("<div xmlns=\"{XHTML}\"");
        match (is_narrative(text), states_namespace(text)) {
            (true, true) => self.raw(text),
            (true, false) => {
                self.raw(&declared);
                self.raw(text.trim_start().strip_prefix("<div").unwrap_or_default());
            }
            (false, _) => {
                self.raw(&declared);
                self.raw(">");
                escape::value(&mut self.out, text);
                self.raw("</div>");
            }
        }
    }

    fn end(&mut self, name: &str) {
        self.raw("</");
        self.raw(name);
        self.raw(">");
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn no_form(&self) -> Unwritable {
        Unwritable::NoForm(self.at.to_string())
    }
}

fn stated(list: &[Value], index: usize) -> Option<&Value> {
    list.get(index).filter(|value| !value.is_null())
}

/// The names of the members that are elements, in the order of the schemas; what R4 does not know comes last.
fn members<'v>(parent: Parent<'v>, attributes: &[&str]) -> Vec<&'v str> {
    let is_twin_of_another = |name: &str| name.strip_prefix('_').is_some_and(|bare| parent.object.contains_key(bare));
    let mut names: Vec<&str> = parent
        .object
        .keys()
        .filter(|name| !is_twin_of_another(name))
        .map(|name| name.strip_prefix('_').unwrap_or(name))
        .filter(|name| !attributes.contains(name))
        .collect();
    names.sort_by_key(|name| parent.path.and_then(|path| definitions::order(path, name)).unwrap_or(usize::MAX));
    names
}
