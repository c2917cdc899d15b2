//! Values of search parameters: tokens and dates, their alternatives and escapes. Source: FHIR R4 search; conformance SE-04, SE-05.

use crate::{
    fhir::{
        canon::{STATUS, canonical, label_code},
        date::span,
    },
    record::{
        document::Status,
        query::{Comparison, Criterion, DateTest, SystemAsked, Token},
        visibility::Labels,
    },
};

type Read = Option<Option<Criterion>>;

/// `status`.
pub(super) fn status(value: &str) -> Read {
    let one = |text: String| {
        let token = token(&text)?;
        let of_system = match &token.system {
            SystemAsked::Any => true,
            SystemAsked::Absent => false,
            SystemAsked::Is(system) => system == STATUS,
        };
        match token.code.as_deref().filter(|_| of_system) {
            Some("current") => Some(Status::Current),
            Some("superseded") => Some(Status::Superseded),
            Some("entered-in-error") => Some(Status::EnteredInError),
            Some(_) | None => None,
        }
    };
    all(value, one, Criterion::Status)
}

/// `identifier`.
pub(super) fn identifier(value: &str) -> Read {
    all(value, |text| token(&text), Criterion::Identifier)
}

/// `type`.
pub(super) fn kind(value: &str) -> Read {
    all(value, |text| coded(&text), Criterion::Type)
}

/// `category`.
pub(super) fn category(value: &str) -> Read {
    all(value, |text| coded(&text), Criterion::Category)
}

/// `security-label`: the code decides, in any spelling of its system.
pub(super) fn security_label(value: &str) -> Read {
    let one = |text: String| {
        let Token { system, code } = coded(&text)?;
        let code = code.map(|code| label_code(&code).to_owned());
        let ours = system == SystemAsked::Is(Labels::FLAGS.to_owned())
            || system == SystemAsked::Is(Labels::CONFIDENTIALITY.to_owned());
        Some(Token { system: if ours && code.is_some() { SystemAsked::Any } else { system }, code })
    };
    all(value, one, Criterion::SecurityLabel)
}

/// `date`.
pub(super) fn date(value: &str) -> Read {
    all(value, |text| date_test(&text), Criterion::Date)
}

/// `creation`.
pub(super) fn creation(value: &str) -> Read {
    all(value, |text| date_test(&text), Criterion::Creation)
}

/// `period`.
pub(super) fn period(value: &str) -> Read {
    all(value, |text| date_test(&text), Criterion::Period)
}

/// Reads every alternative; one that is malformed spoils the whole, and none at all is no criterion.
fn all<T>(value: &str, one: impl Fn(String) -> Option<T>, make: fn(Vec<T>) -> Criterion) -> Read {
    let read: Vec<T> = alternatives(value).into_iter().map(one).collect::<Option<_>>()?;
    Some((!read.is_empty()).then(|| make(read)))
}

/// The alternatives of a value, still escaped but for the comma; empty ones are left out.
pub(super) fn alternatives(value: &str) -> Vec<String> {
    split(value, ',').into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// System and value of a token, without escapes; nothing of the system where the token does not speak of it.
pub(super) fn split_token(text: &str) -> (Option<String>, String) {
    match split(text, '|').as_slice() {
        [system, rest @ ..] if !rest.is_empty() => (Some(unescape(system)), unescape(&rest.join("|"))),
        _ => (None, unescape(text)),
    }
}

/// A token with its system as it stands.
fn token(text: &str) -> Option<Token> {
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

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escapes = character == '\\' && characters.peek().is_some_and(|next| ",|$\\".contains(*next));
        out.extend(if escapes { characters.next() } else { Some(character) });
    }
    out
}
