//! The walk through the elements: it builds the tree, and finds what FHIR's XML does not allow.

use std::{io::Read, mem};

use serde_json::Value;

use super::{
    account::Account,
    diagnoses::{EMPTY_ELEMENT, NAMESPACE, NARRATIVE, ONE_RESOURCE, UNKNOWN_ATTRIBUTE},
    element_of,
    lexer::{Around, Lexer, Mark},
    members::{Item, Members, Often},
    namespace::{Scope, split},
    narrative,
    tag::Tag,
    value,
};
use crate::fhir::{
    definitions::{self, Content, Element, PRIMITIVE_EXTENSION, Primitive},
    intake::{
        Intake, Limits, Quarantine, Staged, Unreadable,
        diagnoses::{DUPLICATE_MEMBER, NO_RESOURCE, NUMBER, UNKNOWN_MEMBER},
        stop::Stop,
    },
    issue::Issues,
    location::{Location, printable},
};

pub(super) struct Walk<'q, R> {
    pub(super) lexer: Lexer<R>,
    pub(super) quarantine: &'q dyn Quarantine,
    pub(super) limits: Limits,
    pub(super) scope: Scope,
    pub(super) account: Account,
    pub(super) staged: Vec<Staged>,
    /// Whether documents are led aside, and not held.
    pub(super) stages: bool,
}

/// What the children of an element are children of.
#[derive(Clone, Copy)]
struct Parent {
    path: Option<&'static str>,
    is_resource: bool,
}

impl<'q, R: Read> Walk<'q, R> {
    pub(super) fn new(source: R, limits: &Limits, quarantine: &'q dyn Quarantine) -> Self {
        Self {
            lexer: Lexer::new(source, limits.body),
            quarantine,
            limits: limits.clone(),
            scope: Scope::default(),
            account: Account::new(limits),
            staged: Vec::new(),
            stages: true,
        }
    }

    /// The same, but documents stay in the tree, as text.
    pub(super) fn holding(mut self) -> Self {
        self.stages = false;
        self
    }

    pub(super) fn run(mut self) -> Result<Intake, Unreadable> {
        let walked = self.root();
        let issues = Issues(mem::take(&mut self.account.issues));
        match walked {
            Err(Stop::Cut) => Err(Unreadable::Cut),
            Err(Stop::Storage(error)) => Err(Unreadable::Storage(error)),
            Err(Stop::TooLong) => Err(Unreadable::TooLong(issues)),
            Ok(tree) if issues.0.is_empty() => Ok(Intake { tree, staged: self.staged }),
            Ok(_) | Err(Stop::Found) => Err(Unreadable::Issues(issues)),
        }
    }

    fn root(&mut self) -> Result<Value, Stop> {
        let name = self.lexer.prolog().map_err(|fault| self.account.stop(fault))?;
        self.account.at = Location::new(split(&name).map_or("", |(_, local)| local));
        let tree = self.resource(&name)?;
        match self.mark(Around::After)? {
            Mark::End => Ok(tree),
            Mark::Open(_) | Mark::Close(_) => Err(self.account.give_up(NO_RESOURCE)),
        }
    }

    fn resource(&mut self, name: &str) -> Result<Value, Stop> {
        self.account.count()?;
        self.account.deepen(1)?;
        let tag = self.tag(name)?;
        self.refuse(&tag, &["id", "url", "value"])?;
        let kind = self.local(name)?;
        if !is_element_name(&kind) {
            self.account.find(NO_RESOURCE, "")?;
        }
        let parent = Parent { path: definitions::resource(&kind), is_resource: true };
        let mut members = Members::default();
        members.insert("resourceType", Value::String(kind));
        self.children(parent, name, &tag, &mut members)?;
        self.account.rise(1);
        self.scope.leave();
        Ok(Value::Object(members.finish()))
    }

