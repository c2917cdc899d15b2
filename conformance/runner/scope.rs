//! What placeholders mean while one case runs. Source of every name: `conformance/README.md`.

use std::{cell::RefCell, collections::BTreeMap};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::Value;
use uuid::Uuid;

use super::{
    json,
    roles::Roles,
    template::{self, Resolved},
};

/// The variables of one case. What is made up by chance is made up once for each name.
pub struct Scope<'a> {
    base: &'a str,
    roles: &'a Roles,
    files: &'a BTreeMap<String, String>,
    now: Timestamp,
    saved: BTreeMap<String, Value>,
    /// Which of several instances of a body is being made: it has numbers of its own.
    instance: Option<String>,
    chance: RefCell<BTreeMap<String, Uuid>>,
}

impl<'a> Scope<'a> {
    /// A scope in which nothing is saved yet.
    pub const fn new(base: &'a str, roles: &'a Roles, files: &'a BTreeMap<String, String>, now: Timestamp) -> Self {
        Self { base, roles, files, now, saved: BTreeMap::new(), instance: None, chance: RefCell::new(BTreeMap::new()) }
    }

    /// Keeps a value for the steps to come.
    pub fn save(&mut self, name: &str, value: Value) {
        self.saved.insert(name.to_owned(), value);
    }

    /// Says which instance of a body is being made: in it `uuid.doc` is what `uuid.doc/b` is elsewhere.
    pub fn make(&mut self, instance: Option<&str>) {
        self.instance = instance.map(str::to_owned);
    }

    /// The value of a placeholder, its filters applied.
    pub fn resolve(&self, placeholder: &str) -> Resolved {
        let mut parts = placeholder.split('|').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let value = match name.strip_prefix("file.") {
            Some(file) => self.file(file),
            None => self.value(name).ok_or_else(|| nothing(name)),
        };
        Some(value.and_then(|value| parts.try_fold(value, |value, filter| filtered(&value, filter))))
    }

    /// A body as text, its placeholders filled.
    fn file(&self, name: &str) -> Result<Value, String> {
        let text = self.files.get(name).ok_or_else(|| format!("there is no body {name}"))?;
        template::fill_text(text, &|inner| self.resolve(inner))
    }

    fn value(&self, name: &str) -> Option<Value> {
        if let Some(saved) = self.saved.get(name) {
            return Some(saved.clone());
        }
        if name == "base" {
            return Some(self.base.into());
        }
        if let Some(offset) = name.strip_prefix("now") {
            return self.moment(offset).map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into());
        }
        if let Some(offset) = name.strip_prefix("today") {
            return self.moment(offset).map(|at| at.to_zoned(TimeZone::UTC).date().to_string().into());
        }
        let (kind, key) = name.split_once('.')?;
        self.identity(kind, key).map(Value::from).or_else(|| self.made_up(kind, key))
    }

    fn moment(&self, offset: &str) -> Option<Timestamp> {
        if offset.is_empty() {
            return Some(self.now);
        }
        let (count, unit) = offset.split_at_checked(offset.len().checked_sub(1)?)?;
        let count: i64 = count.parse().ok()?;
        let span = match unit {
            "d" => SignedDuration::from_hours(count.checked_mul(24)?),
            "h" => SignedDuration::from_hours(count),
            "m" => SignedDuration::from_mins(count),
            "s" => SignedDuration::from_secs(count),
            _ => return None,
        };
        self.now.checked_add(span).ok()
    }

    fn identity(&self, kind: &str, name: &str) -> Option<String> {
        match kind {
            "ins" => self.roles.holders.get(name).map(|holder| holder.ins.clone()),
            "system" => self.roles.holders.get(name).map(|holder| holder.system.clone()),
            "patient" => self.roles.holders.get(name).map(|holder| format!("{}%7C{}", holder.system, holder.ins)),
            "ps" => self.roles.roles.get(name)?.ps.clone(),
            "structure" => self.roles.roles.get(name)?.structure.clone(),
            _ => None,
        }
    }

    fn made_up(&self, kind: &str, key: &str) -> Option<Value> {
        let key = &self.instance.as_ref().map_or_else(|| key.to_owned(), |instance| format!("{key}/{instance}"));
        let text = || format!("Compte rendu {key} {}\n", self.uuid(key));
        let value = match kind {
            "uuid" => self.uuid(key).to_string().into(),
            "oid" => format!("urn:oid:2.25.{}", self.uuid(key).as_u128()).into(),
            "text" => text().into(),
            "content" => STANDARD.encode(text()).into(),
            "size" => text().len().into(),
            "sha1" => STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text().as_bytes())).into(),
            "sha1hex" => hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, text().as_bytes()).as_ref()).into(),
            _ => return None,
        };
        Some(value)
    }

    fn uuid(&self, key: &str) -> Uuid {
        *self.chance.borrow_mut().entry(key.to_owned()).or_insert_with(Uuid::new_v4)
    }
}

/// What is said of a placeholder without a value.
fn nothing(name: &str) -> String {
    let is_identity = ["ins.", "system.", "patient.", "ps.", "structure."].iter().any(|kind| name.starts_with(kind));
    format!("{}{name}", if is_identity { OF_ROLES } else { "nothing is called " })
}

const OF_ROLES: &str = "the roles tell no ";

/// Whether a placeholder has no value because the roles do not tell an identity.
pub fn is_of_roles(why: &str) -> bool {
    why.starts_with(OF_ROLES)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn filtered(value: &Value, filter: &str) -> Result<Value, String> {
    let text = json::text(value);
    let made = match filter {
        "url" => percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string(),
        "base64" => STANDARD.encode(&text),
        "bytes" => String::from_utf8(STANDARD.decode(&text).map_err(|error| error.to_string())?)
            .map_err(|error| error.to_string())?,
        // The id in an address such as …/DocumentReference/<id>/_history/1.
        "id" => {
            let before = text.split("/_history").next().unwrap_or_default();
            before.rsplit('/').next().unwrap_or_default().to_owned()
        }
        "oid" => text.trim_start_matches("urn:oid:").to_owned(),
        "version" => text.trim_start_matches("W/").trim_matches('"').to_owned(),
        "text" => text,
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "trimmed" => text.trim().to_owned(),
        _ => return Err(format!("there is no filter {filter}")),
    };
    Ok(Value::String(made))
}
