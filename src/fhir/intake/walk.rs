//! The walk through the JSON text: it builds the tree, and finds what FHIR's JSON does not allow.

use std::{
    cell::RefCell,
    io::{self, Read},
    mem,
    rc::Rc,
};

use serde_json::{Map, Number, Value};
use struson::reader::{JsonReader, JsonStreamReader, JsonSyntaxError, ReaderError, ReaderSettings, ValueType};

use super::{
    FINDINGS, Intake, Limits, PLACEHOLDER, Quarantine, Staged, TEXT_FACTOR, Unreadable, diagnoses,
    drain::{Drain, Fault},
    is_document, pairs,
    sluice::{Channel, Sluice},
    stop::{self, Shift, Stop},
};
use crate::{
    fhir::{
        issue::{Diagnosis, Issue, Issues},
        location::Location,
    },
    record::submission::StagedContent,
};

/// The root of every place until the type is known.
const ROOT: &str = Location::UNKNOWN;

pub(super) struct Walk<'q, R: Read> {
    json: JsonStreamReader<Sluice<'q, R>>,
    channel: Channel<'q>,
    quarantine: &'q dyn Quarantine,
    limits: Limits,
    /// Whether documents are led aside, and not held.
    stages: bool,
    at: Location,
    kind: Option<String>,
    nodes_left: usize,
    text_left: usize,
    issues: Vec<Issue>,
    staged: Vec<Staged>,
    shift: Shift,
}

impl<'q, R: Read> Walk<'q, R> {
    pub(super) fn new(source: R, limits: &Limits, quarantine: &'q dyn Quarantine) -> Self {
        let channel: Channel<'q> = Rc::new(RefCell::new(None));
        // A character may be written as an escape, and the reader buffers ahead.
        let token = limits.string.saturating_mul(2).saturating_add(4096);
        let sluice = Sluice::new(source, limits.body, token, Rc::clone(&channel));
        Self {
            json: JsonStreamReader::new_custom(sluice, settings(limits)),
            channel,
            quarantine,
            limits: limits.clone(),
            stages: true,
            at: Location::new(ROOT),
            kind: None,
            nodes_left: limits.nodes,
            text_left: limits.string.saturating_mul(TEXT_FACTOR),
            issues: Vec::new(),
            staged: Vec::new(),
            shift: Shift::default(),
        }
    }

    /// The same, but documents stay in the tree, as text.
    pub(super) fn holding(mut self) -> Self {
        self.stages = false;
        self
    }

    pub(super) fn run(mut self) -> Result<Intake, Unreadable> {
        let walked = self.root();
        let kind = Location::new(self.kind.as_deref().unwrap_or(ROOT)).to_string();
        let (issues, staged) = (mem::take(&mut self.issues), mem::take(&mut self.staged));
        let issues =
            || Issues(issues.into_iter().map(|issue| Issue { at: rooted(&kind, issue.at), ..issue }).collect());
        match walked {
            Err(Stop::Cut) => Err(Unreadable::Cut),
            Err(Stop::Storage(error)) => Err(Unreadable::Storage(error)),
            Err(Stop::TooLong) => Err(Unreadable::TooLong(issues())),
            Err(Stop::Found) => Err(Unreadable::Issues(issues())),
            Ok(Some(tree)) => {
                let staged = staged.into_iter().map(|staged| Staged { at: rooted(&kind, staged.at), ..staged });
                Ok(Intake { tree, staged: staged.collect() })
            }
            Ok(None) => Err(Unreadable::Issues(issues())),
        }
    }

