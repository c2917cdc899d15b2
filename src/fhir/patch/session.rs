//! One application of a patch to a document as it stands.

use serde_json::{Map, Value};

use super::{
    Operation, Place,
    algebra::{self, Algebra},
    place::{self, Key},
};
use crate::{
    fhir::{
        canon::IS_ARCHIVED,
        print,
        publication::Label,
        rules::{PATCH_DELETION, RuleSet, Verdict},
    },
    record::{
        amendment::{Inapplicable, Revision, Unpatched},
        document::{DocumentEntry, Rendition, Status},
    },
};

/// What a patch may change.
const WRITABLE: [&str; 3] = ["status", "securityLabel", "extension"];
/// What it may test beside that: nothing that a caller does not know who may patch the document without reading it.
const READABLE: [&str; 3] = ["resourceType", "id", "meta"];
/// Values in what is copied: no copy of copies grows without end.
const MAX_COPIED: usize = 64;

/// A patch document's operations, each with its number there.
pub(super) type Script = Vec<(usize, Operation)>;

/// Applies a patch. Pure.
pub(super) fn apply(
    script: &Script,
    rules: RuleSet,
    entry: &DocumentEntry,
    rendition: &Rendition,
) -> Result<Revision, Inapplicable> {
    let mut session = Session::new(entry, rendition);
    for (number, operation) in script {
        session.carry_out(operation).map_err(|why| Inapplicable { why, operation: *number })?;
    }
    let last = script.last().map_or(0, |(number, _)| *number);
    session.revision(entry, rules).map_err(|why| Inapplicable { why, operation: last })
}

struct Session {
    /// The part of the printed resource that a patch may see.
    view: Value,
    /// The extensions that stay as they are.
    others: Vec<Value>,
    labels: Algebra,
}

/// What an operation did.
enum Done {
    /// It wrote there.
    Wrote(Vec<Key>),
    /// It took something out, and put it nowhere.
    Took,
    /// It changed nothing.
    Nothing,
}

impl Session {
    fn new(entry: &DocumentEntry, rendition: &Rendition) -> Self {
        let view = view_of(entry, rendition);
        let others = others(&view).cloned().collect();
        Self { view, others, labels: Algebra::default() }
    }

    fn carry_out(&mut self, operation: &Operation) -> Result<(), Unpatched> {
        let before = self.view.get("securityLabel").map(algebra::labels).unwrap_or_default();
        let done = self.execute(operation)?;
        if let Done::Wrote(keys) = &done {
            self.settle_labels(&before, keys);
            self.settle_archived(keys);
        }
        if others(&self.view).eq(&self.others) { Ok(()) } else { Err(Unpatched::OtherElement) }
    }

    fn execute(&mut self, operation: &Operation) -> Result<Done, Unpatched> {
        match operation {
            Operation::Add { at, value } => self.add(at, value.clone()),
            Operation::Replace { at, value } => self.replace(at, value.clone()),
            Operation::Remove { at, if_found } => self.remove(at, *if_found),
            Operation::Move { from, to } => self.relocate(from, to),
            Operation::Copy { from, to } => self.duplicate(from, to),
            Operation::Test { at, value } => self.test(at, value),
            Operation::Label { value } => self.label(value.clone()),
        }
    }

    fn add(&mut self, at: &Place, value: Value) -> Result<Done, Unpatched> {
        let keys = self.writable(at)?;
        place::put(&mut self.view, &keys, value).map(Done::Wrote).ok_or(Unpatched::NoSuchPlace)
    }

    fn replace(&mut self, at: &Place, value: Value) -> Result<Done, Unpatched> {
        let keys = self.writable(at)?;
        place::set(&mut self.view, &keys, value).ok_or(Unpatched::NoSuchPlace)?;
        Ok(Done::Wrote(keys))
    }

    fn remove(&mut self, at: &Place, if_found: bool) -> Result<Done, Unpatched> {
        let keys = match self.writable(at) {
            Err(Unpatched::NoSuchPlace) if if_found => return Ok(Done::Nothing),
            found => found?,
        };
        match place::take(&mut self.view, &keys) {
            Some(_) => Ok(Done::Took),
            None if if_found => Ok(Done::Nothing),
            None => Err(Unpatched::NoSuchPlace),
        }
    }

    fn relocate(&mut self, from: &Place, to: &Place) -> Result<Done, Unpatched> {
        let source = self.writable(from)?;
        let value = place::take(&mut self.view, &source).ok_or(Unpatched::NoSuchPlace)?;
        // Where the target lay inside the source, it is gone with it.
        let done = self.add(to, value)?;
        let leaves = |keys: &[Key]| root(&source) == root(keys);
        Ok(match done {
            Done::Wrote(keys) if leaves(&keys) => Done::Wrote(keys),
            Done::Wrote(_) | Done::Took | Done::Nothing => Done::Took,
        })
    }

    fn duplicate(&mut self, from: &Place, to: &Place) -> Result<Done, Unpatched> {
        let source = self.writable(from)?;
        let value = place::get(&self.view, &source).ok_or(Unpatched::NoSuchPlace)?;
        if count(value) > MAX_COPIED {
            return Err(Unpatched::WrongValue);
        }
        let value = value.clone();
        self.add(to, value)
    }

