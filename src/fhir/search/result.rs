//! Parameters that shape the answer. Source: FHIR R4 search, "managing returned resources"; conformance SE-13, SE-14.

use crate::fhir::summary::Part;

/// How exactly the total is wanted. It is exact always; the answers of PDSm must have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TotalWanted {
    /// `none`.
    None,
    /// `estimate`.
    Estimate,
    /// `accurate`.
    #[default]
    Accurate,
}

impl TotalWanted {
    pub(super) fn of(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Self::None),
            "estimate" => Some(Self::Estimate),
            "accurate" => Some(Self::Accurate),
            _ => None,
        }
    }
}

/// Which part of each resource is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// `true`: the elements that the base definition marks.
    Short,
    /// `text`: the narrative and what is mandatory.
    Text,
    /// `data`: all but the narrative.
    Data,
    /// `count`: the total alone.
    Count,
}

impl Summary {
    /// The summary of that word; nothing inside where the whole is wanted.
    pub(super) fn of(text: &str) -> Option<Option<Self>> {
        match text {
            "true" => Some(Some(Self::Short)),
            "text" => Some(Some(Self::Text)),
            "data" => Some(Some(Self::Data)),
            "count" => Some(Some(Self::Count)),
            "false" => Some(None),
            _ => None,
        }
    }
}

/// What the answer shall look like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultShape {
    /// `_total`.
    pub total: TotalWanted,
    /// `_summary`.
    pub summary: Option<Summary>,
    /// `_elements`: root elements; empty where all are wanted. They go before the summary.
    pub elements: Vec<String>,
}

impl ResultShape {
    /// The part of each resource that is wanted, where not the whole is.
    pub fn part(&self) -> Option<Part> {
        if !self.elements.is_empty() {
            return Some(Part::Elements(self.elements.clone()));
        }
        self.summary.map(|summary| match summary {
            Summary::Short => Part::Summary,
            Summary::Text => Part::Text,
            Summary::Data => Part::Data,
            Summary::Count => Part::Count,
        })
    }
}

/// The root elements of `_elements`; nothing where one is no name.
pub(super) fn elements(value: &str) -> Option<Vec<String>> {
    let element = |text: &str| {
        let mut parts = text.split('.').skip_while(|part| part.starts_with(|first: char| first.is_ascii_uppercase()));
        let name = parts.next()?;
        let is_name = !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name.then(|| name.to_owned())
    };
    value.split(',').filter(|text| !text.is_empty()).map(element).collect()
}