    /// The whole body; nothing where there were findings.
    fn root(&mut self) -> Result<Option<Value>, Stop> {
        if self.json.reader_mut().begins_with(b"\xEF\xBB\xBF") {
            let issue = Issue::error(diagnoses::BYTE_ORDER_MARK, "line 1, column 1", "");
            return Err(self.give_up(issue));
        }
        let tree = self.value()?;
        self.expect_end()?;
        match &tree {
            Value::Object(object) if self.kind.is_none() && !object.is_empty() => {
                self.find(diagnoses::NO_RESOURCE_TYPE, "")?;
            }
            Value::Object(_) => {}
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                self.find(diagnoses::NO_RESOURCE, "")?;
            }
        }
        Ok(self.issues.is_empty().then_some(tree))
    }

    fn value(&mut self) -> Result<Value, Stop> {
        self.begin_token();
        self.count()?;
        match self.json.peek().map_err(|error| self.stop(&error))? {
            ValueType::Object => self.object(),
            ValueType::Array => self.array(),
            ValueType::String if self.stages && is_document(&self.at) => self.document(),
            ValueType::String => self.string(),
            ValueType::Number => self.number(),
            ValueType::Boolean => self.json.next_bool().map(Value::Bool).map_err(|error| self.stop(&error)),
            ValueType::Null => self.json.next_null().map(|()| Value::Null).map_err(|error| self.stop(&error)),
        }
    }

    fn object(&mut self) -> Result<Value, Stop> {
        self.json.begin_object().map_err(|error| self.stop(&error))?;
        let mut object = Map::new();
        while self.has_next()? {
            let name = self.json.next_name_owned().map_err(|error| self.stop(&error))?;
            self.at.enter(&name);
            self.hold(name.len())?;
            if object.contains_key(&name) {
                self.find(diagnoses::DUPLICATE_MEMBER, "")?;
            }
            let value = self.member()?;
            self.at.leave();
            object.insert(name, value);
        }
        self.json.end_object().map_err(|error| self.stop(&error))?;
        self.check_object(&object)?;
        Ok(Value::Object(object))
    }

    fn member(&mut self) -> Result<Value, Stop> {
        let value = self.value()?;
        if value.is_null() {
            self.find(diagnoses::STRAY_NULL, "")?;
        }
        if self.at.is(&["resourceType"]) {
            self.kind = value.as_str().filter(|kind| !kind.is_empty()).map(str::to_owned);
        }
        Ok(value)
    }

    fn check_object(&mut self, object: &Map<String, Value>) -> Result<(), Stop> {
        if object.is_empty() {
            self.find(diagnoses::EMPTY_OBJECT, "")?;
        }
        pairs::check(object, &self.at).into_iter().try_for_each(|issue| self.keep(issue))
    }

    fn array(&mut self) -> Result<Value, Stop> {
        self.json.begin_array().map_err(|error| self.stop(&error))?;
        let mut items = Vec::new();
        while self.has_next()? {
            self.at.enter_item(items.len());
            let item = self.value()?;
            if item.is_array() {
                self.find(diagnoses::NESTED_ARRAY, "")?;
            }
            self.at.leave();
            items.push(item);
        }
        self.json.end_array().map_err(|error| self.stop(&error))?;
        if items.is_empty() {
            self.find(diagnoses::EMPTY_ARRAY, "")?;
        }
        Ok(Value::Array(items))
    }

    fn string(&mut self) -> Result<Value, Stop> {
        let text = self.json.next_string().map_err(|error| self.stop(&error))?;
        if text.is_empty() {
            self.find(diagnoses::EMPTY_STRING, "")?;
        }
        if text.len() > self.limits.string {
            return Err(self.give_up_here(diagnoses::STRING_TOO_LONG));
        }
        self.hold(text.len())?;
        Ok(Value::String(text))
    }

    /// The number with its text: FHIR's decimals keep their precision.
    fn number(&mut self) -> Result<Value, Stop> {
        let text = self.json.next_number_as_string().map_err(|error| self.stop(&error))?;
        match text.parse::<Number>() {
            Ok(number) => Ok(Value::Number(number)),
            Err(_) => Err(self.give_up_here(diagnoses::NUMBER)),
        }
    }

    fn document(&mut self) -> Result<Value, Stop> {
        if self.staged.len() >= self.limits.documents {
            return Err(self.too_long(diagnoses::TOO_MANY_DOCUMENTS));
        }
        let place = self.at.to_string();
        match self.drain()? {
            Ok(content) => self.staged.push(Staged { at: place, content }),
            Err(Fault::Empty) => self.find(diagnoses::EMPTY_STRING, "")?,
            Err(Fault::NotBase64) => self.find(diagnoses::NOT_BASE64, "")?,
            Err(Fault::TooLong) => return Err(self.too_long(diagnoses::CONTENT_TOO_LONG)),
            Err(Fault::Storage(error)) => return Err(Stop::Storage(error)),
        }
        Ok(Value::String(PLACEHOLDER.to_owned()))
    }

    /// Leads the string that begins here into a drain. The reader gives one character at a time, so that it holds none
    /// back when the sluice leads the rest aside.
    fn drain(&mut self) -> Result<Result<StagedContent, Fault>, Stop> {
        let before = self.json.reader_mut().led_aside();
        *self.channel.borrow_mut() = Some(Drain::new(self.quarantine, self.limits.content));
        let read = self.read_through();
        let drain = self.channel.borrow_mut().take();
        self.shift(before);
        match (read, drain) {
            (_, Some(drain)) if drain.is_hopeless() => Ok(drain.finish()),
            (Ok(()), Some(drain)) => Ok(drain.finish()),
            (Ok(()), None) => Err(Stop::Cut),
            (Err(error), _) => Err(self.stop_of_string(&error)),
        }
    }

    fn read_through(&mut self) -> io::Result<()> {
        let mut text = self.json.next_string_reader().map_err(io::Error::other)?;
        let mut character = [0];
        while text.read(&mut character)? > 0 {
            if let Some(drain) = self.channel.borrow_mut().as_mut() {
                drain.push(&character);
            }
        }
        Ok(())
    }

    fn shift(&mut self, before: u64) {
        let columns = self.json.reader_mut().led_aside() - before;
        let line = self.json.current_position(false).line_pos.map_or(0, |position| position.line);
        let earlier = if self.shift.line == line { self.shift.columns } else { 0 };
        self.shift = Shift { line, columns: earlier + columns };
    }

    /// Nothing but white space may follow the resource.
    fn expect_end(&mut self) -> Result<(), Stop> {
        self.begin_token();
        match self.json.has_next() {
            Ok(false) => Ok(()),
            Err(error) if self.json.reader_mut().failure().is_some() => Err(self.stop(&error)),
            Ok(true) | Err(_) => {
                let place = self.shift.place(&self.json.current_position(false));
                Err(self.give_up(Issue::error(diagnoses::TRAILING, place, "")))
            }
        }
    }

    fn has_next(&mut self) -> Result<bool, Stop> {
        self.begin_token();
        self.json.has_next().map_err(|error| self.stop(&error))
    }

    fn begin_token(&mut self) {
        self.json.reader_mut().begin_token();
    }

    fn count(&mut self) -> Result<(), Stop> {
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or_else(|| self.give_up_here(diagnoses::TOO_MANY))?;
        Ok(())
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        self.text_left = self.text_left.checked_sub(bytes).ok_or_else(|| self.give_up_here(diagnoses::TOO_MANY))?;
        Ok(())
    }

    fn find(&mut self, diagnosis: Diagnosis, detail: &str) -> Result<(), Stop> {
        self.keep(Issue::error(diagnosis, self.at.to_string(), detail))
    }

    fn keep(&mut self, issue: Issue) -> Result<(), Stop> {
        self.issues.push(issue);
        if self.issues.len() < FINDINGS { Ok(()) } else { Err(Stop::Found) }
    }

    fn give_up(&mut self, issue: Issue) -> Stop {
        self.issues.push(issue);
        Stop::Found
    }

    fn give_up_here(&mut self, diagnosis: Diagnosis) -> Stop {
        self.give_up(Issue::error(diagnosis, self.at.to_string(), ""))
    }

    fn too_long(&mut self, diagnosis: Diagnosis) -> Stop {
        self.issues.push(Issue::error(diagnosis, self.at.to_string(), ""));
        Stop::TooLong
    }

    fn stop(&mut self, error: &ReaderError) -> Stop {
        let at = self.at.to_string();
        let (stop, issue) = match self.json.reader_mut().failure() {
            Some(failure) => stop::of_failure(failure, at),
            None => stop::of_error(error, at, self.shift),
        };
        self.issues.extend(issue);
        stop
    }

    /// The string reader wraps the reader's errors.
    fn stop_of_string(&mut self, error: &io::Error) -> Stop {
        let at = self.at.to_string();
        let syntax = error.get_ref().and_then(|inner| inner.downcast_ref::<JsonSyntaxError>());
        let (stop, issue) = match (self.json.reader_mut().failure(), syntax) {
            (Some(failure), _) => stop::of_failure(failure, at),
            (None, Some(syntax)) => stop::of_syntax(syntax, self.shift),
            (None, None) => (Stop::Found, Some(Issue::error(diagnoses::NOT_UTF8, at, ""))),
        };
        self.issues.extend(issue);
        stop
    }
}

fn settings(limits: &Limits) -> ReaderSettings {
    ReaderSettings {
        track_path: false,
        // So that what follows the resource can be asked for.
        allow_multiple_top_level: true,
        max_nesting_depth: Some(u32::try_from(limits.depth).unwrap_or(u32::MAX)),
        ..ReaderSettings::default()
    }
}

/// Puts the resource type in front of a place, once it is known.
fn rooted(kind: &str, at: String) -> String {
    match at.strip_prefix(ROOT) {
        Some(rest) if rest.is_empty() || rest.starts_with('.') => format!("{kind}{rest}"),
        Some(_) | None => at,
    }
}
