//! Values of search parameters: tokens, dates and texts, their alternatives and escapes. Source: FHIR R4 search; conformance SE-04 to SE-06.

use uuid::Uuid;

use super::{Setting, name::Name};
use crate::{
    fhir::{
        canon::{canonical, label_code},
        date::span,
    },
    record::{
        list::PersonKind,
        query::{Comparison, DateTest, NamePart, NameTest, SystemAsked, Text, TextMatch, Token},
        visibility::Labels,
    },
};

/// What a value became: nothing where it is malformed, nothing inside where all its alternatives are empty.
pub(in crate::fhir) type Read<T> = Option<Option<T>>;

/// A value, with the name under which it is asked.
pub(in crate::fhir) struct Asked<'a> {
    pub(in crate::fhir) value: &'a str,
    pub(in crate::fhir) name: &'a Name<'a>,
    pub(in crate::fhir) setting: &'a Setting<'a>,
}

impl Asked<'_> {
    /// Whether the value is an identifier: by the modifier, or by the end of the chain.
    pub(in crate::fhir) fn is_by_identifier(&self) -> bool {
        self.name.modifier == Some("identifier")
            || self.name.path == "identifier"
            || self.name.path.ends_with(".identifier")
    }

    /// Whether the criterion is turned round.
    pub(in crate::fhir) fn is_negated(&self) -> bool {
        self.name.modifier == Some("not")
    }

    fn how(&self) -> TextMatch {
        match self.name.modifier {
            Some("exact") => TextMatch::Exact,
            Some("contains") => TextMatch::Contains,
            Some(_) | None => TextMatch::Begins,
        }
    }
}

/// Tokens with their systems as they stand.
pub(in crate::fhir) fn tokens(asked: &Asked<'_>) -> Read<Vec<Token>> {
    all(asked.value, token)
}

/// Tokens of codes, their systems in the one spelling.
pub(in crate::fhir) fn codes(asked: &Asked<'_>) -> Read<Vec<Token>> {
    all(asked.value, coded)
}

/// Labels: the code decides, in any spelling of its system.
pub(in crate::fhir) fn labels(asked: &Asked<'_>) -> Read<Vec<Token>> {
    let one = |text: &str| {
        let Token { system, code } = coded(text)?;
        let code = code.map(|code| label_code(&code).to_owned());
        let ours = system == SystemAsked::Is(Labels::FLAGS.to_owned())
            || system == SystemAsked::Is(Labels::CONFIDENTIALITY.to_owned());
        Some(Token { system: if ours && code.is_some() { SystemAsked::Any } else { system }, code })
    };
    all(asked.value, one)
}

/// Dates.
pub(in crate::fhir) fn dates(asked: &Asked<'_>) -> Read<Vec<DateTest>> {
    all(asked.value, date_test)
}

/// Ids of resources here; one that is none of ours finds nothing.
pub(in crate::fhir) fn ids(asked: &Asked<'_>) -> Read<Vec<Uuid>> {
    let texts = alternatives(asked.value);
    let ours = texts.iter().filter_map(|text| Uuid::try_parse(text).ok()).collect();
    Some((!texts.is_empty()).then_some(ours))
}

