//! JSON text, read strictly: bounded depth, no member twice, nothing behind its end.

use serde_json::{Map, Number, Value};
use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ReaderSettings, ValueType};

use super::MAX_DEPTH;
use crate::fhir::{
    intake::diagnoses::{BYTE_ORDER_MARK, DUPLICATE_MEMBER, NOT_JSON, NOT_UTF8, NUMBER, TOO_DEEP, TRAILING},
    issue::{Diagnosis, Issue},
};

/// Reads a JSON text of bounded length.
pub(super) fn read(text: &[u8]) -> Result<Value, Issue> {
    if text.starts_with(b"\xEF\xBB\xBF") {
        return Err(Issue::error(BYTE_ORDER_MARK, "line 1, column 1", ""));
    }
    let mut reader = Reader { json: JsonStreamReader::new_custom(text, settings()) };
    let value = reader.value()?;
    match reader.json.has_next() {
        Ok(false) => Ok(value),
        Ok(true) | Err(_) => Err(reader.issue(TRAILING)),
    }
}

fn settings() -> ReaderSettings {
    ReaderSettings {
        track_path: false,
        allow_multiple_top_level: true,
        max_nesting_depth: u32::try_from(MAX_DEPTH).ok(),
        ..ReaderSettings::default()
    }
}

struct Reader<'a> {
    json: JsonStreamReader<&'a [u8]>,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Value, Issue> {
        match self.json.peek().map_err(|error| self.fault(&error))? {
            ValueType::Object => self.object(),
            ValueType::Array => self.array(),
            ValueType::String => self.json.next_string().map(Value::String).map_err(|error| self.fault(&error)),
            ValueType::Number => self.number(),
            ValueType::Boolean => self.json.next_bool().map(Value::Bool).map_err(|error| self.fault(&error)),
            ValueType::Null => self.json.next_null().map(|()| Value::Null).map_err(|error| self.fault(&error)),
        }
    }

    fn object(&mut self) -> Result<Value, Issue> {
        self.json.begin_object().map_err(|error| self.fault(&error))?;
        let mut members = Map::new();
        while self.json.has_next().map_err(|error| self.fault(&error))? {
            let name = self.json.next_name_owned().map_err(|error| self.fault(&error))?;
            let value = self.value()?;
            if members.insert(name, value).is_some() {
                return Err(self.issue(DUPLICATE_MEMBER));
            }
        }
        self.json.end_object().map_err(|error| self.fault(&error))?;
        Ok(Value::Object(members))
    }

    fn array(&mut self) -> Result<Value, Issue> {
        self.json.begin_array().map_err(|error| self.fault(&error))?;
        let mut items = Vec::new();
        while self.json.has_next().map_err(|error| self.fault(&error))? {
            items.push(self.value()?);
        }
        self.json.end_array().map_err(|error| self.fault(&error))?;
        Ok(Value::Array(items))
    }

    fn number(&mut self) -> Result<Value, Issue> {
        let text = self.json.next_number_as_string().map_err(|error| self.fault(&error))?;
        text.parse::<Number>().map(Value::Number).map_err(|_| self.issue(NUMBER))
    }

    fn fault(&self, error: &ReaderError) -> Issue {
        let is_deep = matches!(error, ReaderError::MaxNestingDepthExceeded { .. });
        let is_number = matches!(error, ReaderError::UnsupportedNumberValue { .. });
        let is_foreign = matches!(error, ReaderError::IoError { .. });
        let known = [(is_deep, TOO_DEEP), (is_number, NUMBER), (is_foreign, NOT_UTF8)];
        self.issue(known.into_iter().find(|(is_so, _)| *is_so).map_or(NOT_JSON, |(_, diagnosis)| diagnosis))
    }

    fn issue(&self, diagnosis: Diagnosis) -> Issue {
        let place = self.json.current_position(false).line_pos;
        let place = place.map_or_else(String::new, |at| format!("line {}, column {}", at.line + 1, at.column + 1));
        Issue::error(diagnosis, place, "")
    }
}
