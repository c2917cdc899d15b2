//! Contained resources stay as long as something leads to them: else nothing in the part would, and it could not be read.

use serde_json::{Map, Value};

/// Leaves out the contained resources to which nothing leads any more.
pub(super) fn keep_referenced(resource: &mut Map<String, Value>) {
    let Some(Value::Array(mut waiting)) = resource.shift_remove("contained") else { return };
    let mut links = Vec::new();
    resource.values().for_each(|value| gather(value, &mut links));
    let mut kept: Vec<Value> = Vec::new();
    loop {
        let (reached, rest): (Vec<Value>, Vec<Value>) = waiting.into_iter().partition(|it| is_reached(it, &links));
        waiting = rest;
        if reached.is_empty() {
            break;
        }
        reached.iter().for_each(|it| gather(it, &mut links));
        kept.extend(reached);
    }
    if !kept.is_empty() {
        resource.insert("contained".to_owned(), Value::Array(kept));
    }
}

fn is_reached(contained: &Value, links: &[String]) -> bool {
    let id = contained.get("id").and_then(Value::as_str);
    id.is_some_and(|id| links.iter().any(|link| link == id))
}

/// The ids of contained resources to which references lead.
fn gather(value: &Value, links: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, links)),
        Value::Object(members) => {
            let link = members.get("reference").and_then(Value::as_str).and_then(|link| link.strip_prefix('#'));
            links.extend(link.map(str::to_owned));
            members.values().for_each(|member| gather(member, links));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