    fn children(&mut self, parent: Parent, name: &str, tag: &Tag, members: &mut Members) -> Result<(), Stop> {
        if tag.is_empty {
            return Ok(());
        }
        loop {
            match self.mark(Around::Resource)? {
                Mark::Open(child) => self.element(parent, &child, members)?,
                Mark::Close(end) if end == name => return Ok(()),
                Mark::Close(_) => {
                    let fault = self.lexer.wrong("an end tag is not that of the element");
                    return Err(self.account.stop(fault));
                }
                Mark::End => return Err(Stop::Cut),
            }
        }
    }

    fn element(&mut self, parent: Parent, name: &str, members: &mut Members) -> Result<(), Stop> {
        let local = self.local(name)?;
        self.account.count()?;
        self.account.hold(local.len())?;
        self.account.at.enter(&local);
        let element = self.definition(parent, &local)?;
        let often = match element {
            Some(Element { many: true, .. }) => Often::Many,
            Some(Element { many: false, .. }) => Often::Once,
            None => Often::Unknown,
        };
        let item = match (often, members.count(&local)) {
            (Often::Many, index) => self.item_of_list(index, element, name)?,
            (Often::Once, 1..) => {
                self.account.find(DUPLICATE_MEMBER, "")?;
                self.item(element, name)?
            }
            (Often::Once | Often::Unknown, _) => self.item(element, name)?,
        };
        self.account.at.leave();
        members.push(&local, often, item);
        Ok(())
    }

    fn item_of_list(&mut self, index: usize, element: Option<Element>, name: &str) -> Result<Item, Stop> {
        self.account.at.enter_item(index);
        self.account.deepen(1)?;
        let item = self.item(element, name)?;
        self.account.rise(1);
        self.account.at.leave();
        Ok(item)
    }

    /// What R4 says of an element; what can never be an element of FHIR is found at once.
    fn definition(&mut self, parent: Parent, local: &str) -> Result<Option<Element>, Stop> {
        let is_attribute =
            (local == "id" && !parent.is_resource) || (local == "url" && parent.path == Some("Extension"));
        if is_attribute || local == "resourceType" || !is_element_name(local) {
            self.account.find(UNKNOWN_MEMBER, "")?;
            return Ok(None);
        }
        Ok(element_of(parent.path, local))
    }

    fn item(&mut self, element: Option<Element>, name: &str) -> Result<Item, Stop> {
        match element.map(|element| element.content) {
            Some(Content::Primitive(Primitive::Xhtml, _)) => self.narrative(name),
            Some(Content::Primitive(kind, _)) => self.primitive(kind, name),
            Some(Content::Object(path)) => self.object(path, name),
            Some(Content::Resource) => self.wrapper(name),
            None => self.unknown(name),
        }
    }

    fn narrative(&mut self, name: &str) -> Result<Item, Stop> {
        if name != "div" {
            let fault = self.lexer.find(NARRATIVE, "its div has a prefix");
            return Err(self.account.stop(fault));
        }
        let text = narrative::read(&mut self.lexer, self.limits.string).map_err(|fault| self.account.stop(fault))?;
        self.account.hold(text.len())?;
        Ok(Item { value: Some(Value::String(text)), twin: None })
    }

    fn primitive(&mut self, kind: Primitive, name: &str) -> Result<Item, Stop> {
        let mut tag = self.tag(name)?;
        self.refuse(&tag, &["url"])?;
        let value = match tag.value.take().map(|text| value::of_type(kind, text)) {
            Some(None) => return Err(self.account.give_up(NUMBER)),
            Some(value) => value,
            None => None,
        };
        let twin = self.twin(Some(PRIMITIVE_EXTENSION), name, tag)?;
        if value.is_none() && twin.is_none() {
            self.account.find(EMPTY_ELEMENT, "")?;
        }
        Ok(Item { value, twin })
    }

    /// The id and the extensions of a primitive.
    fn twin(&mut self, path: Option<&'static str>, name: &str, tag: Tag) -> Result<Option<Value>, Stop> {
        self.account.at.turn_to_twin();
        let object = self.members(path, name, tag)?;
        self.account.at.turn_to_twin();
        Ok(object)
    }

