//! Cardinalities of the profiles, as tables. Source: PDSm HEAD snapshots, pdsm-dmp 3.1 to 3.4.

use serde_json::Value;

use super::reader::Reader;
use crate::fhir::{
    rules::{
        CONTAINED_MISSING, CUSTODIAN_MISSING, Check, DATE_MISSING, ELEMENT_FORBIDDEN, ELEMENT_MISSING,
        ELEMENT_REPEATED, LABEL_MISSING, LANGUAGE_MISSING,
    },
    tree::Node,
};

/// How often an element may stand below its parent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub(super) path: &'static str,
    min: usize,
    max: usize,
    absent: Check,
}

const MANY: usize = usize::MAX;

const fn element(path: &'static str, min: usize, max: usize) -> Element {
    Element { path, min, max, absent: ELEMENT_MISSING }
}

const fn one(path: &'static str) -> Element {
    element(path, 1, 1)
}

const fn some(path: &'static str) -> Element {
    element(path, 1, MANY)
}

const fn none(path: &'static str) -> Element {
    element(path, 0, 0)
}

const fn unless(absent: Check, element: Element) -> Element {
    Element { absent, ..element }
}

/// `pdsm-comprehensive-document-reference`.
pub(super) const COMPREHENSIVE: &[Element] = &[
    none("implicitRules"),
    none("modifierExtension"),
    none("docStatus"),
    unless(CONTAINED_MISSING, some("contained")),
    one("masterIdentifier"),
    one("masterIdentifier.system"),
    one("masterIdentifier.value"),
    one("status"),
    one("type"),
    one("category"),
    one("subject"),
    unless(DATE_MISSING, one("date")),
    some("author"),
    unless(CUSTODIAN_MISSING, one("custodian")),
    one("relatesTo.code"),
    one("relatesTo.target"),
    unless(LABEL_MISSING, some("securityLabel")),
    one("content"),
    one("content.attachment"),
    one("content.attachment.contentType"),
    unless(LANGUAGE_MISSING, one("content.attachment.language")),
    none("content.attachment.data"),
    one("content.attachment.url"),
    one("content.attachment.size"),
    one("content.attachment.hash"),
    one("content.attachment.title"),
    one("content.attachment.creation"),
    one("content.format"),
    one("context"),
    one("context.period"),
    one("context.period.start"),
    one("context.facilityType"),
    one("context.practiceSetting"),
    one("context.sourcePatientInfo"),
];

/// `pdsm-simplified-publish`.
pub(super) const SIMPLIFIED: &[Element] = &[
    none("implicitRules"),
    none("modifierExtension"),
    none("docStatus"),
    one("masterIdentifier"),
    one("masterIdentifier.system"),
    one("masterIdentifier.value"),
    one("status"),
    element("category", 0, 1),
    one("subject"),
    one("date"),
    some("author"),
    unless(CUSTODIAN_MISSING, one("custodian")),
    one("relatesTo.code"),
    one("relatesTo.target"),
    one("content"),
    one("content.attachment"),
    one("content.attachment.contentType"),
    one("content.attachment.data"),
    none("content.attachment.url"),
    one("content.attachment.title"),
];

/// `pdsm-submissionset-comprehensive`.
pub(super) const SUBMISSION_SET: &[Element] = &[
    none("implicitRules"),
    none("modifierExtension"),
    unless(CONTAINED_MISSING, some("contained")),
    some("extension"),
    one("status"),
    one("mode"),
    one("code"),
    one("subject"),
    none("encounter"),
    one("date"),
    one("source"),
    none("orderedBy"),
    none("emptyReason"),
    some("entry"),
    none("entry.flag"),
    none("entry.deleted"),
    none("entry.date"),
    one("entry.item"),
];

/// `pdsm-folder-comprehensive`.
pub(super) const FOLDER: &[Element] = &[
    none("implicitRules"),
    none("modifierExtension"),
    some("extension"),
    one("status"),
    one("mode"),
    one("title"),
    one("code"),
    one("subject"),
    none("encounter"),
    one("date"),
    none("source"),
    none("orderedBy"),
    element("note", 0, 1),
    none("emptyReason"),
    some("entry"),
    none("entry.flag"),
    none("entry.deleted"),
    none("entry.date"),
    one("entry.item"),
];

/// Checks how often each element stands below each of its parents.
pub(super) fn check(resource: &Node<'_>, elements: &[Element], reader: &mut Reader<'_>) {
    for element in elements {
        let (parents, name) = element.path.rsplit_once('.').unwrap_or(("", element.path));
        for parent in resource.all(parents) {
            check_one(&parent, name, element, reader);
        }
    }
}

fn check_one(parent: &Node<'_>, name: &str, element: &Element, reader: &mut Reader<'_>) {
    let count = match parent.value().get(name) {
        None | Some(Value::Null) => 0,
        Some(Value::Array(items)) => items.len(),
        Some(_) => 1,
    };
    if count < element.min {
        reader.note(&element.absent, parent.place(name), element.path);
    } else if element.max == 0 && count > 0 {
        reader.note(&ELEMENT_FORBIDDEN, parent.place(name), element.path);
    } else if count > element.max {
        reader.note(&ELEMENT_REPEATED, parent.place(name), element.path);
    }
}
