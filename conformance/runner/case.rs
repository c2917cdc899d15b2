//! The files of cases.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Fault, check::Expect, json as places, mutation::Mutation, template};

/// All cases of a folder.
#[derive(Debug, Clone)]
pub struct Suite {
    /// In the order of the files' names; within a file the single cases, then those of the tables.
    pub cases: Vec<Case>,
    /// The bodies, by the name of the file.
    pub bodies: BTreeMap<String, String>,
}

/// One promise, and the exchange that shows whether it is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// The group: the name of the file.
    #[serde(skip)]
    pub group: String,
    /// The table of which it is a row; empty where it stands alone.
    #[serde(default)]
    pub table: String,
    /// The id, one in all files.
    pub id: String,
    /// A sentence that says what holds.
    pub title: String,
    /// Rows of `requirements.csv`.
    pub requirements: Vec<String>,
    /// The rule set under which it holds; any where none is named.
    #[serde(default)]
    pub rule_set: Option<String>,
    /// Variables.
    #[serde(default)]
    pub given: BTreeMap<String, Value>,
    /// The exchange.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// One request and what is expected of its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// Who calls; `nobody` has no certificate.
    #[serde(rename = "as")]
    pub role: String,
    /// Method and path under the base, or a whole address.
    pub request: String,
    /// Headers beside those that the body brings.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Variables, from here on.
    #[serde(default)]
    pub given: BTreeMap<String, Value>,
    /// Which instance of the body this is, where a case sends it several times.
    #[serde(default)]
    pub instance: Option<String>,
    /// The name of a body; without an ending it is JSON, and an empty one is none.
    #[serde(default)]
    pub body: Option<String>,
    /// A JSON body.
    #[serde(default)]
    pub json: Option<Value>,
    /// A body as it stands.
    #[serde(default)]
    pub text: Option<String>,
    /// A form.
    #[serde(default)]
    pub form: Option<String>,
    /// Changes to a JSON body.
    #[serde(default)]
    pub mutate: Vec<Mutation>,
    /// Whether a JSON body is sent in XML.
    #[serde(default)]
    pub encode: Option<Encoding>,
    /// What is expected.
    #[serde(default)]
    pub expect: Expect,
    /// What is kept of the answer: a JSON pointer, or `header:` and a name.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// Whether it is done even after a step that failed: to put back what the case changed.
    #[serde(default)]
    pub always: bool,
}

/// The formats in which a JSON body is sent.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// As it is.
    Json,
    /// In FHIR's XML.
    Xml,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Who calls, where a step does not say.
    #[serde(rename = "as")]
    role: String,
    /// Variables of all cases.
    #[serde(default)]
    given: BTreeMap<String, Value>,
    #[serde(default)]
    case: Vec<Value>,
    /// Cases that differ in what their rows say: `{{row.…}}`.
    #[serde(default)]
    table: Vec<Value>,
}

impl Suite {
    /// Reads all `*.toml` of a folder, and the bodies below it.
    ///
    /// # Errors
    /// A file cannot be read, or is not of the form.
    pub fn load(folder: &Path) -> Result<Self, Fault> {
        let mut cases = Vec::new();
        for path in files(folder)?.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
            let text = fs::read_to_string(path).map_err(|error| Fault::at(path.display(), error))?;
            let group = path.file_stem().unwrap_or_default().to_string_lossy();
            cases.extend(cases_of(&group, &text).map_err(|wrong| Fault::at(path.display(), wrong))?);
        }
        let mut bodies = BTreeMap::new();
        for path in files(&folder.join("bodies"))? {
            let text = fs::read_to_string(&path).map_err(|error| Fault::at(path.display(), error))?;
            bodies.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text);
        }
        Ok(Self { cases, bodies })
    }

    /// The cases of which the group, the id or the beginning of the id is one of these; all where none is named.
    #[must_use]
    pub fn only(mut self, names: &[String]) -> Self {
        let is_named = |case: &Case, name: &String| case.group == *name || case.id.starts_with(name.as_str());
        self.cases.retain(|case| names.is_empty() || names.iter().any(|name| is_named(case, name)));
        self
    }
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, Fault> {
    let entries = fs::read_dir(folder).map_err(|error| Fault::at(folder.display(), error))?;
    let mut paths: Vec<_> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    paths.sort();
    Ok(paths)
}

/// The cases of a file.
///
/// # Errors
/// What is not of the form, with the case that it is in.
pub fn cases_of(group: &str, text: &str) -> Result<Vec<Case>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut told = file.case;
    for table in &file.table {
        told.extend(rows_of(table)?);
    }
    let cases = told.into_iter().map(|value| case_of(group, &file.role, value));
    cases.map(|case| case.map(|case| with_given(case, &file.given))).collect()
}

fn case_of(group: &str, role: &str, mut told: Value) -> Result<Case, String> {
    let id = told.get("id").map(places::text).unwrap_or_default();
    for step in told.get_mut("step").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(step) = step.as_object_mut() {
            step.entry("as").or_insert_with(|| role.into());
        }
    }
    let case: Case = serde_json::from_value(told).map_err(|error| format!("{id}: {error}"))?;
    Ok(Case { group: group.to_owned(), ..case })
}

/// A case with the variables of its file under its own.
fn with_given(mut case: Case, given: &BTreeMap<String, Value>) -> Case {
    let own = std::mem::replace(&mut case.given, given.clone());
    case.given.extend(own);
    case
}

/// The cases of a table: its `defaults` under each of its `rows`, both under the names `row.…`; the id is that of the table, a dash
/// and that of the row.
fn rows_of(table: &Value) -> Result<Vec<Value>, String> {
    let mut case = table.as_object().cloned().unwrap_or_default();
    let id = case.get("id").map(places::text).unwrap_or_default();
    let defaults = case.shift_remove("defaults").unwrap_or_else(|| json!({}));
    let rows = case.shift_remove("rows").ok_or_else(|| format!("{id}: a table has rows"))?;
    let rows = rows.as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| row_of(&case, &id, &defaults, row)).collect()
}

fn row_of(case: &serde_json::Map<String, Value>, id: &str, defaults: &Value, row: &Value) -> Result<Value, String> {
    let resolve = |placeholder: &str| {
        let name = placeholder.strip_prefix("row.")?;
        let value = row.get(name).or_else(|| defaults.get(name)).cloned();
        Some(value.ok_or_else(|| format!("{id}: a row has no {name}")))
    };
    let mut case = case.clone();
    let own = row.get("id").map(places::text).ok_or_else(|| format!("{id}: a row has no id"))?;
    case.insert("id".to_owned(), format!("{id}-{own}").into());
    case.insert("table".to_owned(), id.into());
    template::fill(&Value::Object(case), &resolve)
}
