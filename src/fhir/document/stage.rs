//! The FHIR documents of a submission, on their way to the quarantine: so that size and hash are those of the bytes that are kept.

use std::io::{BufWriter, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Encoding, LARGEST, is_document, pour};
use crate::{
    fhir::{
        intake::{
            Intake, Limits, Quarantine, Staged, Unreadable,
            diagnoses::{CONTENT_TOO_LONG, TOO_MANY_DOCUMENTS},
        },
        issue::{Diagnosis, Issue, Issues},
    },
    record::submission::StagedContent,
};

/// Reads whole what looks like FHIR among the content, and stages each FHIR document among the entries of a transaction that passed the gates, in the encoding of the request. The document stays in
/// the tree, to be judged; the place of what is staged is that of the entry's resource. Size and hash, which MHD leaves out of the
/// metadata of such a document and PDSm demands, are put in where they miss.
///
/// # Errors
/// A document too many or too long, or a quarantine that cannot be written.
pub fn stage(
    intake: &mut Intake,
    encoding: Encoding,
    limits: &Limits,
    quarantine: &dyn Quarantine,
) -> Result<(), Unreadable> {
    read_whole(intake, quarantine)?;
    if intake.tree.get("type") != Some(&"transaction".into()) {
        return Ok(());
    }
    let entries = intake.tree.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut told = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(document) = entry.get("resource").filter(|resource| is_document(resource)) else { continue };
        let at = format!("Bundle.entry[{index}].resource");
        if intake.staged.len() >= limits.documents {
            return Err(too_long(TOO_MANY_DOCUMENTS, at));
        }
        let content = stage_one(document, encoding, quarantine)?;
        if content.size > limits.content {
            return Err(too_long(CONTENT_TOO_LONG, at));
        }
        told.push((names(entry, document), content.size, STANDARD.encode(content.sha1)));
        intake.staged.push(Staged { at, content });
    }
    for (names, size, hash) in told {
        tell(&mut intake.tree, &names, size, &hash);
    }
    Ok(())
}

/// Reads whole what came as content and looks like FHIR: whom it names as patient may stand anywhere in it. What is longer than [`LARGEST`] is
/// left as it is, and refused where it claims to be FHIR.
fn read_whole(intake: &mut Intake, quarantine: &dyn Quarantine) -> Result<(), Unreadable> {
    for Staged { content, .. } in &mut intake.staged {
        let is_cut = (content.head.len() as u64) < content.size;
        if is_cut && content.size <= LARGEST && looks_like_fhir(&content.head) {
            content.head = quarantine.whole(content).map_err(Unreadable::Storage)?;
        }
    }
    Ok(())
}

fn looks_like_fhir(head: &[u8]) -> bool {
    const SIGNS: [&[u8]; 2] = [b"\"resourceType\"", b"http://hl7.org/fhir"];
    SIGNS.iter().any(|sign| head.windows(sign.len()).any(|window| window == *sign))
}

fn too_long(diagnosis: Diagnosis, at: String) -> Unreadable {
    Unreadable::TooLong(Issues(vec![Issue::error(diagnosis, at, "")]))
}

fn stage_one(document: &Value, encoding: Encoding, quarantine: &dyn Quarantine) -> Result<StagedContent, Unreadable> {
    let mut area = quarantine.open().map_err(Unreadable::Storage)?;
    let mut out = BufWriter::with_capacity(64 * 1024, &mut area);
    pour(document, encoding, &mut out).and_then(|()| out.flush()).map_err(Unreadable::Storage)?;
    drop(out);
    area.finish().map_err(Unreadable::Storage)
}

/// How links name an entry.
fn names(entry: &Value, document: &Value) -> Vec<String> {
    let full_url = entry.get("fullUrl").and_then(Value::as_str).map(str::to_owned);
    let path = document.get("id").and_then(Value::as_str).map(|id| format!("Bundle/{id}"));
    full_url.into_iter().chain(path).collect()
}

/// Tells the metadata that link to a document its size and hash, where they say nothing themselves.
fn tell(tree: &mut Value, names: &[String], size: u64, hash: &str) {
    let entries = tree.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten();
    let resources = entries.filter_map(|entry| entry.get_mut("resource"));
    let references = resources.filter(|resource| resource.get("resourceType") == Some(&"DocumentReference".into()));
    for content in references.filter_map(|it| it.get_mut("content").and_then(Value::as_array_mut)).flatten() {
        let attachment = content.get_mut("attachment").and_then(Value::as_object_mut);
        let is_ours = |url: &Value| url.as_str().is_some_and(|url| names.iter().any(|name| name == url));
        let Some(attachment) = attachment.filter(|it| it.get("url").is_some_and(is_ours)) else { continue };
        for (name, value) in [("size", json!(size)), ("hash", json!(hash))] {
            attachment.entry(name).or_insert(value);
        }
    }
}
