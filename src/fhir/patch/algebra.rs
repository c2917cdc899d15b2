//! The labels as a set, while a patch goes over their list. Source: pdsm-dmp 6.6.
//!
//! The list is changed as the patch says, so that its indexes mean what its author thinks. What the published patches leave
//! open is settled here, always to the safe side: a flag is lifted only where an operation removes it, or writes a base
//! confidentiality in its place, or states the whole set anew. A flag in the place of another one, or a whole list without a
//! base, adds.

use serde_json::Value;

use crate::{
    fhir::publication::{Label, meaning},
    record::{amendment::Unpatched, visibility::Confidentiality},
};

/// What is remembered beside the list.
#[derive(Debug, Default)]
pub(super) struct Algebra {
    /// The flags that stay although the list has lost them.
    kept: Vec<Label>,
    /// Whether a base took the place of a flag beside another base: the stricter of the two stands.
    doubled: bool,
}

/// The labels that result.
pub(super) struct Outcome {
    pub(super) confidentiality: Option<Confidentiality>,
    pub(super) flags: Vec<Label>,
    pub(super) added_rather_than_exchanged: bool,
}

impl Algebra {
    /// Settles what a change of the list means that was no removal. `written` is the item that was written, nothing where that
    /// is the whole list.
    pub(super) fn settle(&mut self, before: &[Label], list: &Value, written: Option<&Value>) {
        let now = labels(list);
        let lost: Vec<Label> = before.iter().copied().filter(|label| is_flag(label) && !now.contains(label)).collect();
        if lost.is_empty() {
            return;
        }
        let told = written.map_or_else(|| now.clone(), of_concept);
        let has_base = told.iter().any(|label| !is_flag(label));
        let is_meant = has_base && (written.is_none() || !told.iter().any(is_flag));
        if is_meant {
            self.doubled |= written.is_some() && bases(&now).len() > 1;
        } else {
            self.kept.extend(lost);
        }
    }

    /// Reads the list back.
    pub(super) fn outcome(&self, list: Option<&Value>) -> Result<Outcome, Unpatched> {
        let told = read(list)?;
        let mut flags: Vec<Label> = told.iter().copied().filter(is_flag).collect();
        let missing: Vec<Label> = self.kept.iter().copied().filter(|flag| !flags.contains(flag)).collect();
        flags.extend(&missing);
        let bases = bases(&told);
        if bases.len() > 1 && !self.doubled {
            return Err(Unpatched::WrongLabels);
        }
        let confidentiality = bases.into_iter().max_by_key(strictness);
        Ok(Outcome { confidentiality, flags, added_rather_than_exchanged: !missing.is_empty() })
    }
}

const fn strictness(base: &Confidentiality) -> u8 {
    match base {
        Confidentiality::N => 0,
        Confidentiality::R => 1,
        Confidentiality::V => 2,
    }
}

const fn is_flag(label: &Label) -> bool {
    match label {
        Label::Base(_) => false,
        Label::Masked | Label::HiddenFromPatient | Label::HiddenFromRepresentatives => true,
    }
}

/// The distinct bases.
fn bases(labels: &[Label]) -> Vec<Confidentiality> {
    let mut bases = Vec::new();
    for label in labels {
        if let Label::Base(base) = label
            && !bases.contains(base)
        {
            bases.push(*base);
        }
    }
    bases
}

/// Puts a label into the list: a base in the place of the bases, a flag beside the flags.
pub(super) fn put(list: &mut Vec<Value>, concept: Value) {
    let is_base = |value: &Value| {
        let labels = of_concept(value);
        !labels.is_empty() && !labels.iter().any(is_flag)
    };
    if is_base(&concept) {
        list.retain(|value| !is_base(value));
    }
    list.push(concept);
}

/// The labels in a list, as far as it holds any.
pub(super) fn labels(list: &Value) -> Vec<Label> {
    list.as_array().into_iter().flatten().flat_map(of_concept).collect()
}

fn of_concept(concept: &Value) -> Vec<Label> {
    concept.get("coding").and_then(Value::as_array).into_iter().flatten().filter_map(of_coding).collect()
}

fn of_coding(coding: &Value) -> Option<Label> {
    let text = |name: &str| coding.get(name).map_or(Some(""), Value::as_str);
    meaning(text("system")?, text("code")?).map(|(label, _)| label)
}

/// The labels in a list of which every coding must be a label.
fn read(list: Option<&Value>) -> Result<Vec<Label>, Unpatched> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let concepts = list.as_array().ok_or(Unpatched::WrongValue)?;
    let mut labels = Vec::new();
    for concept in concepts {
        let codings = concept.get("coding").and_then(Value::as_array).filter(|codings| !codings.is_empty());
        for coding in codings.ok_or(Unpatched::WrongValue)? {
            labels.push(of_coding(coding).ok_or(Unpatched::WrongValue)?);
        }
    }
    Ok(labels)
}
