//! The claims of a token, read one by one: what is missing or of another type has a name.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::untrusted::Untrusted;

/// The claims of a token, or a part of them. Empty strings are no values: issuers write them for what they do not know.
#[derive(Clone, Copy)]
pub struct Claims<'a>(&'a Map<String, Value>);

impl<'a> Claims<'a> {
    /// The claims.
    pub const fn of(map: &'a Map<String, Value>) -> Self {
        Self(map)
    }

    /// A claim, whatever its type.
    pub fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// A string.
    ///
    /// # Errors
    /// It is of another type.
    pub fn text(self, name: &'static str) -> Result<Option<&'a str>, Untrusted> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) | Value::Null) => {
                Err(Untrusted::Wrong(name))
            }
        }
    }

    /// A string that must be there.
    ///
    /// # Errors
    /// It is missing or of another type.
    pub fn required(self, name: &'static str) -> Result<&'a str, Untrusted> {
        self.text(name)?.ok_or(Untrusted::Missing(name))
    }

    /// Something made of a string that must be there.
    ///
    /// # Errors
    /// It is missing, of another type, or cannot be made.
    pub fn parsed<T>(self, name: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Untrusted> {
        parse(self.required(name)?).ok_or(Untrusted::Wrong(name))
    }

    /// Something made of a string that may be there.
    ///
    /// # Errors
    /// It is of another type, or cannot be made.
    pub fn optional<T>(
        self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Untrusted> {
        match self.text(name)? {
            None => Ok(None),
            Some(text) => parse(text).map(Some).ok_or(Untrusted::Wrong(name)),
        }
    }

    /// An instant, in whole seconds since 1970.
    ///
    /// # Errors
    /// It is no such number.
    pub fn instant(self, name: &'static str) -> Result<Option<Timestamp>, Untrusted> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let instant = value.as_i64().and_then(|seconds| Timestamp::from_second(seconds).ok());
        instant.map(Some).ok_or(Untrusted::Wrong(name))
    }

    /// An instant that must be there.
    ///
    /// # Errors
    /// It is missing or no such number.
    pub fn required_instant(self, name: &'static str) -> Result<Timestamp, Untrusted> {
        self.instant(name)?.ok_or(Untrusted::Missing(name))
    }

    /// The members of an object that must be there.
    ///
    /// # Errors
    /// It is missing or no object.
    pub fn inside(self, name: &'static str) -> Result<Self, Untrusted> {
        let value = self.value(name).ok_or(Untrusted::Missing(name))?;
        value.as_object().map(Self).ok_or(Untrusted::Wrong(name))
    }

    /// The strings of an array, or a single one.
    ///
    /// # Errors
    /// It is missing, or something else is in it.
    pub fn texts(self, name: &'static str) -> Result<Vec<&'a str>, Untrusted> {
        match self.value(name).ok_or(Untrusted::Missing(name))? {
            Value::String(text) => Ok(vec![text]),
            Value::Array(values) => {
                let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
                texts.filter(|texts| !texts.is_empty()).ok_or(Untrusted::Wrong(name))
            }
            Value::Bool(_) | Value::Number(_) | Value::Object(_) | Value::Null => Err(Untrusted::Wrong(name)),
        }
    }

    /// The codes of an array of coded values (`{"system", "code"}`), or of a single one, as IUA writes roles and purposes.
    ///
    /// # Errors
    /// It is missing, or something else is in it.
    pub fn codes(self, name: &'static str) -> Result<Vec<&'a str>, Untrusted> {
        let value = self.value(name).ok_or(Untrusted::Missing(name))?;
        let single = std::slice::from_ref(value);
        let values = value.as_array().map_or(single, Vec::as_slice);
        let code = |value: &'a Value| value.get("code").and_then(Value::as_str).filter(|code| !code.is_empty());
        let codes: Option<Vec<&str>> = values.iter().map(code).collect();
        codes.filter(|codes| !codes.is_empty()).ok_or(Untrusted::Wrong(name))
    }
}
