//! When two spellings are of the same name, and two tellings of the same date. Source: RNIV (strict traits); decision 0018.

use jiff::civil::Date;

use crate::record::{holder::Traits, traits::DateTold};

/// Software cuts long names; one that was cut later than this is known by what is left of it.
const CUT: usize = 25;

/// Whether a name told as that of birth is this one, where this one is known.
pub(super) fn is_birth_name(told: &str, known: &str) -> bool {
    let (told, known) = (plain(told), plain(known));
    known.is_empty() || told == known || (told.len() >= CUT && known.starts_with(&told))
}

/// Whether a name is that of birth or the one in use.
pub(super) fn is_known_family(told: &str, known: &Traits) -> bool {
    let used = known.used_family.as_ref().filter(|used| !used.is_empty());
    is_birth_name(told, &known.family) || used.is_some_and(|used| is_birth_name(told, used))
}

/// Whether given names begin with this one: sources tell the first, or all of them in one text.
pub(super) fn is_given_name(told: &str, first: &str) -> bool {
    let (told, first) = (plain(told), plain(first));
    first.is_empty() || told.strip_prefix(first.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether a date of birth is this one as far as it is told: an unknown month or day contradicts nothing.
pub(super) fn is_birth_date(told: DateTold, known: Date) -> bool {
    told.year == known.year()
        && told.month.is_none_or(|month| month == known.month())
        && told.day.is_none_or(|day| day == known.day())
}

/// A name in capitals without accents, one space for whatever stands between its words: civil registers, cards and software write hyphens,
/// apostrophes, accents and ligatures each in their own way.
fn plain(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars().filter(|letter| !is_mark(*letter)) {
        if letter.is_alphanumeric() {
            letter.to_uppercase().for_each(|capital| push_base(&mut text, capital));
        } else if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// A mark that combines with the letter before it.
const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// The letters without marks behind a capital.
fn push_base(text: &mut String, capital: char) {
    const BASES: [(&str, &str); 17] = [
        ("ÀÁÂÃÄÅĀĂĄ", "A"),
        ("ÇĆĈĊČ", "C"),
        ("ĎĐÐ", "D"),
        ("ÈÉÊËĒĔĖĘĚ", "E"),
        ("ĜĞĠĢ", "G"),
        ("ÌÍÎÏĨĪĬĮİ", "I"),
        ("ĹĻĽĿŁ", "L"),
        ("ÑŃŅŇ", "N"),
        ("ÒÓÔÕÖØŌŎŐ", "O"),
        ("ŔŖŘ", "R"),
        ("ŚŜŞŠȘ", "S"),
        ("ŢŤŦȚ", "T"),
        ("ÙÚÛÜŨŪŬŮŰŲ", "U"),
        ("ÝŶŸ", "Y"),
        ("ŹŻŽ", "Z"),
        ("Æ", "AE"),
        ("Œ", "OE"),
    ];
    match BASES.iter().find(|(letters, _)| letters.contains(capital)) {
        Some((_, base)) => text.push_str(base),
        None => text.push(capital),
    }
}