    /// The id, the url and the children of an element, and the end of it.
    fn members(&mut self, path: Option<&'static str>, name: &str, tag: Tag) -> Result<Option<Value>, Stop> {
        self.account.deepen(1)?;
        let mut members = Members::default();
        for (name, value) in [("id", &tag.id), ("url", &tag.url)] {
            if let Some(value) = value {
                members.insert(name, Value::String(value.clone()));
            }
        }
        self.children(Parent { path, is_resource: false }, name, &tag, &mut members)?;
        self.account.rise(1);
        self.scope.leave();
        let object = members.finish();
        Ok((!object.is_empty()).then_some(Value::Object(object)))
    }

    fn object(&mut self, path: &'static str, name: &str) -> Result<Item, Stop> {
        let tag = self.tag(name)?;
        self.refuse(&tag, if path == "Extension" { &["value"] } else { &["url", "value"] })?;
        let value = self.members(Some(path), name, tag)?;
        self.unless_empty(value)
    }

    fn unless_empty(&mut self, value: Option<Value>) -> Result<Item, Stop> {
        if value.is_none() {
            self.account.find(EMPTY_ELEMENT, "")?;
        }
        Ok(Item { value, twin: None })
    }

    /// An element around a resource.
    fn wrapper(&mut self, name: &str) -> Result<Item, Stop> {
        let tag = self.tag(name)?;
        self.refuse(&tag, &["id", "url", "value"])?;
        let value = match tag.is_empty {
            true => None,
            false => self.wrapped(name)?,
        };
        self.scope.leave();
        if value.is_none() {
            self.account.find(ONE_RESOURCE, "")?;
        }
        Ok(Item { value, twin: None })
    }

    fn wrapped(&mut self, name: &str) -> Result<Option<Value>, Stop> {
        let value = match self.mark(Around::Resource)? {
            Mark::Open(resource) => self.resource(&resource)?,
            Mark::Close(end) if end == name => return Ok(None),
            Mark::Close(_) => return Err(self.account.give_up(ONE_RESOURCE)),
            Mark::End => return Err(Stop::Cut),
        };
        match self.mark(Around::Resource)? {
            Mark::Close(end) if end == name => Ok(Some(value)),
            Mark::Open(_) | Mark::Close(_) => Err(self.account.give_up(ONE_RESOURCE)),
            Mark::End => Err(Stop::Cut),
        }
    }

    /// What R4 does not know is kept, so that gate 3 finds it: a text where it has a value, else an object.
    fn unknown(&mut self, name: &str) -> Result<Item, Stop> {
        let mut tag = self.tag(name)?;
        self.refuse(&tag, &["url"])?;
        match tag.value.take() {
            Some(text) => Ok(Item { value: Some(Value::String(text)), twin: self.twin(None, name, tag)? }),
            None => {
                let value = self.members(None, name, tag)?;
                self.unless_empty(value)
            }
        }
    }

    /// Finds the attributes that have no place here.
    fn refuse(&mut self, tag: &Tag, names: &[&str]) -> Result<(), Stop> {
        let stated = [("id", &tag.id), ("url", &tag.url), ("value", &tag.value)];
        for (name, _) in stated.iter().filter(|(name, value)| value.is_some() && names.contains(name)) {
            self.account.find_member(UNKNOWN_ATTRIBUTE, name)?;
        }
        Ok(())
    }

    fn local(&mut self, name: &str) -> Result<String, Stop> {
        let local = split(name).map(|(_, local)| local.to_owned());
        local.ok_or_else(|| self.account.give_up(NAMESPACE))
    }

    fn mark(&mut self, around: Around) -> Result<Mark, Stop> {
        self.lexer.mark(around).map_err(|fault| self.account.stop(fault))
    }
}

/// Whether an element of FHIR can have the name. That of an underscore is JSON's own.
fn is_element_name(name: &str) -> bool {
    printable(name) == name && !name.starts_with('_')
}
