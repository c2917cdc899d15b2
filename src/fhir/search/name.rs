//! How the name of a parameter is written: a chain of elements, each with the type that it may name, and a modifier.
//! Source: FHIR R4 search, "chained parameters" and "modifiers".

/// A name taken apart: `author:PractitionerRole.practitioner.family:exact` is the path `author.practitioner.family`, the type
/// `PractitionerRole` and the modifier `exact`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::fhir) struct Name<'n> {
    /// The elements, dotted.
    pub(in crate::fhir) path: String,
    /// The types that are named on the way.
    pub(in crate::fhir) types: Vec<&'n str>,
    /// The modifier.
    pub(in crate::fhir) modifier: Option<&'n str>,
}

impl<'n> Name<'n> {
    /// Takes a name apart.
    pub(in crate::fhir) fn of(text: &'n str) -> Self {
        let mut name = Self { path: String::with_capacity(text.len()), types: Vec::new(), modifier: None };
        let last = text.matches('.').count();
        for (place, segment) in text.split('.').enumerate() {
            let (element, suffix) = segment.split_once(':').map_or((segment, None), |(one, two)| (one, Some(two)));
            name.path.push_str(if place == 0 { "" } else { "." });
            name.path.push_str(element);
            let is_last = place == last;
            let is_type = |text: &&str| !is_last || text.starts_with(|first: char| first.is_ascii_uppercase());
            name.types.extend(suffix.filter(is_type));
            name.modifier = suffix.filter(|text| !is_type(text));
        }
        name
    }

    /// The first element.
    pub(in crate::fhir) fn root(&self) -> &str {
        self.path.split('.').next().unwrap_or_default()
    }
}