/// `true` and `false`.
pub(in crate::fhir) fn booleans(asked: &Asked<'_>) -> Read<Vec<bool>> {
    all(asked.value, |text| match split_token(text).1.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

/// Codes of a fixed system that mean something here; a code of another system means nothing.
pub(in crate::fhir) fn meanings<T>(asked: &Asked<'_>, system: &str, mean: impl Fn(&str) -> Option<T>) -> Read<Vec<T>> {
    all(asked.value, |text| {
        let Token { system: of, code } = coded(text)?;
        let is_ours = of == SystemAsked::Any || of == SystemAsked::Is(system.to_owned());
        code.filter(|_| is_ours).and_then(|code| mean(&code))
    })
}

/// Texts.
pub(in crate::fhir) fn texts(asked: &Asked<'_>) -> Read<Vec<Text>> {
    let how = asked.how();
    all(asked.value, |text| Some(Text::new(how, &unescape(text))))
}

/// Names of people, of the kinds that the chain speaks of.
pub(in crate::fhir) fn names(asked: &Asked<'_>, part: NamePart) -> Read<NameTest> {
    let kind = |named: &&str| match *named {
        "Practitioner" | "PractitionerRole" => Some(PersonKind::Practitioner),
        "Patient" => Some(PersonKind::Patient),
        "RelatedPerson" => Some(PersonKind::RelatedPerson),
        "Device" => Some(PersonKind::Device),
        "Organization" => Some(PersonKind::Organization),
        _ => None,
    };
    let of = asked.name.types.iter().filter_map(kind).collect();
    Some(texts(asked)?.map(|texts| NameTest { part, of, texts }))
}

/// Media types; the two names of XML are one.
pub(in crate::fhir) fn media_types(asked: &Asked<'_>) -> Read<Vec<String>> {
    let read = all(asked.value, |text| split_token(text).1.to_ascii_lowercase().into())?;
    let both = |name: String| match name.as_str() {
        "text/xml" | "application/xml" => vec!["text/xml".to_owned(), "application/xml".to_owned()],
        _ => vec![name],
    };
    Some(read.map(|names| names.into_iter().flat_map(both).collect()))
}

/// Reads every alternative; one that is malformed spoils the whole, and none at all is no criterion.
fn all<T>(value: &str, one: impl Fn(&str) -> Option<T>) -> Read<Vec<T>> {
    let read: Vec<T> = alternatives(value).iter().map(|text| one(text)).collect::<Option<_>>()?;
    Some((!read.is_empty()).then_some(read))
}

/// The alternatives of a value, still escaped but for the comma; empty ones are left out.
pub(in crate::fhir) fn alternatives(value: &str) -> Vec<String> {
    split(value, ',').into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// System and value of a token, without escapes; nothing of the system where the token does not speak of it.
pub(in crate::fhir) fn split_token(text: &str) -> (Option<String>, String) {
    match split(text, '|').as_slice() {
        [system, rest @ ..] if !rest.is_empty() => (Some(unescape(system)), unescape(&rest.join("|"))),
        _ => (None, unescape(text)),
    }
}

/// A token with its system as it stands.
pub(in crate::fhir) fn token(text: &str) -> Option<Token> {
    let (system, code) = split_token(text);
    let system = match system {
        None => SystemAsked::Any,
        Some(system) if system.is_empty() => SystemAsked::Absent,
        Some(system) => SystemAsked::Is(system),
    };
    let code = (!code.is_empty()).then_some(code);
    let says_something = code.is_some() || matches!(system, SystemAsked::Is(_));
    says_something.then_some(Token { system, code })
}

/// A token of a code, its system in the one spelling.
fn coded(text: &str) -> Option<Token> {
    let Token { system, code } = token(text)?;
    let system = match system {
        SystemAsked::Is(system) => SystemAsked::Is(canonical(&system).to_owned()),
        SystemAsked::Any | SystemAsked::Absent => system,
    };
    Some(Token { system, code })
}

const COMPARISONS: &[(&str, Comparison)] = &[
    ("eq", Comparison::Equal),
    ("ne", Comparison::NotEqual),
    ("gt", Comparison::Greater),
    ("lt", Comparison::Less),
    ("ge", Comparison::GreaterOrEqual),
    ("le", Comparison::LessOrEqual),
    ("sa", Comparison::StartsAfter),
    ("eb", Comparison::EndsBefore),
    ("ap", Comparison::Approximately),
];

/// A date with its prefix. A plus sign that was not encoded has come as a blank.
fn date_test(text: &str) -> Option<DateTest> {
    let prefixed = COMPARISONS.iter().find_map(|(prefix, comparison)| Some((*comparison, text.strip_prefix(prefix)?)));
    let (comparison, date) = prefixed.unwrap_or((Comparison::Equal, text));
    let asked = span(&date.replace(' ', "+")).ok()?;
    Some(DateTest { comparison, asked })
}

/// Splits at a character that no backslash escapes.
fn split(text: &str, at: char) -> Vec<&str> {
    let mut escaped = false;
    text.split(|character: char| {
        let splits = character == at && !escaped;
        escaped = character == '\\' && !escaped;
        splits
    })
    .collect()
}

pub(in crate::fhir) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escapes = character == '\\' && characters.peek().is_some_and(|next| ",|$\\".contains(*next));
        out.extend(if escapes { characters.next() } else { Some(character) });
    }
    out
}