    fn test(&mut self, at: &Place, value: &Value) -> Result<Done, Unpatched> {
        let keys = self.find(at, |name| WRITABLE.contains(&name) || READABLE.contains(&name))?;
        let found = place::get(&self.view, &keys).ok_or(Unpatched::NoSuchPlace)?;
        if found == value { Ok(Done::Nothing) } else { Err(Unpatched::TestFailed) }
    }

    fn label(&mut self, value: Value) -> Result<Done, Unpatched> {
        let list = self.view.get_mut("securityLabel").and_then(Value::as_array_mut).ok_or(Unpatched::NoSuchPlace)?;
        algebra::put(list, value);
        Ok(Done::Nothing)
    }

    fn writable(&mut self, at: &Place) -> Result<Vec<Key>, Unpatched> {
        self.find(at, |name| WRITABLE.contains(&name))
    }

    fn find(&mut self, at: &Place, is_open: impl Fn(&str) -> bool) -> Result<Vec<Key>, Unpatched> {
        if !at.names().first().is_some_and(|name| is_open(name)) {
            return Err(Unpatched::OtherElement);
        }
        place::find(at, &mut self.view)
    }

    fn settle_labels(&mut self, before: &[Label], keys: &[Key]) {
        let Some(list) = self.view.get("securityLabel").filter(|_| root(keys) == Some("securityLabel")) else { return };
        let written = match keys.get(1) {
            Some(Key::At(index)) => list.get(index),
            Some(Key::Name(_) | Key::End) | None => None,
        };
        self.labels.settle(before, list, written);
    }

    /// The archived flag stands once: the one that was written last.
    fn settle_archived(&mut self, keys: &[Key]) {
        let Some(Key::At(written)) = keys.get(1).filter(|_| root(keys) == Some("extension")) else { return };
        let Some(extensions) = self.view.get_mut("extension").and_then(Value::as_array_mut) else { return };
        if extensions.get(*written).is_some_and(is_archived_flag) {
            let mut index = 0;
            extensions.retain(|extension| {
                let stays = index == *written || !is_archived_flag(extension);
                index += 1;
                stays
            });
        }
    }

    fn revision(&self, entry: &DocumentEntry, rules: RuleSet) -> Result<Revision, Unpatched> {
        let labels = self.labels.outcome(self.view.get("securityLabel"))?;
        Ok(Revision {
            status: self.status(rules)?,
            archived: self.archived()?,
            confidentiality: labels.confidentiality.unwrap_or(entry.labels.confidentiality),
            masked: labels.flags.contains(&Label::Masked),
            hidden_from_patient: labels.flags.contains(&Label::HiddenFromPatient),
            hidden_from_representatives: labels.flags.contains(&Label::HiddenFromRepresentatives),
            added_rather_than_exchanged: labels.added_rather_than_exchanged,
        })
    }

    fn status(&self, rules: RuleSet) -> Result<Status, Unpatched> {
        match self.view.get("status").and_then(Value::as_str) {
            Some("current") => Ok(Status::Current),
            Some("superseded") => Ok(Status::Superseded),
            Some("entered-in-error") if rules.verdict(&PATCH_DELETION) != Verdict::Refuse => Ok(Status::EnteredInError),
            Some(_) | None => Err(Unpatched::WrongValue),
        }
    }

    fn archived(&self) -> Result<bool, Unpatched> {
        let Some(extensions) = self.view.get("extension") else { return Ok(false) };
        let extensions = extensions.as_array().ok_or(Unpatched::WrongValue)?;
        let mut flags = extensions.iter().filter(|extension| is_archived_flag(extension));
        match (flags.next(), flags.next()) {
            (None, _) => Ok(false),
            (Some(flag), None) => flag.get("valueBoolean").and_then(Value::as_bool).ok_or(Unpatched::WrongValue),
            (Some(_), Some(_)) => Err(Unpatched::WrongValue),
        }
    }
}

fn view_of(entry: &DocumentEntry, rendition: &Rendition) -> Value {
    let mut printed = Vec::new();
    print::document(&mut printed, entry, rendition, "");
    let mut view: Map<String, Value> = serde_json::from_slice(&printed).unwrap_or_default();
    view.retain(|name, _| WRITABLE.contains(&name.as_str()) || READABLE.contains(&name.as_str()));
    // An empty list is not printed, yet one may be put into it.
    view.entry("extension").or_insert_with(|| Value::Array(Vec::new()));
    Value::Object(view)
}

fn root(keys: &[Key]) -> Option<&str> {
    keys.first().and_then(|key| match key {
        Key::Name(name) => Some(name.as_str()),
        Key::At(_) | Key::End => None,
    })
}

/// The extensions beside the archived flag.
fn others(view: &Value) -> impl Iterator<Item = &Value> {
    let extensions = view.get("extension").and_then(Value::as_array).into_iter().flatten();
    extensions.filter(|extension| !is_archived_flag(extension))
}

fn is_archived_flag(extension: &Value) -> bool {
    extension.get("url").and_then(Value::as_str) == Some(IS_ARCHIVED)
}

/// How many values, as far as it matters.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
    }
}
