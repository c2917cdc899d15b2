//! FHIRPath Patch: a Parameters resource. Source: <http://hl7.org/fhir/R4/fhirpatch.html>.

use serde_json::{Map, Value};

use super::{
    Operation, Place, Reading,
    diagnoses::{NOT_A_PATCH, OPERATION_UNKNOWN, PART, PATH},
    draft::Draft,
    expression::{self, is_list},
    place::Step,
};
use crate::fhir::{
    issue::{Issue, Issues},
    rules::RuleSet,
    tree::Node,
};

/// Reads a patch.
pub(super) fn read(tree: &Value, rules: RuleSet) -> Result<Reading, Issues> {
    let parameters = Node::new(tree, "Parameters");
    if parameters.kind() != "Parameters" {
        return Err(Issue::error(NOT_A_PATCH, "", "a FHIRPath Patch is a Parameters resource").into());
    }
    let operations = parameters.each("parameter");
    let mut draft = Draft::new(rules, operations.len(), "Parameters.parameter")?;
    for (number, operation) in operations.iter().enumerate() {
        match read_operation(operation) {
            Ok(read) => draft.push(number, read, operation.at()),
            Err(issue) => draft.error(issue.diagnosis, issue.at, &issue.detail),
        }
    }
    draft.finish()
}

fn read_operation(operation: &Node<'_>) -> Result<Operation, Issue> {
    if operation.text("name") != Some("operation") {
        return Err(Issue::error(NOT_A_PATCH, operation.place("name"), "a parameter is an operation"));
    }
    let parts = Parts { operation, parts: operation.each("part") };
    let (kind, at) = parts.text("type")?;
    match kind {
        "add" => Ok(Operation::Add { at: parts.member()?, value: parts.value()? }),
        "insert" => Ok(Operation::Add { at: parts.item("index")?, value: parts.value()? }),
        "delete" => Ok(Operation::Remove { at: parts.element()?, if_found: true }),
        "replace" => Ok(Operation::Replace { at: parts.element()?, value: parts.value()? }),
        "move" => Ok(Operation::Move { from: parts.item("source")?, to: parts.item("destination")? }),
        _ => Err(Issue::error(OPERATION_UNKNOWN, at, "")),
    }
}

struct Parts<'a, 'n> {
    operation: &'n Node<'a>,
    parts: Vec<Node<'a>>,
}

impl<'a> Parts<'a, '_> {
    fn one(&self, name: &str) -> Result<&Node<'a>, Issue> {
        let mut found = self.parts.iter().filter(|part| part.text("name") == Some(name));
        match (found.next(), found.next()) {
            (Some(part), None) => Ok(part),
            (None, _) | (Some(_), Some(_)) => Err(Issue::error(PART, self.operation.at(), name)),
        }
    }

    /// The text of a part, and its place.
    fn text(&self, name: &str) -> Result<(&'a str, &str), Issue> {
        let part = self.one(name)?;
        let text = value_of(part).and_then(|(_, value)| value.as_str());
        Ok((text.ok_or_else(|| Issue::error(PART, part.at(), name))?, part.at()))
    }

    fn value(&self) -> Result<Value, Issue> {
        let part = self.one("value")?;
        let value = value_of(part).map_or_else(|| compose(part), |(_, value)| Some(value.clone()));
        value.ok_or_else(|| Issue::error(PART, part.at(), "value"))
    }

    fn element(&self) -> Result<Place, Issue> {
        let (path, at) = self.text("path")?;
        expression::element(path).ok_or_else(|| Issue::error(PATH, at, ""))
    }

    /// The member that is added, or the end of its list.
    fn member(&self) -> Result<Place, Issue> {
        let mut steps = self.element()?.0;
        let (name, _) = self.text("name")?;
        steps.push(Step::Member(name.to_owned()));
        let mut steps = expression::through(steps);
        if is_list(name) {
            steps.push(Step::End);
        }
        Ok(Place(steps))
    }

    /// The item of the list at the path, by the index that a part tells.
    fn item(&self, part: &str) -> Result<Place, Issue> {
        let (path, at) = self.text("path")?;
        let mut steps = expression::collection(path).ok_or_else(|| Issue::error(PATH, at, ""))?.0;
        let part = self.one(part)?;
        let index = value_of(part).and_then(|(_, value)| usize::try_from(value.as_u64()?).ok());
        steps.push(Step::Item(index.ok_or_else(|| Issue::error(PART, part.at(), ""))?));
        Ok(Place(steps))
    }
}

/// The `value[x]` of a part.
fn value_of<'a>(part: &Node<'a>) -> Option<(&'a str, &'a Value)> {
    let members = part.value().as_object()?.iter();
    members.map(|(name, value)| (name.as_str(), value)).find(|(name, _)| name.starts_with("value"))
}

/// A value that is no data type of Parameters, such as an extension: its members are parts in turn.
fn compose(part: &Node<'_>) -> Option<Value> {
    let mut members = Map::new();
    for part in part.each("part") {
        let name = part.text("name")?;
        let (name, value) = match value_of(&part) {
            Some((typed, value)) => (if name == "value" { typed } else { name }, value.clone()),
            None => (name, compose(&part)?),
        };
        match members.get_mut(name) {
            Some(Value::Array(items)) => items.push(value),
            Some(_) => return None,
            None if is_list(name) => drop(members.insert(name.to_owned(), Value::Array(vec![value]))),
            None => drop(members.insert(name.to_owned(), value)),
        }
    }
    (!members.is_empty()).then_some(Value::Object(members))
}
