//! What a criterion compares with: tokens, dates, texts and names.

use std::fmt;

use jiff::Timestamp;

use crate::record::{
    code::{Code, Identifier},
    document::DateSpan,
    list::{PersonKind, PersonName},
};

/// A token of FHIR search: `code`, `system|code`, `|code` or `system|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The system asked for.
    pub system: SystemAsked,
    /// The code or value; nothing means any.
    pub code: Option<String>,
}

/// What a token says of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemAsked {
    /// Any.
    Any,
    /// None at all.
    Absent,
    /// One of these spellings of one system.
    Is(String),
}

impl Token {
    /// Whether it names this code of this system.
    pub fn accepts(&self, system: &str, code: &str) -> bool {
        let by_system = match &self.system {
            SystemAsked::Any => true,
            SystemAsked::Absent => system.is_empty(),
            SystemAsked::Is(asked) => asked == system,
        };
        by_system && self.code.as_deref().is_none_or(|asked| asked == code)
    }

    /// Whether it names one of these codes.
    pub fn is_among(&self, codes: &[Code]) -> bool {
        codes.iter().any(|code| self.accepts(&code.system, &code.code))
    }

    /// Whether it names one of these identifiers.
    pub fn is_of(&self, identifiers: &[Identifier]) -> bool {
        identifiers.iter().any(|identifier| self.accepts(&identifier.system, &identifier.value))
    }
}

/// The comparisons of FHIR date search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`: the asked span contains the value.
    Equal,
    /// `ne`.
    NotEqual,
    /// `gt`.
    Greater,
    /// `lt`.
    Less,
    /// `ge`.
    GreaterOrEqual,
    /// `le`.
    LessOrEqual,
    /// `sa`: starts after.
    StartsAfter,
    /// `eb`: ends before.
    EndsBefore,
    /// `ap`: overlaps.
    Approximately,
}

/// One date test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTest {
    /// How to compare.
    pub comparison: Comparison,
    /// The span that the asked value stands for.
    pub asked: DateSpan,
}

impl DateTest {
    /// Whether a value passes; an open end lasts for ever. Source: FHIR R4 search, "date".
    pub fn accepts(&self, from: Timestamp, until: Option<Timestamp>) -> bool {
        let until = until.unwrap_or(Timestamp::MAX);
        let asked = self.asked;
        let contained = asked.from <= from && until <= asked.until;
        match self.comparison {
            Comparison::Equal => contained,
            Comparison::NotEqual => !contained,
            Comparison::Greater => until > asked.until,
            Comparison::Less => from < asked.from,
            Comparison::GreaterOrEqual => until > asked.until || contained,
            Comparison::LessOrEqual => from < asked.from || contained,
            Comparison::StartsAfter => from >= asked.until,
            Comparison::EndsBefore => until <= asked.from,
            Comparison::Approximately => from < asked.until && asked.from < until,
        }
    }

    /// Whether an instant passes.
    pub fn accepts_instant(&self, at: Timestamp) -> bool {
        self.accepts(at, Some(nanosecond_after(at)))
    }

    /// Whether the last instant before an end passes.
    pub fn accepts_end(&self, until: Timestamp) -> bool {
        self.accepts(nanosecond_before(until), Some(until))
    }
}

fn nanosecond_after(at: Timestamp) -> Timestamp {
    at.checked_add(jiff::SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MAX)
}

fn nanosecond_before(at: Timestamp) -> Timestamp {
    at.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MIN)
}

/// How a text is compared. Source: FHIR R4 search, "string".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextMatch {
    /// The value begins with it; neither case nor accents count.
    Begins,
    /// The value is it, letter by letter (`:exact`).
    Exact,
    /// The value contains it; neither case nor accents count (`:contains`).
    Contains,
}

/// One text test.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// How to compare.
    pub how: TextMatch,
    /// What is asked for, as written where it must be exact, else folded.
    asked: String,
}

impl Text {
    /// A test for that text.
    pub fn new(how: TextMatch, asked: &str) -> Self {
        let asked = match how {
            TextMatch::Exact => asked.to_owned(),
            TextMatch::Begins | TextMatch::Contains => fold(asked),
        };
        Self { how, asked }
    }

    /// Whether the value passes.
    pub fn accepts(&self, value: &str) -> bool {
        match self.how {
            TextMatch::Begins => fold(value).starts_with(&self.asked),
            TextMatch::Exact => value == self.asked,
            TextMatch::Contains => fold(value).contains(&self.asked),
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({:?})", self.how)
    }
}

/// A text without case and accents, its hyphens and apostrophes as blanks.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).flat_map(|letter| base(letter).chars()).collect()
}

/// The plain letters of a lower-case letter of the Latin alphabets of Europe and of Vietnam; a combining accent is none.
fn base(letter: char) -> Plain {
    let plain = match letter {
        '\u{300}'..='\u{36f}' => "",
        '-' | '\'' | '\u{2010}'..='\u{2015}' | '\u{2018}' | '\u{2019}' => " ",
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ'..='ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ' | 'ị' => "i",
        'ĳ' => "ij",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ'..='ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ'..='ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        other => return Plain::Same(other),
    };
    Plain::Letters(plain)
}

enum Plain {
    Letters(&'static str),
    Same(char),
}

impl Plain {
    fn chars(self) -> impl Iterator<Item = char> {
        let (letters, same) = match self {
            Self::Letters(letters) => (letters, None),
            Self::Same(letter) => ("", Some(letter)),
        };
        letters.chars().chain(same)
    }
}

/// The part of a name that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePart {
    /// The family name.
    Family,
    /// A given name.
    Given,
    /// Any part.
    Any,
}

/// A test on the names of authors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTest {
    /// Which part.
    pub part: NamePart,
    /// Of whom; anyone where nobody is told.
    pub of: Vec<PersonKind>,
    /// One of which must hold.
    pub texts: Vec<Text>,
}

impl NameTest {
    /// Whether one of the names passes.
    pub fn accepts(&self, names: &[PersonName]) -> bool {
        let asked = names.iter().filter(|name| self.of.is_empty() || self.of.contains(&name.kind));
        asked.flat_map(|name| self.parts(name)).any(|part| self.texts.iter().any(|text| text.accepts(part)))
    }

    fn parts<'n>(&self, name: &'n PersonName) -> impl Iterator<Item = &'n String> {
        let (family, given): (&[String], &[String]) = match self.part {
            NamePart::Family => (&name.family, &[]),
            NamePart::Given => (&[], &name.given),
            NamePart::Any => (&name.family, &name.given),
        };
        family.iter().chain(given)
    }
}
